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

const ingest = (table: string, values: string): Promise<unknown> =>
  host.query(`.ingest inline into table ${table} <|\n${values}`);

interface Policy {
  readonly Source: string;
  readonly Query: string;
  readonly IsEnabled?: boolean;
  readonly IsTransactional?: boolean;
  readonly PropagateIngestionProperties?: boolean;
  readonly SourceIsWildCard?: boolean;
}

const alter = (table: string, ...policies: Policy[]): string =>
  `.alter table ${table} policy update \`\`\`${JSON.stringify(policies)}\`\`\``;

const failures = (table: string): Promise<string[][]> =>
  host.query(
    `.show ingestion failures | where Table == "${table}" | project Database, Table, FailureKind`,
  );

describe('a policy', () => {
  it('runs over the new rows alone', async () => {
    await host.query('.create table Raw (line: string)');
    await host.query('.create table Parsed (level: string, text: string)');
    await ingest('Raw', 'INFO before');
    await host.query(
      '.create function Parse() { Raw | parse line with level " " text | project level, text }',
    );
    await host.query(alter('Parsed', { Source: 'Raw', Query: 'Parse()', IsTransactional: true }));
    await ingest('Raw', 'INFO one\nERROR two');
    await ingest('Raw', 'INFO three');
    expect(await host.query('Parsed | sort by text asc')).toEqual([
      ['INFO', 'one'],
      ['INFO', 'three'],
      ['ERROR', 'two'],
    ]);
    expect(await host.query('Raw | count')).toEqual([['4']]);
  });

  it('runs for .set, .append and .set-or-replace, which replaces what was derived', async () => {
    await host.query('.create table S (x: long)');
    await host.query('.create table D (x: long)');
    await host.query(alter('D', { Source: 'S', Query: 'S | extend x = x * 10 | project x' }));
    await host.query('.append S <| print x = 1');
    await host.query('.set-or-append S <| print x = 2');
    expect(await host.query('D | sort by x asc')).toEqual([['10'], ['20']]);
    await host.query('.set-or-replace S <| print x = 3');
    expect(await host.query('D')).toEqual([['30']]);
  });

  it('sees other tables whole, and joins them', async () => {
    await host.query('.create table Facts (id: long)');
    await host.query('.create table Names (id: long, name: string)');
    await host.query('.create table Joined (id: long, name: string)');
    await ingest('Names', '1,one\n2,two');
    await host.query(
      alter('Joined', {
        Source: 'Facts',
        Query: 'Facts | lookup Names on id',
        IsTransactional: true,
      }),
    );
    await ingest('Facts', '2');
    await ingest('Facts', '1');
    expect(await host.query('Joined | sort by id asc')).toEqual([
      ['1', 'one'],
      ['2', 'two'],
    ]);
  });

  it('that is disabled does nothing', async () => {
    await host.query('.create table A0 (x: long)');
    await host.query('.create table B0 (x: long)');
    await host.query(alter('B0', { Source: 'A0', Query: 'A0', IsEnabled: false }));
    await ingest('A0', '1');
    expect(await host.query('B0 | count')).toEqual([['0']]);
  });

  it('may name its sources by a pattern', async () => {
    await host.query(
      '.create tables Src1 (x: long), Src2 (x: long), AllSrc (x: long, from: string)',
    );
    await host.query(
      alter('AllSrc', {
        Source: 'Src*',
        SourceIsWildCard: true,
        Query: '$source_table | extend from = "s"',
        IsTransactional: true,
      }),
    );
    await ingest('Src1', '1');
    await ingest('Src2', '2');
    expect(await host.query('AllSrc | sort by x asc')).toEqual([
      ['1', 's'],
      ['2', 's'],
    ]);
  });

  it('hands tags on where that is asked for', async () => {
    await host.query('.create tables Tagged (x: long), Handed (x: long), Plain (x: long)');
    await host.query(
      alter('Handed', { Source: 'Tagged', Query: 'Tagged', PropagateIngestionProperties: true }),
    );
    await host.query(alter('Plain', { Source: 'Tagged', Query: 'Tagged' }));
    await host.query('.append Tagged with (tags=\'["t1"]\') <| print x = 1');
    expect(await host.query('.show table Handed extents | project Tags')).toEqual([['t1']]);
    expect(await host.query('.show table Plain extents | project Tags')).toEqual([['']]);
  });
});

describe('policies in a row', () => {
  it('follow each other in one commit', async () => {
    await host.query('.create tables C1 (x: long), C2 (x: long), C3 (x: long)');
    await host.query(
      alter('C2', { Source: 'C1', Query: 'C1 | extend x = x + 1', IsTransactional: true }),
    );
    await host.query(
      alter('C3', { Source: 'C2', Query: 'C2 | extend x = x + 1', IsTransactional: true }),
    );
    await ingest('C1', '1\n2');
    expect(await host.query('C2 | summarize sum(x)')).toEqual([['5']]);
    expect(await host.query('C3 | summarize sum(x)')).toEqual([['7']]);
  });

  it('in a circle are refused', async () => {
    expect(await code(alter('C1', { Source: 'C3', Query: 'C3' }))).toBe('policy_cycle');
    expect(await code(alter('C1', { Source: 'C1', Query: 'C1' }))).toBe('policy_cycle');
    expect(await host.query('.show table C1 policy update | project Policy')).toEqual([['null']]);
  });
});

