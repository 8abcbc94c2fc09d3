import type { KqlType } from '../../../../common/types/kql-type.ts';
import { count, long, real, type Sql, sql } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
  type Value,
} from '../define.ts';
import { longAt, ofReals, realAt } from '../value/forms.ts';
import { as, asLong, asReal, constantLong, once } from '../value/sql.ts';

const MIN_LONG = -(2n ** 63n);
const NAN = real(Number.NaN);

/** A function of one real. DuckDB raises errors outside a function's domain, so `use` says what is there. */
function ofReal(
  name: string,
  use: (x: Sql) => Sql,
  js: ((x: number) => number | boolean | null) | undefined,
  examples: readonly Example[],
  repeats = true,
): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: ([arg], context) => {
        if (!arg) return undefined;
        const x = asReal(arg, context);
        return repeats ? once(x, use) : use(x);
      },
      ...(js && { js: ofReals((x = Number.NaN) => js(x)) }),
    },
    examples,
  );
}

const periodic =
  (name: 'sin' | 'cos' | 'tan') =>
  (x: Sql): Sql => {
    const inner =
      name === 'sin' ? sql`sin(${x})` : name === 'cos' ? sql`cos(${x})` : sql`tan(${x})`;
    return sql`CASE WHEN isinf(${x}) THEN ${NAN} ELSE ${inner} END`;
  };

/** Null below zero, minus infinity at zero (pages "log()", "log2()", "log10()"). */
const logarithm =
  (positive: (x: Sql) => Sql) =>
  (x: Sql): Sql =>
    sql`CASE WHEN ${x} > 0 THEN ${positive(x)} WHEN ${x} = 0 THEN ${real(Number.NEGATIVE_INFINITY)} END`;

const logOf = (x: number, log: (x: number) => number): number | null =>
  x > 0 || Number.isNaN(x) ? log(x) : x === 0 ? Number.NEGATIVE_INFINITY : null;

/** As C has it: one to any power is one, and minus one to an endless power too. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1;
  return base ** exponent;
}

const withinOne =
  (use: (x: Sql) => Sql) =>
  (x: Sql): Sql =>
    sql`CASE WHEN ${x} BETWEEN -1 AND 1 THEN ${use(x)} END`;

/** `piece` is of a number's own type; the call's type may be another in name only. */
const typed = (piece: Sql, type: KqlType): Sql =>
  type === 'decimal' ? sql`CAST(${piece} AS DECIMAL(38, 18))` : piece;

/** More digits than a real has on either side of the point. */
const MOST_PLACES = 400n;

function round(args: readonly SqlArg[], context: CallContext): Sql | undefined {
  const [value, precision] = args;
  if (!value) return undefined;
  const digits = precision && constantLong(precision);
  const places =
    digits === undefined
      ? precision && sql`CAST(${asLong(precision, context)} AS INTEGER)`
      : count(digits < -MOST_PLACES ? -MOST_PLACES : digits > MOST_PLACES ? MOST_PLACES : digits);
  if (context.type === 'int' || context.type === 'long') {
    const whole = asLong(value, context);
    return places && digits !== 0n ? sql`CAST(round(${whole}, ${places}) AS BIGINT)` : whole;
  }
  const x = as(value, context.type === 'decimal' ? 'decimal' : 'real', context);
  return typed(places ? sql`round(${x}, ${places})` : sql`round(${x})`, context.type);
}

/** In TypeScript; half away from zero. */
function roundJs(args: readonly Value[], types: readonly KqlType[], returns: KqlType): Value {
  const places = args.length > 1 ? Number(longAt(args, types, 1) ?? 0n) : 0;
  if (returns === 'int' || returns === 'long') {
    const whole = longAt(args, types, 0);
    if (whole === null || places >= 0) return whole;
    const unit = 10n ** BigInt(Math.min(19, -places));
    const half = whole < 0n ? -(unit / 2n) : unit / 2n;
    return ((whole + half) / unit) * unit;
  }
  const x = realAt(args, types, 0);
  if (x === null || !Number.isFinite(x)) return x;
  const scale = 10 ** places;
  const scaled = x * scale;
  if (scale === 0) return 0;
  return Number.isFinite(scaled) ? (Math.sign(scaled) * Math.round(Math.abs(scaled))) / scale : x;
}

