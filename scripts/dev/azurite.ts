import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { freePorts } from './free-port.ts';
import { startServer, untilInterrupted } from './server-process.ts';

/** Azurite, Microsoft's emulator of Azure Storage, with blobs and queues on the loopback: `npm run dev:azurite`. */

const PROGRAM = fileURLToPath(
  new URL('../../node_modules/azurite/dist/src/azurite.js', import.meta.url),
);
/** The account and key that every emulator has (page "Use the Azurite emulator"). */
export const AZURITE_ACCOUNT = 'devstoreaccount1';
export const AZURITE_KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Azurite {
  /** `http://127.0.0.1:PORT/devstoreaccount1` */
  readonly blobs: string;
  readonly queues: string;
  readonly connectionString: string;
  /** Stops it as if the cable were pulled; its data stays. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
}

/** Why it can't be had here; undefined if it can. */
export function azuriteMissing(): string | undefined {
  return existsSync(PROGRAM) ? undefined : 'azurite is not installed (npm ci)';
}

export async function startAzurite(options: { readonly port?: number } = {}): Promise<Azurite> {
  const folder = await mkdtemp(join(tmpdir(), 'calypso-azurite-'));
  const [blob = 0, queue = 0, table = 0] = options.port
    ? [options.port, options.port + 1, options.port + 2]
    : await freePorts(3);
  const server = await startServer('Azurite', blob, [
    process.execPath,
    PROGRAM,
    '--silent',
    '--skipApiVersionCheck',
    '--disableTelemetry',
    ...['--location', folder],
    ...['--blobHost', '127.0.0.1', '--blobPort', String(blob)],
    ...['--queueHost', '127.0.0.1', '--queuePort', String(queue)],
    ...['--tableHost', '127.0.0.1', '--tablePort', String(table)],
  ]);
  const blobs = `http://127.0.0.1:${blob}/${AZURITE_ACCOUNT}`;
  const queues = `http://127.0.0.1:${queue}/${AZURITE_ACCOUNT}`;
  return {
    blobs,
    queues,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${AZURITE_ACCOUNT};AccountKey=${AZURITE_KEY};BlobEndpoint=${blobs};QueueEndpoint=${queues};`,
    // In order: it writes its index when it ends.
    stop: () => server.stop('SIGTERM'),
    start: server.start,
    remove: async () => {
      await server.stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const missing = azuriteMissing();
  if (missing) {
    process.stderr.write(`No Azurite here: ${missing}.\n`);
    process.exit(1);
  }
  const azurite = await startAzurite({ port: Number(process.argv[2] ?? 10_000) });
  process.stdout.write(
    `Azurite answers at ${azurite.blobs}; Ctrl+C ends it and deletes its data.\n${azurite.connectionString}\n`,
  );
  untilInterrupted(azurite.remove);
}
