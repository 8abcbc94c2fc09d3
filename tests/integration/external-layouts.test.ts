import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestHost, type TestHost } from './support/test-host.ts';

const CLI = fileURLToPath(new URL('../../main/cli/index.ts', import.meta.url));
const DELTA = fileURLToPath(new URL('../fixtures/delta/', import.meta.url));

let host: TestHost;
let folder: string;

async function write(path: string, content: string): Promise<void> {
  const whole = join(folder, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, content);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layouts-'));
  host = openTestHost();
  const duckdb = await DuckDBInstance.create(':memory:');
  const connection = await duckdb.connect();
  // As continuous export lays out "customer_name=" CustomerNamePart "/" Date.
  let n = 0;
  for (const customer of ['ada%2Fx', 'bob'])
    for (const day of ['2024/02/29', '2024/03/01']) {
      const path = join(folder, 'export', `customer_name=${customer}`, day, 'export_1_0.parquet');
      await mkdir(dirname(path), { recursive: true });
      await connection.run(`COPY (SELECT ${++n}::BIGINT AS n) TO '${path}' (FORMAT parquet)`);
    }
  connection.closeSync();
  await write('texts/year=2024/month=03/a.csv', 'n,s\n1,one\n2,two\n');
  await write('texts/year=2025/month=12/b.csv', 'n,s\n3,three\n');
  await write('lines/region=__HIVE_DEFAULT_PARTITION__/level=1/a.json', '{"n":1}\n');
  await write('lines/region=north/level=2/b.json', '{"n":2,"level":"own"}\n{"n":3}\n');
  await write('ragged/part=7/a.csv', 'n,s\n1,x\n2,y,more\n3\n');
});

afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

async function ingest(path: string, table: string): Promise<void> {
  await host.client.call('ingest.run', {
    source: { kind: 'paths', paths: [path] },
    database: 'Local',
    table,
  });
}

const schemaOf = async (table: string): Promise<string[]> =>
  (await host.query(`${table} | getschema | project strcat(ColumnName, ':', ColumnType)`)).flat();

describe('folders that are loaded', () => {
  test('names and dates of the path are columns', async () => {
    await ingest(join(folder, 'export'), 'Exported');
    expect(await schemaOf('Exported')).toEqual([
      'n:long',
      'customer_name:string',
      'PathDate:datetime',
    ]);
    expect(await host.query('Exported | order by n asc')).toEqual([
      ['1', 'ada/x', '2024-02-29T00:00:00.0000000Z'],
      ['2', 'ada/x', '2024-03-01T00:00:00.0000000Z'],
      ['3', 'bob', '2024-02-29T00:00:00.0000000Z'],
      ['4', 'bob', '2024-03-01T00:00:00.0000000Z'],
    ]);
  });

  test('CSV files with names, a glob of them', async () => {
    await ingest(join(folder, 'texts'), 'Texts');
    expect(await schemaOf('Texts')).toEqual(['n:long', 's:string', 'year:long', 'month:string']);
    expect(await host.query('Texts | summarize sum(n) by year, month | order by year asc')).toEqual(
      [
        ['2024', '03', '3'],
        ['2025', '12', '3'],
      ],
    );
    await ingest(join(folder, 'texts', 'year=2024', '**', '*.csv'), 'Globbed');
    expect(await schemaOf('Globbed')).toEqual(['n:long', 's:string', 'month:string']);
  });

  test('a column of the files wins; a missing value is missing', async () => {
    await ingest(join(folder, 'lines'), 'Lines');
    expect(await schemaOf('Lines')).toEqual(['n:long', 'region:string', 'level:string']);
    expect(await host.query('Lines | order by n asc')).toEqual([
      ['1', '', ''],
      ['2', 'north', 'own'],
      ['3', 'north', ''],
    ]);
  });

  test('files that only the patient reader takes', async () => {
    await ingest(join(folder, 'ragged'), 'Ragged');
    expect(await host.query('Ragged | summarize count(), sum(part)')).toEqual([['3', '21']]);
  });

  test('a file that is named itself tells nothing', async () => {
    await ingest(join(folder, 'texts', 'year=2024', 'month=03', 'a.csv'), 'Single');
    expect(await schemaOf('Single')).toEqual(['n:long', 's:string']);
  });

  test('an existing table takes those columns that it has', async () => {
    await host.query('.create table Narrow (month:string, n:long)');
    await ingest(join(folder, 'texts'), 'Narrow');
    expect(await host.query('Narrow | order by n asc')).toEqual([
      ['03', '1'],
      ['03', '2'],
      ['12', '3'],
    ]);
  });

  test('are looked at first', async () => {
    const found = await host.client.call('ingest.inspect', {
      source: { kind: 'paths', paths: [join(folder, 'texts')] },
    });
    expect(found.columns.map((c) => `${c.name}:${c.type}`)).toEqual([
      'n:long',
      's:string',
      'year:long',
      'month:string',
    ]);
    expect(found.preview).toEqual([
      ['1', 'one', '2024', '03'],
      ['2', 'two', '2024', '03'],
    ]);
  });
});

describe('Delta tables that are loaded', () => {
  test('by the wizard: looked at, then loaded', async () => {
    const source = { kind: 'paths' as const, paths: [join(DELTA, 'deletes')] };
    const found = await host.client.call('ingest.inspect', { source });
    expect(found.columns.map((c) => `${c.name}:${c.type}`)).toEqual(['n:long', 's:string']);
    expect([found.suggestedTable, found.preview.length]).toEqual(['deletes', 16]);
    const report = await host.client.call('ingest.run', {
      source,
      database: 'Local',
      table: 'Deletes',
      columns: found.columns,
    });
    expect(report.rows).toBe(16);
    expect(await host.query(`Deletes | where s == 'changed' | project n`)).toEqual([['5']]);
  });

  test('by command, into a table that is there, types as it has them', async () => {
    await host.query('.create table Mapped (number:string, part:string)');
    await host.query(`.ingest into table Mapped (@'${DELTA}mapped_name')`);
    expect(await host.query('Mapped | order by number asc')).toEqual([
      ['1', 'x'],
      ['2', 'y'],
      ['3', 'x'],
    ]);
    await host.query('.create table Typed (t:datetime, p:string, dec:decimal)');
    await host.query(`.ingest into table Typed (@'${DELTA}types')`);
    expect(
      await host.query('Typed | where isnotempty(t) | summarize count(), max(t), max(dec)'),
    ).toEqual([['3', '2024-02-29T12:34:56.1234560Z', '12345.6789']]);
  });
});

describe('one command', () => {
  const query = async (load: string, text: string): Promise<string> => {
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [
      CLI,
      'query',
      '--data',
      join(folder, 'data'),
      '--load',
      load,
      '--format',
      'csv',
      text,
    ]);
    return stdout.trim().replaceAll('\r', '');
  };

  test('opens an export folder in place, and a Delta table', async () => {
    expect(
      await query(
        `E=${join(folder, 'export')}`,
        'E | summarize sum(n) by PathDate | order by PathDate asc',
      ),
    ).toBe('PathDate,sum_n\n2024-02-29T00:00:00.0000000Z,4\n2024-03-01T00:00:00.0000000Z,6');
    expect(
      await query(
        `D=${join(DELTA, 'rust')}`,
        'D | summarize count() by region | order by region asc',
      ),
    ).toBe('region,count_\nnorth,13\nsouth,11');
  }, 120_000);
});
