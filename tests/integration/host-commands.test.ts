import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHost, SAMPLES, type TestHost } from './support/test-host.ts';

let host: TestHost;

beforeAll(() => {
  host = openTestHost({ samples: SAMPLES });
});

afterAll(() => host.close());

const code = (text: string, database?: string): Promise<unknown> =>
  host.query(text, database).then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

describe('tables', () => {
  it('are made once, and extended by merge', async () => {
    await host.query('.create table T (a: long, ["b c"]: string) with (docstring="d", folder="f")');
    await host.query('.create table T (other: int)');
    await host.query('.create-merge table T (a: long, c: datetime)');
    expect(await host.query('.show table T cslschema')).toEqual([
      ['T', 'a:long, ["b c"]:string, c:datetime', 'Local', 'f', 'd'],
    ]);
    expect(await code('.create-merge table T (a: string)')).toBe('column_type_differs');
  });

  it('are put in order and lose columns by alter', async () => {
    await host.query('.create table Order (a: long, b: long, c: long)');
    await host.query('.alter table Order (c: long, a: long, d: real)');
    expect((await host.query('.show table Order cslschema'))[0]?.[1]).toBe(
      'c:long, a:long, d:real',
    );
  });

  it('swap names in one command', async () => {
    await host.query('.create tables A (x: long), B (y: string)');
    await host.query('.rename tables A=B, B=A');
    expect((await host.query('.show table A cslschema'))[0]?.[1]).toBe('y:string');
    expect((await host.query('.show table B cslschema'))[0]?.[1]).toBe('x:long');
  });

  it('that are missing are an error unless ifexists is said', async () => {
    expect(await code('.drop table Missing')).toBe('unknown_table');
    expect(await code('.drop table Missing ifexists')).toBe('no error');
    expect(await code('.show table Missing cslschema')).toBe('unknown_table');
  });

  it('of the sample can be read and not be changed', async () => {
    expect(await host.query('Flights | count', 'Samples')).toEqual([['600000']]);
    expect(await code('.drop table Flights', 'Samples')).toBe('read_only_database');
    expect(await code('.create table X (a: int)', 'Samples')).toBe('read_only_database');
    expect(await code('.append Flights <| Flights | take 1', 'Samples')).toBe('read_only_database');
  });
});

