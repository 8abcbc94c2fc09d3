import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBuffer } from 'yauzl';
import { type CellValue, decodeBatch } from '../../common/arrow/result-batch.ts';
import type { ResultInfo } from '../../common/contract/query.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { type QueryWorkerUnderTest, startQueryWorker } from './support/query-worker.ts';

const ROWS = 200_000;
/** Ticks of 2024-01-01. */
const DAY = 638_396_640_000_000_000n;

// A table whose every cell follows from its row number by arithmetic, so that SQL over `range` is the oracle.
const COLUMNS = [
  { name: 'Id', type: 'long', sql: 'i' },
  {
    name: 'Name',
    type: 'string',
    sql: `CASE WHEN i % 10 = 0 THEN '' ELSE 'name ' || (i * 7919 % 1000) END`,
  },
  { name: 'When', type: 'datetime', sql: `${DAY} + i * 12345678` },
  { name: 'Span', type: 'timespan', sql: `(i % 1000 - 500) * 10000000` },
  {
    name: 'Value',
    type: 'real',
    sql: `CASE WHEN i % 13 = 0 THEN NULL ELSE i * 31 % 977 / 4.0 END`,
  },
  {
    name: 'Big',
    type: 'long',
    sql: `CASE WHEN i % 5 = 0 THEN NULL ELSE 9223372036854775807 - i END`,
  },
  { name: 'Flag', type: 'bool', sql: 'i % 3 = 0' },
  { name: 'Bag', type: 'dynamic', sql: `'{"n":' || i || '}'` },
] as const;

let under: QueryWorkerUnderTest;
let oracle: Awaited<ReturnType<DuckDBInstance['connect']>>;
let whole: ResultInfo;

async function ask(sql: string): Promise<readonly (readonly DuckDBValue[])[]> {
  return (await oracle.runAndReadAll(sql)).getRows();
}

async function run(text: string): Promise<ResultInfo> {
  const outcome = await under.worker.call('query.run', {
    queryId: `q${Math.random()}`,
    text,
    database: 'Db',
  });
  const [result] = outcome.results;
  if (!result) throw new Error('no result');
  return result;
}

async function rows(
  { resultId, viewId }: { readonly resultId: string; readonly viewId?: string },
  offset: number,
  limit: number,
  columns?: string[],
): Promise<CellValue[][]> {
  const { batch } = await under.worker.call('query.window', {
    resultId,
    ...(viewId === undefined ? {} : { viewId }),
    offset,
    limit,
    ...(columns ? { columns } : {}),
  });
  const decoded = decodeBatch(batch);
  return Array.from({ length: decoded.rowCount }, (_, r) =>
    decoded.columns.map((_column, c) => decoded.cell(r, c)),
  );
}

beforeAll(async () => {
  under = await startQueryWorker([
    { name: 'T', columns: COLUMNS, from: `range(${ROWS}) t(i)`, rows: ROWS },
  ]);
  const instance = await DuckDBInstance.create(':memory:');
  oracle = await instance.connect();
  const list = COLUMNS.map((c) => `${c.sql} AS "${c.name}"`).join(', ');
  await oracle.run(`CREATE TABLE t AS SELECT ${list} FROM range(${ROWS}) t(i)`);
  whole = await run('T');
});

afterAll(async () => {
  await under.close();
});

describe('windows', () => {
  it('hold the rows of the table in order at any place', async () => {
    expect(whole.rowCount).toBe(ROWS);
    for (const offset of [0, 1, 2_047, 122_879, 150_001, ROWS - 3, ROWS]) {
      const found = await rows(whole, offset, 5);
      const wanted = await ask(`SELECT * FROM t WHERE rowid >= ${offset} ORDER BY rowid LIMIT 5`);
      expect(found).toEqual(wanted.map((row) => [...row]));
    }
  });

  it('give only the columns that were asked for, in that order', async () => {
    expect(await rows(whole, 3, 1, ['Flag', 'Id'])).toEqual([[true, 3n]]);
    await expect(rows(whole, 0, 1, ['Nope'])).rejects.toMatchObject({ code: 'no_column' });
  });

  it('are refused once the result is released', async () => {
    const result = await run('print x = 1');
    await under.worker.call('query.release', { resultIds: [result.resultId] });
    await expect(rows(result, 0, 1)).rejects.toMatchObject({ code: 'result_gone' });
  });
});

