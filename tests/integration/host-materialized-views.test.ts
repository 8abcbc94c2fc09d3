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

const rows = async (text: string): Promise<string[][]> =>
  (await host.query(text)).map((row) => [...row]);

/** Waits until the view has taken in all there is. */
async function current(view: string): Promise<void> {
  for (let i = 0; i < 400; i++) {
    const [[pending] = []] = await host.query(
      `.show materialized-view ${view} statistics | project PendingExtents`,
    );
    if (pending === '0') return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${view} did not catch up`);
}

async function ingest(table: string, values: string): Promise<void> {
  await host.query(`.ingest inline into table ${table} <|\n${values}`);
}

/** Every aggregate that a view can keep, each against the same summarize over the source. */
const AGGREGATES = [
  'count()',
  'countif(v > 2)',
  'sum(v)',
  'sumif(v, v > 2)',
  'sum(r)',
  'sum(span)',
  'avg(v)',
  'avg(r)',
  'avg(at)',
  'avg(span)',
  'avg(dec)',
  'avgif(v, v > 2)',
  'avgif(v, v > 1000)',
  'min(v)',
  'max(v)',
  'min(at)',
  'max(s)',
  'minif(v, v > 2)',
  'maxif(s, v > 2)',
  'maxif(s, v > 1000)',
  'dcount(s)',
  'dcountif(s, v > 2)',
  'dcount(v, 2)',
  'percentile(v, 50)',
  'percentile(at, 90)',
  'percentiles(v, 5, 95)',
  'percentiles_array(v, 25, 75)',
  'arg_max(at, s, v)',
  'arg_min(at, *)',
  'array_sort_asc(make_set(s))[0]',
] as const;

const KEPT = AGGREGATES.filter((a) => !a.startsWith('array_sort_asc'));

describe('a view', () => {
  beforeAll(async () => {
    await host.query(
      '.create table T (k: string, v: long, r: real, s: string, at: datetime, span: timespan, dec: decimal)',
    );
    await ingest(
      'T',
      [
        'a,1,0.5,x,2024-01-01,00:01:00,1.5',
        'a,5,1.5,y,2024-01-03,00:02:00,2.5',
        'b,2,2.5,z,2024-01-02,00:03:00,0.25',
      ].join('\n'),
    );
    let n = 0;
    for (const aggregate of KEPT)
      await host.query(
        `.create materialized-view with (backfill=true) A${n++} on table T { T | summarize ${aggregate} by k }`,
      );
    await ingest(
      'T',
      [
        'a,9,,x,2024-02-01,01:00:00,',
        'c,3,7,,2024-01-05,,100',
        'b,,,w,2023-12-31,00:00:00.0000001,9',
      ].join('\n'),
    );
  });

  it.each(KEPT.map((aggregate, i) => [aggregate, i] as const))(
    'of %s is what summarize gives, with and without a delta',
    async (aggregate, i) => {
      const wanted = await rows(`T | summarize ${aggregate} by k | sort by k asc`);
      expect(wanted.length).toBe(3);
      expect(await rows(`A${i} | sort by k asc`)).toEqual(wanted);
      await current(`A${i}`);
      expect(await rows(`materialized_view("A${i}") | sort by k asc`)).toEqual(wanted);
    },
  );
});

describe('a view without keys', () => {
  it('is one row, before the first row and after', async () => {
    await host.query('.create table Bare (x: long)');
    await host.query(
      '.create materialized-view Total on table Bare { Bare | summarize n = count(), t = sum(x), m = max(x), d = dcount(x), a = avg(x) }',
    );
    expect(await rows('Total')).toEqual([['0', '0', '', '0', 'NaN']]);
    await ingest('Bare', '1\n2');
    await ingest('Bare', '2');
    expect(await rows('Total')).toEqual([['3', '5', '2', '2', '1.6666666666666667']]);
    await current('Total');
    expect(await rows('materialized_view("Total")')).toEqual([
      ['3', '5', '2', '2', '1.6666666666666667'],
    ]);
  });
});

describe('collected values', () => {
  it('go on', async () => {
    await host.query('.create table C (k: long, s: string, d: dynamic)');
    await host.query(
      '.create materialized-view Cv on table C { C | summarize make_set(s), make_list(k), make_bag(d), make_list_if(s, k > 1), h = hll(s), t = tdigest(k) }',
    );
    await ingest('C', '1,a,"{""x"":1}"\n2,b,"{""y"":2}"');
    await current('Cv');
    await ingest('C', '3,a,"{""z"":3}"');
    await host.query('.disable materialized-view Cv');
    await ingest('C', '4,c,"{""x"":9}"');
    expect(
      await rows(
        'Cv | project array_sort_asc(set_s), array_sort_asc(list_k), tostring(bag_d.x), bag_d.z, array_sort_asc(list_s), dcount_hll(h), percentile_tdigest(t, 100)',
      ),
    ).toEqual([['["a","b","c"]', '[1,2,3,4]', '1', '3', '["a","b","c"]', '3', '4']]);
  });
});

describe('what is taken in', () => {
  it('is only what comes after the view, unless it is filled from before', async () => {
    await host.query('.create table Since (x: long)');
    await ingest('Since', '1\n2\n3');
    await host.query(
      '.create materialized-view Later on table Since { Since | summarize n = count() }',
    );
    await host.query(
      '.create materialized-view with (backfill=true) Whole on table Since { Since | summarize n = count() }',
    );
    await host.query(
      '.create materialized-view with (backfill=true, effectiveDateTime=datetime(2199-01-01)) None on table Since { Since | summarize n = count() }',
    );
    await ingest('Since', '4');
    expect(await rows('Later')).toEqual([['1']]);
    expect(await rows('Whole')).toEqual([['4']]);
    expect(await rows('None')).toEqual([['1']]);
  });

  it('stays when the source loses rows, and goes with the view alone', async () => {
    await host.query('.create table Lost (x: long)');
    await host.query(
      '.create materialized-view Kept on table Lost { Lost | summarize n = count() by x }',
    );
    await ingest('Lost', '1\n1\n2');
    await current('Kept');
    await host.query('.clear table Lost data');
    expect(await rows('Kept | sort by x asc')).toEqual([
      ['1', '2'],
      ['2', '1'],
    ]);
    await host.query('.clear materialized-view Kept data');
    expect(await rows('Kept')).toEqual([]);
    await ingest('Lost', '7');
    expect(await rows('Kept')).toEqual([['7', '1']]);
  });

  it('is counted once through many small commits, merges of the source and of the view', async () => {
    await host.query('.create table Many (x: long)');
    await host.query(
      '.create materialized-view Counted on table Many { Many | summarize n = count(), t = sum(x) by g = x % 3 }',
    );
    for (let i = 0; i < 40; i++) await ingest('Many', `${i}\n${i + 1}`);
    const wanted = await rows(
      'Many | summarize n = count(), t = sum(x) by g = x % 3 | sort by g asc',
    );
    expect(await rows('Counted | sort by g asc')).toEqual(wanted);
    await current('Counted');
    expect(await rows('materialized_view("Counted") | sort by g asc')).toEqual(wanted);
    const [[pieces] = []] = await rows(
      '.show materialized-view Counted details | project TotalExtents',
    );
    expect(Number(pieces)).toBeLessThan(20);
  });

  it('waits while the view is disabled, and is not lost', async () => {
    await host.query('.create table Off (x: long)');
    await host.query(
      '.create materialized-view Paused on table Off { Off | summarize n = count() }',
    );
    await host.query('.disable materialized-view Paused');
    await ingest('Off', '1\n2');
    expect(await rows('Paused')).toEqual([['2']]);
    expect(await rows('materialized_view("Paused")')).toEqual([['0']]);
    expect(await rows('materialized_view("Paused", 1d)')).toEqual([['0']]);
    expect(await rows('materialized_view("Paused", 0s)')).toEqual([['2']]);
    await host.query('.enable materialized-view Paused');
    await current('Paused');
    expect(await rows('materialized_view("Paused")')).toEqual([['2']]);
  });
});

describe('views of views', () => {
  it('take in each key once', async () => {
    await host.query('.create table Events (id: long, day: datetime, user: string)');
    await host.query(
      '.create materialized-view Dedup on table Events { Events | summarize take_any(*) by id }',
    );
    await host.query(
      '.create materialized-view Daily on materialized-view Dedup { Dedup | summarize n = count(), u = dcount(user) by day }',
    );
    await ingest('Events', '1,2024-01-01,a\n2,2024-01-01,b');
    await ingest('Events', '1,2024-01-01,a\n3,2024-01-02,a');
    const wanted = [
      ['2024-01-01T00:00:00.0000000Z', '2', '2'],
      ['2024-01-02T00:00:00.0000000Z', '1', '1'],
    ];
    expect(await rows('Daily | sort by day asc')).toEqual(wanted);
    await current('Dedup');
    await current('Daily');
    expect(await rows('materialized_view("Daily") | sort by day asc')).toEqual(wanted);
    await host.query('.disable materialized-view Dedup');
    await ingest('Events', '3,2024-01-02,zzz\n4,2024-01-02,b');
    expect(await rows('Daily | sort by day asc')).toEqual([
      ['2024-01-01T00:00:00.0000000Z', '2', '2'],
      ['2024-01-02T00:00:00.0000000Z', '2', '2'],
    ]);
    expect(await rows('Dedup | sort by id asc | project id, user')).toEqual([
      ['1', 'a'],
      ['2', 'b'],
      ['3', 'a'],
      ['4', 'b'],
    ]);
    expect(
      await code(
        '.create materialized-view X on materialized-view Daily { Daily | summarize count() by day }',
      ),
    ).toBe('view_source');
  });
});

describe('queries that no view can keep', () => {
  beforeAll(async () => {
    await host.query('.create table Q (x: long, t: datetime)');
    await host.query('.create table Dim (x: long, name: string)');
  });

  it.each([
    ['Q | where x > 1', 'view_query'],
    ['Q | summarize by x', 'view_query'],
    ['Q | summarize count() by x | where count_ > 1', 'view_query'],
    ['Q | summarize n = count() by x | summarize sum(n)', 'view_query'],
    ['Q | distinct x | summarize count()', 'view_query'],
    ['Q | top 5 by x | summarize count()', 'view_query'],
    ['Q | sort by x | summarize count()', 'view_query'],
    ['Q | where t > ago(1d) | summarize count()', 'view_query'],
    ['Q | summarize r = sum(x) / count() by x', 'view_composite'],
    ['Q | summarize stdev(x)', 'view_aggregate'],
    ['Q | join Dim on x | summarize count()', 'view_query'],
    ['Q | join kind=inner Dim on x | summarize count()', 'view_query'],
    ['Q | join kind=inner Q on x | summarize count()', 'view_source'],
    ['Dim | summarize count()', 'view_query'],
    ['print x = 1 | summarize count()', 'view_source'],
    ['Q | summarize count(nothing) by y', 'KS142'],
  ])('%s: %s', async (query, expected) => {
    expect(await code(`.create materialized-view V on table Q { ${query} }`)).toBe(expected);
  });

  it('have the place of what is wrong', async () => {
    const text =
      '.create materialized-view V on table Q {\n  Q | top 5 by x | summarize count()\n}';
    const error = await host.query(text).catch((e: unknown) => e);
    expect(error).toMatchObject({
      span: { start: text.indexOf('top'), line: 2, column: 7 },
    });
  });

  it('but dimensions may be joined when they are named', async () => {
    await ingest('Dim', '1,one');
    await host.query(
      '.create materialized-view with (dimensionTables=dynamic(["Dim"])) Named on table Q { Q | lookup Dim on x | summarize n = count() by name }',
    );
    await ingest('Q', '1,2024-01-01\n2,2024-01-01');
    expect(await rows('Named | sort by name asc')).toEqual([
      ['', '1'],
      ['one', '1'],
    ]);
  });
});

describe('changes of the source', () => {
  it('a column more makes arg_max(*) unreadable, unless the view follows', async () => {
    await host.query('.create table Src (id: long, at: datetime, x: long)');
    await host.query(
      '.create materialized-view Fixed on table Src { Src | summarize arg_max(at, *) by id }',
    );
    await host.query(
      '.create materialized-view with (autoUpdateSchema=true) Moving on table Src { Src | summarize arg_max(at, *) by id }',
    );
    await ingest('Src', '1,2024-01-01,10');
    await current('Fixed');
    await current('Moving');
    await host.query('.alter-merge table Src (y: long)');
    expect(await code('Fixed')).toBe('view_unreadable');
    await ingest('Src', '1,2024-01-02,11,5');
    await current('Moving');
    expect(await rows('Moving | project id, x, y')).toEqual([['1', '11', '5']]);
    for (let i = 0; i < 200; i++) {
      const [[enabled] = []] = await rows('.show materialized-view Fixed | project IsEnabled');
      if (enabled === 'false') break;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    expect(await rows('.show materialized-view Fixed | project IsEnabled, IsHealthy')).toEqual([
      ['false', 'false'],
    ]);
    expect(
      await rows('.show materialized-view Fixed failures | project Name, FailureKind'),
    ).toEqual([['Fixed', 'Permanent']]);
    expect(await code('.enable materialized-view Fixed')).toBe('view_columns');
    await host.query(
      '.alter materialized-view Fixed on table Src { Src | summarize arg_max(at, *) by id }',
    );
    await host.query('.enable materialized-view Fixed');
    await current('Fixed');
    expect(await rows('Fixed | project id, x, y')).toEqual([['1', '11', '5']]);
    expect(await rows('.show materialized-view Fixed | project IsEnabled, IsHealthy')).toEqual([
      ['true', 'true'],
    ]);
  });

  it('a source that is renamed is said, and what was materialized can still be read', async () => {
    await host.query('.create table Was (x: long)');
    await host.query(
      '.create materialized-view OfWas on table Was { Was | summarize n = count() }',
    );
    await ingest('Was', '1');
    await current('OfWas');
    await host.query('.rename table Was to IsNow');
    await host.query('.create table Was (x: long)');
    expect(await code('OfWas')).toBe('view_unreadable');
    expect(await rows('materialized_view("OfWas")')).toEqual([['1']]);
    expect(await rows('.show materialized-view OfWas | project IsHealthy')).toEqual([['false']]);
  });
});

describe('alterations', () => {
  it('keep what is there; a new column starts empty', async () => {
    await host.query('.create table Alt (k: string, x: long)');
    await host.query(
      '.create materialized-view Va on table Alt { Alt | summarize n = count() by k }',
    );
    await ingest('Alt', 'a,1');
    await current('Va');
    await host.query(
      '.create-or-alter materialized-view Va on table Alt { Alt | summarize n = count(), t = sum(x) by k }',
    );
    await ingest('Alt', 'a,10');
    expect(await rows('Va')).toEqual([['a', '2', '10']]);
    expect(
      await code('.alter materialized-view Va on table Alt { Alt | summarize n = count() by x }'),
    ).toBe('view_alter');
    expect(
      await code(
        '.alter materialized-view Va on table Alt { Alt | summarize n = dcount(x), t = avg(x) by k }',
      ),
    ).toBe('view_alter');
  });

  it('of names, texts and figures are shown', async () => {
    await host.query('.create table Meta (k: long, x: long)');
    await host.query(
      '.create materialized-view with (folder="f", docString="d", lookback=6h) M1 on table Meta { Meta | summarize arg_max(x, *) by k }',
    );
    await host.query('.alter materialized-view M1 docstring "new"');
    await host.query('.alter materialized-view M1 folder "g"');
    await host.query('.alter materialized-view M1 lookback 1d');
    await host.query('.alter materialized-view M1 autoUpdateSchema true');
    await host.query('.rename materialized-view M1 to M2');
    expect(
      await rows(
        '.show materialized-view M2 | project Name, SourceTable, Folder, DocString, AutoUpdateSchema, Lookback, IsHealthy, IsEnabled',
      ),
    ).toEqual([['M2', 'Meta', 'g', 'new', 'true', '1.00:00:00', 'true', 'true']]);
    expect(await rows('.show materialized-view M2 cslschema | project Schema')).toEqual([
      ['k:long, x:long'],
    ]);
    expect((await rows('.show materialized-views | project Name')).flat()).toContain('M2');
    expect(await code('.create table M2 (a: long)')).not.toBe('no error');
    expect(await code('.ingest inline into table M2 <| 1')).toBe('unknown_table');
    expect(await code('.set-or-append M2 <| print 1')).not.toBe('no error');
    expect(await code('.drop table M2')).toBe('unknown_table');
    expect(
      await code('.create materialized-view M2 on table Meta { Meta | summarize count() }'),
    ).toBe('view_exists');
    expect(
      await code(
        '.create ifnotexists materialized-view M2 on table Meta { Meta | summarize count() }',
      ),
    ).toBe('no error');
    await host.query('.drop materialized-view M2');
    expect(await code('M2')).not.toBe('no error');
    expect(await code('.drop materialized-view M2')).toBe('unknown_view');
  });
});

describe('filling from before', () => {
  const operation = async (id: string): Promise<string> => {
    for (let i = 0; i < 400; i++) {
      const [[state = ''] = []] = await host.query(`.show operations "${id}" | project State`);
      if (state !== 'InProgress') return state;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return 'InProgress';
  };

  it('runs on as an operation, which is over when the view is whole', async () => {
    await host.query('.set Before <| range x from 1 to 100000 step 1');
    const [[id = ''] = []] = await host.query(
      '.create async materialized-view with (backfill=true) Filled on table Before { Before | summarize n = count(), t = sum(x) by g = x % 1000 }',
    );
    expect(await operation(id)).toBe('Completed');
    expect(await rows('materialized_view("Filled") | summarize count(), sum(n), sum(t)')).toEqual([
      ['1000', '100000', '5000050000'],
    ]);
  });

  it('is cancelled with its view', async () => {
    const [[id = ''] = []] = await host.query(
      '.create async materialized-view with (backfill=true) Cut on table Before { Before | summarize n = count(), p = percentile(x, 50), h = hll(x) by x }',
    );
    await host.query(`.cancel operation "${id}"`);
    expect(await operation(id)).toBe('Canceled');
    expect(await code('.show materialized-view Cut')).toBe('unknown_view');
  });

  it('is no part of the script that makes the view again', async () => {
    const { text } = await host.client.call('tables.script', {
      database: 'Local',
      entity: 'Filled',
    });
    expect(text).toBe(
      '.create-or-alter materialized-view Filled on table Before {\nBefore | summarize n = count(), t = sum(x) by g = x % 1000\n}',
    );
    expect((await rows('.show database schema as csl script')).flat()).toContain(text);
    expect(await code(text)).toBe('no error');
  });
});

describe('wildcards', () => {
  it('mean tables and view functions, no materialized views', async () => {
    await host.query('.create database Wild');
    const wild = (text: string): Promise<string[][]> => host.query(text, 'Wild');
    await wild('.create table W1 (x: long)');
    await wild('.create materialized-view W2 on table W1 { W1 | summarize x = count() }');
    await wild('.ingest inline into table W1 <| 5');
    expect(await wild('union W* | count')).toEqual([['1']]);
    expect(await wild('search "5" | count')).toEqual([['1']]);
  });
});

it('is there again after a restart, and goes on', async () => {
  let own = openTestHost();
  try {
    await own.query('.create table R (x: long)');
    await own.query(
      '.create materialized-view Rv on table R { R | summarize n = count(), p = avg(x) }',
    );
    await own.query('.ingest inline into table R <|\n1\n2');
    own = await own.reopen();
    expect(await own.query('Rv')).toEqual([['2', '1.5']]);
    await own.query('.ingest inline into table R <| 3');
    expect(await own.query('Rv')).toEqual([['3', '2']]);
  } finally {
    await own.close();
  }
});