describe('data', () => {
  it('of a query is set, appended and replaced', async () => {
    await host.query('.set S <| range i from 1 to 5 step 1');
    expect(await code('.set S <| print i = 1')).toBe('table_exists');
    await host.query('.append S <| print another_name = 6');
    expect(await host.query('S | summarize count(), sum(i)')).toEqual([['6', '21']]);
    await host.query('.set-or-append S <| print 7');
    await host.query('.set-or-replace S <| print 8');
    expect(await host.query('S')).toEqual([['8']]);
    expect(await code('.append Missing <| print 1')).toBe('unknown_table');
    expect(await code('.append S <| print "text"')).toBe('schema_differs');
    expect(await code('.append S <| print 1, 2')).toBe('schema_differs');
    await host.query('.append S with (extend_schema=true) <| print 9, more = "x"');
    expect(await host.query('S | sort by i asc')).toEqual([
      ['8', ''],
      ['9', 'x'],
    ]);
    await host.query('.set-or-replace S with (recreate_schema=true) <| print t = "only"');
    expect(await host.query('S')).toEqual([['only']]);
  });

  it('that fails to compile leaves the table as it was', async () => {
    await host.query('.set-or-replace Kept <| print 1');
    expect(await code('.set-or-replace Kept <| Nonsense | take 1')).toBe('KS204');
    expect(await host.query('Kept')).toEqual([['1']]);
    expect(readdirSync(join(host.folder, 'staging'))).toEqual([]);
  });

  it('is taken in once for an ingest-by tag', async () => {
    const command = `.set-or-append Once with (tags='["ingest-by:x"]', ingestIfNotExists='["x"]') <| print 1`;
    await host.query(command);
    await host.query(command);
    expect(await host.query('Once | count')).toEqual([['1']]);
  });

  it('stands inline in the command', async () => {
    await host.query('.create table Inline (a: long, t: string, d: datetime)');
    await host.query('.ingest inline into table Inline <|\n1,"x, y",2024-01-02\n2,,\n');
    expect(await host.query('Inline | sort by a asc')).toEqual([
      ['1', 'x, y', '2024-01-02T00:00:00.0000000Z'],
      ['2', '', ''],
    ]);
  });

  it('is cleared, and its files go', async () => {
    await host.query('.set Cleared <| print 1');
    const folder = join(host.folder, 'extents', 'Local', 'Cleared');
    expect(readdirSync(folder)).toHaveLength(1);
    await host.query('.clear table Cleared data');
    expect(await host.query('Cleared | count')).toEqual([['0']]);
    for (let i = 0; i < 200 && readdirSync(folder).length > 0; i++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('follows its column through a rename, a new type and a drop', async () => {
    await host.query('.set Moved <| print a = 5, b = "x"');
    await host.query('.rename column Moved.a to renamed');
    await host.query('.alter column Moved.renamed type=string');
    expect(await host.query('Moved | project renamed, gettype(renamed)')).toEqual([
      ['5', 'string'],
    ]);
    await host.query('.drop column Moved.b');
    await host.query('.alter-merge table Moved (b: string)');
    expect(await host.query('Moved')).toEqual([['5', '']]);
  });
});

describe('functions', () => {
  it('are called by queries, and gone when dropped', async () => {
    await host.query(
      '.create-or-alter function with (docstring="doubles") Twice(x: long) { print 2 * x }',
    );
    expect(await host.query('Twice(21)')).toEqual([['42']]);
    expect(await code('.create function Twice() { print 1 }')).toBe('function_exists');
    expect((await host.query('.show functions'))[0]).toEqual([
      'Twice',
      '(x: long)',
      '{ print 2 * x }',
      '',
      'doubles',
    ]);
    await host.query('.drop function Twice');
    expect(await code('Twice(1)')).not.toBe('no error');
  });
});

describe('what commands show', () => {
  it('can be queried on', async () => {
    expect(
      await host.query(
        '.show tables | where TableName startswith "F" | project TableName',
        'Samples',
      ),
    ).toEqual([['Flights']]);
  });

  it('describes a database as JSON', async () => {
    const [[json = ''] = []] = await host.query('.show database schema as json', 'Samples');
    const schema = JSON.parse(json) as {
      Databases: { Samples: { Tables: { Flights: { OrderedColumns: unknown[] } } } };
    };
    expect(schema.Databases.Samples.Tables.Flights.OrderedColumns[0]).toMatchObject({
      Name: 'date',
      Type: 'System.DateTime',
      CslType: 'datetime',
    });
  });

  it('makes a database again', async () => {
    const script = await host.query('.show database schema as csl script', 'Samples');
    const flights = script.flat().find((text) => text.includes('Flights')) ?? '';
    await host.query('.create database Copy');
    await host.query(flights, 'Copy');
    expect((await host.query('.show table Flights cslschema', 'Copy'))[0]?.[1]).toBe(
      (await host.query('.show table Flights cslschema', 'Samples'))[0]?.[1],
    );
  });

  it('names commands that are not there yet, and texts that are none', async () => {
    expect(await code('.show cluster policy callout')).toBe('command_not_implemented');
    expect(await code('.frobnicate')).toBe('unknown_command');
  });
});

describe('queries', () => {
  it('hide the secrets of their text in the history', async () => {
    await host.query('print h"very secret"');
    await code('print nonsense(h"very secret")');
    const { entries } = await host.client.call('history.list', {});
    expect(JSON.stringify(entries)).not.toContain('very secret');
    expect(entries.slice(0, 2).map((e) => [e.text, e.state])).toEqual([
      ['print nonsense(h"***")', 'failed'],
      ['print h"***"', 'completed'],
    ]);
    const stored = await host.client.call('history.list', { contains: 'print h"***"' });
    expect(stored.entries).toHaveLength(1);
  });

  it('against a database that is not there are refused', async () => {
    expect(await code('print 1', 'Nowhere')).toBe('unknown_database');
  });

  it('are cancelled by their id from another query', async () => {
    const long = host.client.call('query.run', {
      queryId: 'long',
      text: 'range a from 1 to 100000000 step 1 | extend k = a % 10 | join kind=inner (range b from 1 to 100000000 step 1 | extend k = b % 10) on k | summarize count()',
      database: 'Local',
    });
    const settled = long.then(
      () => 'completed',
      (error: { kind: string }) => error.kind,
    );
    const cancel = async (): Promise<string | undefined> =>
      (await host.query('.cancel query "long"'))[0]?.[2];
    while ((await cancel()) !== 'true');
    expect(await settled).toBe('cancelled');
  });
});

describe('a restart', () => {
  it('finds all again', async () => {
    await host.query('.set Durable <| print 1');
    host = await host.reopen();
    expect(await host.query('Durable')).toEqual([['1']]);
    expect(existsSync(join(host.folder, 'catalog.sqlite'))).toBe(true);
  });
});
