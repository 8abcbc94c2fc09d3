import { readFileSync } from 'node:fs';
import { appendFile, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestHost, type TestHost } from './support/test-host.ts';

/** Tables that Spark and delta-rs have written, with what they themselves read of them (`make.py` beside them). */
const FIXTURES = fileURLToPath(new URL('../fixtures/delta/', import.meta.url));
const EXPECTED = JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8')) as Record<
  string,
  Record<string, unknown>[]
>;

let host: TestHost;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'delta-'));
  host = openTestHost();
});

afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

let number = 0;
async function open(path: string, properties = ''): Promise<string> {
  const name = `D${++number}`;
  const suffix = properties === '' ? '' : ` with (${properties})`;
  await host.query(`.create external table ${name} kind=delta (h@'${path}')${suffix}`);
  return name;
}

const fixture = (name: string, properties?: string): Promise<string> =>
  open(join(FIXTURES, name), properties);

const failure = async (text: string): Promise<string> =>
  host.query(text).then(
    () => {
      throw new Error(`${text} was answered`);
    },
    (error: Error) => error.message,
  );

const statistics = async (text: string) => {
  const outcome = await host.client.call('query.run', {
    queryId: `stats-${++number}`,
    text,
    database: 'Local',
  });
  return outcome.stats;
};

/** Rows of a table as the writer's own reader gives them, missing values left out. */
async function rowsOf(name: string, columns: readonly string[]): Promise<string[]> {
  const packed = columns.map((c) => `'${c}', ['${c}']`).join(', ');
  const rows = await host.query(`external_table('${name}') | project bag_pack(${packed})`);
  return rows.map(([text]) => comparable(JSON.parse(text ?? '') as Record<string, unknown>)).sort();
}

function comparable(row: Record<string, unknown>): string {
  const kept = Object.entries(row).filter(([, value]) => value !== null && value !== '');
  return JSON.stringify(Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1))));
}

const expected = (name: string): string[] => (EXPECTED[name] ?? []).map(comparable).sort();

describe('deletion vectors', () => {
  test('rows that were deleted and changed are gone', async () => {
    const name = await fixture('deletes');
    expect(await rowsOf(name, ['n', 's'])).toEqual(expected('deletes'));
    expect(await host.query(`external_table('${name}') | count`)).toEqual([
      [String(EXPECTED.deletes?.length)],
    ]);
    expect(
      await host.query(`external_table('${name}') | where n between (10 .. 12) | project n`),
    ).toEqual([['10'], ['12']]);
  });

  test('bitmaps of arrays, bits and runs', async () => {
    const name = await fixture('many_deletes');
    const rows = await host.query(
      `external_table('${name}') | summarize count() by k, b, f | order by k asc, b asc, f asc`,
    );
    expect(rows.map(([k, b, f, count]) => [k, b, f, count].map(Number))).toEqual(
      (EXPECTED.many_deletes ?? []).map(({ k, b, f, count }) => [k, b, f, count]),
    );
  });

  test('one whose bytes were changed is no vector any more', async () => {
    const path = join(folder, 'damaged');
    await cp(join(FIXTURES, 'deletes'), path, { recursive: true });
    const vectors = (await readdir(path)).filter((f) => f.endsWith('.bin'));
    expect(vectors.length).toBeGreaterThan(0);
    for (const file of vectors) {
      const bytes = readFileSync(join(path, file));
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 5) ^ 0xff, bytes.length - 5);
      await writeFile(join(path, file), bytes);
    }
    const name = await open(path).catch((error: Error) => error.message);
    expect(name).toMatch(/deletion vector is damaged.*checksum/i);
  });
});

describe('versions', () => {
  test.each([1, 2])('version %i', async (version) => {
    const name = await fixture('deletes', `version=${version}`);
    expect(await rowsOf(name, ['n', 's'])).toEqual(expected(`deletes@${version}`));
  });

  test('the one that was there at a moment', async () => {
    const log = join(FIXTURES, 'deletes', '_delta_log');
    const text = readFileSync(join(log, '00000000000000000002.json'), 'utf8');
    const { timestamp } = (
      JSON.parse(text.split('\n')[0] ?? '') as { commitInfo: { timestamp: number } }
    ).commitInfo;
    const at = (ms: number): string => `timestamp='${new Date(ms).toISOString()}'`;
    expect(await rowsOf(await fixture('deletes', at(timestamp)), ['n', 's'])).toEqual(
      expected('deletes@2'),
    );
    expect(await rowsOf(await fixture('deletes', at(timestamp - 1)), ['n', 's'])).toEqual(
      expected('deletes@1'),
    );
    expect(
      await failure(
        `.create external table Old kind=delta (@'${FIXTURES}deletes') with (${at(0)})`,
      ),
    ).toContain('no version that is so old');
    expect(
      await failure(
        `.create external table Old kind=delta (@'${FIXTURES}deletes') with (version=99)`,
      ),
    ).toContain('its latest is 4');
  });

  test('a commit is there with the next query', async () => {
    const path = join(folder, 'growing');
    await cp(join(FIXTURES, 'evolved'), path, { recursive: true });
    const name = await open(path);
    expect(await host.query(`external_table('${name}') | count`)).toEqual([['2']]);
    const log = join(path, '_delta_log');
    const commits = (await readdir(log)).filter((f) => f.endsWith('.json')).sort();
    const adds = commits.flatMap((f) =>
      readFileSync(join(log, f), 'utf8')
        .split('\n')
        .filter((line) => line.includes('"add"')),
    );
    const gone = (JSON.parse(adds[0] ?? '') as { add: { path: string } }).add.path;
    const next = `${String(commits.length).padStart(20, '0')}.json`;
    await writeFile(join(log, next), `{"remove":{"path":"${gone}","dataChange":true}}\n`);
    expect(await host.query(`external_table('${name}') | project n`)).toEqual([['5000000000']]);
  });
});