describe('going on from a result', () => {
  const pipe = (resultId: string, text: string, viewId?: string) =>
    under.worker.call('query.pipe', {
      resultId,
      pipe: text,
      database: 'Test',
      ...(viewId === undefined ? {} : { viewId }),
    });

  it('groups and pivots its rows, and the new result outlives it', async () => {
    const sales = await run(
      'datatable(city: string, year: long, n: long) ["A", 1, 10, "A", 2, 20, "B", 1, 5, "A", 1, 1]',
    );
    const grouped = await pipe(
      sales.resultId,
      'summarize total = sum(n) by city | sort by city asc',
    );
    const pivoted = await pipe(
      sales.resultId,
      'evaluate pivot(year, sum(n), city) | sort by city asc',
    );
    await under.worker.call('query.release', { resultIds: [sales.resultId] });
    expect(await rows(grouped, 0, 9)).toEqual([
      ['A', 31n],
      ['B', 5n],
    ]);
    expect(pivoted.columns.map((c) => c.name)).toEqual(['city', '1', '2']);
    expect(await rows(pivoted, 0, 9)).toEqual([
      ['A', 11n, 20n],
      ['B', 5n, 0n],
    ]);
  });

  it('sees the rows of a view alone, and says where an error stands in its own text', async () => {
    const numbers = await run('range x from 1 to 100 step 1');
    const { viewId } = await under.worker.call('query.view', {
      resultId: numbers.resultId,
      spec: {
        sort: [],
        filters: [{ column: 'x', operator: 'greater', values: ['90'] }],
        search: '',
      },
    });
    expect(await rows(await pipe(numbers.resultId, 'summarize s = sum(x)', viewId), 0, 1)).toEqual([
      [955n],
    ]);
    await expect(pipe(numbers.resultId, 'where nope > 1')).rejects.toMatchObject({
      span: { start: 6 },
    });
  });

  it('shows equal rows once, at the place of the first', async () => {
    const twice = await run(
      'datatable(a: string, n: long) ["x", 1, "y", 2, "x", 1, "x", long(null), "x", long(null)]',
    );
    const { viewId, rowCount } = await under.worker.call('query.view', {
      resultId: twice.resultId,
      spec: { sort: [], filters: [], search: '', distinct: true },
    });
    expect(rowCount).toBe(3);
    expect(await rows({ ...twice, viewId }, 0, 9)).toEqual([
      ['x', 1n],
      ['y', 2n],
      ['x', null],
    ]);
  });
});

describe('views', () => {
  const open = (spec: object) =>
    under.worker.call('query.view', {
      resultId: whole.resultId,
      spec: { sort: [], filters: [], search: '', ...spec },
    });

  it.each([
    ['Big', true, 'DESC NULLS LAST'],
    ['Big', false, 'ASC NULLS FIRST'],
    ['Name', false, 'ASC'],
    ['Value', true, 'DESC NULLS LAST'],
  ] as const)('sort %s (descending: %s) as KQL does', async (column, descending, order) => {
    const { viewId, rowCount } = await open({ sort: [{ column, descending }] });
    expect(rowCount).toBe(ROWS);
    for (const offset of [0, 39_999, 40_001, 123_456, ROWS - 2]) {
      const found = await rows({ resultId: whole.resultId, viewId }, offset, 20, [column]);
      const wanted = await ask(
        `SELECT "${column}" FROM t ORDER BY "${column}" ${order} LIMIT 20 OFFSET ${offset}`,
      );
      expect(found).toEqual(wanted.map((row) => [...row]));
    }
  });

  it.each([
    ['When', 'greaterOrEqual', ['2024-01-02T00:00:00Z'], `"When" >= ${DAY + 864_000_000_000n}`],
    ['Span', 'less', ['-00:08:00'], `"Span" < -4800000000`],
    ['Value', 'notEquals', ['1.5'], `"Value" IS DISTINCT FROM 1.5`],
    ['Value', 'in', ['1.5', ''], `"Value" = 1.5 OR "Value" IS NULL`],
    ['Big', 'equals', ['9223372036854775806'], `"Big" = 9223372036854775806`],
    ['Name', 'isEmpty', [], `"Name" = ''`],
    ['Name', 'contains', ['ME 99'], `contains("Name", 'me 99')`],
    ['Name', 'notIn', ['name 1', ''], `"Name" NOT IN ('name 1', '')`],
    ['Flag', 'equals', ['true'], `"Flag"`],
  ] as const)('filter %s %s %j', async (column, operator, values, condition) => {
    const { rowCount } = await open({ filters: [{ column, operator, values: [...values] }] });
    const [wanted] = await ask(`SELECT count(*)::INTEGER FROM t WHERE ${condition}`);
    expect(rowCount).toBe(wanted?.[0]);
    expect(rowCount).toBeGreaterThan(0);
  });

  it('search every column as the user sees it', async () => {
    const { rowCount } = await open({ search: '-01 00:10:0' });
    const [wanted] = await ask(
      `SELECT count(*)::INTEGER FROM t WHERE contains(strftime(make_timestamp(("When" - 621355968000000000) // 10), '%Y-%m-%d %H:%M:%S'), '-01 00:10:0')`,
    );
    expect(rowCount).toBe(wanted?.[0]);
    expect(rowCount).toBeGreaterThan(0);
  });

  it('are found again by an equal spec', async () => {
    const spec = { sort: [{ column: 'Name', descending: true }] };
    expect((await open(spec)).viewId).toBe((await open(spec)).viewId);
  });

  it('refuse a value of another type', async () => {
    await expect(
      open({ filters: [{ column: 'Id', operator: 'less', values: ['abc'] }] }),
    ).rejects.toMatchObject({ kind: 'input', code: 'bad_filter_value' });
  });
});

