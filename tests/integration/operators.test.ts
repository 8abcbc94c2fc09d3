import { beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../common/errors/app-error.ts';
import { type Kql, openKql } from '../support/kql.ts';

const SALES = `datatable(k: string, t: long, v: long)['a', 1, 10, 'a', 2, 20, 'b', 2, 30]`;

let kql: Kql;
beforeAll(async () => {
  kql = await openKql([
    { name: 'Sales', rows: SALES, ingestedAt: '638000000000000000', tags: ['drop-by:x'] },
    { name: 'Other', rows: 'print k = "z"', ingestedAt: '639000000000000000' },
    { database: 'Second', name: 'Sales', rows: 'print k = "c", t = 9, v = 90' },
  ]);
});

/** The rows as lines of text, in whatever order they come. */
async function rows(text: string): Promise<string[]> {
  return (await kql.ask(text)).text.map((row) => row.join('|')).toSorted();
}

async function inOrder(text: string): Promise<string[]> {
  return (await kql.ask(text)).text.map((row) => row.join('|'));
}

async function columns(text: string): Promise<string[]> {
  return (await kql.ask(text)).columns.map((c) => c.name);
}

async function errorOf(text: string): Promise<AppError> {
  try {
    await kql.askAll(text);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('partition', () => {
  it('with a source of its own knows the key by toscalar, and answers for partitions without rows', async () => {
    const T = 'let T = datatable(a: long, v: long)[1, 10, 1, 20, 2, 30];';
    const keys = 'range x from 1 to 3 step 1 | partition hint.strategy=legacy by x';
    expect(
      await rows(`${T} ${keys} { T | where a == toscalar(x) | summarize n = count(), s = sum(v) }`),
    ).toEqual(['0|0', '1|30', '2|30']);
    expect(await rows(`${keys} { print y = toscalar(x) * 2 }`)).toEqual(['2', '4', '6']);
    expect(
      await rows(`${keys} { range z from 2 to toscalar(x) step 1 | extend x = toscalar(x) }`),
    ).toEqual(['2|2', '2|3', '3|3']);
  });

  it('names the rows of a partition by as, and asks them for a value (page "partition operator")', async () => {
    expect(
      await rows(
        `datatable(d: string, m: real)['a', 1, 'a', 3, 'b', 5] | partition by d (as P | extend p = m * 100.0 / toscalar(P | summarize sum(m)))`,
      ),
    ).toEqual(['a|1.0|25.0', 'a|3.0|75.0', 'b|5.0|100.0']);
    expect(
      await rows(`${SALES} | partition by k (as P | where v in ((P | top 1 by v | project v)))`),
    ).toEqual(['a|2|20', 'b|2|30']);
  });

  it('keeps its key out of sight', async () => {
    expect(
      await rows(`${SALES} | partition by k (take 1 | project p = tostring(pack_all()))`),
    ).toEqual(['{"k":"a","t":1,"v":10}', '{"k":"b","t":2,"v":30}']);
  });

  it.each([
    ['top 1 by v', ['a|2|20', 'b|2|30']],
    ['parse k with "a" r: string | count', ['1', '2']],
    [
      'make-series s = sum(v) default = 0 on t from 1 to 3 step 1 | project tostring(s)',
      ['[0,30]', '[10,20]'],
    ],
    ['top-nested 1 of t by sum(v)', ['2|20', '2|30']],
    ['sample 1 | count', ['1', '1']],
    [
      'sort by t desc | extend n = row_number(), p = prev(v) | project n, v, p',
      ['1|20|', '1|30|', '2|10|20'],
    ],
    ['evaluate narrow() | count', ['3', '6']],
    [
      'scan declare (c: long = 0) with (step s: true => c = s.c + v;) | project c',
      ['10', '30', '30'],
    ],
    ['reduce by k | project Pattern, Count', ['a|2', 'b|1']],
    [
      'mv-apply x = range(1, t) to typeof(long) on (summarize s = sum(x)) | project s',
      ['1', '3', '3'],
    ],
    ['union (print k = "z") | count', ['2', '3']],
    [
      'join kind=fullouter (datatable(k: string, w: long)["b", 7]) on k | project k, k1, w',
      ['a||', 'a||', '|b|7', 'b|b|7'].toSorted(),
    ],
  ])('runs %s on each partition', async (subquery, expected) => {
    expect(await rows(`${SALES} | partition hint.strategy=native by k (${subquery})`)).toEqual(
      expected,
    );
  });
});

describe('reduce', () => {
  const foo = 'range x from 1 to 10 step 1 | project s = strcat("foo", "Z", tostring(x))';
  it('gives the groups of its page', async () => {
    expect(await rows(`${foo} | reduce by s`)).toEqual(['others|10|']);
    expect(await rows(`${foo} | reduce by s with characters = "Z"`)).toEqual(['foo*|10|fooZ1']);
  });
  it('kind=source says it row by row', async () => {
    expect(
      await rows(
        `datatable(c: string)['San Jose', 'San Diego', 'Paris'] | reduce kind=source by c`,
      ),
    ).toEqual(['Paris|others|1|', 'San Diego|San *|2|San Diego', 'San Jose|San *|2|San Diego']);
  });
  it('refuses a threshold beyond 1', async () => {
    expect((await errorOf(`${foo} | reduce by s with threshold = 1.5`)).code).toBe(
      'reduce_threshold',
    );
  });
});

describe('macro-expand', () => {
  it('runs once per entity, which tells its database', async () => {
    expect(
      await rows(
        `let g = entity_group [database('Test'), database('Second')]; macro-expand g as X (let most = 25; X.Sales | where v > most | extend d = X.$current_database | project d, v)`,
      ),
    ).toEqual(['Second|90', 'Test|30']);
  });
  it('finds groups that the database stores', async () => {
    for (const group of ['All', `entity_group('All')`])
      expect(await rows(`macro-expand ${group} as X (X.Sales | summarize sum(v))`)).toEqual([
        '60',
        '90',
      ]);
  });
  it('takes tables as entities, nests, and passes over what is not there', async () => {
    expect(
      await rows(`macro-expand entity_group [database('Second').Sales, Other] as X (X | count)`),
    ).toEqual(['1', '1']);
    expect(
      await rows(
        `macro-expand isfuzzy=true entity_group [database('Test'), database('Nowhere')] as X (X.Sales | count)`,
      ),
    ).toEqual(['3']);
    expect(
      await rows(
        `let a = entity_group [database('Test')]; macro-expand a as X (macro-expand a as Y (X.Other | project k, d = Y.$current_database))`,
      ),
    ).toEqual(['z|Test']);
  });
});

describe('statements', () => {
  it('restrict access hides what it does not name', async () => {
    const view = `let V = view () { Sales | where k == 'a' }; let W = view () { Other };`;
    expect(await rows(`${view} restrict access to (V); V | count`)).toEqual(['2']);
    for (const hidden of ['Sales', 'W', 'database("Second").Sales', 'table("Sales")'])
      expect((await errorOf(`${view} restrict access to (V); ${hidden} | count`)).code).toBe(
        'restricted',
      );
    expect(
      await rows(`restrict access to (database().S*); union withsource = s * | distinct s`),
    ).toEqual(['Sales']);
    expect(await rows(`restrict access to (Sales); let f = () { Sales | count }; f()`)).toEqual([
      '3',
    ]);
  });
  it('alias names a database', async () => {
    expect(
      await rows(
        `alias database ["my own"] = cluster("calypso").database("Second"); database("my own").Sales | project v`,
      ),
    ).toEqual(['90']);
  });
  it('a pattern without a case for a call says so in the words that programs look for', async () => {
    const error = await errorOf(`declare pattern ip; ip("10.0.0.1")`);
    expect(error.code).toBe('SEM0036');
    expect(error.message).toContain(`["ip('10.0.0.1')"]`);
  });
  it('fork and facet give several tables, also before render', async () => {
    const answers = await kql.askAll(
      `range x from 1 to 3 step 1 | fork n = (count) (where x > 1 | as G) | render table`,
    );
    expect(answers.map((a) => a.text)).toEqual([[['3']], [['2'], ['3']]]);
    expect((await errorOf('print x = 1 | fork (count) (count) | count')).code).toBe(
      'behind_many_tables',
    );
  });
});

describe('scan', () => {
  it('gives no match_id that was not asked for, nor do the operators behind it', async () => {
    const scanned = `${SALES} | sort by t asc | scan with (step s: true;)`;
    expect(await columns(scanned)).toEqual(['k', 't', 'v']);
    expect(await columns(`${scanned} | extend v * 2 | project-away k`)).toEqual([
      't',
      'v',
      'Column1',
    ]);
    expect(await columns(`${scanned} | scan with_match_id = m with (step s: true;)`)).toEqual([
      'k',
      't',
      'v',
      'm',
    ]);
  });
  it('steps may ask subqueries and use every function of the row', async () => {
    expect(
      await inOrder(
        `${SALES} | sort by k asc, t asc | scan declare (c: long = 0) with (step s: v in ((datatable(q: long)[10, 30])) and t < toscalar(print 5) => c = s.c + array_length(split(k, ',')) + tolong(bin(v, 10));) | project c`,
      ),
    ).toEqual(['11', '42']);
  });
  it('refuses the functions of neighbouring rows', async () => {
    const error = await errorOf(`${SALES} | sort by t asc | scan with (step s: v > prev(v);)`);
    expect([error.kind, error.code]).toEqual(['semantic', 'scan_step']);
  });
});

describe('row_window_session', () => {
  it('parts by both distances, by restarts, and by nulls (page "row_window_session()")', async () => {
    const times = `datatable(i: string, t: timespan)['a', 0m, 'a', 30m, 'a', 60m, 'a', 200m, 'b', 210m, 'b', timespan(null), 'b', 215m] | extend t = datetime(2020-01-01) + t`;
    expect(
      await inOrder(
        `${times} | serialize | extend s = row_window_session(t, 1h, 40m, i != prev(i)) | project (s - datetime(2020-01-01)) / 1m`,
      ),
    ).toEqual(['0.0', '0.0', '60.0', '200.0', '210.0', '', '215.0']);
  });
});

describe('aggregates inside of expressions', () => {
  it('in make-series and in top-nested', async () => {
    expect(
      await rows(
        `${SALES} | make-series s = sum(v) * 1.0 / count(), m = round(avg(v)) default = -1 on t from 1 to 4 step 1 | project tostring(s), tostring(m)`,
      ),
    ).toEqual(['[10.0,25.0,0.0]|[10.0,25.0,-1.0]']);
    expect(
      await rows(
        `${SALES} | top-nested 1 of k by sum(v) / count(), top-nested 1 of t by max(v) - min(v) + 1`,
      ),
    ).toEqual(['b|30|2|1']);
  });
});

describe('mv-expand', () => {
  it('expands a range as it would the array', async () => {
    const ranges = 'datatable(a: long, b: long)[1, 3, 5, 4, 2, 2] | extend r = range(a, b)';
    expect(await rows(`${ranges} | mv-expand r to typeof(long) | project a, r`)).toEqual(
      await rows(
        `${ranges} | extend r = todynamic(tostring(r)) | mv-expand r to typeof(long) | project a, r`,
      ),
    );
    expect(
      await rows(
        'datatable(t: datetime)[datetime(null)] | extend r = range(t, t + 1h, 1m) | mv-expand r to typeof(datetime) | count',
      ),
    ).toEqual(['1']);
  });
  it('puts lists of different lengths side by side, with their index and up to a limit', async () => {
    expect(
      await inOrder(
        `print a = dynamic([1, 2, 3]), b = dynamic(['x']) | mv-expand with_itemindex = i a to typeof(long), b to typeof(string) limit 2 | project i, a, b`,
      ),
    ).toEqual(['0|1|x', '1|2|']);
  });
});

describe('properties of extents', () => {
  it('are known of rows that come from a table', async () => {
    expect(
      await rows(
        `Sales | where v > 10 | extend x = 1 | project t = ingestion_time(), g = strlen(tostring(extent_id())), s = tostring(extent_tags()) | distinct *`,
      ),
    ).toEqual(['2022-09-28T22:13:20.0000000Z|36|["drop-by:x"]']);
    expect(
      await rows(`union Sales, Other, (print k = 'p') | summarize count() by ingestion_time()`),
    ).toEqual(['2022-09-28T22:13:20.0000000Z|3', '2025-11-29T08:00:00.0000000Z|1', '|1']);
  });
  it('are lost where rows are made', async () => {
    expect(
      await rows(`Sales | summarize count() by k | where isnull(ingestion_time()) | count`),
    ).toEqual(['2']);
    expect(await rows('print extent_id()')).toEqual(['00000000-0000-0000-0000-000000000000']);
  });
  it('cursors part rows by when they came in', async () => {
    const counted = async (test: string) => (await rows(`Sales | where ${test} | count`))[0];
    expect(await counted(`cursor_after('')`)).toBe('3');
    expect(await counted(`cursor_after('638000000000000000')`)).toBe('0');
    expect(await counted(`cursor_after('637999999999999999')`)).toBe('3');
    expect(await counted(`cursor_before_or_at('2022-09-28T22:13:20Z')`)).toBe('3');
    expect(await counted(`cursor_after(current_cursor())`)).toBe('0');
  });
});

describe('a few literal rows keep their order', () => {
  const few = `datatable(k: string, v: long)['d', 1, 'c', 2, 'd', 3, 'a', 1]`;
  it('in groups, distinct values and among equal rows of a sort', async () => {
    expect(await inOrder(`${few} | summarize s = sum(v), c = 1.0 * count() by k`)).toEqual([
      'd|4|2.0',
      'c|2|1.0',
      'a|1|1.0',
    ]);
    expect(await inOrder(`${few} | distinct k`)).toEqual(['d', 'c', 'a']);
    expect(
      await inOrder(`${few} | sort by v asc | extend n = row_number() | project k, v, n`),
    ).toEqual(['d|1|1', 'a|1|2', 'c|2|3', 'd|3|4']);
    expect(await inOrder(`${few} | top 2 by v asc | project k`)).toEqual(['d', 'a']);
  });
});

describe('what the service answers where Kusto.Language says otherwise', () => {
  it('names the covariance after both columns', async () => {
    const xy = 'datatable(x: real, y: real)[1, 2, 3, 6]';
    expect(await columns(`${xy} | summarize covariance(x, y), c = covariancep(x, y)`)).toEqual([
      'covariance_x_y',
      'c',
    ]);
    expect(await rows(`${xy} | summarize covariancep(x, y) | project covariancep_x + 1`)).toEqual([
      '3.0',
    ]);
  });
  it('gives print as many of a function’s columns as it names', async () => {
    const stats = 'series_stats(dynamic([2, 1, 3]))';
    expect(await columns(`print x = ${stats}, y = 7`)).toEqual(['x', 'y']);
    expect(await rows(`print x = ${stats}, y = 7`)).toEqual(['1.0|7']);
    expect(await rows(`print (x, at) = ${stats}`)).toEqual(['1.0|1']);
    expect((await columns(`print ${stats}`)).length).toBe(7);
  });
  it('calls the column of a lone value result', async () => {
    expect(await columns('1 + 1')).toEqual(['result']);
  });
  it('wraps a constant real beyond 64 bits and stops at their end for rows', async () => {
    expect(await rows('print tolong(todouble(9223372036854775807))')).toEqual([
      '-9223372036854775808',
    ]);
    expect(await rows('datatable(r: real)[1e19] | project tolong(r)')).toEqual([
      '9223372036854775807',
    ]);
  });
  it('refuses numbers that JSON cannot hold, and repeat() of a dynamic', async () => {
    expect((await errorOf('print dynamic([1e400])')).code).toBe('bad_literal');
    expect((await errorOf('print d = dynamic({"a": 1}) | extend repeat(d, 3)')).kind).toBe(
      'semantic',
    );
  });
});
