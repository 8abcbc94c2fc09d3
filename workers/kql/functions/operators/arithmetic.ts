import type { KqlType } from '../../../../common/types/kql-type.ts';
import { MAX_DATETIME_TICKS } from '../../../../common/types/ticks.ts';
import { long, type Sql, sql } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
  type Value,
} from '../define.ts';
import { boundAfter, withBound } from '../value/bounds.ts';
import { type DecimalOperator, decimalArithmetic } from '../value/decimal.ts';
import { as, asReal, bound, constantLong, datetimeInRange, once, wrapLong } from '../value/sql.ts';
import { arithmeticForm, operandType } from './arithmetic-in-typescript.ts';
import { dynamicArithmetic } from './dynamic-arithmetic.ts';

type Operator = DecimalOperator;

const isTime = (type: KqlType): boolean => type === 'datetime' || type === 'timespan';
const isWhole = (type: KqlType): boolean => type === 'int' || type === 'long' || type === 'bool';

/** A chain of additions and multiplications, unchecked in 64 bits and in 128. */
interface Chain {
  readonly plain: Sql;
  readonly wide: Sql;
}

const chains = new WeakMap<Sql, Chain>();

const apply = (x: Sql, y: Sql, operator: '+' | '-' | '*'): Sql => {
  if (operator === '*') return sql`(${x} * ${y})`;
  return operator === '+' ? sql`(${x} + ${y})` : sql`(${x} - ${y})`;
};

/** Longer operands than this are not written twice. */
const MAX_REPEATED = 200;
/** Has another value each time it is written, and TRY takes none of that kind. */
const VOLATILE = /\b(?:uuid|random)\(\)/;

/**
 * 64-bit arithmetic that wraps around, as the engine's does, where DuckDB's would raise an error. Wrapping may
 * wait until the end of a chain, so that `a * 2 + 1` is tried once as it stands.
 */
function wrapping(a: Sql, b: Sql, operator: '+' | '-' | '*'): Sql {
  const long = (piece: Sql, use: (piece: Sql) => Sql): Sql =>
    !chains.has(piece) && piece.text.length > MAX_REPEATED ? once(piece, use) : use(piece);
  return long(a, (x) => long(b, (y) => chained(x, y, operator)));
}

function chained(a: Sql, b: Sql, operator: '+' | '-' | '*'): Sql {
  const of = (piece: Sql): Chain =>
    chains.get(piece) ?? { plain: piece, wide: sql`CAST(${piece} AS HUGEINT)` };
  const x = of(a);
  const y = of(b);
  const chain: Chain = {
    plain: apply(x.plain, y.plain, operator),
    wide: apply(x.wide, y.wide, operator),
  };
  // A product of many factors leaves 128 bits too: that is null.
  const made = sql`coalesce(TRY(${chain.plain}), TRY(${wrapLong(chain.wide)}))`;
  chains.set(made, chain);
  return made;
}

const MIN_LONG = -(2n ** 63n);

const bigint = (piece: Sql): Sql => sql`CAST(${piece} AS BIGINT)`;

function wholeOf(arg: SqlArg, context: CallContext): Sql {
  return arg.type === 'long'
    ? arg.sql
    : bigint(as(arg, arg.type === 'int' ? 'int' : 'long', context));
}

/** Ticks that may leave 64 bits give null. */
const tried = (piece: Sql): Sql => sql`TRY(${piece})`;

/** `datetime ± constant`: the bounds move instead of the column, which stays easy to prune by. */
function shifted(date: Sql, by: bigint): Sql {
  const low = by < 0n ? -by : 0n;
  const high = by > 0n ? MAX_DATETIME_TICKS - by : MAX_DATETIME_TICKS;
  return once(
    date,
    (d) => sql`CASE WHEN ${d} BETWEEN ${long(low)} AND ${long(high)} THEN ${d} + ${long(by)} END`,
  );
}

function addTime(
  args: readonly SqlArg[],
  operator: '+' | '-',
  context: CallContext,
): Sql | undefined {
  const [a, b] = args;
  if (!a || !b) return undefined;
  const x = as(a, a.type, context);
  const y = as(b, b.type, context);
  if (context.type !== 'datetime')
    return operator === '+' ? tried(sql`${x} + ${y}`) : tried(sql`${x} - ${y}`);
  const span = constantLong(b);
  if (a.type === 'datetime' && span !== undefined)
    return shifted(x, operator === '+' ? span : -span);
  return datetimeInRange(operator === '+' ? tried(sql`${x} + ${y}`) : tried(sql`${x} - ${y}`));
}

