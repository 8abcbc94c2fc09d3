import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestHost, type TestHost } from './support/test-host.ts';

let host: TestHost;
let folder: string;

async function write(path: string, content: string | Uint8Array): Promise<string> {
  const whole = join(folder, path);
  await mkdir(join(whole, '..'), { recursive: true });
  await writeFile(whole, content);
  return whole;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'external-'));
  host = openTestHost();
});

afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

const failure = async (text: string): Promise<{ message: string; span?: unknown }> =>
  host.query(text).then(
    () => ({ message: 'no error' }),
    (error: unknown) => error as Error,
  );

describe('externaldata', () => {
  test('takes separated fields by their place, with and without a first record to leave out', async () => {
    const path = await write('plain.csv', 'name,id\nx,1\n"y, z",2\n');
    expect(
      await host.query(
        `externaldata(a:string, b:long)[@'${path}'] with (format='csv', ignoreFirstRecord=true)`,
      ),
    ).toEqual([
      ['x', '1'],
      ['y, z', '2'],
    ]);
    expect(
      await host.query(`externaldata(a:string, b:long)[@'${path}'] with (format=csv) | count`),
    ).toEqual([['3']]);
  });

  test('reads JSON by name, properties that only later records have too', async () => {
    const records = Array.from({ length: 3_000 }, (_, i) => `{"a":${i}}`);
    const path = await write('late.json', [...records, '{"a":3000,"late":{"x":[1]}}'].join('\n'));
    expect(
      await host.query(
        `externaldata(a:long, late:dynamic, none:string)[@'${path}'] with (format='json') | where a == 3000 | project a, tostring(late.x), none`,
      ),
    ).toEqual([['3000', '[1]', '']]);
  });

  test('counts JSON of which no column is wanted', async () => {
    const path = await write('three.json', '{"a":1}\n{"a":2}\n{"b":3}\n');
    expect(await host.query(`externaldata(a:long)[@'${path}'] with (format=json) | count`)).toEqual(
      [['3']],
    );
  });

  test('a mapping with paths and transformations goes the way of a load', async () => {
    const path = await write('mapped.json', '{"t":1700000000,"d":{"v":"x"}}\n');
    const mapping = JSON.stringify([
      { Column: 'at', Properties: { Path: '$.t', Transform: 'DateTimeFromUnixSeconds' } },
      { Column: 'v', Properties: { Path: '$.d.v' } },
      { Column: 'k', Properties: { ConstValue: 'fixed' } },
    ]);
    expect(
      await host.query(
        `externaldata(at:datetime, v:string, k:string)[@'${path}'] with (format='multijson', ingestionMapping='${mapping}')`,
      ),
    ).toEqual([['2023-11-14T22:13:20.0000000Z', 'x', 'fixed']]);
  });

  test('reads compressed files and globs; the same file may come twice', async () => {
    await write('many/a.csv', '1\n2\n');
    await write('many/b.csv.gz', gzipSync('3\n'));
    expect(
      await host.query(
        `externaldata(n:long)[@'${folder}/many/*', @'${folder}/many/a.csv'] with (format=csv) | summarize sum(n), count()`,
      ),
    ).toEqual([['9', '5']]);
  });

  test('records that only the patient reader takes are found far behind the sample', async () => {
    const lines = Array.from({ length: 200_000 }, (_, i) => `${i},value ${i}`);
    lines[150_000] = '150000,too,many,fields';
    const path = await write('ragged.csv', `${lines.join('\n')}\n`);
    expect(
      await host.query(
        `externaldata(n:long, v:string)[@'${path}'] with (format=csv) | summarize count(), max(n), vs = countif(v == 'too')`,
      ),
    ).toEqual([['200000', '199999', '1']]);
  });

  test('raw is the whole file, txt a row per line', async () => {
    const path = await write('script.py', 'result = df\nprint(1)\n');
    const [[raw]] = (await host.query(
      `externaldata(s:string)[@'${path}'] with (format='raw')`,
    )) as [[string]];
    expect(raw).toContain('result = df\nprint(1)');
    expect(
      await host.query(`externaldata(s:string)[@'${path}'] with (format='txt') | count`),
    ).toEqual([['2']]);
  });

  test('errors name the place and hide what is secret', async () => {
    expect((await failure(`externaldata(a:long)[@'${folder}/nothing.csv']`)).message).toContain(
      'nothing.csv is not there',
    );
    const azure = await failure(
      `externaldata(a:long)[h@'http://127.0.0.1:9/devstoreaccount1/c/f.csv;SECRETKEY']`,
    );
    expect(azure.message).toContain("http://127.0.0.1:9/devstoreaccount1/c/f.csv can't be reached");
    expect(azure.message).not.toContain('SECRETKEY');
    const refused = await failure(`externaldata(a:long)['http://127.0.0.1:9/f.csv?sig=SECRETKEY']`);
    expect(refused.message).toContain('http://127.0.0.1:9/f.csv?***');
    expect(refused.message).not.toContain('SECRETKEY');
    expect((await failure(`externaldata(a:long)['x.orc'] with (format='orc')`)).message).toContain(
      "the format 'orc'",
    );
  });

  test('leaves no copies behind', async () => {
    const path = await write('packed.csv.gz', gzipSync('1\n'));
    await host.query(`externaldata(n:long)[@'${path}'] with (format=csv)`);
    await expect
      .poll(
        async () =>
          (await readdir(join(host.folder, 'tmp'))).filter((f) => f.startsWith('external-')),
        { timeout: 30_000 },
      )
      .toEqual([]);
  });
});

