import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MappedColumn } from '../../common/contract/ingest.ts';
import { mergeExtents } from '../../workers/store/merge.ts';
import { IngestBench } from './ingest-support.ts';

let bench: IngestBench;
beforeAll(async () => {
  bench = await IngestBench.open();
});
afterAll(() => bench.close());

async function file(name: string, text: string): Promise<string> {
  const path = bench.path(name);
  await writeFile(path, text);
  return path;
}

/** A column of numbers that turns into text far behind everything that a sample looks at. */
async function lateText(
  name: string,
  bad: string,
  row = 900_000,
  rows = 1_000_000,
): Promise<string> {
  const lines = ['id,value'];
  for (let i = 1; i <= rows; i++) lines.push(`${i},${i === row ? bad : i % 100}`);
  return await file(name, `${lines.join('\n')}\n`);
}

describe('a column that turns into text at row 900,000', () => {
  let path: string;
  beforeAll(async () => {
    path = await lateText('late.csv', 'n.a. today');
  });

  it('widen: the whole column becomes text and the report says where', async () => {
    const { columns, extents, report } = await bench.load(path, { onBadCell: 'widen' });
    expect(columns.map((c) => c.type)).toEqual(['long', 'string']);
    expect(report.widened).toEqual([{ column: 'value', from: 'long', to: 'string' }]);
    expect(report.rejected).toEqual([
      {
        file: 'late.csv',
        row: 900_000,
        column: 'value',
        value: 'n.a. today',
        reason: 'not a long: the column became string',
      },
    ]);
    expect(report.rows).toBe(1_000_000);
    expect(await bench.rows(columns, extents, 'WHERE c0 IN (1, 900000) ORDER BY c0')).toEqual([
      ['1', '1'],
      ['900000', 'n.a. today'],
    ]);
  });

  it('keep: the cell is null and stands in the errors table', async () => {
    const { columns, extents, report, errorColumns, errorExtents } = await bench.load(path, {
      onBadCell: 'keep',
    });
    expect(columns.map((c) => c.type)).toEqual(['long', 'long']);
    expect(report.rejectedCells).toBe(1);
    expect(await bench.rows(columns, extents, 'WHERE c1 IS NULL')).toEqual([['900000', null]]);
    expect(await bench.rows(errorColumns, errorExtents)).toEqual([
      ['late.csv', '900000', 'value', 'n.a. today', 'not a long'],
    ]);
  });

  it('stop: an error names file, row, column and value, and nothing is stored', async () => {
    const before = await bench.leftovers();
    await expect(bench.load(path, { onBadCell: 'stop' })).rejects.toMatchObject({
      kind: 'input',
      code: 'bad_cell',
      message: expect.stringMatching(
        /late\.csv, row 900000, column value: “n\.a\. today” is not a long/,
      ),
    });
    expect(await bench.leftovers()).toEqual(before);
  });

  it('a fraction among whole numbers is no rounding error but a real column', async () => {
    const fractions = await lateText('fraction.csv', '1.5', 150_000, 700_000);
    const { columns, extents, report } = await bench.load(fractions);
    expect(report.widened).toEqual([{ column: 'value', from: 'long', to: 'real' }]);
    expect(await bench.rows(columns, extents, 'WHERE c0 = 150000')).toEqual([['150000', 1.5]]);
  });
});

describe('an existing table', () => {
  const target = [
    { name: 'b', type: 'string' as const },
    { name: 'a', type: 'long' as const },
    { name: 'c', type: 'datetime' as const },
  ];

  it('takes columns by name where there are names', async () => {
    const path = await file('named.csv', 'a,b,extra\n1,x,9\n2,y,9\n');
    const { columns, extents, report } = await bench.load(path, { target });
    expect(columns).toEqual([
      { name: 'b', type: 'string' },
      { name: 'a', type: 'long' },
    ]);
    expect(report.notes).toContain('not in the table, left out: extra');
    expect(await bench.rows(target, extents)).toEqual([
      ['x', '1', null],
      ['y', '2', null],
    ]);
  });

  it('takes columns by position where there are none', async () => {
    const path = await file('plain.csv', 'x,1,2024-01-01\ny,2,2024-01-02\n');
    const { extents } = await bench.load(path, {
      target,
      options: { nestedLevels: 1, header: false },
    });
    expect(await bench.rows(target, extents)).toEqual([
      ['x', '1', '638396640000000000'],
      ['y', '2', '638397504000000000'],
    ]);
  });

  it('keeps cells that do not fit aside, since its types stay', async () => {
    const path = await file('unfit.csv', 'a,b\n1,x\noops,y\n');
    const { extents, report, errorExtents, errorColumns } = await bench.load(path, { target });
    expect(report.widened).toEqual([]);
    expect(await bench.rows(target, extents)).toEqual([
      ['x', '1', null],
      ['y', null, null],
    ]);
    expect(await bench.rows(errorColumns, errorExtents)).toEqual([
      ['unfit.csv', '2', 'a', 'oops', 'not a long'],
    ]);
  });

  it('refuses a mapping to a column that it does not have', async () => {
    const path = await file('wrong.csv', '1\n');
    await expect(
      bench.load(path, { target, columns: [{ name: 'zzz', type: 'long', ordinal: 0 }] }),
    ).rejects.toMatchObject({ code: 'unknown_column' });
  });
});

