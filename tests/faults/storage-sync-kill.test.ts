import { mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  AZURITE_ACCOUNT,
  AZURITE_KEY,
  type Azurite,
  azuriteMissing,
  startAzurite,
} from '../../scripts/dev/azurite.ts';
import { openTestHost } from '../integration/support/test-host.ts';
import { killAll, runAndKill } from '../support/kill.ts';

/** Moments at which the host is killed; more with CALYPSO_KILLS. */
const KILLS = Number(process.env.CALYPSO_KILLS ?? 6);
const PROGRAM = fileURLToPath(new URL('../integration/programs/serve-streams.ts', import.meta.url));
const FILES_PER_ROUND = 20;
const ROWS = 2_000;

const missing = azuriteMissing();
if (missing) process.stderr.write(`storage-sync-kill: skipped, ${missing}\n`);

let azurite: Azurite;
let blobs: ContainerClient;
const folder = mkdtempSync(join(tmpdir(), 'sync-kill-'));
/** By key, the numbers that its newest version holds: from `first` on, so many as ROWS. */
const ledger = new Map<string, number>();

beforeAll(async () => {
  if (missing) return;
  azurite = await startAzurite();
  blobs = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(
    'ledger',
  );
  await blobs.create();
});
afterEach(killAll);
afterAll(async () => {
  await azurite?.remove();
  await rm(folder, { recursive: true, force: true });
});

let next = 0;
async function put(key: string): Promise<void> {
  const first = next;
  next += ROWS;
  const text = `n\n${Array.from({ length: ROWS }, (_, i) => first + i).join('\n')}\n`;
  await blobs.getBlockBlobClient(key).upload(text, text.length);
  ledger.set(key, first);
}

async function round(number: number): Promise<void> {
  for (let i = 0; i < FILES_PER_ROUND; i++) await put(`day=${number}/f${i}.csv`);
  if (number === 0) return;
  // Some of the earlier ones are overwritten, some are deleted.
  for (let i = 0; i < 5; i++) await put(`day=${number - 1}/f${i}.csv`);
  for (let i = 10; i < 13; i++) {
    const key = `day=${number - 1}/f${i}.csv`;
    await blobs.deleteBlob(key);
    ledger.delete(key);
  }
}

describe.skipIf(missing !== undefined)('kill -9 of a host that syncs a container', () => {
  it('loses no row and keeps none twice, or of an earlier version', async () => {
    const first = openTestHost({ lazy: true }, folder);
    await first.query('.create table Ledger (n: long, day: long)');
    await first.client.call('storage.createSync', {
      definition: {
        name: 'ledger',
        place: {
          kind: 'azure',
          service: azurite.blobs,
          account: AZURITE_ACCOUNT,
          container: 'ledger',
          auth: 'key',
        },
        table: { database: 'Local', table: 'Ledger' },
        intervalSeconds: 1,
        // Slow enough that a kill meets a download now and then.
        bytesPerSecond: 400_000,
      },
      secret: AZURITE_KEY,
    });
    first.client.close();
    await first.host.close();
    for (let number = 0; number < KILLS; number++) {
      await round(number);
      await runAndKill(PROGRAM, [folder], {
        lines: 1,
        delayMs: 500 + ((number * 977) % 2_300),
      });
    }

    const last = openTestHost({ lazy: true }, folder);
    try {
      const expected = ledger.size * ROWS;
      for (const end = Date.now() + 120_000; Date.now() < end; ) {
        const { syncs } = await last.client.call('storage.syncs', {});
        const [info] = syncs;
        if (info?.state === 'idle' && info.rows === expected && info.files === ledger.size) break;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      const day = (key: string): string => /^day=(\d+)/.exec(key)?.[1] ?? '';
      const byDay = new Map<string, { rows: number; sum: number }>();
      for (const [key, start] of ledger) {
        const { rows, sum } = byDay.get(day(key)) ?? { rows: 0, sum: 0 };
        byDay.set(day(key), {
          rows: rows + ROWS,
          sum: sum + ROWS * start + (ROWS * (ROWS - 1)) / 2,
        });
      }
      expect(
        await last.query(
          'Ledger | summarize rows = count(), numbers = count_distinct(n), sum(n) by day | sort by day asc',
        ),
      ).toEqual(
        [...byDay].map(([number, { rows, sum }]) => [
          number,
          String(rows),
          String(rows),
          String(sum),
        ]),
      );
      const [info] = (await last.client.call('storage.syncs', {})).syncs;
      expect(info).toMatchObject({ files: ledger.size, rows: expected, failedFiles: 0 });
      // What was fetched lies in the mirror once, and nothing else does.
      const copies = readdirSync(info?.folder ?? '', { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `${entry.parentPath.split('/').at(-1)}/${entry.name}`);
      expect(copies.sort()).toEqual([...ledger.keys()].sort());
    } finally {
      await last.close();
    }
  });
});
