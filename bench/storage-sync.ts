import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import type { HostContract } from '../common/contract/host.ts';
import { createPeer } from '../common/contract/peer.ts';
import { createHost } from '../main/host/host.ts';
import { inMemoryTransports } from '../main/host/transport/in-memory.ts';
import {
  AZURITE_ACCOUNT,
  AZURITE_KEY,
  azuriteMissing,
  startAzurite,
} from '../scripts/dev/azurite.ts';
import { inParallel } from '../workers/ingest/external/in-parallel.ts';
import { type Figure, isEntry, median, numberArgument, printFigures } from './ingest-figures.ts';

/** A container is mirrored, against the vendor's own client that downloads the same files, as many at a time. */

const FILE_BYTES = 1_000_000;
const PARALLEL = 8;
const UPLOADS = 16;

export async function run(): Promise<Figure[]> {
  const files = numberArgument('files', 2_000);
  const runs = numberArgument('runs', 3);
  const missing = azuriteMissing();
  if (missing) {
    console.log(`skipped: ${missing}`);
    return [];
  }
  const folder = await mkdtemp(join(tmpdir(), 'calypso-bench-sync-'));
  const azurite = await startAzurite();
  const host = createHost({ dataFolder: join(folder, 'data'), lazy: true });
  const [mine, theirs] = inMemoryTransports();
  host.connect(theirs);
  const client = createPeer<HostContract, never>(mine);
  try {
    const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
    const container = service.getContainerClient('bench');
    await container.create();
    const keys = await fill(container, files);
    // In turns, each after the other has warmed the server.
    await raw(container, keys.slice(0, 20), join(folder, 'warm'));
    const ours: number[] = [];
    const theirsMs: number[] = [];
    const listings: number[] = [];
    for (let i = 0; i < runs; i++) {
      theirsMs.push(await raw(container, keys, join(folder, `raw-${i}`)));
      const name = `bench-${i}`;
      const started = performance.now();
      await client.call('storage.createSync', {
        definition: {
          name,
          place: {
            kind: 'azure',
            service: azurite.blobs,
            account: AZURITE_ACCOUNT,
            container: 'bench',
            auth: 'key',
          },
          parallel: PARALLEL,
        },
        secret: AZURITE_KEY,
      });
      const first = await whole(client, name, files);
      ours.push(first - started);
      const again = performance.now();
      const { progress } = await client.call('storage.runSync', { name });
      if (progress.filesTotal !== 0) throw new Error('The second sync fetched something.');
      listings.push(performance.now() - again);
      await client.call('storage.removeSync', { name });
      await rm(join(folder, `raw-${i}`), { recursive: true });
    }
    const megabytes = (files * FILE_BYTES) / 1e6;
    const rate = (ms: number): number => megabytes / (ms / 1_000);
    const ratio = median(ours) / median(theirsMs);
    return [
      {
        figure: `${files} files of 1 MB mirrored (peer: the client alone, ${PARALLEL} at a time)`,
        value: rate(median(ours)),
        peer: rate(median(theirsMs)),
        ratio,
        unit: 'MB/s',
        goal: '≤ 1.2 × its time',
        ok: ratio <= 1.2,
      },
      {
        figure: `second sync of ${files} files, nothing new`,
        value: median(listings),
        unit: 'ms',
        goal: 'lists only',
        ok: true,
      },
    ];
  } finally {
    await host.close();
    await azurite.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(container: ContainerClient, files: number): Promise<string[]> {
  const keys = Array.from({ length: files }, (_, i) => `day=${i % 20}/f${i}.bin`);
  await inParallel(keys, UPLOADS, (key) =>
    container.getBlockBlobClient(key).upload(randomBytes(FILE_BYTES), FILE_BYTES),
  );
  return keys;
}

/** Milliseconds. */
async function raw(
  container: ContainerClient,
  keys: readonly string[],
  folder: string,
): Promise<number> {
  await mkdir(folder, { recursive: true });
  const started = performance.now();
  await inParallel(keys, PARALLEL, (key) =>
    container.getBlobClient(key).downloadToFile(join(folder, key.replaceAll('/', '_'))),
  );
  return performance.now() - started;
}

/** When all is here. */
async function whole(
  client: ReturnType<typeof createPeer<HostContract, never>>,
  name: string,
  files: number,
): Promise<number> {
  for (;;) {
    const { syncs } = await client.call('storage.syncs', {});
    const info = syncs.find((s) => s.definition.name === name);
    if (info?.lastGoodAt && info.mirroredFiles === files) return performance.now();
    if (info?.state === 'failed') throw new Error(info.message);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

if (isEntry(import.meta.url)) printFigures(await run());
