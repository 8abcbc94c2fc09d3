import { z } from 'zod';
import { alertCalls, alertTopics } from './alerts.ts';
import { configCalls } from './config.ts';
import { ingestCalls } from './ingest.ts';
import { liveCalls } from './live.ts';
import { inDatabase, pipelineCalls } from './pipelines.ts';
import { queryCalls } from './query.ts';
import type { Client, Handlers } from './rpc.ts';
import { schemaCalls } from './schema.ts';
import { secretCalls } from './secrets.ts';
import { storageCalls } from './storage.ts';
import { streamCalls } from './stream.ts';
import { job, workspaceCalls } from './workspace.ts';

/** Everything that a face (window, browser, command line, REST) may ask of the host. */
export const hostContract = {
  calls: {
    ...queryCalls,
    ...schemaCalls,
    ...ingestCalls,
    ...streamCalls,
    ...storageCalls,
    ...pipelineCalls,
    ...alertCalls,
    ...configCalls,
    ...liveCalls,
    ...secretCalls,
    ...workspaceCalls,
  },
  topics: {
    'schema.changed': z.object({ version: z.number() }),
    'streams.changed': z.object({ name: z.string() }),
    'storage.changed': z.object({ name: z.string() }),
    /** Somebody has to sign in: where, and with what code. */
    'storage.prompt': z.object({ message: z.string() }),
    'pipelines.changed': inDatabase,
    ...alertTopics,
    'jobs.changed': z.object({ job }),
    /** A worker was restarted after a crash; its results are gone. */
    'engine.restarted': z.object({
      worker: z.enum(['query', 'ingest', 'stream', 'storage']),
      reason: z.string(),
    }),
    /** A file was opened from outside: by the shell, by a second start, by a double click. */
    'shell.openFile': z.object({ path: z.string() }),
    'settings.changed': z.object({ key: z.string(), value: z.unknown() }),
  },
} as const;

export type HostContract = typeof hostContract;
export type HostClient = Client<HostContract>;
export type HostHandlers = Handlers<HostContract>;
