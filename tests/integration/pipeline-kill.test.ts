import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Postgres, postgresMissing, startPostgres } from '../../scripts/dev/postgres.ts';
import { openTestHost } from './support/test-host.ts';

/** Moments at which the host is killed; more with CALYPSO_KILLS. */
const KILLS = Number(process.env.CALYPSO_KILLS ?? 4);
const PROGRAM = fileURLToPath(new URL('programs/run-pipelines.ts', import.meta.url));
const WAIT_MS = 120_000;
const TIMEOUT_MS = 600_000;

const missing = await postgresMissing();
if (missing) process.stderr.write(`pipeline-kill: PostgreSQL left out, ${missing}\n`);

let postgres: Postgres | undefined;
const folder = mkdtempSync(join(tmpdir(), 'pipeline-kill-'));

beforeAll(async () => {
  if (!missing) postgres = await startPostgres();
}, TIMEOUT_MS);

afterAll(async () => {
  await postgres?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Lets the host work, and kills it so long after it has made so many batches. */
async function runAndKill(batches: number, delayMs: number): Promise<void> {
  const program = spawn(process.execPath, [PROGRAM, join(folder, 'data')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise((resolve) => program.once('exit', resolve));
  let lines = 0;
  program.stdout.on('data', (chunk: Buffer) => {
    const before = lines;
    lines += chunk.toString().split('\n').length - 1;
    if (before < batches && lines >= batches) setTimeout(() => program.kill('SIGKILL'), delayMs);
  });
  await gone;
  expect(lines).toBeGreaterThanOrEqual(batches);
}

it(
  'kill -9 in the midst of pipelines loses no row and doubles none',
  async () => {
    const out = join(folder, 'out');
    const first = openTestHost({ lazy: true }, join(folder, 'data'));
    await first.query('.create table A (x: long)');
    const source = { kind: 'table' as const, table: 'A' };
    const common = {
      database: 'Local',
      source,
      trigger: { on: 'arrival' as const, afterSeconds: 0 },
      retry: { attempts: 100, firstSeconds: 0.2, longestSeconds: 1 },
    };
    await first.client.call('pipelines.save', {
      definition: { ...common, name: 'table', destination: { kind: 'table', table: 'B' } },
    });
    await first.client.call('pipelines.save', {
      definition: {
        ...common,
        name: 'files',
        destination: { kind: 'files', folder: out, format: 'json' },
      },
    });
    if (postgres)
      await first.client.call('pipelines.save', {
        definition: {
          ...common,
          name: 'postgres',
          destination: {
            kind: 'postgres',
            server: {
              host: postgres.host,
              port: postgres.port,
              database: postgres.database,
              user: postgres.user,
            },
            table: 'b',
          },
        },
        secret: postgres.password,
      });
    first.client.close();
    await first.host.close();

    for (let round = 0; round < KILLS; round++)
      await runAndKill(2 + (round % 3), (round * 379) % 700);

    const last = openTestHost({ lazy: true }, join(folder, 'data'));
    try {
      const [[count = '', sum = ''] = []] = await last.query('A | summarize count(), sum(x)');
      const rows = Number(count);
      expect(rows).toBeGreaterThanOrEqual(KILLS * 20);
      expect(sum).toBe(String((rows * (rows + 1)) / 2));
      const end = Date.now() + WAIT_MS;
      for (;;) {
        const { pipelines } = await last.client.call('pipelines.list', {});
        if (pipelines.every((p) => p.pendingExtents === 0 && p.state === 'idle')) break;
        if (Date.now() > end) expect(pipelines).toEqual([]);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const ledger = [[count, count, sum]];
      expect(await last.query('B | summarize count(), count_distinct(x), sum(x)')).toEqual(ledger);
      expect(
        await last.query(
          `externaldata (x: long) [@"${out}/*.json"] with (format="json") | summarize count(), count_distinct(x), sum(x)`,
        ),
      ).toEqual(ledger);
      if (postgres)
        expect(
          await postgres.query(
            'SELECT count(*)::text, count(DISTINCT x)::text, sum(x)::text FROM b',
          ),
        ).toEqual(ledger);
    } finally {
      last.client.close();
      await last.host.close();
    }
  },
  TIMEOUT_MS,
);
