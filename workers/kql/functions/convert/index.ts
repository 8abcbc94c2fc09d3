import type { KqlType } from '../../../../common/types/kql-type.ts';
import { count, type Sql, sql, str } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  type JsForm,
  type SqlArg,
  scalar,
  type Value,
} from '../define.ts';
import { convertValue } from '../value/convert.ts';
import { dynamicTypeName } from '../value/dynamic.ts';
import { longAt } from '../value/forms.ts';
import { asLong, constantLong, once } from '../value/sql.ts';
import {
  boolSql,
  datetimeSql,
  decimalSql,
  dynamicSql,
  guidSql,
  intSql,
  longSql,
  realSql,
  textSql,
  timespanSql,
} from './sql.ts';

type Way = (arg: SqlArg, context: CallContext) => Sql | undefined;

const WAYS: Readonly<Record<KqlType, Way>> = {
  string: textSql,
  long: longSql,
  int: intSql,
  real: realSql,
  bool: boolSql,
  decimal: decimalSql,
  datetime: datetimeSql,
  timespan: timespanSql,
  guid: guidSql,
  dynamic: dynamicSql,
};

/** Conversions whose SQL names its operand more than once. */
function repeats(from: KqlType, to: KqlType): boolean {
  if (from === 'string' || from === 'dynamic') return to !== 'string' && to !== 'guid';
  if (from === 'bool') return to === 'string';
  return from === 'real' || to === 'int' || to === 'datetime';
}

function wayTo(arg: SqlArg, to: KqlType, context: CallContext): Sql | undefined {
  if (arg.type === to || !repeats(arg.type, to)) return WAYS[to](arg, context);
  if (!WAYS[to](arg, context)) return undefined;
  return once(arg.sql, (x) => WAYS[to]({ ...arg, sql: x }, context) ?? x);
}

/** Any value as `to`; SQL where it is exact, else the `js` form of the same conversion. */
export function convertSql(arg: SqlArg, to: KqlType, context: CallContext): Sql {
  return wayTo(arg, to, context) ?? context.js(`to${to}`, [{ sql: arg.sql, type: arg.type }], to);
}

function jsTo(to: KqlType): JsForm {
  return {
    nulls: to === 'string' ? 'pass' : 'propagate',
    call: (args, types) => convertValue(args[0] ?? null, types[0] ?? 'string', to),
  };
}

function conversion(name: string, to: KqlType, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: ([arg], context) => arg && wayTo(arg, to, context),
      js: jsTo(to),
      ...(to === 'long' ? { folded: longOfConstant } : {}),
    },
    examples,
  );
}

/** The engine stops at the ends of 64 bits for rows, but wraps where it folds a constant real beyond them. */
function longOfConstant([value]: readonly Value[], [type]: readonly KqlType[]): Value | undefined {
  const beyond = type === 'real' && typeof value === 'number' && Number.isFinite(value);
  return beyond && Math.abs(value) >= 2 ** 63 ? -(2n ** 63n) : undefined;
}

/** Type of what a dynamic holds, from the first letter of its JSON. */
function dynamicTypeSql(x: Sql): Sql {
  const name = (first: string, type: string): Sql => sql`WHEN ${str(first)} THEN ${str(type)}`;
  return sql`CASE left(${x}, 1) ${name('{', 'dictionary')} ${name('[', 'array')} ${name('"', 'string')} ${name('t', 'bool')} ${name('f', 'bool')} ELSE CASE WHEN ${x} IS NULL THEN 'null' WHEN regexp_matches(${x}, '[.eE]') THEN 'real' ELSE 'long' END END`;
}

const gettype = scalar(
  'gettype',
  {
    coerce: false,
    sql: ([arg]) =>
      arg && (arg.type === 'dynamic' ? dynamicTypeSql(arg.sql) : sql`${str(arg.type)}`),
    js: {
      nulls: 'pass',
      call: ([value], [type]) =>
        type === 'dynamic' ? dynamicTypeName(value ?? null) : (type ?? 'string'),
    },
  },
  [
    { kql: 'gettype("a")', result: 'string' },
    { kql: 'gettype(dynamic({"a":1}))', result: 'dictionary' },
    { kql: 'gettype(dynamic(null))', result: 'null' },
    { kql: 'gettype(1d / 1h)', result: 'real' },
  ],
);

/** Digits that a text may be asked to have; more is a mistake, and no memory holds what an int can ask for. */
const MOST_DIGITS = 1_000_000;

/** Page "tohex()": two's complement at the argument's own width, at least `minLength` digits. */
const tohex = scalar(
  'tohex',
  {
    coerce: false,
    sql: ([value, width], context) => {
      if (!value) return undefined;
      const wide = asLong(value, context);
      const bits = value.type === 'int' ? sql`${wide} & 4294967295` : wide;
      const digits = sql`lower(to_hex(${bits}))`;
      if (!width) return sql`coalesce(${digits}, '')`;
      const least = constantLong(width) === undefined ? asLong(width, context) : width.sql;
      return sql`coalesce(lpad(${digits}, CAST(greatest(length(${digits}), least(coalesce(${least}, 0), ${count(MOST_DIGITS)})) AS INTEGER), '0'), '')`;
    },
    js: {
      nulls: 'pass',
      call: (args, types) => {
        const value = longAt(args, types, 0);
        if (value === null) return '';
        const least = args.length > 1 ? (longAt(args, types, 1) ?? 0n) : 0n;
        const digits = BigInt.asUintN(types[0] === 'int' ? 32 : 64, value).toString(16);
        return digits.padStart(Math.min(Number(least), MOST_DIGITS), '0');
      },
    },
  },
  [
    { kql: 'tohex(256)', result: '100' },
    { kql: 'tohex(-256)', result: 'ffffffffffffff00' },
    { kql: 'tohex(toint(-256), 8)', result: 'ffffff00' },
    { kql: 'tohex(256, 8)', result: '00000100' },
    { kql: 'tohex(65535, 2)', result: 'ffff' },
  ],
);

