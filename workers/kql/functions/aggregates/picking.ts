import { type Sql, sql } from '../../emit/sql.ts';
import type { FunctionEntry } from '../define.ts';
import { argument, filtered, type Over, orEmpty, plain } from './rows.ts';

/** One column: a value that is neither null nor empty where there is one (page "take_any"). */
const anyValue: Over = (args, rows, context) => {
  const x = argument(args, 0, context);
  if (x.type !== 'string') return sql`any_value(${x.sql})${rows.where()}`;
  return sql`coalesce(any_value(${x.sql})${rows.where(sql`${x.sql} <> ''`)}, '')`;
};

/** Several columns: the planner asks for each, and all must come from the same row. */
const firstRow: Over = (args, rows, context) => {
  const x = argument(args, 0, context);
  return orEmpty(sql`first(${x.sql})${rows.where()}`, x.type);
};

const takeAny: Over = (args, rows, context) =>
  args.length > 1 ? firstRow(args, rows, context) : anyValue(args, rows, context);

/**
 * arg_max(key, value): the value, null or not, of the row with the greatest key; among equals the first row.
 * Null keys lose against any other; a group with null keys alone gives its first row.
 */
const at =
  (of: 'arg_max' | 'arg_min'): Over =>
  (args, rows, context) => {
    const key = argument(args, 0, context);
    const value = args[1] ?? key;
    const best: Sql =
      of === 'arg_max'
        ? sql`arg_max_null(${value.sql}, ${key.sql})${rows.where()}`
        : sql`arg_min_null(${value.sql}, ${key.sql})${rows.where()}`;
    if (key.type === 'string') return orEmpty(best, value.type);
    const any = sql`first(${value.sql})${rows.where()}`;
    const found = sql`CASE WHEN count(${key.sql})${rows.where()} = 0 THEN ${any} ELSE ${best} END`;
    return orEmpty(found, value.type);
  };

const T = 'datatable(k: int, s: string)[2, "a", 5, "b", int(null), "c"]';
const NULLS = 'datatable(k: int, s: string)[int(null), "a", int(null), "b"]';

export const picking: readonly FunctionEntry[] = [
  plain('take_any', takeAny, [
    { kql: 'datatable(s: string)["", "a"] | summarize take_any(s)', result: 'a' },
    { kql: 'datatable(x: long)[long(null)] | summarize take_any(x)', result: '' },
  ]),
  plain('any', takeAny, [{ kql: 'datatable(s: string)["", "a"] | summarize any(s)', result: 'a' }]),
  filtered('take_anyif', 1, anyValue, [
    { kql: `${T} | summarize take_anyif(s, k > 3)`, result: 'b' },
  ]),
  filtered('anyif', 1, anyValue, [{ kql: `${T} | summarize anyif(s, k < 3)`, result: 'a' }]),
  plain('arg_max', at('arg_max'), [
    { kql: `${T} | summarize arg_max(k, s) | project s`, result: 'b' },
    { kql: `${NULLS} | summarize arg_max(k, s) | project s`, result: 'a' },
  ]),
  plain('argmax', at('arg_max'), [
    { kql: `${T} | summarize (best, t) = argmax(k, s) | project t`, result: 'b' },
  ]),
  plain('arg_min', at('arg_min'), [
    { kql: `${T} | summarize arg_min(k, s) | project s`, result: 'a' },
    { kql: `${T} | summarize arg_min(k, *) | project k`, result: '2' },
  ]),
  plain('argmin', at('arg_min'), [
    { kql: `${T} | summarize (best, t) = argmin(k, s) | project t`, result: 'a' },
  ]),
];
