import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHost, type TestHost } from './support/test-host.ts';

let host: TestHost;

beforeAll(() => {
  host = openTestHost();
});

afterAll(() => host.close());

const code = (text: string): Promise<unknown> =>
  host.query(text).then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

/** Waits for what happens in the background; the test's own time limit ends it. */
async function until(text: string, expected: string[][]): Promise<void> {
  while (JSON.stringify(await host.query(text)) !== JSON.stringify(expected))
    await new Promise((resolve) => setTimeout(resolve, 20));
}

const policyOf = async (text: string): Promise<unknown> =>
  JSON.parse((await host.query(`${text} | project Policy`))[0]?.[0] ?? '');

describe('ingestion mappings', () => {
  it('are kept by table and by database, and used by name', async () => {
    await host.query('.create table M (a: long, b: string)');
    await host.query(
      `.create table M ingestion csv mapping "swap" '[{"column":"b","Properties":{"Ordinal":"0"}},{"column":"a","Properties":{"Ordinal":"1"}}]'`,
    );
    expect(await code(`.create table M ingestion csv mapping "swap" '[]'`)).toBe('mapping_exists');
    await host.query(
      `.create-or-alter database Local ingestion json mapping "paths" '[{"column":"a","Properties":{"Path":"$.x.y"}}]'`,
    );
    await host.query(
      `.ingest inline into table M with (ingestionMappingReference="swap") <|\none,1`,
    );
    await host.query(
      `.ingest inline into table M with (format="json", ingestionMappingReference="paths") <|\n{"x":{"y":2}}`,
    );
    expect(await host.query('M | sort by a asc')).toEqual([
      ['1', 'one'],
      ['2', ''],
    ]);
    expect(
      await host.query(
        '.show ingestion mappings | project Name, Kind, Database, Table | sort by Name asc',
      ),
    ).toEqual([
      ['paths', 'Json', 'Local', ''],
      ['swap', 'Csv', 'Local', 'M'],
    ]);
  });

  it('are merged by column, dropped, and missed by name', async () => {
    await host.query(
      `.alter-merge table M ingestion csv mapping "swap" '[{"column":"a","Properties":{"Ordinal":"5"}},{"column":"c","Properties":{"ConstValue":"k"}}]'`,
    );
    const [[json = ''] = []] = await host.query(
      '.show table M ingestion csv mapping "swap" | project Mapping',
    );
    expect(JSON.parse(json)).toEqual([
      { column: 'b', Properties: { Ordinal: '0' } },
      { column: 'a', Properties: { Ordinal: '5' } },
      { column: 'c', Properties: { ConstValue: 'k' } },
    ]);
    await host.query('.drop table M ingestion csv mapping "swap"');
    expect(await code('.show table M ingestion csv mapping "swap"')).toBe('unknown_mapping');
    expect(
      await code('.ingest inline into table M with (ingestionMappingReference="swap") <|\n1,2'),
    ).toBe('unknown_mapping');
    expect(
      await host.query('.show ingestion failures | project Table, FailureKind, ErrorCode'),
    ).toEqual([['M', 'Permanent', 'unknown_mapping']]);
    expect(await code(`.create table M ingestion csv mapping "x" 'no json'`)).toBe('bad_mapping');
  });
});

