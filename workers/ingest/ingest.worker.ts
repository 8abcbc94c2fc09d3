import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExternalCache, ExternalFiles } from '../../common/contract/external.ts';
import type { Peer } from '../../common/contract/peer.ts';
import {
  type IngestWorkerContract,
  ingestWorkerContract,
  type SnapshotContract,
} from '../../common/contract/worker.ts';
import { serveWorker } from '../runtime/serve-worker.ts';
import { Database } from '../store/database.ts';
import { mergeExtents } from '../store/merge.ts';
import { describe, inferColumns } from './external/describe.ts';
import { expose } from './external/expose.ts';
import { type CachedFile, FileCaches } from './external/file-cache.ts';
import type { Mirrors } from './external/mirrored-place.ts';
import { samplePaths } from './external/sample-paths.ts';
import { inspect } from './inspect.ts';
import { load } from './load.ts';
import { register } from './register.ts';

await serveWorker({
  contract: ingestWorkerContract,
  handlers: async (host: Peer<SnapshotContract, IngestWorkerContract>, settings) => {
    const database = await Database.open({
      spillFolder: join(settings.spillFolder, 'duckdb'),
      memoryLimit: settings.memoryLimit,
      threads: settings.threads,
    });
    const temporaryFolder = join(settings.spillFolder, 'files');
    // Copies that a killed thread left behind.
    await rm(temporaryFolder, { recursive: true, force: true });
    const caches = new FileCaches();
    const mirrors: Mirrors = {
      list: async (sync, prefix, signal) =>
        (await host.call('mirror.list', { sync, prefix }, signal ? { signal } : {})).files.map(
          ({ md5: _, ...file }) => file,
        ),
      fetch: async (sync, keys, signal) =>
        (await host.call('mirror.fetch', { sync, keys: [...keys] }, signal ? { signal } : {}))
          .paths,
    };
    const mirrored = async (at: string, files: readonly CachedFile[]) => {
      const wanted = files.map(({ key, etag, bytes }) => ({ key, etag, bytes }));
      return (await host.call('external.mirrored', { place: at, files: wanted })).paths;
    };
    const outside = ({ files, cache }: { files: ExternalFiles; cache: ExternalCache }) => ({
      database,
      temporaryFolder,
      cache: caches.of(cache),
      memory: { folder: cache.folder, offline: files.whenOffline ?? 'error', mirrors },
      mirrored,
    });
    return {
      'ingest.inspect': (params, { signal }) =>
        inspect(params, { database, temporaryFolder, signal }),
      'ingest.write': (params, { signal, emit }) =>
        load(params, { database, temporaryFolder, signal, emit }),
      'ingest.register': async (params, { signal }) => {
        const { columns, extents } = await register(params, { database, temporaryFolder, signal });
        return { columns, extents };
      },
      'external.expose': async (params, { signal }) => {
        const exposed = await expose(params, { ...outside(params), signal });
        return {
          columns: [...exposed.columns],
          extents: [...exposed.extents],
          filesTotal: exposed.filesTotal,
        };
      },
      'external.samplePaths': ({ files }) => ({ samples: samplePaths(files) }),
      'external.infer': (params, { signal }) =>
        inferColumns(params, { ...outside(params), signal }),
      'external.list': async (params, { signal }) => ({
        files: await describe(params, { ...outside(params), signal }),
      }),
      'store.merge': async (params, { signal }) => ({
        extents: await database.session((session) => mergeExtents(session, params, { signal })),
      }),
      'engine.memory': async () => ({ bytes: await database.memoryBytes() }),
    };
  },
});
