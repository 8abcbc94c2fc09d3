import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeBatch } from '../../common/arrow/result-batch.ts';
import type { LiveFrame } from '../../common/contract/live.ts';
import type { AppError } from '../../common/errors/app-error.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

let host: TestHost;
let tails = 0;

beforeAll(() => {
  host = openTestHost();
});

afterAll(async () => {
  await host?.close();
});

/** A window that watches a table: it keeps what it is sent, and says that it has drawn it unless told not to. */
class Watcher {
  readonly tailId = `tail-${++tails}`;
  readonly frames: LiveFrame[] = [];
  readonly ended: Promise<AppError>;
  acknowledges = true;
  readonly #controller = new AbortController();

  constructor(
    table: string,
    how: { pipe?: string; history?: number } & Record<string, unknown> = {},
  ) {
    this.ended = host.client
      .call(
        'live.tail',
        { tailId: this.tailId, database: 'Local', table, history: 0, ...how },
        {
          signal: this.#controller.signal,
          onEvent: (frame) => {
            this.frames.push(frame);
            if (this.acknowledges) this.acknowledge();
          },
        },
      )
      .then(
        () => {
          throw new Error('a tail ended by itself');
        },
        (error: AppError) => error,
      );
  }

  acknowledge(): void {
    const frame = this.frames.at(-1)?.frame ?? 0;
    void host.client.call('live.ack', { tailId: this.tailId, frame });
  }

  get totals(): LiveFrame['totals'] | undefined {
    return this.frames.at(-1)?.totals;
  }

  /** The first column of all rows, in order. */
  get firsts(): string[] {
    return this.frames.flatMap(({ batch }) => {
      if (!batch) return [];
      const rows = decodeBatch(batch);
      return Array.from({ length: rows.rowCount }, (_, i) => String(rows.cell(i, 0)));
    });
  }

  async pause(): Promise<void> {
    await host.client.call('live.pause', { tailId: this.tailId });
  }

  async resume(how: 'catchUp' | 'skip'): Promise<void> {
    await host.client.call('live.resume', { tailId: this.tailId, how });
  }

