import { count, type Sql, sql } from '../../emit/sql.ts';
import type { AggregateContext, FunctionEntry, SqlArg } from '../define.ts';
import {
  argument,
  constantNumber,
  filtered,
  jsonArray,
  type Over,
  plain,
  type Rows,
} from './rows.ts';

/** Default and greatest number of elements (pages "make_list", "make_set", "make_bag"). */
const MOST = 1_048_576;
/** The deprecated spellings collect fewer by default. */
const MOST_LEGACY = 128;

function size(args: readonly SqlArg[], otherwise: number, context: AggregateContext): Sql {
  const wanted = constantNumber(args, 1, otherwise, context);
  return count(Math.max(0, Math.min(MOST, Math.trunc(wanted))));
}

/** `list(…)` of the rows in their order, as far as they have one; never NULL. */
function listed(x: Sql, rows: Sql, context: AggregateContext): Sql {
  const order = context.order === undefined ? sql`` : sql` ${context.order}`;
  return sql`coalesce(list(${x}${order})${rows}, [])`;
}

/** Arrays go in by their elements, as in the page of make_set, "Set from array column"; the engine's lists do too. */
const elements = (x: Sql): Sql =>
  sql`CASE WHEN starts_with(${x}, '[') THEN json_extract(${x}, '$[*]')::VARCHAR[] ELSE [${x}] END`;

/** All values as one list. */
function values(x: SqlArg, rows: Sql, context: AggregateContext): Sql {
  if (x.type !== 'dynamic') return listed(x.sql, rows, context);
  return sql`flatten(${listed(elements(x.sql), rows, context)})`;
}

const list =
  (most: number): Over =>
  (args, rows, context) => {
    const x = argument(args, 0, context);
    const all = values(x, rows.where(sql`${x.sql} IS NOT NULL`), context);
    return jsonArray(sql`(${all})[1:${size(args, most, context)}]`, x.type, context);
  };

const listWithNulls: Over = (args, rows, context) => {
  const x = argument(args, 0, context);
  const value = x.type === 'dynamic' ? sql`coalesce(${x.sql}, 'null')` : x.sql;
  const all = values({ ...x, sql: value }, rows.where(), context);
  return jsonArray(sql`(${all})[1:${count(MOST)}]`, x.type, context);
};

/** Sorted, so that the same rows always give the same text; the page leaves the order open. */
const set =
  (most: number): Over =>
  (args, rows, context) => {
    const x = argument(args, 0, context);
    // Text is never null, and without a filter fewer rows are looked at one by one.
    const where = x.type === 'string' ? rows.where() : rows.where(sql`${x.sql} IS NOT NULL`);
    const distinct =
      x.type === 'dynamic'
        ? sql`list_sort(list_distinct(flatten(coalesce(list(DISTINCT ${elements(x.sql)})${where}, []))))`
        : sql`list_sort(coalesce(list(DISTINCT ${x.sql})${where}, []))`;
    return jsonArray(sql`${distinct}[1:${size(args, most, context)}]`, x.type, context);
  };

/** Bags of all rows as one JSON array, finished by a function in TypeScript. */
function bags(x: SqlArg, rows: Rows, context: AggregateContext): Sql {
  const where = rows.where(sql`${x.sql} IS NOT NULL`);
  return jsonArray(listed(x.sql, where, context), 'dynamic', context);
}

const bag =
  (most: number): Over =>
  (args, rows, context) => {
    const pieces = [
      { sql: bags(argument(args, 0, context), rows, context), type: 'dynamic' },
      { sql: sql`${size(args, most, context)}::BIGINT`, type: 'long' },
    ] as const;
    return context.js('__merge_bags', pieces, 'dynamic');
  };

const schema: Over = (args, rows, context) => {
  const x = argument(args, 0, context);
  const where = rows.where(sql`${x.sql} IS NOT NULL`);
  const distinct = jsonArray(
    sql`coalesce(list(DISTINCT ${x.sql})${where}, [])`,
    'dynamic',
    context,
  );
  return context.js('__schema_of', [{ sql: distinct, type: 'dynamic' }], 'dynamic');
};

const ORDERED = { ordered: true };
const X = 'datatable(x: long)[3, 1, long(null), 3]';
const BAGS = 'datatable(d: dynamic)[dynamic({"a": 1}), dynamic(5), dynamic({"a": 2, "b": 3})]';
const A = '{"a":1,"b":3}';

export const collecting: readonly FunctionEntry[] = [
  plain(
    'make_list',
    list(MOST),
    [
      { kql: `${X} | summarize make_list(x)`, result: '[3,1,3]' },
      { kql: `${X} | summarize make_list(x, 2)`, result: '[3,1]' },
      { kql: `${X} | where x > 5 | summarize make_list(x)`, result: '[]' },
      { kql: 'datatable(t: timespan)[1h] | summarize make_list(t)', result: '["01:00:00"]' },
      { kql: 'datatable(r: real)[1, 2.5] | summarize make_list(r)', result: '[1.0,2.5]' },
      {
        kql: 'datatable(d: dynamic)[dynamic({"a": 1}), dynamic([2, 3])] | summarize make_list(d)',
        result: '[{"a":1},2,3]',
      },
    ],
    ORDERED,
  ),
  plain(
    'makelist',
    list(MOST_LEGACY),
    [{ kql: `${X} | summarize makelist(x)`, result: '[3,1,3]' }],
    ORDERED,
  ),
  filtered(
    'make_list_if',
    1,
    list(MOST),
    [{ kql: `${X} | summarize make_list_if(x, x > 1)`, result: '[3,3]' }],
    ORDERED,
  ),
  plain(
    'make_list_with_nulls',
    listWithNulls,
    [{ kql: `${X} | summarize make_list_with_nulls(x)`, result: '[3,1,null,3]' }],
    ORDERED,
  ),
  plain('make_set', set(MOST), [
    { kql: `${X} | summarize make_set(x)`, result: '[1,3]' },
    {
      kql: 'datatable(d: dynamic)[dynamic(["a", "b"]), dynamic(["b", "c"])] | summarize make_set(d)',
      result: '["a","b","c"]',
    },
  ]),
  plain('makeset', set(MOST_LEGACY), [{ kql: `${X} | summarize makeset(x)`, result: '[1,3]' }]),
  filtered('make_set_if', 1, set(MOST), [
    { kql: `${X} | summarize make_set_if(x, x > 1)`, result: '[3]' },
  ]),
  plain(
    'make_bag',
    bag(MOST),
    [
      { kql: `${BAGS} | summarize make_bag(d)`, result: A },
      { kql: `${BAGS} | where false | summarize make_bag(d)`, result: '{}' },
    ],
    ORDERED,
  ),
  plain(
    'make_dictionary',
    bag(MOST_LEGACY),
    [{ kql: `${BAGS} | summarize make_dictionary(d)`, result: A }],
    ORDERED,
  ),
  filtered(
    'make_bag_if',
    1,
    bag(MOST),
    [{ kql: `${BAGS} | summarize make_bag_if(d, d.a > 1)`, result: '{"a":2,"b":3}' }],
    ORDERED,
  ),
  plain('buildschema', schema, [
    {
      kql: 'datatable(d: dynamic)[dynamic({"a": 1})] | summarize buildschema(d)',
      result: '{"a":"long"}',
    },
    {
      kql: 'datatable(d: dynamic)[dynamic([1]), dynamic(["x"])] | summarize buildschema(d)',
      result: '{"`indexer`":["long","string"]}',
    },
  ]),
];
