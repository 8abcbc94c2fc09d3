import { beforeAll, expect, it } from 'vitest';
import { type Kql, openKql } from '../support/kql.ts';

let kql: Kql;
beforeAll(async () => {
  kql = await openKql();
});

/** Arithmetic is tried for overflow, and DuckDB refuses subqueries there (page "toscalar() function"). */
it.each([
  ['print v = 1 + toscalar(range x from 1 to 3 step 1 | count)', [['4']]],
  ['print v = datetime(2024-01-01) + toscalar(print 1h)', [['2024-01-01T01:00:00.0000000Z']]],
  [
    'range x from 1 to 4 step 1 | where x > toscalar(range y from 1 to 3 step 1 | summarize max(y)) - 1',
    [['3'], ['4']],
  ],
  [
    'range x from 1 to 2 step 1 | extend y = x * toscalar(print 2) - toscalar(print 1)',
    [
      ['1', '1'],
      ['2', '3'],
    ],
  ],
  [
    'range x from 1 to 3 step 1 | summarize a = sum(x + toscalar(print 10)), b = sum(x) + toscalar(print 100)',
    [['36', '106']],
  ],
  [
    'let n = toscalar(range x from 1 to 4 step 1 | count); range x from 1 to 4 step 1 | summarize c = count() | extend pct = 100 * c / n',
    [['4', '100']],
  ],
  ["print v = strcat('a', toscalar(print 'b'), toscalar(print 'c'))", [['abc']]],
  ['print v = toscalar(print long(null)) + 1', [['']]],
])('%s', async (text, expected) => {
  expect((await kql.ask(text)).text).toEqual(expected);
});
