import type { KqlType } from '../../../../common/types/kql-type.ts';
import { count, real, type Sql, sql } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
} from '../define.ts';
import { as, asLong, asReal, constantLong, once } from '../value/sql.ts';

const NAN = real(Number.NaN);

/** A function of one real. DuckDB raises errors outside a function's domain, so `use` says what is there. */
function ofReal(
  name: string,
  use: (x: Sql) => Sql,
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

const withinOne =
  (use: (x: Sql) => Sql) =>
  (x: Sql): Sql =>
    sql`CASE WHEN ${x} BETWEEN -1 AND 1 THEN ${use(x)} END`;

/** `piece` is of a number's own type; the call's type may be another in name only. */
const typed = (piece: Sql, type: KqlType): Sql =>
  type === 'decimal' ? sql`CAST(${piece} AS DECIMAL(38, 18))` : piece;

function round(args: readonly SqlArg[], context: CallContext): Sql | undefined {
  const [value, precision] = args;
  if (!value) return undefined;
  const digits = precision && constantLong(precision);
  const places =
    digits === undefined
      ? precision && sql`CAST(${asLong(precision, context)} AS INTEGER)`
      : count(digits);
  if (context.type === 'int' || context.type === 'long') {
    const whole = asLong(value, context);
    return places && digits !== 0n ? sql`CAST(round(${whole}, ${places}) AS BIGINT)` : whole;
  }
  const x = as(value, context.type === 'decimal' ? 'decimal' : 'real', context);
  return typed(places ? sql`round(${x}, ${places})` : sql`round(${x})`, context.type);
}

export const elementary: readonly FunctionEntry[] = [
  scalar('round', { coerce: false, sql: round }, [
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
        return once(x, (v) => sql`coalesce(TRY(abs(${v})), ${v})`);
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
    },
    [
      { kql: 'pow(2, 10)', result: '1024.0' },
      { kql: 'pow(2, -1)', result: '0.5' },
      { kql: 'pow(-8, 1.0/3.0)', result: 'NaN' },
    ],
  ),
  ofReal('sqrt', (x) => sql`CASE WHEN ${x} >= 0 THEN sqrt(${x}) END`, [
    { kql: 'sqrt(256)', result: '16.0' },
    { kql: 'sqrt(-1)', result: '' },
  ]),
  ofReal(
    'log',
    logarithm((x) => sql`ln(${x})`),
    [
      { kql: 'log(5)', result: '1.6094379124341003' },
      { kql: 'log(-1)', result: '' },
    ],
  ),
  ofReal(
    'log2',
    logarithm((x) => sql`log2(${x})`),
    [{ kql: 'log2(8)', result: '3.0' }],
  ),
  ofReal(
    'log10',
    logarithm((x) => sql`log10(${x})`),
    [{ kql: 'log10(1000)', result: '3.0' }],
  ),
  ofReal(
    'exp',
    (x) => sql`exp(${x})`,
    [
      { kql: 'exp(2)', result: '7.38905609893065' },
      { kql: 'exp(100000.5)', result: 'Infinity' },
    ],
    false,
  ),
  ofReal('exp2', (x) => sql`pow(2.0, ${x})`, [{ kql: 'exp2(3)', result: '8.0' }], false),
  ofReal('exp10', (x) => sql`pow(10.0, ${x})`, [{ kql: 'exp10(3)', result: '1000.0' }], false),
  ofReal('sin', periodic('sin'), [{ kql: 'sin(1)', result: '0.8414709848078965' }]),
  ofReal('cos', periodic('cos'), [{ kql: 'cos(1)', result: '0.5403023058681398' }]),
  ofReal('tan', periodic('tan'), [{ kql: 'tan(real(+inf))', result: 'NaN' }]),
  ofReal('cot', (x) => sql`CASE WHEN isinf(${x}) THEN ${NAN} ELSE cos(${x}) / sin(${x}) END`, [
    { kql: 'cot(1)', result: '0.6420926159343308' },
  ]),
  ofReal(
    'acos',
    withinOne((x) => sql`acos(${x})`),
    [
      { kql: 'acos(1)', result: '0.0' },
      { kql: 'acos(2)', result: '' },
    ],
  ),
  ofReal(
    'asin',
    withinOne((x) => sql`asin(${x})`),
    [{ kql: 'asin(0)', result: '0.0' }],
  ),
  ofReal(
    'atan',
    (x) => sql`atan(${x})`,
    [{ kql: 'atan(0.5)', result: '0.4636476090008061' }],
    false,
  ),
  scalar(
    'atan2',
    {
      coerce: false,
      sql: ([y, x], context) =>
        y && x ? sql`atan2(${asReal(y, context)}, ${asReal(x, context)})` : undefined,
    },
    [{ kql: 'atan2(1, 1)', result: '0.7853981633974483' }],
  ),
  ofReal(
    'degrees',
    (x) => sql`(${x} * (180.0 / pi()))`,
    [{ kql: 'degrees(pi())', result: '180.0' }],
    false,
  ),
  ofReal(
    'radians',
    (x) => sql`(${x} * (pi() / 180.0))`,
    [{ kql: 'radians(180)', result: '3.141592653589793' }],
    false,
  ),
  scalar('pi', { sql: () => sql`pi()` }, [{ kql: 'pi()', result: '3.141592653589793' }]),
  ofReal(
    'isnan',
    (x) => sql`isnan(${x})`,
    [
      { kql: 'isnan(0.0 / 0.0)', result: 'True' },
      { kql: 'isnan(real(null))', result: '' },
    ],
    false,
  ),
  ofReal('isinf', (x) => sql`isinf(${x})`, [{ kql: 'isinf(-1.0 / 0.0)', result: 'True' }], false),
  ofReal('isfinite', (x) => sql`isfinite(${x})`, [{ kql: 'isfinite(1.0)', result: 'True' }], false),
  ofReal(
    'gamma',
    (x) =>
      sql`CASE WHEN ${x} = 0 OR (${x} < 0 AND ${x} = floor(${x})) THEN ${NAN} ELSE gamma(${x}) END`,
    [{ kql: 'gamma(5)', result: '24.0' }],
  ),
  ofReal(
    'loggamma',
    (x) => sql`CASE WHEN ${x} = 0 THEN ${real(Number.POSITIVE_INFINITY)} ELSE lgamma(${x}) END`,
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