describe('figures', () => {
  it('profile a column', async () => {
    const profile = await under.worker.call('query.columnProfile', {
      resultId: whole.resultId,
      column: 'Value',
      top: 3,
    });
    const [row] = await ask(
      `SELECT count(DISTINCT "Value")::INTEGER, count(*) FILTER (WHERE "Value" IS NULL)::INTEGER, max("Value") FROM t`,
    );
    expect(profile).toMatchObject({ rowCount: ROWS, distinct: row?.[0], empty: row?.[1] });
    expect(Number(profile.max)).toBe(row?.[2]);
    expect(profile.top[0]).toEqual({ value: '', count: row?.[1] });
  });

  it('add 64-bit integers exactly', async () => {
    const stats = await under.worker.call('query.selectionStats', {
      resultId: whole.resultId,
      ranges: [
        { start: 1, end: 4 },
        { start: 6, end: 8 },
      ],
      columns: ['Big', 'Name'],
    });
    // (2^63-1)·5 - (1+2+3+6+7)
    expect(stats).toMatchObject({
      count: 10,
      numeric: 5,
      sum: Number(9_223_372_036_854_775_807n * 5n - 19n),
      min: '9223372036854775800',
      max: '9223372036854775806',
    });
  });

  it('find the next row and turn round at the end', async () => {
    const address = { resultId: whole.resultId, text: '"n":199999' };
    const at = (from: number, backwards = false) =>
      under.worker.call('query.find', { ...address, from, backwards });
    expect(await at(0)).toEqual({ row: 199_999, matches: 1 });
    expect(await at(5, true)).toEqual({ row: 199_999, matches: 1 });
    const none = await under.worker.call('query.find', { ...address, text: 'nonesuch', from: 0 });
    expect(none).toEqual({ row: -1, matches: 0 });
  });

  it('give a whole cell', async () => {
    const cell = (column: string, row: number) =>
      under.worker.call('query.cell', { resultId: whole.resultId, row, column });
    expect(await cell('When', 1)).toEqual({ text: '2024-01-01T00:00:01.2345678Z', isNull: false });
    expect(await cell('Big', 5)).toEqual({ text: '', isNull: true });
    expect(await cell('Span', 0)).toEqual({ text: '-00:08:20', isNull: false });
  });
});