describe('mappings', () => {
  it('JSON paths, transformations and constants', async () => {
    const record = {
      Id: 7,
      Event: { Name: 'start', Tags: ['a', 'b'] },
      Seconds: 1700000000.5,
      Millis: 1700000000123,
      Micros: 1700000000123456,
      Nanos: 1700000000123456,
      Pairs: [
        { key: 'k1', value: 1 },
        { key: 'k2', value: 'two' },
      ],
      'odd name': true,
    };
    const text = JSON.stringify(record).replace(
      '"Nanos":1700000000123456',
      '"Nanos":1700000000123456789',
    );
    const path = await file('map.json', `${text}\n`);
    const columns: MappedColumn[] = [
      { name: 'id', type: 'long', path: '$.Id' },
      { name: 'name', type: 'string', path: '$.Event.Name' },
      { name: 'second', type: 'string', path: '$.Event.Tags[1]' },
      { name: 's', type: 'datetime', path: '$.Seconds', transform: 'DateTimeFromUnixSeconds' },
      { name: 'ms', type: 'datetime', path: '$.Millis', transform: 'DateTimeFromUnixMilliseconds' },
      { name: 'us', type: 'datetime', path: '$.Micros', transform: 'DateTimeFromUnixMicroseconds' },
      { name: 'ns', type: 'datetime', path: '$.Nanos', transform: 'DateTimeFromUnixNanoseconds' },
      { name: 'bag', type: 'dynamic', path: '$.Pairs', transform: 'PropertyBagArrayToDictionary' },
      { name: 'odd', type: 'bool', path: "$.['odd name']" },
      { name: 'where', type: 'string', transform: 'SourceLocation' },
      { name: 'line', type: 'long', transform: 'SourceLineNumber' },
      { name: 'fixed', type: 'datetime', constant: '2021-01-01T10:32:00' },
      { name: 'rest', type: 'dynamic', path: '$', transform: 'DropMappedFields' },
    ];
    const { extents, columns: made } = await bench.load(path, { columns });
    const epoch = 621_355_968_000_000_000n;
    expect(await bench.rows(made, extents)).toEqual([
      [
        '7',
        'start',
        'b',
        String(epoch + 17_000_000_005_000_000n),
        String(epoch + 17_000_000_001_230_000n),
        String(epoch + 17_000_000_001_234_560n),
        String(epoch + 17_000_000_001_234_567n),
        '{"k1":1,"k2":"two"}',
        true,
        'map.json',
        '1',
        '637450939200000000',
        '{"Event":{"Tags":["a","b"]}}',
      ],
    ]);
  });

  it('flattens nested objects to the level that was asked for', async () => {
    const path = await file('nested.json', '{"a":{"b":{"c":1},"d":2},"e":3}\n');
    const two = await bench.load(path, { options: { nestedLevels: 2 } });
    expect(two.columns).toEqual([
      { name: 'a_b', type: 'dynamic' },
      { name: 'a_d', type: 'long' },
      { name: 'e', type: 'long' },
    ]);
    expect(await bench.rows(two.columns, two.extents)).toEqual([['{"c":1}', '2', '3']]);
  });

  it('reads files with other column orders by name', async () => {
    const one = await file('order1.csv', 'a,b\n1,x\n');
    const two = await file('order2.csv', 'b,a\ny,2\n');
    const { columns, extents } = await bench.load([one, two]);
    expect(await bench.rows(columns, extents)).toEqual([
      ['1', 'x'],
      ['2', 'y'],
    ]);
  });

  it('tells properties apart that differ in case alone', async () => {
    const path = await file('case.json', '{"Id":1,"id":"x"}\n');
    const { columns, extents } = await bench.load(path);
    expect(columns.map((c) => c.name)).toEqual(['Id', 'id']);
    expect(await bench.rows(columns, extents)).toEqual([['1', 'x']]);
  });
});

describe('merge', () => {
  it('keeps rows, their order, columns that were added and the earliest time', async () => {
    const one = await bench.load(await file('m1.csv', 'a,b\n3,x\n1,y\n'));
    const two = await bench.load(await file('m2.csv', 'a,b,c\n2,z,2024-01-01\n'));
    const columns = two.columns;
    const extents = [...one.extents, ...two.extents];
    const merged = await bench.database.session((s) =>
      mergeExtents(s, { extents, columns, folder: bench.path('extents') }),
    );
    expect(merged).toHaveLength(1);
    expect(merged[0]).toMatchObject({ rowCount: 3, ingestedAt: one.extents[0]?.ingestedAt });
    expect(merged[0]?.ranges).toContainEqual({ column: 'a', min: '1', max: '3' });
    expect(await bench.rows(columns, merged)).toEqual([
      ['3', 'x', null],
      ['1', 'y', null],
      ['2', 'z', '638396640000000000'],
    ]);
  });
});

describe('in place', () => {
  it('answers from CSV and JSON without loading, cells that do not fit are null', async () => {
    const csv = await bench.register(
      await file('place.csv', 'a,t\n1,2024-01-01T00:00:00.1234567Z\nx,2024-01-02\n'),
    );
    expect(csv.extents[0]?.reader.kind).toBe('csv');
    const typed = csv.columns.map((c) => (c.name === 'a' ? { ...c, type: 'long' as const } : c));
    expect(await bench.rows(typed, csv.extents)).toEqual([
      ['1', '638396640001234567'],
      [null, '638397504000000000'],
    ]);
    const json = await bench.register(
      await file('place.json', '{"n":1,"d":{"x":[1]}}\n{"n":null,"d":null}\n'),
    );
    expect(await bench.rows(json.columns, json.extents)).toEqual([
      ['1', '{"x":[1]}'],
      [null, null],
    ]);
  });
});
