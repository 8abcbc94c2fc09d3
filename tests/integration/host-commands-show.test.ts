import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHost, type TestHost } from './support/test-host.ts';

let host: TestHost;

beforeAll(async () => {
  host = openTestHost();
  await host.query('.create table T (a: long, b: string) with (folder="f", docstring="d")');
  await host.query(`.ingest inline into table T with (tags='["x"]') <| 1,one`);
});

afterAll(() => host.close());

const code = (text: string): Promise<unknown> =>
  host.query(text).then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

/** Commands with the columns that their pages show first, and how many rows they give here. */
const SHOWN: readonly (readonly [text: string, first: string, rows: number])[] = [
  ['.show databases', 'DatabaseName', 1],
  ['.show databases details', 'DatabaseName', 1],
  ['.show database Local details', 'DatabaseName', 1],
  ['.show databases identity', 'DatabaseName', 1],
  ['.show databases policies', 'DatabaseName', 1],
  ['.show database datastats', 'DatabaseName', 1],
  ['.show tables', 'TableName', 1],
  ['.show tables details', 'TableName', 1],
  ['.show table T', 'AttributeName', 2],
  ['.show table T cslschema', 'TableName', 1],
  ['.show table T schema as json', 'TableName', 1],
  ['.show table T data statistics', 'ColumnName', 2],
  ['.show table T extents', 'ExtentId', 1],
  ['.show table T extents hot', 'ExtentId', 1],
  ['.show table T extents metadata', 'ExtentId', 1],
  ['.show database extents', 'ExtentId', 1],
  ['.show cluster extents', 'ExtentId', 1],
  ['.show database extent tags statistics', 'TableName', 1],
  ['.show database extents partitioning statistics', 'TableName', 0],
  ['.show columns', 'TableName', 2],
  ['.show table T columns', 'TableName', 2],
  ['.show schema', 'DatabaseName', 4],
  ['.show schema as json', 'DatabaseSchema', 1],
  ['.show databases schema as json', 'DatabaseSchema', 1],
  ['.show database Local schema if_later_than "v1.0"', 'DatabaseName', 0],
  ['.show database schema violations', 'EntityKind', 0],
  ['.show databases entities', 'DatabaseName', 1],
  ['.show ingestion mappings', 'Name', 0],
  ['.show cluster', 'NodeId', 1],
  ['.show cluster details', 'NodeId', 1],
  ['.show diagnostics', 'IsHealthy', 1],
  ['.show capacity ingestions', 'Resource', 1],
  ['.show version', 'BuildVersion', 1],
  ['.show memory', 'NodeId', 3],
  ['.show cache', 'NodeId', 1],
  ['.show workload_groups', 'WorkloadGroupName', 1],
  ['.show cluster principals', 'Role', 1],
  ['.show database principals', 'Role', 1],
  ['.show table T principals', 'Role', 1],
  ['.show principal roles', 'Scope', 1],
  ['.show running queries', 'ClientActivityId', 0],
  ['.show ingestion failures', 'OperationId', 0],
  ['.show stored_query_results', 'StoredQueryResultId', 0],
  ['.show entity_groups', 'Name', 0],
  ['.show continuous-exports', 'Name', 0],
  ['.show purges', 'OperationId', 0],
  ['.show queryplan <| T', 'ResultType', 3],
];