describe('policies', () => {
  it('are set, merged, shown with their entity, and deleted', async () => {
    await host.query('.create tables P (a: long), Q (a: long)');
    await host.query(
      `.alter table P policy retention '{"SoftDeletePeriod": "100.00:00:00", "Recoverability": "Enabled"}'`,
    );
    await host.query('.alter-merge table P policy retention softdelete = 30d');
    expect(await host.query('.show table P policy retention | project-away Policy')).toEqual([
      ['RetentionPolicy', '[Local].[P]', '["a"]', 'Table'],
    ]);
    expect(await policyOf('.show table P policy retention')).toEqual({
      SoftDeletePeriod: '30.00:00:00',
      Recoverability: 'Enabled',
    });
    await host.query(`.alter tables (P, Q) policy merge '{"AllowMerge": false}'`);
    expect(
      await host.query('.show table * policy merge | where Policy has "false" | summarize count()'),
    ).toEqual([['2']]);
    await host.query('.delete table P policy retention');
    expect(await policyOf('.show table P policy retention')).toBeNull();
  });

  it('are inherited from the database in the details of a table', async () => {
    await host.query(
      `.alter database Local policy retention '{"SoftDeletePeriod": "999.00:00:00"}'`,
    );
    expect(
      await host.query(
        '.show table Q details | project d = tostring(parse_json(RetentionPolicy).SoftDeletePeriod)',
      ),
    ).toEqual([['999.00:00:00']]);
    await host.query('.delete database Local policy retention');
  });

  it('of every kind can be set and read back', async () => {
    const kinds = [
      ['caching hot = 3d', 'caching'],
      ['roworder (a desc)', 'roworder'],
      [`sharding '{"MaxRowCount": 5}'`, 'sharding'],
      [`partitioning '{"PartitionKeys": [{"ColumnName": "a", "Kind": "Hash"}]}'`, 'partitioning'],
      ['streamingingestion enable', 'streamingingestion'],
      [`ingestionbatching '{"MaximumBatchingTimeSpan": "00:00:30"}'`, 'ingestionbatching'],
      ['ingestiontime true', 'ingestiontime'],
      [
        `extent_tags_retention '[{"TagPrefix": "x", "RetentionPeriod": "1.00:00:00"}]'`,
        'extent_tags_retention',
      ],
    ] as const;
    for (const [given, name] of kinds) {
      await host.query(`.alter table Q policy ${given}`);
      expect(await policyOf(`.show table Q policy ${name}`), name).not.toBeNull();
    }
    expect(await policyOf('.show table Q policy caching')).toEqual({
      DataHotSpan: { Value: '3.00:00:00' },
      IndexHotSpan: { Value: '3.00:00:00' },
    });
  });

  it('are refused when they are wrong, or would promise what nobody keeps', async () => {
    expect(await code(`.alter table P policy retention '{"SoftDeletePeriod": "soon"}'`)).toBe(
      'bad_policy',
    );
    expect(await code(`.alter table P policy retention 'soon'`)).toBe('bad_policy');
    expect(await code('.alter table P policy restricted_view_access true')).toBe(
      'policy_not_supported',
    );
    expect(await code('.alter table P policy row_level_security enable "P"')).toBe(
      'policy_not_supported',
    );
    expect(await code('.show cluster policy callout')).toBe('command_not_implemented');
    expect(await code('.alter table Nowhere policy merge "{}"')).toBe('unknown_table');
  });
});

describe('what policies promise', () => {
  it('extents older than the retention policy go, younger ones stay', async () => {
    await host.query('.set R with (creationTime=datetime(2020-01-01)) <| print a = 1');
    await host.query('.append R <| print a = 2');
    await host.query('.alter-merge table R policy retention softdelete = 365d');
    await until('R', [['2']]);
  });

  it('tags go after their time, extents stay', async () => {
    await host.query(
      `.set G with (creationTime=datetime(2020-01-01), tags='["temp:x", "kept"]') <| print a = 1`,
    );
    await host.query(
      `.alter table G policy extent_tags_retention '[{"TagPrefix": "temp:", "RetentionPeriod": "7.00:00:00"}]'`,
    );
    await until('.show table G extents | project Tags', [['kept']]);
    expect(await host.query('G')).toEqual([['1']]);
  });

  it('a table goes when its auto delete policy has expired', async () => {
    await host.query('.set D <| print a = 1');
    await host.query(
      `.alter table D policy auto_delete '{"ExpiryDate": "2021-01-01", "DeleteIfNotEmpty": false}'`,
    );
    await host.query(`.alter table D policy auto_delete '{"ExpiryDate": "2021-01-01"}'`);
    await until('.show tables | where TableName == "D" | count', [['0']]);
  });
});
