import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeBatch } from '../../common/arrow/result-batch.ts';
import type { QueryEvent } from '../../common/contract/query.ts';
import { type QueryWorkerUnderTest, startQueryWorker } from './support/query-worker.ts';

let under: QueryWorkerUnderTest;

beforeAll(async () => {
  under = await startQueryWorker([
    {
      name: 'T',
      columns: [
        { name: 'id', type: 'long', sql: 'i' },
        { name: 'name', type: 'string', sql: `'n' || (i % 7)` },
      ],
      from: 'range(50000) t(i)',
      rows: 50_000,
    },
  ]);
});

afterAll(async () => {
  await under.close();
});

let number = 0;
const run = (
  text: string,
  more: {
    options?: Record<string, string | number | boolean>;
    parameters?: Record<string, string>;
  } = {},
  signal?: AbortSignal,
  onEvent?: (event: QueryEvent) => void,
) =>
  under.worker.call(
    'query.run',
    { queryId: `q${++number}`, text, database: 'Db', ...more },
    { ...(signal ? { signal } : {}), ...(onEvent ? { onEvent } : {}) },
  );

async function cells(resultId: string): Promise<unknown[][]> {
  const { batch } = await under.worker.call('query.window', { resultId, offset: 0, limit: 100 });
  const decoded = decodeBatch(batch);
  return Array.from({ length: decoded.rowCount }, (_, r) =>
    decoded.columns.map((_column, c) => decoded.cell(r, c)),
  );
}

describe('query.run', () => {
  it('answers from the extents, counts what it read and gives the snapshot back', async () => {
    const outcome = await run('T | summarize n = count() by name | top 1 by name');
    expect(outcome.stats).toMatchObject({ rowsScanned: 50_000, extentsScanned: 1 });
    expect(outcome.stats.bytesScanned).toBeGreaterThan(0);
    // 50,000 = 7 · 7,142 + 6: the names n0…n5 come once more than n6.
    expect(await cells(outcome.results[0]?.resultId ?? '')).toEqual([['n6', 7_142n]]);
    expect(under.held.size).toBe(0);
  });

  it('shows the first rows of a streaming plan before it is done', async () => {
    const events: QueryEvent[] = [];
    const outcome = await run('T | where id >= 10', {}, undefined, (e) => events.push(e));
    const shown = events.flatMap((e) => (e.kind === 'result' ? [e.result] : []));
    expect(shown[0]?.complete).toBe(false);
    expect(shown[0]?.rowCount).toBeGreaterThanOrEqual(1_000);
    expect(shown[0]?.rowCount).toBeLessThan(10_000);
    expect(shown.at(-1)).toMatchObject({ complete: true, rowCount: 49_990 });
    expect(outcome.results[0]?.rowCount).toBe(49_990);
  });

  it('keeps to the record limits that were asked for, and to no others', async () => {
    const rowsOf = async (text: string, options: Record<string, string | number | boolean>) =>
      (await run(text, { options })).results[0]?.rowCount;
    expect(await rowsOf('T', {})).toBe(50_000);
    expect(await rowsOf('T', { query_take_max_records: 5 })).toBe(5);
    expect(await rowsOf('set query_take_max_records = 7; T', {})).toBe(7);
    await expect(run('T', { options: { truncationmaxrecords: 10 } })).rejects.toMatchObject({
      code: 'E_QUERY_RESULT_SET_TOO_LARGE',
    });
    expect(await rowsOf('T', { truncationmaxrecords: 10, notruncation: true })).toBe(50_000);
  });

  it('takes values of declared parameters', async () => {
    const outcome = await run('declare query_parameters(n: long); T | where id == n | project id', {
      parameters: { n: '42' },
    });
    expect(await cells(outcome.results[0]?.resultId ?? '')).toEqual([[42n]]);
  });

  it('gives declared parameters their type', async () => {
    const outcome = await run(
      `declare query_parameters(s: string, n: long, d: datetime, t: timespan, r: real, b: bool, g: guid, o: dynamic, m: long = 3);
       print s, n + 1, d + 1d, t * 2, r / 2, not(b), g, o.a[1], m`,
      {
        parameters: {
          s: 'it is',
          n: 'long(41)',
          d: 'datetime(2024-01-01T00:00:00)',
          t: 'time(1.02:00:00)',
          r: 'real(3)',
          b: 'bool(true)',
          g: 'guid(74be27de-1e4e-49d9-b579-fe0b331d3642)',
          o: 'dynamic({"a":[1,2]})',
        },
      },
    );
    expect(await cells(outcome.results[0]?.resultId ?? '')).toEqual([
      [
        'it is',
        42n,
        638397504000000000n,
        2n * 936000000000n,
        1.5,
        false,
        '74be27de-1e4e-49d9-b579-fe0b331d3642',
        '2',
        3n,
      ],
    ]);
    await expect(
      run('declare query_parameters(n: long); print n', { parameters: { n: 'many' } }),
    ).rejects.toMatchObject({ kind: 'semantic', code: 'parameter_value' });
  });

  it('ends when it is cancelled, in SQL and between statements, and goes on working', async () => {
    for (const text of [
      'T | join kind=inner (T | extend k = 1) on $left.name == $right.name | summarize sum(id * id1)',
      'range x from 1 to 100000000 step 1 | summarize dcount(tostring(x * 7))',
    ]) {
      const cancel = new AbortController();
      const running = run(text, {}, cancel.signal, () => cancel.abort());
      await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
    }
    expect(under.held.size).toBe(0);
    expect(await cells((await run('print 1')).results[0]?.resultId ?? '')).toEqual([[1n]]);
  });

  it('survives whatever is wrong with a text', async () => {
    for (const [text, kind] of [
      ['T | where', 'syntax'],
      ['Nope | take 1', 'semantic'],
      [`print ${'('.repeat(500)}1${')'.repeat(500)}`, 'resource'],
      [`print "${'x'.repeat(2_000_001)}"`, 'resource'],
      ['', 'syntax'],
    ] as const)
      await expect(run(text)).rejects.toMatchObject({ kind });
    expect((await run('T | count')).results[0]?.rowCount).toBe(1);
  });
});

