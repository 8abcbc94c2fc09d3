import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PipelineInfo } from '../../common/contract/pipelines.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

const WAIT_MS = 60_000;
const TIMEOUT_MS = 120_000;

let host: TestHost;
const folder = mkdtempSync(join(tmpdir(), 'pipelines-test-'));

beforeAll(() => {
  host = openTestHost();
});

afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const save = (definition: Record<string, unknown>): Promise<PipelineInfo> =>
  host.client.call('pipelines.save', {
    definition: { database: 'Local', ...definition } as never,
  });
const run = (name: string) => host.client.call('pipelines.run', { database: 'Local', name });
const info = async (name: string): Promise<PipelineInfo | undefined> =>
  (await host.client.call('pipelines.list', {})).pipelines.find((p) => p.definition.name === name);
const code = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

async function until(text: string, expected: string[][]): Promise<void> {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const rows = await host.query(text).catch(() => []);
    if (JSON.stringify(rows) === JSON.stringify(expected)) return;
    if (Date.now() > end) expect(rows).toEqual(expected);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a pipeline to a table', () => {
  it(
    'reads each row once, over merges and restarts, and starts by itself when rows arrive',
    async () => {
      await host.query('.set A <| range x from 1 to 10 step 1');
      await save({
        name: 'even',
        source: { kind: 'table', table: 'A' },
        transform: '| where x % 2 == 0 | extend y = x * 10',
        destination: { kind: 'table', table: 'Even' },
      });
      expect(await run('even')).toMatchObject({ state: 'completed', rows: 5, trigger: 'demand' });
      expect(await run('even')).toMatchObject({ state: 'completed', rows: 0 });
      await host.query('.append A <| range x from 11 to 20 step 1');
      host = await host.reopen();
      expect(await run('even')).toMatchObject({ rows: 5 });
      expect(await host.query('Even | summarize count(), count_distinct(x), sum(y)')).toEqual([
        ['10', '10', '1100'],
      ]);
      await save({
        name: 'even',
        source: { kind: 'table', table: 'A' },
        transform: 'where x % 2 == 0 | extend y = x * 10',
        destination: { kind: 'table', table: 'Even' },
        trigger: { on: 'arrival', afterSeconds: 0 },
      });
      await host.query('.append A <| range x from 21 to 30 step 1');
      await host.query('.append A <| range x from 31 to 40 step 1');
      await until('Even | summarize count(), count_distinct(x)', [['20', '20']]);
      expect((await info('even'))?.rows).toBe(20);
      const { runs } = await host.client.call('pipelines.runs', {
        database: 'Local',
        name: 'even',
      });
      expect(runs.at(-1)).toMatchObject({ run: 1, rows: 5, state: 'completed' });
      expect(runs.every((r) => r.endedAt >= r.startedAt)).toBe(true);
    },
    TIMEOUT_MS,
  );

  it('is made anew in each run where it is to be replaced', async () => {
    await save({
      name: 'totals',
      source: { kind: 'query', query: 'A | summarize n = count(), s = sum(x);' },
      destination: { kind: 'table', table: 'Totals', mode: 'replace' },
    });
    await run('totals');
    await host.query('.append A <| print x = long(1000)');
    await run('totals');
    expect(await host.query('Totals')).toEqual([['41', '1820']]);
  });

  it('runs on an interval and can be paused', async () => {
    await host.query('.create table Ticks (x: long)');
    await save({
      name: 'ticks',
      source: { kind: 'table', table: 'Ticks' },
      destination: { kind: 'table', table: 'Tocks' },
      trigger: { on: 'interval', seconds: 1 },
    });
    await host.query('.ingest inline into table Ticks <| 1');
    await until('Tocks | count', [['1']]);
    await host.client.call('pipelines.pause', { database: 'Local', name: 'ticks' });
    await host.query('.ingest inline into table Ticks <| 2');
    expect(await info('ticks')).toMatchObject({
      state: 'paused',
      nextRunAt: '',
      pendingExtents: 1,
    });
    await host.client.call('pipelines.resume', { database: 'Local', name: 'ticks' });
    await until('Tocks | count', [['2']]);
  });

  it('says what is wrong with its definition, and keeps what goes wrong in a run', async () => {
    const base = { name: 'bad', destination: { kind: 'table', table: 'Out' } };
    expect(await code(save({ ...base, source: { kind: 'table', table: 'Nope' } }))).toBe(
      'unknown_table',
    );
    expect(
      await code(save({ ...base, source: { kind: 'table', table: 'A' }, transform: 'where q' })),
    ).toMatch(/^KS/);
    expect(
      await code(
        save({
          ...base,
          source: { kind: 'query', query: 'print 1' },
          trigger: { on: 'arrival' },
        }),
      ),
    ).toBe('no_arrivals');
    expect(
      await code(
        save({
          ...base,
          source: { kind: 'table', table: 'A' },
          destination: { kind: 'table', table: 'A' },
        }),
      ),
    ).toBe('reads_itself');
    expect(await info('bad')).toBeUndefined();
    await host.query('.create table Out (x: string)');
    await save({ ...base, source: { kind: 'table', table: 'A' } });
    expect(await code(run('bad'))).toBe('schema_differs');
    expect(await info('bad')).toMatchObject({
      state: 'failed',
      lastRun: { state: 'failed', message: expect.stringContaining('tostring(x)') },
    });
    // What failed is still there to be read.
    await save({
      ...base,
      source: { kind: 'table', table: 'A' },
      transform: 'project x = tostring(x)',
    });
    expect(await run('bad')).toMatchObject({ state: 'completed', rows: 41 });
    await host.client.call('pipelines.remove', { database: 'Local', name: 'bad' });
    expect(await code(run('bad'))).toBe('unknown_pipeline');
  });
});