describe('web addresses', () => {
  let server: Server;
  let base: string;
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url?.startsWith('/data.csv')) response.end('1,a\n2,b\n');
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('are fetched once per query', async () => {
    expect(
      await host.query(`externaldata(n:long, s:string)['${base}/data.csv?x=1'] | order by n asc`),
    ).toEqual([
      ['1', 'a'],
      ['2', 'b'],
    ]);
    expect(asked).toEqual(['/data.csv?x=1']);
  });

  test('say what the server said', async () => {
    expect((await failure(`externaldata(n:long)['${base}/none.csv']`)).message).toContain(
      'answers 404',
    );
  });

  test('are left alone where the settings say so', async () => {
    const before = asked.length;
    await host.client.call('settings.set', {
      key: 'permissions',
      value: { externalData: { web: false } },
    });
    expect((await failure(`externaldata(n:long)['${base}/data.csv']`)).message).toContain(
      'let no query fetch',
    );
    await host.client.call('settings.set', { key: 'permissions', value: {} });
    expect(asked.length).toBe(before);
  });
});

describe('external tables', () => {
  beforeAll(async () => {
    const duckdb = await DuckDBInstance.create(':memory:');
    const connection = await duckdb.connect();
    for (const [day, customer, n] of [
      ['2024/03/01', 'ada', 1],
      ['2024/03/02', 'ada', 2],
      ['2024/03/02', 'bob', 4],
    ] as const) {
      const path = join(folder, 'parts', `customer=${customer}`, day, 'part-0.parquet');
      await mkdir(join(path, '..'), { recursive: true });
      await connection.run(
        `COPY (SELECT ${n}::BIGINT AS n, TIMESTAMP '${day.replaceAll('/', '-')} 10:00:00' AS at) TO '${path}' (FORMAT parquet)`,
      );
    }
    await write('parts/customer=bob/2024/03/02/readme.txt', 'no data');
    connection.closeSync();
    await host.query(
      `.create external table Parts (n:long, at:datetime) kind=storage partition by (Customer:string, Day:datetime = startofday(at)) pathformat=("customer=" Customer "/" Day) dataformat=parquet (@'${folder}/parts') with (fileExtension='.parquet', folder='Outside', docstring='in parts')`,
    );
  });

  const statistics = async (text: string) => {
    const outcome = await host.client.call('query.run', {
      queryId: `stats-${Math.random()}`,
      text,
      database: 'Local',
    });
    return outcome.stats;
  };

  test('are queried in place, virtual columns among the others', async () => {
    expect(await host.query(`external_table('Parts') | order by n asc`)).toEqual([
      ['1', '2024-03-01T10:00:00.0000000Z', 'ada'],
      ['2', '2024-03-02T10:00:00.0000000Z', 'ada'],
      ['4', '2024-03-02T10:00:00.0000000Z', 'bob'],
    ]);
  });

  test('a query over one partition reads one file', async () => {
    const all = await statistics(`external_table('Parts') | count`);
    expect(all.extentsScanned).toBe(3);
    for (const where of [
      `Customer == 'bob'`,
      `Customer in ('bob', 'eve')`,
      `at < datetime(2024-03-02)`,
      `at between (datetime(2024-03-01 05:00) .. datetime(2024-03-01 20:00))`,
    ])
      expect([
        where,
        (await statistics(`external_table('Parts') | where ${where}`)).extentsScanned,
      ]).toEqual([where, 1]);
    expect(
      (
        await statistics(
          `external_table('Parts') | where Customer == 'ada' and at >= datetime(2024-03-02)`,
        )
      ).extentsScanned,
    ).toBe(1);
    expect(
      (await statistics(`external_table('Parts') | where Customer != 'ada'`)).extentsScanned,
    ).toBe(3);
  });

  test('pruning never changes the answer', async () => {
    expect(
      await host.query(`external_table('Parts') | where Customer == 'bob' | project n`),
    ).toEqual([['4']]);
    expect(
      await host.query(`external_table('Parts') | where at > datetime(2024-03-02 10:00) | count`),
    ).toEqual([['0']]);
    expect(
      await host.query(
        `external_table('Parts') | where at >= datetime(2024-03-02 10:00) | summarize sum(n)`,
      ),
    ).toEqual([['6']]);
  });

  test('stand in the schema as what they are, and are no tables', async () => {
    const schema = await host.client.call('schema.get', {});
    const local = schema.databases.find((d) => d.name === 'Local');
    const table = local?.tables.find((t) => t.name === 'Parts');
    expect(table).toMatchObject({
      kind: 'externalTable',
      folder: 'Outside',
      docstring: 'in parts',
    });
    expect(table?.columns.map((c) => `${c.name}:${c.type}`)).toEqual([
      'n:long',
      'at:datetime',
      'Customer:string',
    ]);
    expect((await failure('Parts')).message).toMatch(/Parts/);
    expect((await failure(`external_table('None')`)).message).toContain("'None'");
  });

  test('show their files', async () => {
    const rows = await host.query(
      `.show external table Parts artifacts | order by Uri asc | project Uri, Partition`,
    );
    expect(
      rows.map(([uri, partition]) => [uri?.slice(folder.length), JSON.parse(partition ?? '')]),
    ).toEqual([
      [
        '/parts/customer=ada/2024/03/01/part-0.parquet',
        { Customer: 'ada', Day: '2024-03-01T00:00:00.0000000Z' },
      ],
      [
        '/parts/customer=ada/2024/03/02/part-0.parquet',
        { Customer: 'ada', Day: '2024-03-02T00:00:00.0000000Z' },
      ],
      [
        '/parts/customer=bob/2024/03/02/part-0.parquet',
        { Customer: 'bob', Day: '2024-03-02T00:00:00.0000000Z' },
      ],
    ]);
    expect(await host.query(`.show external table Parts artifacts limit 1 | count`)).toEqual([
      ['1'],
    ]);
  });

  test('are found from another database, from functions, and in unions', async () => {
    await host.query('.create database Elsewhere volatile');
    expect(
      await host.query(`database('Local').external_table('Parts') | summarize sum(n)`, 'Elsewhere'),
    ).toEqual([['7']]);
    expect((await failure(`database('Elsewhere').external_table('Parts')`)).message).toContain(
      'Parts',
    );
    expect(
      await host.query(
        `let f = (c:string) { external_table('Parts') | where Customer == c }; union f('bob'), (external_table('Parts') | where n == 1) | summarize sum(n)`,
      ),
    ).toEqual([['5']]);
    await host.query(`.set-or-replace Taken <| external_table('Parts')`);
    expect(await host.query('Taken | summarize sum(n), dcount(Customer)')).toEqual([['7', '2']]);
  });

  test('tell their definition', async () => {
    const [row] = await host.query('.show external table Parts');
    expect(row?.slice(0, 4)).toEqual(['Parts', 'Blob', 'Outside', 'in parts']);
    expect(JSON.parse(row?.[4] ?? '')).toMatchObject({
      Format: 'Parquet',
      FileExtension: '.parquet',
      IncludeHeaders: 'None',
    });
    expect(JSON.parse(row?.[6] ?? '')).toEqual([
      { Name: 'Customer', ColumnName: null, Ordinal: 0 },
      { Function: 'StartOfDay', Name: 'Day', ColumnName: 'at', Ordinal: 1 },
    ]);
    expect(row?.[7]).toBe('"customer=" Customer "/" Day');
    expect(await host.query('.show external table Parts cslschema | project Schema')).toEqual([
      ['n:long, at:datetime'],
    ]);
    const [[json] = []] = await host.query(
      '.show external table Parts schema as json | project Schema',
    );
    expect(JSON.parse(json ?? '')).toMatchObject({
      Name: 'Parts',
      OrderedColumns: [{ Name: 'n', CslType: 'long' }, { Name: 'at' }],
    });
  });

  test('are there after a restart of the same definition, and go when dropped', async () => {
    await host.query(
      `.create external table Gone (a:long) kind=storage dataformat=csv (@'${folder}/many')`,
    );
    expect(
      (await failure(`.create external table Gone (a:long) kind=storage dataformat=csv ('x')`))
        .message,
    ).toContain('already');
    expect(
      (await failure(`.alter external table Never (a:long) kind=storage dataformat=csv ('x')`))
        .message,
    ).toContain("'Never'");
    await host.query(`.alter external table Gone docstring 'soon'`);
    expect(
      await host.query(`.show external tables | where TableName == 'Gone' | project DocString`),
    ).toEqual([['soon']]);
    await host.query('.drop external table Gone');
    expect(await host.query(`.show external tables | project TableName`)).toEqual([['Parts']]);
    expect(await host.query('.drop external table Gone ifexists')).toEqual([]);
    expect((await failure('.drop external table Gone')).message).toContain("'Gone'");
  });

  test('map their records', async () => {
    const path = await write('deep.json', '{"a":{"b":7}}\n');
    await host.query(
      `.create external table Deep (b:long) kind=storage dataformat=json (@'${path}')`,
    );
    await host.query(
      `.create external table Deep mapping 'm' '[{"Column":"b","Properties":{"Path":"$.a.b"}}]'`,
    );
    expect(await host.query(`external_table('Deep', 'm')`)).toEqual([['7']]);
    expect((await failure(`external_table('Deep', 'n')`)).message).toContain("no mapping 'n'");
    expect((await failure(`.create external table Deep mapping 'm' '[]'`)).message).toContain(
      'already',
    );
    expect(await host.query('.show external table Deep mappings | project Name, Kind')).toEqual([
      ['m', 'JSON'],
    ]);
    await host.query(`.drop external table Deep mapping 'm'`);
    expect(await host.query('.show external table Deep mappings')).toEqual([]);
  });

  test('headers of all files, of the first, of none', async () => {
    await write('heads/a.csv', 'x\n1\n');
    await write('heads/b.csv', 'x\n2\n');
    const count = async (headers: string) => {
      await host.query(
        `.create-or-alter external table Heads (x:long) kind=storage dataformat=csv (@'${folder}/heads') with (includeHeaders='${headers}')`,
      );
      return host.query(`external_table('Heads') | summarize count(), sum(x)`);
    };
    expect(await count('All')).toEqual([['2', '3']]);
    expect(await count('FirstFile')).toEqual([['3', '3']]);
    expect(await count('None')).toEqual([['4', '3']]);
  });

  test('tries and previews store nothing', async () => {
    const outcome = await host.client.call('query.run', {
      queryId: 'preview',
      database: 'Local',
      text: `.create external table Tried (a:long) kind=storage partition by (D:datetime) pathformat=(datetime_pattern("'dt='yyyyMMdd", D)) dataformat=csv (@'${folder}/many') with (dryRun=true, sampleUris=true, filesPreview=true)`,
    });
    expect(outcome.results.map((r) => r.name)).toEqual([
      'PrimaryResult',
      'SampleUris',
      'FilesPreview',
    ]);
    expect(await host.query(`.show external tables | where TableName == 'Tried'`)).toEqual([]);
    expect(
      (
        await failure(
          `.create external table Empty (a:long) kind=storage dataformat=csv (@'${folder}/heads') with (namePrefix='zzz', validateNotEmpty=true)`,
        )
      ).message,
    ).toContain('no file');
  });

  test('errors of a definition have their place', async () => {
    const text = `.create external table Bad (a:long) kind=storage partition by (D:datetime = bin(b, 1d)) dataformat=csv ('x')`;
    expect(await failure(text)).toMatchObject({
      message: 'The table has no column b.',
      span: { start: text.indexOf('b, 1d') },
    });
    expect((await failure(`.create external table Bad (a:long) kind=sql ('x')`)).message).toContain(
      'kind=sql',
    );
    await host.query(
      `.create external table Far (a:long) kind=storage dataformat=csv (h@'abfss://c@x.dfs.core.windows.net/p;SECRETKEY')`,
    );
    const [shown] = await host.query('.show external table Far | project ConnectionStrings');
    expect(shown).toEqual(['["abfss://c@x.dfs.core.windows.net/p"]']);
    await host.query('.drop external table Far');
  });

  test('inline ones live for one query', async () => {
    expect(
      await host.query(
        `inline_external_table(n:long, at:datetime) kind=storage partition by (Customer:string, Day:datetime=startofday(at)) pathformat=("customer=" Customer "/" Day) dataformat=parquet (@'${folder}/parts') with (fileExtension='.parquet') | where Customer == 'bob' | project n`,
      ),
    ).toEqual([['4']]);
  });
});