describe('charts', () => {
  it('keep the extremes and the gaps of a long series', async () => {
    const series = await run(
      'range x from 1 to 300000 step 1 | extend y = iff(x == 123457, 1e6, iff(x == 200003, real(null), toreal(x % 100)))',
    );
    const { batch, thinned, pointCount } = await under.worker.call('query.chart', {
      resultId: series.resultId,
      kind: 'linechart',
      x: 'x',
      ys: ['y'],
      maxPoints: 1_000,
    });
    const points = decodeBatch(batch);
    expect(thinned).toBe(true);
    expect(pointCount).toBe(points.rowCount);
    expect(pointCount).toBeLessThanOrEqual(1_250);
    expect(points.columns.map((c) => c.type)).toEqual(['long', 'real']);
    const byX = new Map(
      Array.from({ length: points.rowCount }, (_, r) => [points.cell(r, 0), points.cell(r, 1)]),
    );
    expect(byX.get(123_457n)).toBe(1e6);
    expect(byX.get(200_003n)).toBe(null);
    expect(byX.has(1n) && byX.has(300_000n)).toBe(true);
    expect([...byX.keys()]).toEqual([...byX.keys()].sort((a, b) => Number(a) - Number(b)));
  });

  it('lay out the arrays of make-series', async () => {
    const series = await run(
      `datatable(k: string, t: dynamic, v: dynamic) ["a", dynamic(["2024-01-01T00:00:00.0000000Z", "2024-01-02T00:00:00.0000001Z"]), dynamic([1, null])]`,
    );
    const { batch } = await under.worker.call('query.chart', {
      resultId: series.resultId,
      kind: 'timechart',
      x: 't',
      ys: ['v'],
      series: ['k'],
    });
    const points = decodeBatch(batch);
    expect(points.columns.map((c) => `${c.name}:${c.type}`)).toEqual([
      't:datetime',
      'k:string',
      'v:real',
    ]);
    expect([points.cell(0, 0), points.cell(0, 2)]).toEqual([DAY, 1]);
    expect([points.cell(1, 0), points.cell(1, 2)]).toEqual([DAY + 864_000_000_001n, null]);
  });

  it('sum up what is beyond the most frequent categories', async () => {
    const result = await run('range x from 1 to 1000 step 1 | project c = strcat("c", x), y = x');
    const { batch } = await under.worker.call('query.chart', {
      resultId: result.resultId,
      kind: 'columnchart',
      x: 'c',
      ys: ['y'],
      maxPoints: 3,
    });
    const points = decodeBatch(batch);
    const list = Array.from({ length: points.rowCount }, (_, r) => [
      points.cell(r, 0),
      points.cell(r, 1),
    ]);
    expect(list).toEqual([
      ['c999', 999n],
      ['c1000', 1000n],
      ['(other)', (998n * 999n) / 2n],
    ]);
  });
});

const HARD = `datatable(s: string, l: long, r: real, d: datetime, t: timespan, b: bool, g: guid, m: decimal, z: dynamic) [
  "a,b|\\"q\\"\\n<x>&\\u0001", 9223372036854775807, 1.5, datetime(2024-01-01T01:02:03.1234567), time(-1.02:03:04.5), true, guid(74be27de-1e4e-49d9-b579-fe0b331d3642), decimal(12345678901234567890.123), dynamic({"a": [1, 2.0, "x,y"]}),
  "=1+1", 5, real(nan), datetime(2024-05-06 07:08:09), 1h, false, guid(null), decimal(null), dynamic(null),
  "", long(null), real(null), datetime(null), timespan(null), bool(null), guid(null), decimal(1.5), dynamic("text")]`;