  async end(): Promise<void> {
    this.#controller.abort();
    expect((await this.ended).kind).toBe('cancelled');
  }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what} did not come about within a minute`);
}

async function watch(
  table: string,
  how: { pipe?: string; history?: number } & Record<string, unknown> = {},
): Promise<Watcher> {
  const watcher = new Watcher(table, how);
  await until('the tail begins', () => watcher.frames.length > 0);
  return watcher;
}

/** Appends rows numbered `from` to `to`. */
const append = (table: string, from: number, to: number): Promise<unknown> =>
  host.query(
    `.append ${table} <| range n from ${from} to ${to} step 1 | project n, word = strcat("w", n % 10)`,
  );

async function table(name: string): Promise<void> {
  await host.query(`.create table ${name} (n: long, word: string)`);
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

describe('a tail', () => {
  it('begins with the newest rows, and shows each later one once, in order', async () => {
    await table('Plain');
    await append('Plain', 1, 50);
    const watcher = await watch('Plain', { history: 10 });
    await until('the history', () => watcher.firsts.length === 10);
    expect(watcher.firsts).toEqual(numbers(41, 50));
    expect(watcher.frames.at(-1)?.history).toBe(true);
    await append('Plain', 51, 60);
    await append('Plain', 61, 62);
    await until('the new rows', () => watcher.firsts.length >= 22);
    expect(watcher.firsts).toEqual(numbers(41, 62));
    expect(watcher.totals).toMatchObject({ arrived: 12, matched: 12, shown: 12, stored: 62 });
    await watcher.end();
  });

  it('applies its standing query to the new rows alone', async () => {
    await table('Filtered');
    const watcher = await watch('Filtered', {
      pipe: '| where word == "w3" | extend twice = n * 2 | project twice, word',
    });
    expect(watcher.frames[0]?.columns).toEqual([
      { name: 'twice', type: 'long' },
      { name: 'word', type: 'string' },
    ]);
    await append('Filtered', 1, 100);
    await until('ten rows', () => watcher.firsts.length === 10);
    expect(watcher.firsts).toEqual([
      '6',
      '26',
      '46',
      '66',
      '86',
      '106',
      '126',
      '146',
      '166',
      '186',
    ]);
    expect(watcher.totals).toMatchObject({ arrived: 100, matched: 10, shown: 10, skipped: 0 });
    await watcher.end();
  });

  it('does not take merged rows for new ones', async () => {
    await table('Merged');
    const watcher = await watch('Merged');
    for (let i = 0; i < 20; i++) await append('Merged', i * 5 + 1, i * 5 + 5);
    await until('all rows', () => watcher.firsts.length >= 100);
    const extents = async (): Promise<number> =>
      Number((await host.query('.show table Merged extents | count'))[0]?.[0]);
    let left = 20;
    for (const end = Date.now() + 60_000; left > 16 && Date.now() < end; ) left = await extents();
    expect(left).toBeLessThanOrEqual(16);
    await append('Merged', 101, 101);
    await until('one more', () => watcher.firsts.length >= 101);
    expect(watcher.firsts).toEqual(numbers(1, 101));
    await watcher.end();
  });
});

describe('a window that does not keep up', () => {
  it('gets fewer rows, with what was left out counted, and never a queue', async () => {
    await table('Slow');
    const watcher = await watch('Slow', { frameRows: 5 });
    watcher.acknowledges = false;
    for (let i = 0; i < 9; i++) await append('Slow', i * 10 + 1, i * 10 + 10);
    const underWay = watcher.frames.length;
    expect(underWay).toBeLessThanOrEqual(3);
    watcher.acknowledges = true;
    watcher.acknowledge();
    await until('all is told', () => watcher.totals?.matched === 90);
    const { shown = 0, skipped = 0, unread } = watcher.totals ?? {};
    expect([shown + skipped, unread]).toEqual([90, 0]);
    expect(watcher.firsts).toHaveLength(shown);
    expect(shown).toBeLessThan(40);
    expect(watcher.firsts.at(-1)).toBe('90');
    await watcher.end();
  });
});

describe('a pause', () => {
  it('loses nothing: rows are counted, and come from where it was', async () => {
    await table('Paused');
    const watcher = await watch('Paused', { pipe: 'where word != "w0"', frameRows: 7 });
    await append('Paused', 1, 5);
    await until('five rows', () => watcher.firsts.length === 5);
    await watcher.pause();
    for (let i = 1; i <= 8; i++) await append('Paused', i * 10, i * 10 + 9);
    await until('it counts', () => watcher.totals?.waiting === 72);
    expect(watcher.firsts).toHaveLength(5);
    await watcher.resume('catchUp');
    await until('all rows', () => watcher.firsts.length >= 77);
    expect(watcher.firsts).toEqual([
      ...numbers(1, 5),
      ...numbers(10, 89).filter((n) => Number(n) % 10 !== 0),
    ]);
    await until('it is told', () => watcher.totals?.waiting === 0);
    expect(watcher.totals).toMatchObject({ matched: 77, shown: 77, skipped: 0, unread: 0 });
    await watcher.end();
  });

  it('can end with a jump to the end, and says how many rows that left out', async () => {
    await table('Skipped');
    const watcher = await watch('Skipped');
    await watcher.pause();
    await append('Skipped', 1, 500);
    await until('it counts', () => watcher.totals?.waiting === 500);
    await watcher.resume('skip');
    await until('it skips', () => watcher.totals?.skipped === 500);
    await append('Skipped', 501, 503);
    await until('new rows', () => watcher.firsts.length === 3);
    expect(watcher.firsts).toEqual(['501', '502', '503']);
    expect(watcher.totals).toMatchObject({ waiting: 0, skipped: 500, shown: 3 });
    await watcher.end();
  });

  it('keeps no more than the window holds', async () => {
    await table('Long');
    const watcher = await watch('Long', { keep: 100 });
    await watcher.pause();
    for (let i = 0; i < 8; i++) {
      await append('Long', i * 50 + 1, i * 50 + 50);
      await until('it counts', () => watcher.totals?.matched === i * 50 + 50);
    }
    await until('it lets go', () => (watcher.totals?.waiting ?? 0) === 100);
    expect(watcher.totals?.skipped).toBe(300);
    await watcher.resume('catchUp');
    await until('the rest', () => watcher.firsts.length === 100);
    expect(watcher.firsts).toEqual(numbers(301, 400));
    await watcher.end();
  });
});

describe('a standing query', () => {
  const check = (pipe: string): Promise<unknown> =>
    host.client.call('live.check', { database: 'Local', table: 'Rules', pipe });

  beforeAll(async () => {
    await table('Rules');
    await table('Names');
  });

  it.each([
    ['summarize count() by word', 'summarize'],
    ['sort by n asc', 'sort'],
    ['where n > 1 | top 5 by n', 'top'],
    ['take 5', 'take'],
    ['distinct word', 'distinct'],
    ['count', 'count'],
    ['serialize', 'serialize'],
    ['union Names', 'union'],
    ['join Names on n', 'join'],
    ['join kind=fullouter Names on n', 'join'],
    ['make-series count() default=0 on n from 0 to 10 step 1', 'make-series'],
    ['where n in (Rules | where n > 5 | project n)', 'Rules'],
    ['project n; print 1', 'second statement'],
    ['render timechart', 'render'],
  ])('refuses %s by name', async (pipe, named) => {
    const error = await check(pipe).then(
      () => undefined,
      (e: AppError) => e,
    );
    expect(error?.code).toBe('standing_query');
    expect(error?.message).toContain(named);
    expect(pipe.slice(error?.span?.start, (error?.span?.start ?? 0) + 3)).not.toBe('');
  });

  it.each([
    'where n > 1 | project n',
    '| extend d = parse_json(word) | mv-expand d',
    'parse word with "w" digit: int',
    'where n in (Names | summarize by n)',
    'join kind=inner (Names | summarize take_any(word) by n) on n',
    'lookup Names on n',
    'search "w1"',
    'mv-apply x = pack_array(n) to typeof(long) on (summarize sum(x))',
    '',
  ])('takes %s', async (pipe) => {
    await expect(check(pipe)).resolves.toHaveProperty('columns');
  });

  it('says where it is wrong, in the text that was typed', async () => {
    await expect(check('| where nosuch > 1')).rejects.toMatchObject({
      kind: 'semantic',
      span: { start: 8, length: 6, line: 1, column: 9 },
    });
    await expect(check('where n > 1\n| summarize count()')).rejects.toMatchObject({
      span: { start: 14, line: 2, column: 3 },
    });
  });

  it('ends when its table goes, and is refused for a view', async () => {
    await table('Gone');
    const watcher = await watch('Gone');
    await host.query('.drop table Gone');
    expect((await watcher.ended).code).toBe('no_table');
    await expect(
      host.client.call('live.tail', { tailId: 'x', database: 'Local', table: 'Gone' }),
    ).rejects.toMatchObject({ kind: 'semantic' });
  });

  it('goes on when the table gets a column', async () => {
    await table('Wider');
    const watcher = await watch('Wider');
    await append('Wider', 1, 1);
    await until('one row', () => watcher.firsts.length === 1);
    await host.query('.alter-merge table Wider (extra: string)');
    await host.query('.append Wider <| print n = 2, word = "w", extra = "new"');
    await until('the other', () => watcher.firsts.length === 2);
    expect(watcher.frames.findLast((f) => f.columns)?.columns?.map((c) => c.name)).toEqual([
      'n',
      'word',
      'extra',
    ]);
    await watcher.end();
  });
});
