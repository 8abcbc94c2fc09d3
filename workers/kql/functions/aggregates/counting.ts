import { type Sql, sql } from '../../emit/sql.ts';
import type { FunctionEntry } from '../define.ts';
import { argument, filtered, type Over, plain } from './rows.ts';

/** With an argument too: `count(x)` counts rows, nulls included, as the engine does. */
const count: Over = (_, rows) => sql`count(*)${rows.where()}`;

/**
 * Exact: DuckDB's own estimate is off by several percent, far above the 1.6 % that the loosest accuracy level
 * promises (page "dcount"), and counting exactly takes 3 times its time, a quarter second for 10 million rows.
 */
const distinct: Over = (args, rows, context) => {
  const x: Sql = argument(args, 0, context).sql;
  return sql`count(DISTINCT ${x})${rows.where()}`;
};

const X = 'datatable(x: long)[1, 2, long(null), 2]';

export const counting: readonly FunctionEntry[] = [
  plain('count', count, [
    { kql: `${X} | summarize count()`, result: '4' },
    { kql: `${X} | where false | summarize count()`, result: '0' },
  ]),
  plain('cnt', count, [{ kql: `${X} | summarize cnt()`, result: '4' }]),
  filtered('countif', 0, count, [
    { kql: `${X} | summarize countif(x > 1)`, result: '2' },
    { kql: `${X} | summarize countif(isnull(x))`, result: '1' },
  ]),
  plain('dcount', distinct, [
    { kql: `${X} | summarize dcount(x)`, result: '2' },
    { kql: `${X} | summarize dcount(x, 4)`, result: '2' },
  ]),
  filtered('dcountif', 1, distinct, [{ kql: `${X} | summarize dcountif(x, x > 1)`, result: '1' }]),
  plain('count_distinct', distinct, [{ kql: `${X} | summarize count_distinct(x)`, result: '2' }]),
  filtered('count_distinctif', 1, distinct, [
    { kql: `${X} | summarize count_distinctif(x, x > 5)`, result: '0' },
  ]),
];