describe('exports', () => {
  const write = (result: ResultInfo, format: 'csv' | 'parquet' | 'arrow' | 'xlsx', path: string) =>
    under.worker.call('query.export', { resultId: result.resultId, format, path });

  it('write a CSV that reads back the same, line breaks and quotes included', async () => {
    const path = join(under.folder, 'hard.csv');
    expect(await write(await run(HARD), 'csv', path)).toMatchObject({ rows: 3 });
    expect(readFileSync(path, 'utf8').split('\r\n')[0]).toBe('s,l,r,d,t,b,g,m,z');
    const found = await ask(
      `SELECT * FROM read_csv('${path}', all_varchar = true, header = true, nullstr = 'no null')`,
    );
    expect(found).toEqual([
      [
        'a,b|"q"\n<x>&\u0001',
        '9223372036854775807',
        '1.5',
        '2024-01-01T01:02:03.1234567Z',
        '-1.02:03:04.5000000',
        'true',
        '74be27de-1e4e-49d9-b579-fe0b331d3642',
        '12345678901234567890.123',
        '{"a":[1,2.0,"x,y"]}',
      ],
      ['=1+1', '5', 'NaN', '2024-05-06T07:08:09.0000000Z', '01:00:00', 'false', '', '', ''],
      ['', '', '', '', '', '', '', '1.5', '"text"'],
    ]);
  });

  it('write Parquet and Arrow files with every row of a large result', async () => {
    const parquet = join(under.folder, 'whole.parquet');
    const arrow = join(under.folder, 'whole.arrow');
    expect((await write(whole, 'parquet', parquet)).rows).toBe(ROWS);
    expect((await write(whole, 'arrow', arrow)).rows).toBe(ROWS);
    const [same] = await ask(
      `SELECT count(*)::INTEGER FROM (SELECT "Id", "Name", "Span", "Value", "Big", "Flag", "Bag" FROM '${parquet}' INTERSECT ALL SELECT "Id", "Name", "Span", "Value", "Big", "Flag", "Bag" FROM t)`,
    );
    expect(same?.[0]).toBe(ROWS);
    const [when] = await ask(`SELECT epoch_us("When")::VARCHAR FROM '${parquet}' WHERE "Id" = 1`);
    // 1.2345678 s after midnight: the seventh digit has no room in microseconds.
    expect(when?.[0]).toBe('1704067201234567');
    const table = decodeBatch(readFileSync(arrow));
    expect(table.rowCount).toBe(ROWS);
    expect(table.columns).toEqual(COLUMNS.map(({ name, type }) => ({ name, type })));
    expect(table.cell(1, 2)).toBe(DAY + 12_345_678n);
    expect(table.cell(5, 5)).toBe(null);
  });

  it('write a workbook whose texts are no formulas and whose dates are dates', async () => {
    const path = join(under.folder, 'hard.xlsx');
    await write(await run(HARD), 'xlsx', path);
    const sheet = await zipEntry(path, 'xl/worksheets/sheet1.xml');
    expect(sheet).not.toContain('<f>');
    expect(sheet).toContain('<t xml:space="preserve">=1+1</t>');
    expect(sheet).toContain('<t xml:space="preserve">9223372036854775807</t>');
    // 2024-05-06 is day 45418; 07:08:09 is 25,689 of 86,400 seconds.
    const serial = Number(/<c s="1"><v>([\d.]+)<\/v>/.exec(sheet)?.[1]);
    expect(serial).toBeCloseTo(45_418 + 25_689 / 86_400, 9);
    expect(await zipEntry(path, 'xl/workbook.xml')).toContain('<sheet name="result"');
  });

  it('copy a KQL text that makes the same table again', async () => {
    const first = await run(HARD);
    const copy = async (result: ResultInfo, format: 'datatable' | 'json') =>
      (await under.worker.call('query.copy', { resultId: result.resultId, format })).text;
    const again = await run(await copy(first, 'datatable'));
    expect(again.columns).toEqual(first.columns);
    expect(await copy(again, 'json')).toBe(await copy(first, 'json'));
  });

  it('copy chosen rows and columns of a view', async () => {
    const { viewId } = await under.worker.call('query.view', {
      resultId: whole.resultId,
      spec: { sort: [{ column: 'Id', descending: true }] },
    });
    const { text, rows: count } = await under.worker.call('query.copy', {
      resultId: whole.resultId,
      viewId,
      format: 'tsv',
      columns: ['Flag', 'Id'],
      ranges: [{ start: 1, end: 3 }],
      headers: false,
    });
    expect(count).toBe(2);
    expect(text).toBe('true\t199998\r\nfalse\t199997\r\n');
  });

  it('leave nothing behind when cancelled or refused', async () => {
    const path = join(under.folder, 'cancelled.xlsx');
    const cancel = new AbortController();
    const writing = under.worker.call(
      'query.export',
      { resultId: whole.resultId, format: 'xlsx', path },
      { signal: cancel.signal, onEvent: () => cancel.abort() },
    );
    await expect(writing).rejects.toMatchObject({ kind: 'cancelled' });
    expect(existsSync(path) || existsSync(`${path}.part`)).toBe(false);
    await expect(
      write(whole, 'csv', join(under.folder, 'no such folder', 'x.csv')),
    ).rejects.toBeInstanceOf(AppError);
  });
});

async function zipEntry(path: string, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    fromBuffer(readFileSync(path), { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      zip.on('entry', (entry) => {
        if (entry.fileName !== name) return zip.readEntry();
        zip.openReadStream(entry, (failure, stream) => {
          if (failure) return reject(failure);
          const parts: Buffer[] = [];
          stream.on('data', (part: Buffer) => parts.push(part));
          stream.on('end', () => resolve(Buffer.concat(parts).toString()));
        });
      });
      zip.on('end', () => reject(new Error(`${name} is not in the archive`)));
      zip.readEntry();
    });
  });
}
