import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPeer, type Peer } from '../../common/contract/peer.ts';
import type { Contract } from '../../common/contract/rpc.ts';
import type { IngestWorkerContract } from '../../common/contract/worker.ts';
import { workerTransport } from '../../main/host/transport/message-port.ts';

/** The worker as the host starts it: a thread, spoken to through the contract alone. */
let folder: string;
let thread: Worker;
let worker: Peer<IngestWorkerContract, Contract>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'calypso-ingest-worker-'));
  thread = new Worker(new URL('../../workers/ingest/ingest.worker.ts', import.meta.url), {
    workerData: { spillFolder: join(folder, 'spill'), memoryLimit: 1_000_000_000, threads: 2 },
  });
  worker = createPeer<IngestWorkerContract, Contract>(workerTransport(thread));
});
afterAll(async () => {
  await thread.terminate();
  await rm(folder, { recursive: true, force: true });
});

const request = (path: string) => ({
  source: { paths: [path], names: [path] },
  options: { nestedLevels: 1 },
  onBadCell: 'widen' as const,
  maxErrors: 100,
  folder: join(folder, 'extents'),
  errorFolder: join(folder, 'errors'),
});

it('loads, reports progress, merges and says its memory', async () => {
  const path = join(folder, 'data.csv');
  const lines = Array.from({ length: 200_000 }, (_, i) => `${i},text ${i}`);
  await writeFile(path, `id,text\n${lines.join('\n')}\n`);
  const events: number[] = [];
  const first = await worker.call('ingest.write', request(path), {
    onEvent: (event) => events.push(event.bytesRead),
  });
  expect(first.report).toMatchObject({ rows: 200_000, extents: 1, rejectedCells: 0 });
  expect(events.at(-1)).toBe(first.report.bytesRead);
  const second = await worker.call('ingest.write', request(path));
  const merged = await worker.call('store.merge', {
    extents: [...first.extents, ...second.extents],
    columns: first.columns,
    folder: join(folder, 'extents'),
  });
  expect(merged.extents.map((e) => e.rowCount)).toEqual([400_000]);
  expect((await worker.call('engine.memory', {})).bytes).toBeGreaterThanOrEqual(0);
});

it('sends errors with their kind and stops when it is told to', async () => {
  await expect(worker.call('ingest.write', request(join(folder, 'nowhere')))).rejects.toMatchObject(
    {
      kind: 'source',
      code: 'file_missing',
    },
  );
  const before = await readdir(join(folder, 'extents'));
  const controller = new AbortController();
  const running = worker.call('ingest.write', request(join(folder, 'data.csv')), {
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(), 5);
  await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
  expect(await readdir(join(folder, 'extents'))).toEqual(before);
});
