import { type Sql, sql } from '../../emit/sql.ts';
import { type CallContext, type FunctionEntry, type SqlArg, scalar } from '../define.ts';
import { asLong, asText, constantLong, once } from '../value/sql.ts';

const whole = (arg: SqlArg, context: CallContext): Sql =>
  constantLong(arg) === undefined ? asLong(arg, context) : arg.sql;

/** Counted in code points; a negative start counts from the end, beyond either end there is nothing. */
function substring(
  text: Sql,
  start: SqlArg,
  length: SqlArg | undefined,
  context: CallContext,
): Sql {
  const size = length && sql`greatest(${whole(length, context)}, 0)`;
  const cut = (from: Sql): Sql =>
    size ? sql`substring(${text}, ${from}, ${size})` : sql`substring(${text}, ${from})`;
  const known = constantLong(start);
  const s = whole(start, context);
  const positive = cut(sql`${s} + 1`);
  const negative = sql`CASE WHEN length(${text}) + ${s} >= 0 THEN ${cut(sql`length(${text}) + ${s} + 1`)} ELSE '' END`;
  if (known !== undefined) return known >= 0n ? positive : negative;
  return sql`CASE WHEN ${s} >= 0 THEN ${positive} ELSE ${negative} END`;
}

/** What a split gives, as JSON; nothing to split by leaves the text whole. */
function parts(source: Sql, delimiter: Sql): Sql {
  return once(
    source,
    (s) => sql`CASE WHEN ${delimiter} = '' THEN [${s}] ELSE string_split(${s}, ${delimiter}) END`,
  );
}

export const slicing: readonly FunctionEntry[] = [
  scalar(
    'substring',
    {
      coerce: false,
      sql: ([source, start, length], context) => {
        if (!source || !start) return undefined;
        return sql`coalesce(${once(asText(source, context), (t) => substring(t, start, length, context))}, '')`;
      },
    },
    [
      { kql: 'substring("123456", 1)', result: '23456' },
      { kql: 'substring("123456", 2, 2)', result: '34' },
      { kql: 'substring("abc", -1, 2)', result: 'c' },
      { kql: 'substring("abc", 5, 3)', result: '' },
      { kql: 'substring("x", -2, 5)', result: '' },
      { kql: 'substring("a😀b", 1, 1)', result: '😀' },
    ],
  ),
  scalar(
    'split',
    {
      coerce: false,
      sql: ([source, delimiter, index], context) => {
        if (!source || !delimiter) return undefined;
        const list = parts(asText(source, context), asText(delimiter, context));
        if (!index) return sql`CAST(to_json(${list}) AS VARCHAR)`;
        const i = whole(index, context);
        return sql`CAST(to_json(list_slice(${list}, ${i} + 1, ${i} + 1)) AS VARCHAR)`;
      },
    },
    [
      { kql: 'split("aa_bb", "_")', result: '["aa","bb"]' },
      { kql: 'split("aaa_bbb_ccc", "_", 1)', result: '["bbb"]' },
      { kql: 'split("", "_")', result: '[""]' },
      { kql: 'split("a__b", "_")', result: '["a","","b"]' },
      { kql: 'split("a|b", "|")[1]', result: 'b' },
    ],
  ),
];
