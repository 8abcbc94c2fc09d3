import type { KqlType } from '../../../../common/types/kql-type.ts';
import { bool, join, type Sql, sql, str } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
} from '../define.ts';
import { compare } from '../operators/comparison.ts';
import { as, asText, jsonOf, once, pieceOf } from '../value/sql.ts';

/** A branch as the type of the whole: numbers widen, and in a dynamic result every value becomes a dynamic. */
export function branch(arg: SqlArg, type: KqlType, context: CallContext): Sql {
  if (arg.type === type) return arg.sql;
  if (arg.constant === null) return type === 'string' ? str('') : sql`NULL`;
  if (type === 'dynamic') return sql`CAST(${jsonOf(arg, context)} AS VARCHAR)`;
  return as(arg, type, context);
}

const condition = (arg: SqlArg, context: CallContext): Sql => as(arg, 'bool', context);

function choice(name: string, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: ([test, yes, no], context) =>
        test && yes && no
          ? sql`CASE WHEN ${condition(test, context)} THEN ${branch(yes, context.type, context)} ELSE ${branch(no, context.type, context)} END`
          : undefined,
    },
    examples,
  );
}

function caseSql(args: readonly SqlArg[], context: CallContext): Sql | undefined {
  const otherwise = args.at(-1);
  if (!otherwise || args.length % 2 === 0) return undefined;
  const branches: Sql[] = [];
  for (let i = 0; i + 1 < args.length; i += 2) {
    const test = args[i];
    const value = args[i + 1];
    if (test && value)
      branches.push(
        sql`WHEN ${condition(test, context)} THEN ${branch(value, context.type, context)}`,
      );
  }
  return sql`CASE ${join(branches, ' ')} ELSE ${branch(otherwise, context.type, context)} END`;
}

/** The first that is not null; of strings the first that is not empty (page "coalesce()"). */
function coalesce(args: readonly SqlArg[], context: CallContext): Sql {
  const pieces = args.map((arg) => branch(arg, context.type, context));
  if (context.type !== 'string') return sql`coalesce(${join(pieces)})`;
  return sql`coalesce(${join(pieces.map((p) => sql`nullif(${p}, '')`))}, '')`;
}

/** A string is never null. */
function isNull(arg: SqlArg): Sql {
  return arg.type === 'string' ? bool(false) : sql`(${arg.sql} IS NULL)`;
}

function nullTest(name: string, isIt: boolean, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: ([arg]) => arg && (isIt ? isNull(arg) : sql`(NOT ${isNull(arg)})`),
    },
    examples,
  );
}

/** Greatest or least of the values that are not null; nan wins in both. */
function extreme(name: 'max_of' | 'min_of', examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: (args, context) => {
        const values = args.map((arg) => branch(arg, context.type, context));
        if (name === 'max_of') return sql`greatest(${join(values)})`;
        if (context.type !== 'real') return sql`least(${join(values)})`;
        const nan = values.map((v) => sql`coalesce(isnan(${v}), false)`);
        return sql`CASE WHEN ${join(nan, ' OR ')} THEN 'nan'::DOUBLE ELSE least(${join(values)}) END`;
      },
    },
    examples,
  );
}

export const conditional: readonly FunctionEntry[] = [
  choice('iff', [
    { kql: 'iff(1 < 2, "a", "b")', result: 'a' },
    { kql: 'iff(bool(null), 1, 2)', result: '2' },
    { kql: 'iff(true, 1, 2.5)', result: '1.0' },
  ]),
  choice('iif', [
    { kql: 'iif(isempty(""), "both", "n")', result: 'both' },
    { kql: 'iif(false, dynamic([1]), "x")', result: 'x' },
  ]),
  scalar('case', { coerce: false, sql: caseSql }, [
    { kql: 'case(3 <= 3, "Small", 3 <= 10, "Medium", "Large")', result: 'Small' },
    { kql: 'case(isnull(int(null)), 1, 2.5)', result: '1.0' },
    { kql: 'case(bool(null), 1, 2)', result: '2' },
  ]),
  scalar('coalesce', { coerce: false, sql: coalesce }, [
    { kql: 'coalesce(tolong("not a number"), tolong("42"), 33)', result: '42' },
    { kql: 'coalesce(tostring(int(null)), "", "fallback")', result: 'fallback' },
    { kql: 'coalesce(int(null), int(null))', result: '' },
  ]),
  scalar(
    'not',
    { coerce: false, sql: ([arg], context) => arg && sql`(NOT ${condition(arg, context)})` },
    [
      { kql: 'not(1 == 2)', result: 'True' },
      { kql: 'not(bool(null))', result: '' },
    ],
  ),
  nullTest('isnull', true, [
    { kql: 'isnull(int(null))', result: 'True' },
    { kql: 'isnull("")', result: 'False' },
    { kql: 'isnull(parse_json("null"))', result: 'True' },
  ]),
  nullTest('isnotnull', false, [{ kql: 'isnotnull(5)', result: 'True' }]),
  nullTest('notnull', false, [{ kql: 'notnull(int(null))', result: 'False' }]),
  extreme('max_of', [
    { kql: 'max_of(10, 1, -3, 17)', result: '17' },
    { kql: 'max_of(int(null), toint(2))', result: '2' },
    { kql: 'max_of(1, 2, 3.5)', result: '3.5' },
    { kql: 'max_of(real(nan), 1.0)', result: 'NaN' },
  ]),
  extreme('min_of', [
    { kql: 'min_of(10, 1, -3, 17)', result: '-3' },
    { kql: 'min_of(real(nan), 1.0)', result: 'NaN' },
    { kql: 'min_of(int(null), int(null))', result: '' },
  ]),
  scalar(
    'assert',
    {
      coerce: false,
      sql: ([test, message], context) =>
        test &&
        message &&
        sql`CASE WHEN ${condition(test, context)} THEN true ELSE CAST(error(${asText(message, context)}) AS BOOLEAN) END`,
    },
    [{ kql: 'assert(1 < 2, "order")', result: 'True' }],
  ),
  scalar(
    'around',
    {
      coerce: false,
      sql: ([value, center, delta], context) => {
        if (!value || !center || !delta) return undefined;
        const text = [value, center, delta].find((a) =>
          ['string', 'bool', 'guid', 'dynamic'].includes(a.type),
        );
        if (text)
          return context.fail(`around() wants numbers, datetimes or timespans, not ${text.type}`);
        return once(value.sql, (v) =>
          once(center.sql, (c) => {
            const low = pieceOf(sql`(${c} - ${delta.sql})`, center.type);
            const high = pieceOf(sql`(${c} + ${delta.sql})`, center.type);
            const own = { ...value, sql: v };
            return sql`(${compare('>=', own, low, context)} AND ${compare('<=', own, high, context)})`;
          }),
        );
      },
    },
    [
      { kql: 'around(5, 4, 1)', result: 'True' },
      { kql: 'around(datetime(2024-01-01 00:30), datetime(2024-01-01), 10m)', result: 'False' },
    ],
  ),
];