describe('a pipeline to files', () => {
  it(
    'writes partitions that read back whole, each row once',
    async () => {
      await host.query(
        '.set Sales <| range n from 1 to 100 step 1 | extend city = case(n % 3 == 0, "a/b", n % 3 == 1, "", "c"), day = datetime(2026-01-01) + (n % 2) * 1d',
      );
      const out = join(folder, 'sales');
      await save({
        name: 'sales',
        source: { kind: 'table', table: 'Sales' },
        transform: 'extend day = format_datetime(day, "yyyy-MM-dd")',
        destination: { kind: 'files', folder: out, partitionBy: ['day', 'city'] },
      });
      expect(await run('sales')).toMatchObject({ rows: 100 });
      expect(readdirSync(out).sort()).toEqual(['day=2026-01-01', 'day=2026-01-02']);
      expect(readdirSync(join(out, 'day=2026-01-01')).sort()).toEqual([
        'city=__HIVE_DEFAULT_PARTITION__',
        'city=a%2Fb',
        'city=c',
      ]);
      await host.query('.append Sales <| print n = 101, city = "c", day = datetime(2026-01-01)');
      expect(await run('sales')).toMatchObject({ rows: 1 });
      expect(
        await host.query(
          `externaldata (n: long) [@"${out}/day=2026-01-01/city=c/*.parquet", @"${out}/day=2026-01-02/city=c/*.parquet"] with (format="parquet") | summarize count(), sum(n)`,
        ),
      ).toEqual([['34', String((2 + 98) * 16.5 + 101)]]);
    },
    TIMEOUT_MS,
  );

  it('replaces what earlier runs wrote, and nothing else', async () => {
    const out = join(folder, 'whole');
    mkdirSync(out);
    writeFileSync(join(out, 'mine.txt'), 'mine');
    await save({
      name: 'whole',
      source: { kind: 'query', query: 'A | top 2 by x asc' },
      destination: { kind: 'files', folder: out, format: 'csv', mode: 'replace', prefix: 'top' },
    });
    await run('whole');
    const [first = ''] = readdirSync(out).filter((name) => name.startsWith('top'));
    await run('whole');
    const files = readdirSync(out).sort();
    expect(files).toHaveLength(2);
    expect(files).not.toContain(first);
    expect(files[0]).toBe('mine.txt');
  });
});

describe('a pipeline from files', () => {
  it(
    'takes each file once, and again when it has changed',
    async () => {
      const inbox = join(folder, 'inbox');
      mkdirSync(inbox);
      writeFileSync(join(inbox, 'a.csv'), 'id,name\n1,x\n2,y\n');
      await save({
        name: 'inbox',
        source: { kind: 'files', paths: [join(inbox, '*.csv')] },
        transform: 'where id > 1',
        destination: { kind: 'table', table: 'Inbox' },
      });
      expect(await run('inbox')).toMatchObject({ rows: 1 });
      writeFileSync(join(inbox, 'b.csv'), 'id,name\n3,z\n');
      host = await host.reopen();
      expect(await run('inbox')).toMatchObject({ rows: 1 });
      expect(await run('inbox')).toMatchObject({ rows: 0 });
      writeFileSync(join(inbox, 'b.csv'), 'id,name\n30,zz\n31,zz\n');
      expect(await run('inbox')).toMatchObject({ rows: 2 });
      expect(await host.query('Inbox | project id | sort by id asc')).toEqual([
        ['2'],
        ['3'],
        ['30'],
        ['31'],
      ]);
    },
    TIMEOUT_MS,
  );
});
