import type { KqlType } from '../../../../common/types/kql-type.ts';
import { bool, long, NULL, real, type Sql, sql, str } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
  type Value,
} from '../define.ts';
import { compareDynamic, compareText, equalDynamic } from '../value/compare.ts';
import { convertValue } from '../value/convert.ts';
import { scaledOf } from '../value/decimal.ts';
import { asReal, once, pieceOf } from '../value/sql.ts';

type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

const NUMBERS: ReadonlySet<KqlType> = new Set(['int', 'long', 'real', 'decimal']);

/** The type as which two values are compared: a dynamic follows the other side, ints widen. */
export function commonType(a: KqlType, b: KqlType): KqlType {
  if (a === b) return a;
  if (a === 'dynamic') return NUMBERS.has(b) && b !== 'decimal' ? 'real' : b;
  if (b === 'dynamic') return commonType(b, a);
  if (a === 'string' || b === 'string') return a === 'string' ? b : a;
  if (a === 'real' || b === 'real') return 'real';
  if (a === 'decimal' || b === 'decimal') return 'decimal';
  return 'long';
}

/** An operand as the common type. Whole numbers beside reals are left to DuckDB, whose widening is the same. */
export function operand(arg: SqlArg, type: KqlType, context: CallContext): SqlArg {
  if (arg.type === type) return arg;
  if (NUMBERS.has(arg.type) && NUMBERS.has(type)) {
    if (type === 'real' && arg.type === 'decimal') return pieceOf(asReal(arg, context), type);
    return arg;
  }
  if (arg.constant !== undefined) {
    const value = convertValue(arg.constant, arg.type, type);
    const literal = literalOf(value, type);
    if (literal) return pieceOf(literal, type, value);
  }
  return pieceOf(context.convert(arg, type), type);
}

/** A constant as a literal, so that DuckDB's statistics can be asked with it. */
export function literalOf(value: ReturnType<typeof convertValue>, type: KqlType): Sql | undefined {
  if (value === null) return undefined;
  if (typeof value === 'bigint') return long(value);
  if (typeof value === 'boolean') return bool(value);
  if (typeof value === 'number' && type === 'real') return real(value);
  if (typeof value === 'string' && type === 'string') return str(value);
  return undefined;
}

const isKnown = (arg: SqlArg): boolean => arg.constant !== undefined && arg.constant !== null;
const neverNull = (arg: SqlArg): boolean => arg.type === 'string' || isKnown(arg);

function plain(op: Comparison, a: Sql, b: Sql): Sql {
  switch (op) {
    case '=':
      return sql`(${a} = ${b})`;
    case '<>':
      return sql`(${a} <> ${b})`;
    case '<':
      return sql`(${a} < ${b})`;
    case '<=':
      return sql`(${a} <= ${b})`;
    case '>':
      return sql`(${a} > ${b})`;
    case '>=':
      return sql`(${a} >= ${b})`;
  }
}

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

const mayBeNan = (arg: SqlArg): boolean =>
  arg.type === 'real' && (typeof arg.constant !== 'number' || Number.isNaN(arg.constant));

/**
 * DuckDB sorts nan above everything and holds it equal to itself; KQL follows IEEE 754. `<= inf` leaves nan out
 * as a plain comparison, which filters can push down and which is many times faster than `isnan`.
 */
function withoutNan(op: Comparison, a: SqlArg, b: SqlArg): Sql {
  const test = plain(op, a.sql, b.sql);
  const infinity = real(Number.POSITIVE_INFINITY);
  const isNumber = (arg: SqlArg): Sql => sql`${arg.sql} <= ${infinity}`;
  if (op === '=') return mayBeNan(a) && mayBeNan(b) ? sql`(${test} AND ${isNumber(a)})` : test;
  if (op === '<>')
    return mayBeNan(a) && mayBeNan(b) ? sql`(${test} OR ${a.sql} > ${infinity})` : test;
  const upper = op === '<' || op === '<=' ? b : a;
  return mayBeNan(upper) ? sql`(${test} AND ${isNumber(upper)})` : test;
}

/**
 * `==` and `!=`: two nulls give null, one null is unequal (page "Null values"). The comparison itself stays a
 * conjunct of its own, so that filters and joins can use it.
 */