export const elementary: readonly FunctionEntry[] = [
  scalar('round', { coerce: false, sql: round, js: { call: roundJs } }, [
    { kql: 'round(2.5)', result: '3.0' },
    { kql: 'round(-2.5)', result: '-3.0' },
    { kql: 'round(3.25, 1)', result: '3.3' },
    { kql: 'round(1234, -2)', result: '1200' },
  ]),
  scalar(
    'ceiling',
    {
      coerce: false,
      // The engine answers with a real for whole numbers too.
      returns: 'real',
      sql: ([value], context) => {
        if (!value) return undefined;
        return sql`ceil(${asReal(value, context)})`;
      },
      js: ofReals((x = 0) => Math.ceil(x)),
    },
    [
      { kql: 'ceiling(-1.1)', result: '-1.0' },
      { kql: 'ceiling(0.9)', result: '1.0' },
    ],
  ),
  scalar(
    'abs',
    {
      coerce: false,
      sql: ([value], context) => {
        if (!value) return undefined;
        if (value.type === 'real') return sql`abs(${value.sql})`;
        if (value.type === 'decimal') return sql`abs(${value.sql})`;
        const x = value.type === 'timespan' ? value.sql : asLong(value, context);
        // The least long has no positive twin, and DuckDB's `abs` of it is an error that TRY doesn't catch.
        return once(
          x,
          (v) => sql`CASE WHEN ${v} < 0 AND ${v} > ${long(MIN_LONG)} THEN -${v} ELSE ${v} END`,
        );
      },
      js: {
        call: (args, types) => {
          const [value = null] = args;
          if (typeof value === 'bigint') return BigInt.asIntN(64, value < 0n ? -value : value);
          if (types[0] === 'real') return Math.abs(Number(value));
          if (types[0] === 'decimal') return String(value).replace(/^-/, '');
          const whole = longAt(args, types, 0);
          return whole === null || whole >= 0n ? whole : BigInt.asIntN(64, -whole);
        },
      },
    },
    [
      { kql: 'abs(-5)', result: '5' },
      { kql: 'abs(-1.5)', result: '1.5' },
      { kql: 'abs(-1h)', result: '01:00:00' },
      { kql: 'abs(int(null))', result: '' },
    ],
  ),
  ofReal(
    'sign',
    (x) => sql`CASE WHEN isnan(${x}) THEN 0.0::DOUBLE ELSE CAST(sign(${x}) AS DOUBLE) END`,
    (x) => (Number.isNaN(x) ? 0 : Math.sign(x)),
    [
      { kql: 'sign(-42)', result: '-1.0' },
      { kql: 'sign(0)', result: '0.0' },
      { kql: 'sign(11.2)', result: '1.0' },
      { kql: 'sign(real(nan))', result: '0.0' },
    ],
  ),
  scalar(
    'pow',
    {
      coerce: false,
      sql: ([base, exponent], context) =>
        base && exponent
          ? sql`pow(${asReal(base, context)}, ${asReal(exponent, context)})`
          : undefined,
      js: ofReals((base = 0, exponent = 0) => power(base, exponent)),
    },
    [
      { kql: 'pow(2, 10)', result: '1024.0' },
      { kql: 'pow(2, -1)', result: '0.5' },
      { kql: 'pow(-8, 1.0/3.0)', result: 'NaN' },
    ],
  ),
  ofReal(
    'sqrt',
    (x) => sql`CASE WHEN ${x} >= 0 THEN sqrt(${x}) END`,
    (x) => (x < 0 ? null : Math.sqrt(x)),
    [
      { kql: 'sqrt(256)', result: '16.0' },
      { kql: 'sqrt(-1)', result: '' },
    ],
  ),
  ofReal(
    'log',
    logarithm((x) => sql`ln(${x})`),
    (x) => logOf(x, Math.log),
    [
      { kql: 'log(5)', result: '1.6094379124341003' },
      { kql: 'log(-1)', result: '' },
    ],
  ),
  ofReal(
    'log2',
    logarithm((x) => sql`log2(${x})`),
    (x) => logOf(x, Math.log2),
    [{ kql: 'log2(8)', result: '3.0' }],
  ),
  ofReal(
    'log10',
    logarithm((x) => sql`log10(${x})`),
    (x) => logOf(x, Math.log10),
    [{ kql: 'log10(1000)', result: '3.0' }],
  ),
  ofReal(
    'exp',
    (x) => sql`exp(${x})`,
    Math.exp,
    [
      { kql: 'exp(2)', result: '7.38905609893065' },
      { kql: 'exp(100000.5)', result: 'Infinity' },
    ],
    false,
  ),
  ofReal(
    'exp2',
    (x) => sql`pow(2.0, ${x})`,
    (x) => power(2, x),
    [{ kql: 'exp2(3)', result: '8.0' }],
    false,
  ),
  ofReal(
    'exp10',
    (x) => sql`pow(10.0, ${x})`,
    (x) => power(10, x),
    [{ kql: 'exp10(3)', result: '1000.0' }],
    false,
  ),
  ofReal('sin', periodic('sin'), Math.sin, [{ kql: 'sin(1)', result: '0.8414709848078965' }]),
  ofReal('cos', periodic('cos'), Math.cos, [{ kql: 'cos(1)', result: '0.5403023058681398' }]),
  ofReal('tan', periodic('tan'), Math.tan, [{ kql: 'tan(real(+inf))', result: 'NaN' }]),
  ofReal(
    'cot',
    (x) => sql`CASE WHEN isinf(${x}) THEN ${NAN} ELSE cos(${x}) / sin(${x}) END`,
    (x) => Math.cos(x) / Math.sin(x),
    [{ kql: 'cot(1)', result: '0.6420926159343308' }],
  ),
  ofReal(
    'acos',
    withinOne((x) => sql`acos(${x})`),
    (x) => (Math.abs(x) <= 1 ? Math.acos(x) : null),
    [
      { kql: 'acos(1)', result: '0.0' },
      { kql: 'acos(2)', result: '' },
    ],
  ),
  ofReal(
    'asin',
    withinOne((x) => sql`asin(${x})`),
    (x) => (Math.abs(x) <= 1 ? Math.asin(x) : null),
    [{ kql: 'asin(0)', result: '0.0' }],
  ),
  ofReal(
    'atan',
    (x) => sql`atan(${x})`,
    Math.atan,
    [{ kql: 'atan(0.5)', result: '0.4636476090008061' }],
    false,
  ),
  scalar(
    'atan2',
    {
      coerce: false,
      sql: ([y, x], context) =>
        y && x ? sql`atan2(${asReal(y, context)}, ${asReal(x, context)})` : undefined,
      js: ofReals((y = 0, x = 0) => Math.atan2(y, x)),
    },
    [{ kql: 'atan2(1, 1)', result: '0.7853981633974483' }],
  ),
  ofReal(
    'degrees',
    (x) => sql`(${x} * (180.0 / pi()))`,
    (x) => x * (180 / Math.PI),
    [{ kql: 'degrees(pi())', result: '180.0' }],
    false,
  ),
  ofReal(
    'radians',
    (x) => sql`(${x} * (pi() / 180.0))`,
    (x) => x * (Math.PI / 180),
    [{ kql: 'radians(180)', result: '3.141592653589793' }],
    false,
  ),
  scalar('pi', { sql: () => sql`pi()`, js: { call: () => Math.PI } }, [
    { kql: 'pi()', result: '3.141592653589793' },
  ]),
  ofReal(
    'isnan',
    (x) => sql`isnan(${x})`,
    Number.isNaN,
    [
      { kql: 'isnan(0.0 / 0.0)', result: 'True' },
      { kql: 'isnan(real(null))', result: '' },
    ],
    false,
  ),
  ofReal(
    'isinf',
    (x) => sql`isinf(${x})`,
    (x) => Math.abs(x) === Number.POSITIVE_INFINITY,
    [{ kql: 'isinf(-1.0 / 0.0)', result: 'True' }],
    false,
  ),
  ofReal(
    'isfinite',
    (x) => sql`isfinite(${x})`,
    Number.isFinite,
    [{ kql: 'isfinite(1.0)', result: 'True' }],
    false,
  ),
  ofReal(
    'gamma',
    (x) =>
      sql`CASE WHEN ${x} = 0 OR (${x} < 0 AND ${x} = floor(${x})) THEN ${NAN} ELSE gamma(${x}) END`,
    undefined,
    [{ kql: 'gamma(5)', result: '24.0' }],
  ),
  ofReal(
    'loggamma',
    (x) => sql`CASE WHEN ${x} = 0 THEN ${real(Number.POSITIVE_INFINITY)} ELSE lgamma(${x}) END`,
    undefined,
    [{ kql: 'loggamma(5)', result: '3.1780538303479458' }],
  ),
  scalar(
    'rand',
    {
      coerce: false,
      sql: ([limit], context) =>
        limit ? sql`floor(random() * ${asReal(limit, context)})` : sql`random()`,
    },
    [{ kql: 'rand(1)', result: '0.0' }],
  ),
  scalar('new_guid', { sql: () => sql`uuid()` }, [
    { kql: 'strlen(tostring(new_guid()))', result: '36' },
  ]),
];