describe('columns', () => {
  test.each(['mapped_name', 'mapped_id'])('renamed, dropped and added: %s', async (fixtureName) => {
    const name = await fixture(fixtureName);
    const schema = await host.query(
      `external_table('${name}') | getschema | project ColumnName, ColumnType`,
    );
    expect(schema).toEqual([
      ['first name', 'string'],
      ['number', 'long'],
      ['part', 'string'],
      ['nested', 'dynamic'],
      ['m', 'dynamic'],
      ['later', 'int'],
    ]);
    expect(await rowsOf(name, ['first name', 'number', 'part', 'm', 'later'])).toEqual(
      expected(fixtureName)
        .map((row) => JSON.parse(row) as Record<string, unknown>)
        .map(({ nested: _, ...row }) => comparable(row))
        .sort(),
    );
    expect(
      await host.query(
        `external_table('${name}') | order by number asc | project nested.ab, tostring(nested.c[0].d)`,
      ),
    ).toEqual([
      ['7', 'deep'],
      ['', ''],
      ['8', ''],
    ]);
    expect(
      await host.query(`external_table('${name}') | where part == 'y' | project number`),
    ).toEqual([['2']]);
  });

  test('types of every kind, partitions of texts that paths escape', async () => {
    const name = await fixture('types');
    expect(
      await host.query(`external_table('${name}') | getschema | project ColumnName, ColumnType`),
    ).toEqual(
      Object.entries({
        b: 'bool',
        i8: 'int',
        i16: 'int',
        i32: 'int',
        i64: 'long',
        f: 'real',
        d: 'real',
        dec: 'decimal',
        s: 'string',
        bin: 'string',
        day: 'datetime',
        t: 'datetime',
        ntz: 'datetime',
        a: 'dynamic',
        st: 'dynamic',
        p: 'string',
        pday: 'datetime',
      }),
    );
    expect(
      await host.query(
        `external_table('${name}') | where isnotnull(i32) | order by p asc | project b, i8, i16, i32, i64, f, d, dec, s, bin, day, t, ntz, a, st, p, pday`,
      ),
    ).toEqual(
      [
        ['', ''],
        ['a/b c:d%', '2024-03-01T00:00:00.0000000Z'],
        ['plain', '1969-12-31T00:00:00.0000000Z'],
      ].map(([p, day]) => [
        'true',
        '1',
        '2',
        '3',
        '4000000000',
        '1.5',
        '2.25',
        '12345.6789',
        'text',
        'AP8=',
        '2024-02-29T00:00:00.0000000Z',
        '2024-02-29T12:34:56.1234560Z',
        '2024-02-29T12:34:56.6543210Z',
        '[1,2]',
        '{"x":1}',
        p,
        day,
      ]),
    );
    expect(await host.query(`external_table('${name}') | count`)).toEqual([['4']]);
  });

  test('added and widened ones', async () => {
    const name = await fixture('evolved');
    expect(await rowsOf(name, ['n', 's'])).toEqual(expected('evolved'));
  });

  test('a schema of one’s own has the partitions too, and nulls for what is not there', async () => {
    await host.query(
      `.create external table Own (n:string, other:long) kind=delta (@'${FIXTURES}rust')`,
    );
    expect(await host.query(`external_table('Own') | where n == '999'`)).toEqual([
      ['999', '', 'north'],
    ]);
  });
});

