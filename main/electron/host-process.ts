import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { createHost, type Host } from '../host/host.ts';
import { electronPortTransport, type MessagePortMainLike } from '../host/transport/message-port.ts';
import type { HostMessage } from './messages.ts';

/**
 * The utility process: the host and its workers, behind one MessagePort per window. Bundled to
 * dist/host/host-process.js with the workers as files beside it.
 */
interface ParentPort {
  on(
    event: 'message',
    listener: (event: { data: HostMessage; ports: readonly MessagePortMainLike[] }) => void,
  ): void;
}

const parentPort = (process as unknown as { readonly parentPort: ParentPort }).parentPort;
const workers = {
  query: new URL('../../workers/engine/engine.worker.ts', import.meta.url),
  ingest: new URL('../../workers/ingest/ingest.worker.ts', import.meta.url),
  stream: new URL('../../workers/ingest/stream.worker.ts', import.meta.url),
  storage: new URL('../../workers/ingest/storage.worker.ts', import.meta.url),
};

let host: Host | undefined;
let connected = false;
/** Files that were opened while no window was connected. */
let early: string[] = [];

function start(message: Extract<HostMessage, { kind: 'start' }>): Host {
  return createHost({
    dataFolder: message.dataFolder,
    version: message.version,
    ...(message.secretKey === undefined
      ? {}
      : { secretKey: Buffer.from(message.secretKey, 'base64') }),
    workers,
    // The host never writes query text or values here.
    logger: {
      debug: () => {},
      error: (text, cause) =>
        process.stderr.write(`${text}${cause instanceof Error ? `: ${cause.stack}` : ''}\n`),
    },
    ...(existsSync(message.sampleFolder)
      ? { samples: pathToFileURL(`${message.sampleFolder}/`) }
      : {}),
  });
}

parentPort.on('message', ({ data: message, ports }) => {
  switch (message.kind) {
    case 'start':
      host = start(message);
      return;
    case 'connect': {
      const port = ports[0];
      if (!host || !port) return;
      host.connect(electronPortTransport(port));
      connected = true;
      for (const path of early) host.publish('shell.openFile', { path });
      early = [];
      return;
    }
    case 'openFile':
      if (connected) host?.publish('shell.openFile', { path: message.path });
      else early.push(message.path);
      return;
    case 'stop':
      void Promise.resolve(host?.close()).finally(() => process.exit(0));
  }
});
