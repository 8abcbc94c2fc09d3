import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHost, type TestHost } from './support/test-host.ts';

let host: TestHost;
const folder = mkdtempSync(join(tmpdir(), 'export-test-'));

beforeAll(async () => {
  host = openTestHost();
  await host.query('.set T <| range a from 1 to 5 step 1 | extend b = strcat("row ", a)');
});

afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const code = (text: string): Promise<unknown> =>
  host.query(text).then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );
const place = (name: string): string => `@"${join(folder, name)}"`;
const filesOf = (name: string): string[] =>
  readdirSync(join(folder, name))
    .sort()
    .map((file) => join(folder, name, file));

describe('an export', () => {
  it('writes text with or without names, and says what it wrote', async () => {
    const rows = await host.query(
      `.export to csv (${place('csv')}) with (namePrefix="x", includeHeaders="all") <| T | where a < 3`,
    );
    const [path = ''] = filesOf('csv');
    expect(rows).toEqual([[path, '2', String(readFileSync(path).length)]]);
    expect(path).toMatch(/x_1_[0-9a-f]{32}\.csv$/);
    expect(readFileSync(path, 'utf8')).toBe('a,b\r\n1,row 1\r\n2,row 2\r\n');
    await host.query(`.export to json (${place('json')}) <| T | where a == 1`);
    expect(readFileSync(filesOf('json')[0] ?? '', 'utf8')).toBe('{"a":1,"b":"row 1"}\n');
    await host.query(
      `.export compressed to tsv (${place('tsv')}) with (encoding="UTF8BOM", fileExtension=".txt") <| T | where a == 1`,
    );
    const [tsv = ''] = filesOf('tsv');
    expect(tsv).toMatch(/\.txt\.gz$/);
    expect(gunzipSync(readFileSync(tsv)).toString('utf8')).toBe('\uFEFF1\trow 1\r\n');
  });

  it('splits by size over folders, and loses no row', async () => {
    const rows = await host.query(
      `.export to parquet (${place('p1')}, ${place('p2')}) with (sizeLimit=200000) <| range a from 1 to 200000 step 1 | extend b = hash(a)`,
    );
    expect(rows.length).toBeGreaterThan(2);
    expect(filesOf('p2').length).toBe(Math.floor(rows.length / 2));
    const all = [...filesOf('p1'), ...filesOf('p2')].map((path) => `'${path}'`);
    await host.query('.create table Back (a: long, b: long)');
    await host.query(`.ingest into table Back (${all.join(', ')}) with (format='parquet')`);
    expect(await host.query('Back | summarize count(), sum(a), dcount(a, 4) > 190000')).toEqual([
      ['200000', '20000100000', 'true'],
    ]);
  });

  it('runs as an operation with details', async () => {
    const [[id] = []] = await host.query(`.export async to csv (${place('later')}) <| T`);
    const state = async (): Promise<string | undefined> =>
      (await host.query(`.show operations ${id} | project State`))[0]?.[0];
    while ((await state()) === 'InProgress')
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await state()).toBe('Completed');
    expect(await host.query(`.show operation ${id} details | project NumRecords`)).toEqual([['5']]);
    const [[wrong] = []] = await host.query(`.export async to csv (${place('never')}) <| Missing`);
    while (
      (await host.query(`.show operations ${wrong} | project State`))[0]?.[0] === 'InProgress'
    );
    expect((await host.query(`.show operations ${wrong} | project State, Status`))[0]).toEqual([
      'Failed',
      expect.stringContaining('Missing'),
    ]);
    expect(await code(`.show operation ${wrong} details`)).toBe('no_details');
  });

  it('refuses what it can’t write, at its place in the text', async () => {
    expect(await code('.export to csv (@"https://a.blob.core.windows.net/c;key") <| T')).toBe(
      'storage_not_supported',
    );
    expect(await code('.export to csv (@"here") <| T')).toBe('relative_path');
    expect(await code(`.export to csv (${place('x')}) with (includeHeaders="some") <| T`)).toBe(
      'bad_property',
    );
    const text = `.export to csv (${place('x')}) <| T | where nope > 1`;
    await expect(host.query(text)).rejects.toMatchObject({ span: { start: text.indexOf('nope') } });
  });
});

describe('a continuous export', () => {
  const counted = async (): Promise<string | undefined> =>
    (await host.query('external_table("Ext") | summarize make_list(a)'))[0]?.[0];
  const until = async (expected: string): Promise<void> => {
    for (;;) {
      const list = JSON.parse((await counted()) ?? '[]') as number[];
      if (JSON.stringify(list.sort((a, b) => a - b)) === expected) return;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  };

  it('writes each new row once, over merges and a restart', async () => {
    mkdirSync(join(folder, 'ext'));
    await host.query('.create table Src (a: long)');
    await host.query('.ingest inline into table Src <| 0');
    await host.query(
      `.create external table Ext (a: long) kind=storage dataformat=csv (${place('ext')})`,
    );
    await host.query(
      '.create-or-alter continuous-export E over (Src) to table Ext with (intervalBetweenRuns=1s) <| Src | where a >= 0',
    );
    await host.query('.ingest inline into table Src <| 1');
    await until('[1]');
    await host.query('.disable continuous-export E');
    await host.query('.ingest inline into table Src <| 2');
    await host.query('.ingest inline into table Src <| 3');
    const ids = (
      await host.query('.show table Src extents | sort by MaxCreatedOn asc | project ExtentId')
    ).flat();
    // What was exported and what was not can't become one extent.
    expect(await code(`.merge Src (${ids.join(', ')})`)).toBe('extents_changed');
    await host.query(`.merge Src (${ids.slice(2).join(', ')})`);
    host = await host.reopen();
    await host.query('.enable continuous-export E');
    await until('[1,2,3]');
    await host.query('.ingest inline into table Src <| 4');
    await until('[1,2,3,4]');
    expect(
      await host.query('.show continuous-export E exported-artifacts | summarize sum(NumRecords)'),
    ).toEqual([['4']]);
    expect(await host.query('.show continuous-export E failures | count')).toEqual([['0']]);
  });

  it('tells its failures and goes on', async () => {
    await host.query(
      '.create-or-alter continuous-export E over (Src) to table Ext with (intervalBetweenRuns=1s) <| Src | project a = strcat("x", a)',
    );
    await host.query('.ingest inline into table Src <| 5');
    while ((await host.query('.show continuous-export E failures | count'))[0]?.[0] === '0')
      await new Promise((resolve) => setTimeout(resolve, 30));
    await host.query(
      '.create-or-alter continuous-export E over (Src) to table Ext with (intervalBetweenRuns=1s) <| Src',
    );
    await until('[1,2,3,4,5]');
    // A cursor in the past writes all again.
    rmSync(join(folder, 'ext'), { recursive: true });
    mkdirSync(join(folder, 'ext'));
    await host.query(`.set continuous-export E cursor to '1'`);
    await until('[0,1,2,3,4,5]');
    await host.query('.drop continuous-export E');
    expect(await code('.show continuous-export E')).toBe('unknown_export');
    expect(await code('.create-or-alter continuous-export F to table Nope <| Src')).toBe(
      'unknown_external_table',
    );
  });
});
