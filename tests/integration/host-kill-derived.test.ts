import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { killAll, runAndKill } from '../support/kill.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

const PROGRAM = fileURLToPath(new URL('programs/derive-for-ever.ts', import.meta.url));
const ROUNDS = 4;
/** Each round starts a program twice. */
const TIMEOUT_MS = 600_000;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kill-derived-test-'));
});

afterEach(() => {
  killAll();
  rmSync(root, { recursive: true, force: true });
});

async function caughtUp(host: TestHost, view: string): Promise<void> {
  for (let i = 0; i < 800; i++) {
    const [[pending] = []] = await host.query(
      `.show materialized-view ${view} statistics | project PendingExtents`,
    );
    if (pending === '0') return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${view} did not catch up`);
}

it(
  'kill -9 while views and policies work loses nothing and doubles nothing',
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const moment = { lines: 2 + round, delayMs: (round * 37) % 90 };
      const acknowledged = Number((await runAndKill(PROGRAM, [root], moment)).at(-1));
      const host = openTestHost({}, root);
      try {
        const [[most] = []] = await host.query('T | summarize max(x)');
        const rows = Number(most);
        // What was acknowledged is there; a batch that was under way is there whole or not at all.
        expect([acknowledged * 10, (acknowledged + 1) * 10]).toContain(rows);
        const sum = (rows * (rows + 1)) / 2;
        const whole = [`${rows}`, `${rows}`, `${sum}`];
        const ledger = (table: string): string =>
          `${table} | summarize count(), count_distinct(x), sum(x)`;
        expect(await host.query(ledger('T'))).toEqual([whole]);
        expect(await host.query(ledger('D'))).toEqual([whole]);
        const byGroup =
          'summarize n = count(), t = sum(x), a = avg(x) by g = x % 7 | sort by g asc';
        const groups = await host.query(`T | ${byGroup}`);
        const keys = `${Math.min(50, rows)}`;
        const filled = (await host.query('.show materialized-views | project Name'))
          .flat()
          .includes('Filled');
        // As it was left, with what is not taken in yet; then as it is once everything is.
        for (const read of [
          (view: string) => view,
          (view: string) => `materialized_view("${view}")`,
        ]) {
          expect(await host.query(`${read('OfT')} | sort by g asc`)).toEqual(groups);
          expect(await host.query(read('OfD'))).toEqual([[`${rows}`, `${2 * sum}`]]);
          expect(
            await host.query(`${read('Once')} | summarize count(), count_distinct(g)`),
          ).toEqual([[keys, keys]]);
          expect(await host.query(read('OverOnce'))).toEqual([[keys]]);
          if (filled) expect(await host.query(read('Filled'))).toEqual([[`${rows}`, `${sum}`]]);
          for (const view of ['OfT', 'OfD', 'Once', 'OverOnce', ...(filled ? ['Filled'] : [])])
            await caughtUp(host, view);
        }
      } finally {
        host.client.close();
        await host.host.close();
      }
    }
  },
  TIMEOUT_MS,
);