describe('checkpoints', () => {
  test.each(['checkpoint_parts', 'checkpoint_v2_json', 'checkpoint_v2_parquet'])(
    '%s, the commits before it cleaned up',
    async (fixtureName) => {
      const path = join(folder, fixtureName);
      await cp(join(FIXTURES, fixtureName), path, { recursive: true });
      const log = join(path, '_delta_log');
      const version = Number(
        /^\d+/.exec((await readdir(log)).find((f) => f.includes('.checkpoint.')) ?? '')?.[0],
      );
      expect(version).toBeGreaterThan(0);
      for (const file of await readdir(log))
        if (/^\d+\.json$/.test(file) && Number.parseInt(file, 10) < version)
          await rm(join(log, file));
      const name = await open(path);
      expect(await rowsOf(name, ['n'])).toEqual(expected(fixtureName));
      expect(
        await failure(`.create external table X kind=delta (@'${path}') with (version=1)`),
      ).toContain('has no version');
    },
  );

  test('one whose writer was killed between two parts is passed over', async () => {
    const path = join(folder, 'half');
    await cp(join(FIXTURES, 'checkpoint_parts'), path, { recursive: true });
    const log = join(path, '_delta_log');
    const part = (await readdir(log)).find((f) => f.includes('.checkpoint.'));
    await rm(join(log, part ?? ''));
    expect(await rowsOf(await open(path), ['n'])).toEqual(expected('checkpoint_parts'));
  });
});

describe('delta-rs', () => {
  let name: string;
  beforeAll(async () => {
    name = await fixture('rust');
  });

  test('the same rows as its own reader', async () => {
    const rows = await host.query(
      `external_table('${name}') | order by n asc | project n, at, price, region`,
    );
    expect(
      rows.map(([n, at, price, region]) => ({
        n: Number(n),
        at: at?.replace('.0000000Z', '+00:00'),
        price: price === '' ? null : Number(price).toFixed(2),
        region,
      })),
    ).toEqual(EXPECTED.rust);
  });

  test('files are left out by partition and by statistics', async () => {
    const all = await statistics(`external_table('${name}') | count`);
    expect(all.extentsScanned).toBe(all.extentsTotal);
    const scanned = async (where: string): Promise<number> => {
      const found = await statistics(`external_table('${name}') | where ${where}`);
      expect(found.extentsTotal).toBe(all.extentsTotal);
      return found.extentsScanned;
    };
    expect(await scanned(`n == 3`)).toBe(1);
    expect(await scanned(`region == 'south' and n < 103`)).toBe(3);
    expect(await scanned(`at between (datetime(2024-03-05) .. 1d)`)).toBe(2);
    expect(await scanned(`region == 'west'`)).toBe(0);
    expect(await host.query(`external_table('${name}') | where n == 3 | project region`)).toEqual([
      ['north'],
    ]);
  });

  test('its files and definition are shown', async () => {
    const rows = await host.query(
      `.show external table ${name} artifacts | project Uri, Partition, Size`,
    );
    expect(rows.length).toBe((await statistics(`external_table('${name}')`)).extentsTotal);
    for (const [uri, partition, size] of rows) {
      expect(uri).toMatch(/region=(north|south)/);
      expect(JSON.parse(partition ?? '')).toEqual({ region: /region=(\w+)/.exec(uri ?? '')?.[1] });
      expect(Number(size)).toBeGreaterThan(0);
    }
    const [shown] = await host.query(
      `.show external table ${name} | project TableType, Partitions`,
    );
    expect(shown?.[0]).toBe('Delta');
    expect(JSON.parse(shown?.[1] ?? '')).toEqual([
      { Name: 'region', ColumnName: null, Ordinal: 0 },
    ]);
  });

  test('becomes a table of its own', async () => {
    await host.query(`.set-or-replace FromDelta <| external_table('${name}')`);
    expect(await host.query('FromDelta | summarize count(), sum(n)')).toEqual(
      await host.query(`external_table('${name}') | summarize count(), sum(n)`),
    );
  });
});

describe('refused by name', () => {
  test('features that readers have to know', async () => {
    const message = await failure(`.create external table V kind=delta (@'${FIXTURES}variant')`);
    expect(message).toMatch(/not implemented in Calypso: Delta tables with variantType/);
  });

  test('folders that are no table, logs that are damaged, files that are gone', async () => {
    expect(await failure(`.create external table N kind=delta (@'${folder}')`)).toContain(
      'is no Delta table',
    );
    expect(await failure(`.create external table N kind=delta (@'${folder}/none')`)).toMatch(
      /none/,
    );
    const path = join(folder, 'broken');
    await cp(join(FIXTURES, 'evolved'), path, { recursive: true });
    const name = await open(path);
    const [data] = (await readdir(path)).filter((f) => f.endsWith('.parquet'));
    await rm(join(path, data ?? ''));
    expect(await failure(`external_table('${name}')`)).toContain(data);
    await appendFile(join(path, '_delta_log', '00000000000000000001.json'), '{"add":');
    expect(await failure(`external_table('${name}')`)).toContain('00000000000000000001.json');
  });
});
