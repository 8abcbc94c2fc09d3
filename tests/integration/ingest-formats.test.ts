import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatDatetime, formatTimespan } from '../../common/types/ticks.ts';
import { FORMATS } from '../../workers/ingest/formats/index.ts';
import { IngestBench } from './ingest-support.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/formats');

/** The format kit: the same five rows in every format and compression, written by other people's libraries. */
const expected = JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8')) as {
  columns: string[];
  rows: string[][];
};

const ONE_COLUMN = new Set(['txt', 'raw', 'w3clogfile']);
const TABLES = readdirSync(FIXTURES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !ONE_COLUMN.has(entry.name))
  .flatMap((entry) =>
    readdirSync(join(FIXTURES, entry.name))
      .filter((name) => !/^(lz4|zstd|types)\./.test(name))
      .map((name) => ({ format: entry.name, name })),
  );

let bench: IngestBench;
beforeAll(async () => {
  bench = await IngestBench.open();
});
afterAll(() => bench.close());

const at = (ticks: unknown): string =>
  ticks === null ? '' : formatDatetime(BigInt(String(ticks)));
const took = (ticks: unknown): string =>
  ticks === null ? '' : formatTimespan(BigInt(String(ticks)));
const plain = (value: unknown): string => (value === null ? '' : String(value));

describe('format kit', () => {
  it('has fixtures of every format', () => {
    const folders = readdirSync(FIXTURES, { withFileTypes: true }).filter((e) => e.isDirectory());
    const names = FORMATS.flatMap((f) => f.names);
    expect(folders.map((e) => e.name).toSorted()).toEqual([...names].toSorted());
  });

  it.each(TABLES)('$format: $name', async ({ format, name }) => {
    const { columns, extents, report } = await bench.load(join(FIXTURES, format, name));
    expect(columns.map((c) => c.name)).toEqual(expected.columns);
    const types = Object.fromEntries(columns.map((c) => [c.name, c.type]));
    expect(types).toMatchObject({
      id: 'long',
      name: 'string',
      flag: 'bool',
      amount: 'real',
      at: 'datetime',
      took: 'timespan',
      props: 'dynamic',
    });
    const rows = await bench.rows(columns, extents);
    expect(report.rows).toBe(5);
    rows.forEach((row, i) => {
      const want = expected.rows[i] ?? [];
      const [id, text, flag, amount, moment, span, ref, props] = row;
      expect([plain(id), text, plain(flag), at(moment).replace('0Z', 'Z'), plain(ref)]).toEqual([
        want[0],
        want[1],
        want[2],
        want[4],
        want[6],
      ]);
      expect(amount === null ? '' : Number(amount)).toEqual(want[3] === '' ? '' : Number(want[3]));
      expect(took(span).padEnd(16, '.0000000')).toBe(
        want[5] === '' ? ''.padEnd(16, '.0000000') : `${want[5]}0`,
      );
      // Digits beyond 2^53 are compared as text, so white space is all that may differ.
      expect(props === null ? '' : String(props).replaceAll(' ', '')).toBe(
        (want[7] ?? '').replaceAll(' ', ''),
      );
    });
  });

  it('reads compressed Arrow bodies, decimals, nanoseconds, dictionaries and unsigned longs', async () => {
    for (const name of ['lz4.arrow', 'zstd.arrows']) {
      const { columns, extents } = await bench.load(join(FIXTURES, 'arrow', name));
      expect(columns.map((c) => c.type)).toEqual([
        'long',
        'string',
        'decimal',
        'datetime',
        'string',
        'decimal',
      ]);
      const rows = await bench.rows(columns, extents, 'WHERE c0 = 4321');
      expect(rows).toEqual([
        [
          '4321',
          'text number 2',
          '43.210000000000000000',
          // 4321 × 1,000,000,007 ns, rounded down to 100 ns, after 1970-01-01.
          String(621_355_968_000_000_000n + (4321n * 1_000_000_007n) / 100n),
          'k1',
          `${2n ** 63n + 4321n}.000000000000000000`,
        ],
      ]);
    }
  });

  it('reads the logical and nested types of Avro', async () => {
    const { columns, extents } = await bench.load(join(FIXTURES, 'avro', 'types.avro'));
    expect(await bench.rows(columns, extents)).toEqual([
      [
        '-12345678901234567.891000000000000000',
        '621355104000000000',
        'green',
        'AP8Q',
        '{"a":1,"b":"two","c":null}',
        '{"x":1}',
        '{"v":1,"next":{"v":2,"next":null}}',
      ],
      ['0.001000000000000000', '638447616000000000', 'red', 'abc', '{}', '//4=', null],
    ]);
  });

  it.each(['', '.gz', '.zst', '.zip'])(
    'reads lines, whole texts and W3C logs%s',
    async (ending) => {
      const lines = await bench.load(join(FIXTURES, 'txt', `lines.txt${ending}`));
      expect(await bench.rows(lines.columns, lines.extents)).toEqual([
        ['first line'],
        ['second, "line"'],
        ['über\tdrei'],
      ]);
      const raw = await bench.load(join(FIXTURES, 'raw', `whole.raw${ending}`));
      expect(await bench.rows(raw.columns, raw.extents)).toEqual([['one\ntwo\n\nü']]);
      const log = await bench.load(join(FIXTURES, 'w3clogfile', `site.log${ending}`));
      expect(log.columns.map((c) => c.name)).toEqual([
        'date',
        'time',
        'c-ip',
        'cs-method',
        'cs-uri-stem',
        'sc-status',
        'time-taken',
        'cs(User-Agent)',
      ]);
      expect(await bench.rows(log.columns, log.extents)).toEqual([
        [
          '638447616000000000',
          '10000000',
          '10.0.0.1',
          'GET',
          '/index.html',
          '200',
          '15',
          'Mozilla/5.0 (X11; Linux)',
        ],
        ['638447616000000000', '20000000', '10.0.0.2', 'POST', '/api', '500', null, 'curl/8.0'],
        ['638447616000000000', '30000000', '', 'GET', '', '404', null, ''],
      ]);
    },
  );

  it('previews the same values as it loads', async () => {
    const found = await bench.inspect(join(FIXTURES, 'csv', 'table.csv.gz'));
    expect(found).toMatchObject({
      format: 'csv',
      header: true,
      suggestedTable: 'table',
      rowsExamined: 5,
    });
    expect(found.preview[0]).toEqual([
      '1',
      'plain',
      'true',
      '1.5',
      '2024-02-29T13:05:00.1234560Z',
      '01:02:03.5000000',
      '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
      '{"a": 1, "b": ["x", "y"]}',
    ]);
  });
});