function equality(op: '=' | '<>', a: SqlArg, b: SqlArg): Sql {
  const test = withoutNan(op, a, b);
  const noneA = neverNull(a);
  const noneB = neverNull(b);
  if (noneA && noneB) return test;
  if (noneA || noneB) {
    const open = noneA ? b.sql : a.sql;
    return op === '=' ? sql`(${test} AND ${open} IS NOT NULL)` : sql`(${test} OR ${open} IS NULL)`;
  }
  return op === '='
    ? sql`(${test} AND ((${a.sql} IS NULL) = (${b.sql} IS NULL)))`
    : sql`(${test} OR ((${a.sql} IS NULL) <> (${b.sql} IS NULL)))`;
}

/** A comparison with the literal null: only whether the other side is null matters. */
function withNull(op: Comparison, other: SqlArg): Sql {
  if (op !== '=' && op !== '<>') return sql`CAST(${NULL} AS BOOLEAN)`;
  return sql`CASE WHEN ${other.sql} IS NOT NULL THEN ${bool(op === '<>')} END`;
}

/** A string never is, and a dynamic is by what it converts to. */
const mayBeNull = (arg: SqlArg): boolean => arg.type !== 'string' && arg.type !== 'dynamic';

export function compare(op: Comparison, left: SqlArg, right: SqlArg, context: CallContext): Sql {
  // The engine refuses it too: which conversion is meant can't be known.
  if (left.type === 'dynamic' && right.type === 'dynamic')
    return context.fail(
      'Values of the types dynamic and dynamic can not be compared: one of them needs a conversion, such as tostring().',
    );
  if (left.constant === null && mayBeNull(right)) return withNull(op, right);
  if (right.constant === null && mayBeNull(left)) return withNull(op, left);
  const type = commonType(left.type, right.type);
  const a = operand(left, type, context);
  const b = operand(right, type, context);
  if (isKnown(a) && !isKnown(b)) return pair(MIRRORED[op], b, a);
  return pair(op, a, b);
}

const TESTS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** Order of two values of a type that are not null; NaN where one of them is nan. */
function orderOf(a: Value, b: Value, type: KqlType): number {
  if (type === 'string' || type === 'guid') return compareText(String(a), String(b));
  if (type === 'dynamic') return equalDynamic(a, b) ? 0 : compareDynamic(a, b);
  if (type === 'decimal') {
    const x = scaledOf(String(a)) ?? 0n;
    const y = scaledOf(String(b)) ?? 0n;
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const x = type === 'real' ? Number(a) : (a as bigint | number);
  const y = type === 'real' ? Number(b) : (b as bigint | number);
  if (x < y) return -1;
  if (x > y) return 1;
  return Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : 0;
}

/** A comparison in TypeScript. */
export function compareValues(
  op: Comparison,
  [left, own]: readonly [Value, KqlType],
  [right, other]: readonly [Value, KqlType],
): boolean | null {
  const type = commonType(own, other);
  const a = own === type ? left : convertValue(left, own, type);
  const b = other === type ? right : convertValue(right, other, type);
  if (a === null || b === null) {
    // Nothing is below nan, not even what is unknown: the same as the form in SQL.
    const upper = op === '<' || op === '<=' ? b : op === '>' || op === '>=' ? a : null;
    if (Number.isNaN(upper)) return false;
    if ((op !== '=' && op !== '<>') || (a === null && b === null)) return null;
    return op === '<>';
  }
  return TESTS[op](orderOf(a, b, type));
}

function pair(op: Comparison, a: SqlArg, b: SqlArg): Sql {
  return once(a.sql, (x) =>
    once(b.sql, (y) => {
      const left = { ...a, sql: x };
      const right = { ...b, sql: y };
      return op === '=' || op === '<>' ? equality(op, left, right) : withoutNan(op, left, right);
    }),
  );
}

function comparison(name: string, op: Comparison, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: ([a, b], context) => (a && b ? compare(op, a, b, context) : undefined),
      js: {
        nulls: 'pass',
        call: ([a = null, b = null], [left = 'long', right = 'long']) =>
          compareValues(op, [a, left], [b, right]),
      },
    },
    examples,
  );
}