/** The engine's real times timespan: cut to whole ticks. */
const ticksOfReal = (piece: Sql): Sql => sql`TRY_CAST(trunc(${piece}) AS BIGINT)`;

function multiplyTime(a: SqlArg, b: SqlArg, context: CallContext): Sql {
  const real =
    a.type === 'real' || b.type === 'real' || a.type === 'decimal' || b.type === 'decimal';
  if (real) return ticksOfReal(sql`${real64(a)} * ${real64(b)}`);
  return tried(sql`${wholeOf(a, context)} * ${wholeOf(b, context)}`);
}

const real64 = (arg: SqlArg): Sql =>
  arg.type === 'real' ? arg.sql : sql`CAST(${arg.sql} AS DOUBLE)`;

function divideTime(a: SqlArg, b: SqlArg, context: CallContext): Sql {
  if (context.type === 'real') return sql`(${real64(a)} / ${real64(b)})`;
  if (isWhole(b.type)) return sql`(${a.sql} // ${wholeOf(b, context)})`;
  return ticksOfReal(sql`${real64(a)} / ${real64(b)}`);
}

/** Page "Numerical operators": the result lies in 0 … |divisor|. */
function modulo(a: Sql, b: Sql, divisor: bigint | undefined): Sql {
  if (divisor !== undefined && divisor !== 0n && divisor !== MIN_LONG) {
    const size = long(divisor < 0n ? -divisor : divisor);
    return once(
      sql`(${a} % ${size})`,
      (rest) => sql`CASE WHEN ${rest} < 0 THEN ${rest} + ${size} ELSE ${rest} END`,
    );
  }
  return once(b, (d) =>
    once(
      tried(sql`${a} % ${d}`),
      (rest) =>
        sql`CASE WHEN ${rest} >= 0 THEN ${rest} WHEN ${d} < 0 THEN ${rest} - ${d} ELSE ${rest} + ${d} END`,
    ),
  );
}

function compute(
  operator: Operator,
  args: readonly SqlArg[],
  context: CallContext,
): Sql | undefined {
  const [left, right] = args;
  if (!left || !right) return undefined;
  const loose = [left, right].find((arg) => VOLATILE.test(arg.sql.text));
  if (!loose) return computeSettled(operator, [left, right], context);
  const settled = (sql: Sql): Sql =>
    compute(
      operator,
      [left, right].map((a) => (a === loose ? { ...a, sql } : a)),
      context,
    ) ?? sql;
  return bound(loose.sql, settled);
}

function computeSettled(
  operator: Operator,
  [left, right]: readonly [SqlArg, SqlArg],
  context: CallContext,
): Sql | undefined {
  const result = context.type;
  if (result === 'dynamic') return undefined;
  const typed = (arg: SqlArg, other: SqlArg): SqlArg => {
    const type = operandType(arg.type, other.type, result, operator);
    return type === arg.type ? arg : { sql: context.convert(arg, type), type, constant: undefined };
  };
  const a = typed(left, right);
  const b = typed(right, left);
  if (result === 'decimal') {
    if (operator !== '+' && operator !== '-') return undefined;
    const x = as(a, 'decimal', context);
    const y = as(b, 'decimal', context);
    return operator === '+' ? tried(sql`${x} + ${y}`) : tried(sql`${x} - ${y}`);
  }
  if (isTime(a.type) || isTime(b.type)) {
    if (operator === '+' || operator === '-') return addTime([a, b], operator, context);
    if (operator === '*') return multiplyTime(a, b, context);
    if (operator === '/') return divideTime(a, b, context);
    return modulo(a.sql, b.sql, constantLong(b));
  }
  if (result === 'real') return realArithmetic(operator, asReal(a, context), asReal(b, context));
  return wholeArithmetic(operator, a, b, context);
}

function realArithmetic(operator: Operator, a: Sql, b: Sql): Sql {
  switch (operator) {
    case '+':
      return sql`(${a} + ${b})`;
    case '-':
      return sql`(${a} - ${b})`;
    case '*':
      return sql`(${a} * ${b})`;
    case '/':
      return sql`(${a} / ${b})`;
    case '%':
      return once(b, (d) =>
        once(
          sql`(${a} % ${d})`,
          (rest) => sql`CASE WHEN ${rest} < 0 THEN ${rest} + abs(${d}) ELSE ${rest} END`,
        ),
      );
  }
}