describe('query.check and query.explain', () => {
  const check = async (text: string) =>
    (await under.worker.call('query.check', { text, database: 'Db' })).diagnostics;

  it('find nothing in a good text, and the place in a bad one', async () => {
    expect(await check('T | where id > 1')).toEqual([]);
    expect(await check('T | where\nnope > 1')).toMatchObject([
      { severity: 'error', span: { line: 2, column: 1, length: 4 } },
    ]);
    expect(await check('.show tables')).toEqual([]);
    expect(await check('.foo')).toMatchObject([{ code: 'unknown_command' }]);
  });

  it('print the plan and the SQL', async () => {
    const { plan, sql } = await under.worker.call('query.explain', {
      text: 'T | where id > 5 | summarize n = count() by name',
      database: 'Db',
    });
    expect(plan).toBe(
      [
        'Table_0',
        '  aggregate n = count() by name  → name:string, n:long',
        '    filter (id > 5)  → id:long, name:string',
        '      scan Db.T  → id:long, name:string',
      ].join('\n'),
    );
    expect(sql).toContain('GROUP BY');
  });
});

describe('rows of the host', () => {
  const request = {
    name: 'PrimaryResult',
    columns: [
      { name: 'TableName', type: 'string' as const },
      { name: 'Rows', type: 'long' as const },
      { name: 'At', type: 'datetime' as const },
      { name: 'Tags', type: 'dynamic' as const },
    ],
    rows: [
      ['A', 5n, '2024-01-01T00:00:00.0000001Z', '["x"]'],
      ['B', null, null, null],
      ['C', 7, '2024-01-02', '{"k":1}'],
    ],
    database: 'Db',
  };

  it('become a result as they are', async () => {
    const result = await under.worker.call('engine.rows', request);
    expect(await cells(result.resultId)).toEqual([
      ['A', 5n, 638_396_640_000_000_001n, '["x"]'],
      ['B', null, null, null],
      ['C', 7n, 638_397_504_000_000_000n, '{"k":1}'],
    ]);
  });

  it('go through a pipe, which may name tables of the database', async () => {
    const result = await under.worker.call('engine.rows', {
      ...request,
      pipe: ' where Rows > 1 | extend all = toscalar(T | count) | project all, TableName | sort by TableName',
    });
    expect(await cells(result.resultId)).toEqual([
      [50_000n, 'C'],
      [50_000n, 'A'],
    ]);
  });

  it('report errors of the pipe at their place in the command', async () => {
    const pipe = ' where Nope > 1';
    const text = `.show tables |${pipe}`;
    await expect(
      under.worker.call('engine.rows', { ...request, pipe, text }),
    ).rejects.toMatchObject({ span: { start: text.indexOf('Nope'), length: 4 } });
  });
});

describe('engine.writeExtents', () => {
  it('writes the first result with its KQL types', async () => {
    const { columns, extents, rows } = await under.worker.call('engine.writeExtents', {
      queryId: 'w1',
      text: 'T | where id < 10 | project id, at = datetime(2024-01-01) + id * 1tick, bag = bag_pack("k", id)',
      database: 'Db',
      folder: under.folder,
    });
    expect(rows).toBe(10);
    expect(columns.map((c) => `${c.name}:${c.type}`)).toEqual([
      'id:long',
      'at:datetime',
      'bag:dynamic',
    ]);
    expect(extents).toHaveLength(1);
    expect(extents[0]?.ranges).toContainEqual({
      column: 'at',
      min: '638396640000000000',
      max: '638396640000000009',
    });
  });

  it('leaves nothing behind when the query fails', async () => {
    const before = readdirSync(under.folder);
    const command = '.set X <| print nope';
    await expect(
      under.worker.call('engine.writeExtents', {
        queryId: 'w2',
        text: 'print nope',
        database: 'Db',
        folder: under.folder,
        command,
      }),
    ).rejects.toMatchObject({ span: { start: command.indexOf('nope') } });
    expect(readdirSync(under.folder)).toEqual(before);
  });
});

it('reports its memory, and what of the language works', async () => {
  expect((await under.worker.call('engine.memory', {})).bytes).toBeGreaterThan(0);
  const info = await under.worker.call('engine.coverage', {});
  expect(info.operators.implemented).toEqual(
    expect.arrayContaining(['where', 'summarize', 'join']),
  );
  const every = [...info.operators.implemented, ...info.operators.missing];
  expect(every.length + Object.keys(info.operators.meaningless).length).toBe(53);
});