/** `between`: both ends belong to it; a timespan as the upper end is a distance (page "between operator"). */
function between(args: readonly SqlArg[], context: CallContext): Sql | undefined {
  const [value, low, high] = args;
  if (!value || !low || !high) return undefined;
  if (high.type === 'timespan' && low.type === 'datetime') {
    const sum =
      typeof low.constant === 'bigint' && typeof high.constant === 'bigint'
        ? pieceOf(long(low.constant + high.constant), 'datetime', low.constant + high.constant)
        : pieceOf(sql`TRY(${low.sql} + ${high.sql})`, 'datetime');
    return between([value, low, sum], context);
  }
  return once(value.sql, (x) => {
    const v = { ...value, sql: x };
    return sql`(${compare('>=', v, low, context)} AND ${compare('<=', v, high, context)})`;
  });
}

/** In TypeScript; null where an end that decides is null. */
function betweenValues(args: readonly Value[], types: readonly KqlType[]): boolean | null {
  const [value = null, low = null, high = null] = args;
  const [own = 'long', from = 'long', to = 'long'] = types;
  const above = compareValues('>=', [value, own], [low, from]);
  let below: boolean | null;
  if (to === 'timespan' && from === 'datetime')
    below =
      typeof low === 'bigint' && typeof high === 'bigint'
        ? compareValues('<=', [value, own], [low + high, 'datetime'])
        : null;
  else below = compareValues('<=', [value, own], [high, to]);
  if (above === false || below === false) return false;
  return above === null || below === null ? null : true;
}

export const comparisons: readonly FunctionEntry[] = [
  comparison('op_Equal', '=', [
    { kql: 'int(null) == 5', result: 'False' },
    { kql: 'int(null) == int(null)', result: '' },
    { kql: 'real(nan) == real(nan)', result: 'False' },
    { kql: '"aBc" == "aBc"', result: 'True' },
    { kql: 'dynamic({"a":1}).a == 1', result: 'True' },
    { kql: '0.1 + 0.2 == 0.3', result: 'False' },
  ]),
  comparison('op_NotEqual', '<>', [
    { kql: 'int(null) != 5', result: 'True' },
    { kql: 'int(null) != int(null)', result: '' },
    { kql: 'real(nan) != real(nan)', result: 'True' },
    { kql: '"abc" != "ABC"', result: 'True' },
  ]),
  comparison('op_LessThan', '<', [
    { kql: '1 < 10.5', result: 'True' },
    { kql: 'real(nan) < 1.0', result: 'False' },
    { kql: 'int(null) < 1', result: '' },
    { kql: '1h < 90m', result: 'True' },
  ]),
  comparison('op_LessThanOrEqual', '<=', [
    { kql: '5 <= 5', result: 'True' },
    { kql: '1.0 <= real(nan)', result: 'False' },
  ]),
  comparison('op_GreaterThan', '>', [
    { kql: 'real(nan) > 1.0', result: 'False' },
    { kql: 'datetime(2024-01-02) > datetime(2024-01-01)', result: 'True' },
    { kql: 'real(+inf) > 1e308', result: 'True' },
  ]),
  comparison('op_GreaterThanOrEqual', '>=', [{ kql: '5 >= 6', result: 'False' }]),
  scalar(
    'op_Between',
    {
      coerce: false,
      sql: (args, context) => between(args, context),
      js: { nulls: 'pass', call: betweenValues },
    },
    [
      { kql: '5 between (1 .. 5)', result: 'True' },
      { kql: 'datetime(2024-01-05) between (datetime(2024-01-01) .. 7d)', result: 'True' },
      { kql: 'datetime(2024-01-09) between (datetime(2024-01-01) .. 7d)', result: 'False' },
    ],
  ),
  scalar(
    'op_NotBetween',
    {
      coerce: false,
      sql: (args, context) => {
        const inside = between(args, context);
        return inside && sql`(NOT ${inside})`;
      },
      js: {
        nulls: 'pass',
        call: (args, types) => {
          const inside = betweenValues(args, types);
          return inside === null ? null : !inside;
        },
      },
    },
    [
      { kql: '5 !between (1 .. 5)', result: 'False' },
      { kql: '6 !between (1 .. 5)', result: 'True' },
    ],
  ),
];