describe('a policy that fails', () => {
  beforeAll(async () => {
    await host.query('.create tables F1 (x: long), F2 (x: long), F3 (x: long), F4 (x: long)');
    await host.query('.create function Bad() { F1 | extend x = x }');
  });

  const breakIt = (): Promise<unknown> =>
    host.query(
      '.create-or-alter function with (skipvalidation=true) Bad() { F1 | extend x = nonsense }',
    );

  it('leaves the source rows and a line among the failures', async () => {
    await host.query(alter('F2', { Source: 'F1', Query: 'Bad()' }));
    await host.query(alter('F3', { Source: 'F1', Query: 'F1', IsTransactional: true }));
    await breakIt();
    await ingest('F1', '1');
    expect(await host.query('F1')).toEqual([['1']]);
    expect(await host.query('F2')).toEqual([]);
    expect(await host.query('F3')).toEqual([['1']]);
    expect(await failures('F2')).toEqual([['Local', 'F2', 'Permanent']]);
  });

  it('and is transactional leaves nothing anywhere', async () => {
    await host.query('.create-or-alter function Bad() { F1 | extend x = x }');
    await host.query(alter('F2', { Source: 'F1', Query: 'Bad()', IsTransactional: true }));
    await breakIt();
    expect(await code('.ingest inline into table F1 <| 2')).toBe('update_policy_failed');
    expect(await host.query('F1')).toEqual([['1']]);
    expect(await host.query('F3')).toEqual([['1']]);
    await host.query('.delete table F2 policy update');
    await ingest('F1', '3');
    expect(await host.query('F1 | count')).toEqual([['2']]);
  });
});

describe('a source that keeps nothing', () => {
  it('only hands its rows on', async () => {
    await host.query('.create tables Pass (x: long), Kept (x: long)');
    await host.query(alter('Kept', { Source: 'Pass', Query: 'Pass', IsTransactional: true }));
    await host.query(
      '.alter table Pass policy retention \'{"SoftDeletePeriod": "00:00:00", "Recoverability": "Disabled"}\'',
    );
    await ingest('Pass', '1\n2');
    expect(await host.query('Pass | count')).toEqual([['0']]);
    expect(await host.query('Kept | count')).toEqual([['2']]);
  });

  it('and feeds a materialized view of its target', async () => {
    await host.query(
      '.create materialized-view Sums on table Kept { Kept | summarize n = count(), t = sum(x) }',
    );
    await ingest('Pass', '5');
    expect(await host.query('Sums')).toEqual([['1', '5']]);
  });
});

describe('the commands', () => {
  beforeAll(async () => {
    await host.query('.create tables P1 (x: long), P2 (x: long)');
  });

  it.each([
    ['not JSON', '.alter table P2 policy update "nope"', 'bad_policy'],
    ['no source', '.alter table P2 policy update \'[{"Query":"P1"}]\'', 'bad_policy'],
    ['an unknown source', alter('P2', { Source: 'Nope', Query: 'print 1' }), 'unknown_table'],
    ['other columns', alter('P2', { Source: 'P1', Query: 'P1 | extend y = 1' }), 'policy_schema'],
    [
      'another type',
      alter('P2', { Source: 'P1', Query: 'P1 | project tostring(x)' }),
      'policy_schema',
    ],
    ['a wrong query', alter('P2', { Source: 'P1', Query: 'P1 | where y > 1' }), 'KS142'],
  ])('refuse %s', async (_what, text, expected) => {
    expect(await code(text)).toBe(expected);
  });

  it('add, show and take away', async () => {
    await host.query(alter('P2', { Source: 'P1', Query: 'P1 | where x > 1' }));
    await host.query(
      '.alter-merge table P2 policy update \'[{"IsEnabled":false,"Source":"P1","Query":"P1 | where x < 1"}]\'',
    );
    const [[name, entity, policy] = []] = await host.query('.show table P2 policy update');
    expect([name, entity]).toEqual(['UpdatePolicy', '[Local].[P2]']);
    expect(JSON.parse(policy ?? '')).toEqual([
      {
        IsEnabled: true,
        Source: 'P1',
        SourceIsWildCard: false,
        Query: 'P1 | where x > 1',
        IsTransactional: false,
        PropagateIngestionProperties: false,
        ManagedIdentity: null,
      },
      {
        IsEnabled: false,
        Source: 'P1',
        SourceIsWildCard: false,
        Query: 'P1 | where x < 1',
        IsTransactional: false,
        PropagateIngestionProperties: false,
        ManagedIdentity: null,
      },
    ]);
    expect((await host.query('.show table * policy update')).length).toBeGreaterThan(2);
    await host.query('.delete table P2 policy update');
    expect(await host.query('.show table P2 policy update | project Policy')).toEqual([['null']]);
  });
});