function wholeArithmetic(operator: Operator, a: SqlArg, b: SqlArg, context: CallContext): Sql {
  const x = wholeOf(a, context);
  const y = wholeOf(b, context);
  switch (operator) {
    case '+':
    case '-':
    case '*': {
      // An int and a small number can't leave 64 bits.
      const bound = boundAfter(operator, a, b);
      return bound === undefined
        ? wrapping(x, y, operator)
        : withBound(apply(x, y, operator), bound);
    }
    case '/':
      // Only the least long divided by -1 leaves 64 bits; a division by zero is null.
      return constantLong(b) === undefined ? tried(sql`${x} // ${y}`) : sql`(${x} // ${y})`;
    case '%':
      return modulo(x, y, constantLong(b));
  }
}

function binary(name: string, operator: Operator, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: (args, context) => compute(operator, args, context),
      js: arithmeticForm(operator),
    },
    examples,
  );
}

/** In TypeScript. The most negative long stays as it is, and a timespan of that length has no opposite. */
function negative(value: Value, type: KqlType): Value {
  if (type === 'dynamic') return dynamicArithmetic('-', typeof value === 'bigint' ? 0n : 0, value);
  if (typeof value === 'bigint')
    return type === 'timespan' && value === MIN_LONG ? null : BigInt.asIntN(64, -value);
  if (type === 'decimal') return decimalArithmetic('-', '0', String(value));
  return -Number(value);
}

const minus = scalar(
  'op_UnaryMinus',
  {
    coerce: false,
    sql: ([arg], context) => {
      if (!arg || arg.type === 'dynamic') return undefined;
      if (arg.type === 'real' || arg.type === 'decimal') return sql`(-${arg.sql})`;
      const wide = arg.type === 'int' ? bigint(arg.sql) : arg.sql;
      if (context.type === 'int') return sql`TRY(-${arg.sql})`;
      return arg.type === 'long'
        ? once(wide, (x) => sql`coalesce(TRY(-${x}), ${x})`)
        : tried(sql`-${wide}`);
    },
    js: { call: ([a = null], [type = 'dynamic']) => negative(a, type) },
  },
  [
    { kql: '-(1 + 2)', result: '-3' },
    { kql: '-(1h)', result: '-01:00:00' },
    { kql: '-(1.5 + 1)', result: '-2.5' },
    { kql: '-long(null)', result: '' },
  ],
);

const plus = scalar(
  'op_UnaryPlus',
  { coerce: false, sql: ([arg]) => arg?.sql, js: { call: ([a]) => a ?? null } },
  [{ kql: '+(1 + 2)', result: '3' }],
);

export const arithmetic: readonly FunctionEntry[] = [
  minus,
  plus,
  binary('op_Add', '+', [
    { kql: '9223372036854775807 + 1', result: '-9223372036854775808' },
    { kql: 'toint(2147483647) + toint(1)', result: '2147483648' },
    { kql: 'toint(-2147483648) * 4 - 1', result: '-8589934593' },
    { kql: 'toint(2147483647) * 4294967298 * 4', result: '-8' },
    { kql: 'datetime(2020-06-15 13:45) + 90m', result: '2020-06-15T15:15:00.0000000Z' },
    { kql: 'datetime(0001-01-01) + -1tick', result: '' },
    { kql: 'decimal(0.1) + decimal(0.2)', result: '0.3' },
    { kql: 'dynamic(2) + dynamic(3)', result: '5' },
  ]),
  binary('op_Subtract', '-', [
    { kql: 'datetime(2020-03-01) - datetime(2020-02-28)', result: '2.00:00:00' },
    { kql: 'datetime(0001-01-01) - 1tick', result: '' },
    { kql: '1h - 90m', result: '-00:30:00' },
    { kql: '5 - 7.5', result: '-2.5' },
  ]),
  binary('op_Multiply', '*', [
    { kql: '9223372036854775807 * 2', result: '-2' },
    { kql: '3 * 20m', result: '01:00:00' },
    { kql: '1.5 * 1h', result: '01:30:00' },
    { kql: 'decimal(1.5) * decimal(1.5)', result: '2.25' },
  ]),
  binary('op_Divide', '/', [
    { kql: '-7 / 2', result: '-3' },
    { kql: '7 / 0', result: '' },
    { kql: '1.0 / 0', result: 'Infinity' },
    { kql: '1d / 1h', result: '24.0' },
    { kql: '1d / 4', result: '06:00:00' },
    { kql: 'todecimal(1) / todecimal(4)', result: '0.25' },
  ]),
  binary('op_Modulo', '%', [
    { kql: '-14 % 12', result: '10' },
    { kql: '-14 % -12', result: '10' },
    { kql: '-7.5 % 2', result: '0.5' },
    { kql: '1d % 5h', result: '04:00:00' },
    { kql: '5 % 0', result: '' },
  ]),
];