describe('what .show commands tell', () => {
  it.each(SHOWN)('%s', async (text, first, rows) => {
    const outcome = await host.client.call('query.run', { queryId: text, text, database: 'Local' });
    expect(outcome.results[0]?.columns[0]?.name).toBe(first);
    expect(outcome.results[0]?.rowCount).toBe(rows);
    if (!text.includes('<|')) expect(await host.query(`${text} | count`)).toEqual([[String(rows)]]);
  });

  it('has the sizes and times of a table', async () => {
    expect(
      await host.query(
        '.show table T details | project TotalRowCount, TotalExtents, sized = TotalExtentSize > 0, recent = MaxExtentsCreationTime > ago(1h)',
      ),
    ).toEqual([['1', '1', 'true', 'true']]);
  });

  it('knows what was asked, and by which command a table was made', async () => {
    await code('print nonsense(1)');
    expect(await host.query('.show queries | take 1 | project Text, State')).toEqual([
      ['print nonsense(1)', 'Failed'],
    ]);
    expect(
      await host.query(
        '.show commands | where Text startswith ".create table T" | project CommandType, State',
      ),
    ).toEqual([['CreateTable', 'Completed']]);
    expect(
      await host.query('.show database journal | project Event, EntityName, ChangeCommand'),
    ).toEqual([
      [
        'CREATE-TABLE',
        'T',
        '.create table T (a: long, b: string) with (folder="f", docstring="d")',
      ],
    ]);
    expect(
      await host.query(
        '.show operations | where Operation == "IngestInlineIntoTable" | project State',
      ),
    ).toEqual([['Completed']]);
  });

  it('says no more than it understands', async () => {
    expect(await code('.show tables usage statistics')).toBe('unexpected_text');
    await expect(host.query('.show fabric x')).rejects.toThrow(
      'not implemented in Calypso: .show fabric. It has no meaning here',
    );
    await expect(host.query('.show cluster | where Nope == 1')).rejects.toMatchObject({
      span: { start: 22, length: 4 },
    });
    expect(await code('.show workload_group other')).toBe('unknown_group');
    expect(await code('.show databases (Nowhere) details')).toBe('unknown_database');
  });
});

describe('stored query results', () => {
  it('are read by name, replaced, and gone when dropped', async () => {
    expect(
      await host.query(
        '.set stored_query_result R with (previewCount=1) <| range x from 1 to 3 step 1',
      ),
    ).toHaveLength(1);
    expect(await host.query('stored_query_result("R") | summarize sum(x)')).toEqual([['6']]);
    expect(await code('.set stored_query_result R <| print 1')).toBe('result_exists');
    await host.query('.set-or-replace stored_query_result R <| print y = "new"');
    expect(await host.query('stored_query_result("R")')).toEqual([['new']]);
    expect(await host.query('.show stored_query_results | project Name, RowCount')).toEqual([
      ['R', '1'],
    ]);
    // They are no tables: nothing but their function reads them.
    expect(await host.query('.show tables | count')).toEqual([['1']]);
    expect(await host.query('union * | summarize count()')).toEqual([['1']]);
    await host.query('.drop stored_query_result R');
    expect(await code('stored_query_result("R")')).not.toBe('no error');
  });

  it('go when their time is over', async () => {
    await host.query('.set stored_query_result Brief with (expiresAfter=1ms) <| print 1');
    await host.query('.alter database Local policy merge "{}"');
    while ((await host.query('.show stored_query_results | count'))[0]?.[0] !== '0')
      await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

describe('a script', () => {
  it('runs its commands one by one and tells of each', async () => {
    const results = async (more: string): Promise<(string | undefined)[]> =>
      (
        await host.query(
          `.execute database script ${more}<|\n.create table S1 (a: long)\n// gone\n.drop table Nope\n.create table S2 (\n  a: long\n)`,
        )
      ).map((row) => row[3]);
    expect(await results('')).toEqual(['Completed', 'Failed', 'Skipped']);
    expect(await host.query('.show tables | where TableName startswith "S" | count')).toEqual([
      ['1'],
    ]);
    expect(await results('with (ContinueOnErrors=true) ')).toEqual([
      'Completed',
      'Failed',
      'Completed',
    ]);
    expect(await host.query('.show tables | where TableName startswith "S" | count')).toEqual([
      ['2'],
    ]);
  });
});

describe('entity groups', () => {
  it('are made, merged, listed and dropped', async () => {
    await host.query(".create entity_group G (cluster('calypso').database('Local'))");
    await host.query(
      ".alter-merge entity_group G (database('Other'), cluster('calypso').database('Local'))",
    );
    expect(await host.query('.show entity_groups')).toEqual([
      ['G', `["cluster('calypso').database('Local')","database('Other')"]`],
    ]);
    await host.query('.drop entity_group G');
    expect(await code('.show entity_group G')).toBe('unknown_group');
  });
});
