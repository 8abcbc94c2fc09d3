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
import { floorDivide, longAt, realAt } from '../value/forms.ts';
import { as, asLong, asReal, constantLong, datetimeInRange, once } from '../value/sql.ts';

const isTime = (type: KqlType): boolean => type === 'datetime' || type === 'timespan';

/** Down to a multiple of a whole size, toward minus infinity; null for a size that is not positive. */
function binWhole(value: Sql, size: SqlArg, sizeSql: Sql, positive: boolean): Sql {
  const known = constantLong(size);
  if (known !== undefined && known <= 0n) return sql`CAST(NULL AS BIGINT)`;
  return once(value, (v) => {
    if (known !== undefined && positive) return sql`(${v} - ${v} % ${sizeSql})`;
    // Only a result below the least long leaves 64 bits.
    const floor = (s: Sql): Sql =>
      sql`TRY(${v} - ${v} % ${s} - CASE WHEN ${v} % ${s} < 0 THEN ${s} ELSE 0 END)`;
    if (known !== undefined) return floor(sizeSql);
    return once(sizeSql, (s) => sql`CASE WHEN ${s} > 0 THEN ${floor(s)} END`);
  });
}

const binReal = (value: Sql, size: Sql): Sql =>
  once(size, (s) => sql`CASE WHEN ${s} > 0 THEN floor(${value} / ${s}) * ${s} END`);

function ticks(arg: SqlArg, context: CallContext): Sql {
  if (constantLong(arg) !== undefined) return long(constantLong(arg) ?? 0n);
  return isTime(arg.type) ? arg.sql : asLong(arg, context);
}

function bin(args: readonly SqlArg[], context: CallContext): Sql | undefined {
  const [value, size] = args;
  if (!value || !size) return undefined;
  const type = context.type;
  if (type === 'real') return binReal(asReal(value, context), asReal(size, context));
  if (type === 'decimal')
    return sql`CAST(${binReal(as(value, 'decimal', context), as(size, 'decimal', context))} AS DECIMAL(38, 18))`;
  const own = isTime(type) ? as(value, type, context) : asLong(value, context);
  return binWhole(own, size, ticks(size, context), type === 'datetime');
}

/** Bins that are aligned with a point instead of with zero (page "bin_at()"). */
function binAt(args: readonly SqlArg[], context: CallContext): Sql | undefined {
  const [value, size, fixed] = args;
  if (!value || !size || !fixed) return undefined;
  const type = context.type;
  if (type === 'real' || type === 'decimal') {
    const v = asReal(value, context);
    const moved = once(
      asReal(fixed, context),
      (f) => sql`(${f} + ${binReal(sql`(${v} - ${f})`, asReal(size, context))})`,
    );
    return type === 'real' ? moved : sql`CAST(${moved} AS DECIMAL(38, 18))`;
  }
  const own = isTime(type) ? as(value, type, context) : asLong(value, context);
  const moved = once(
    isTime(fixed.type) ? fixed.sql : asLong(fixed, context),
    (f) => sql`TRY(${f} + ${binWhole(sql`TRY(${own} - ${f})`, size, ticks(size, context), false)})`,
  );
  return type === 'datetime' ? datetimeInRange(moved) : moved;
}

/** In TypeScript: whole numbers and ticks exactly, everything else as reals. */
function binJs(args: readonly Value[], types: readonly KqlType[]): Value {
  const [type = 'long', size = 'long'] = types;
  if (!isTime(type) && (isFraction(type) || isFraction(size))) {
    const value = realAt(args, types, 0);
    const step = realAt(args, types, 1);
    return value === null || step === null || step <= 0 ? null : Math.floor(value / step) * step;
  }
  const value = wholeAt(args, types, 0);
  const step = wholeAt(args, types, 1);
  if (value === null || step === null || step <= 0n) return null;
  return inRange(floorDivide(value, step) * step);
}

function binAtJs(args: readonly Value[], types: readonly KqlType[]): Value {
  const [type = 'long'] = types;
  if (!isTime(type) && types.some(isFraction)) {
    const [value, step, fixed] = [0, 1, 2].map((i) => realAt(args, types, i) ?? Number.NaN);
    const moved =
      (fixed ?? 0) + Math.floor(((value ?? 0) - (fixed ?? 0)) / (step ?? 0)) * (step ?? 0);
    return !((step ?? 0) <= 0) && args.every((a) => a !== null) ? moved : null;
  }
  const [value, step, fixed] = [0, 1, 2].map((i) => wholeAt(args, types, i));
  if (typeof value !== 'bigint' || typeof step !== 'bigint' || typeof fixed !== 'bigint')
    return null;
  if (step <= 0n) return null;
  const distance = inRange(value - fixed);
  const steps = distance === null ? null : inRange(floorDivide(distance, step) * step);
  const moved = steps === null ? null : inRange(fixed + steps);
  const outside = moved !== null && (moved < 0n || moved > MAX_DATETIME_TICKS);
  return type === 'datetime' && outside ? null : moved;
}

/** null outside of 64 bits. */
const inRange = (value: bigint): bigint | null =>
  BigInt.asIntN(64, value) === value ? value : null;

const isFraction = (type: KqlType): boolean =>
  type === 'real' || type === 'decimal' || type === 'dynamic';

function wholeAt(args: readonly Value[], types: readonly KqlType[], i: number): bigint | null {
  const value = args[i];
  return typeof value === 'bigint' ? value : longAt(args, types, i);
}

const BIN: readonly Example[] = [
  { kql: 'bin(4.5, 1)', result: '4.0' },
  { kql: 'bin(time(16d), 7d)', result: '14.00:00:00' },
  { kql: 'bin(datetime(1970-05-11 13:45:07), 1d)', result: '1970-05-11T00:00:00.0000000Z' },
  { kql: 'bin(-7, 5)', result: '-10' },
  { kql: 'bin(datetime(1955-11-05 06:15:00.5), 7d)', result: '1955-10-31T00:00:00.0000000Z' },
];

export const bins: readonly FunctionEntry[] = [
  scalar('bin', { coerce: false, sql: bin, js: { call: binJs } }, BIN),
  scalar('floor', { coerce: false, sql: bin, js: { call: binJs } }, [
    { kql: 'floor(1.7, 0.5)', result: '1.5' },
  ]),
  scalar('bin_at', { coerce: false, sql: binAt, js: { call: binAtJs } }, [
    { kql: 'bin_at(6.5, 2.5, 7)', result: '4.5' },
    { kql: 'bin_at(time(1h), 1d, 12h)', result: '-12:00:00' },
    {
      kql: 'bin_at(datetime(2017-05-17 10:20:00.0), 7d, datetime(2017-06-04 00:00:00.0))',
      result: '2017-05-14T00:00:00.0000000Z',
    },
  ]),
];