/** `__cast(typeof(T), value)`, into which the language turns `x:T` and `mv-expand … to typeof(T)`. */
const cast = scalar(
  '__cast',
  {
    coerce: false,
    sql: (args, context) => {
      const value = args.at(-1);
      return value && context.convert(value, context.type);
    },
  },
  [],
);

const REAL_EXAMPLES: readonly Example[] = [
  { kql: '(toreal("123.4") == 123.4)', result: 'True' },
  { kql: 'toreal(".5")', result: '0.5' },
  { kql: 'toreal("1_000")', result: '' },
  { kql: 'toreal(" NaN ")', result: 'NaN' },
  { kql: 'toreal("INF")', result: '' },
];
const DYNAMIC_EXAMPLES: readonly Example[] = [
  { kql: 'todynamic("[1, 2]")', result: '[1,2]' },
  { kql: 'todynamic(\'{"a": 1.50}\')', result: '{"a":1.5}' },
  { kql: 'todynamic("abc")', result: 'abc' },
  { kql: 'todynamic("null")', result: '' },
];
const TIMESPAN_EXAMPLES: readonly Example[] = [
  { kql: 'totimespan("0.00:03:00")', result: '00:03:00' },
  { kql: 'totimespan("-1.02:03:04.5")', result: '-1.02:03:04.5000000' },
  { kql: 'totimespan("13:00")', result: '13:00:00' },
  { kql: 'totimespan("25:00:00")', result: '' },
];
const BOOL_EXAMPLES: readonly Example[] = [
  { kql: 'tobool("tRuE")', result: 'True' },
  { kql: 'tobool("-1")', result: 'True' },
  { kql: 'tobool("1.0")', result: '' },
  { kql: 'tobool(0)', result: 'False' },
];

export const convert: readonly FunctionEntry[] = [
  conversion('tostring', 'string', [
    { kql: 'tostring(1.0)', result: '1.0' },
    { kql: 'tostring(true)', result: 'True' },
    { kql: 'tostring(int(null))', result: '' },
    { kql: 'tostring(datetime(2020-01-01))', result: '2020-01-01T00:00:00.0000000Z' },
    { kql: 'tostring(-1.5h)', result: '-01:30:00' },
    { kql: 'tostring(dynamic({"a": [1, "x"]}))', result: '{"a":[1,"x"]}' },
  ]),
  conversion('tolong', 'long', [
    { kql: 'tolong(" 42 ")', result: '42' },
    { kql: 'tolong("0xFFFFFFFFFFFFFFFF")', result: '-1' },
    { kql: 'tolong("9223372036854775808")', result: '' },
    { kql: 'tolong(-2.9)', result: '-2' },
    { kql: 'tolong(1d)', result: '864000000000' },
    { kql: 'tolong(dynamic([1]))', result: '' },
  ]),
  conversion('toint', 'int', [
    { kql: 'toint("12.5")', result: '' },
    { kql: 'toint("0X1f")', result: '31' },
    { kql: 'toint("-0x10")', result: '' },
    { kql: 'toint(1h)', result: '1640261632' },
    { kql: 'toint(dynamic(9.99))', result: '9' },
    { kql: 'toint(true)', result: '1' },
  ]),
  conversion('toreal', 'real', REAL_EXAMPLES),
  conversion('todouble', 'real', [{ kql: 'todouble(1h)', result: '36000000000.0' }]),
  conversion('todecimal', 'decimal', [
    { kql: 'todecimal("123.45678")', result: '123.45678' },
    { kql: 'todecimal("-0.0")', result: '0' },
    { kql: 'todecimal(0.1) + todecimal(0.2) == todecimal(0.3)', result: 'True' },
  ]),
  conversion('tobool', 'bool', BOOL_EXAMPLES),
  conversion('toboolean', 'bool', [{ kql: 'toboolean("false")', result: 'False' }]),
  conversion('todatetime', 'datetime', [
    { kql: 'todatetime("2020-01-01T13:45:00Z")', result: '2020-01-01T13:45:00.0000000Z' },
    { kql: 'todatetime("2020-01-01 13:45:00.1234567")', result: '2020-01-01T13:45:00.1234567Z' },
    { kql: 'todatetime("2020-01-01T13:45:00+02:00")', result: '2020-01-01T11:45:00.0000000Z' },
    { kql: 'todatetime("2019-02-29")', result: '' },
    { kql: 'todatetime("not a date")', result: '' },
    { kql: 'todatetime(0)', result: '0001-01-01T00:00:00.0000000Z' },
  ]),
  conversion('totimespan', 'timespan', TIMESPAN_EXAMPLES),
  conversion('totime', 'timespan', [{ kql: 'totime("2d")', result: '2.00:00:00' }]),
  conversion('toguid', 'guid', [
    {
      kql: 'toguid("70FC66F7-8279-44FC-9092-D364D70FCE44")',
      result: '70fc66f7-8279-44fc-9092-d364d70fce44',
    },
    { kql: 'toguid("xyz")', result: '' },
  ]),
  conversion('todynamic', 'dynamic', DYNAMIC_EXAMPLES),
  conversion('toobject', 'dynamic', [{ kql: 'toobject("[1]")', result: '[1]' }]),
  gettype,
  tohex,
  cast,
];
