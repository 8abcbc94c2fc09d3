import type { KqlType } from '../../../../common/types/kql-type.ts';
import { long, type Sql, sql } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
} from '../define.ts';
import { as, asLong, asReal, constantLong, datetimeInRange, once } from '../value/sql.ts';

const isTime = (type: KqlType): boolean => type === 'datetime' || type === 'timespan';

/** Down to a multiple of a whole size, toward minus infinity; null for a size that is not positive. */
function binWhole(value: Sql, size: SqlArg, sizeSql: Sql, positive: boolean): Sql {
  const known = constantLong(size);
  if (known !== undefined && known <= 0n) return sql`CAST(NULL AS BIGINT)`;
  return once(value, (v) => {
    if (known !== undefined && positive) return sql`(${v} - ${v} % ${sizeSql})`;
    const floor = (s: Sql): Sql => sql`(${v} - (${v} % ${s} + ${s}) % ${s})`;
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
    (f) => sql`(${f} + ${binWhole(sql`(${own} - ${f})`, size, ticks(size, context), false)})`,
  );
  return type === 'datetime' ? datetimeInRange(moved) : moved;
}

const BIN: readonly Example[] = [
  { kql: 'bin(4.5, 1)', result: '4.0' },
  { kql: 'bin(time(16d), 7d)', result: '14.00:00:00' },
  { kql: 'bin(datetime(1970-05-11 13:45:07), 1d)', result: '1970-05-11T00:00:00.0000000Z' },
  { kql: 'bin(-7, 5)', result: '-10' },
  { kql: 'bin(datetime(1955-11-05 06:15:00.5), 7d)', result: '1955-10-31T00:00:00.0000000Z' },
];

export const bins: readonly FunctionEntry[] = [
  scalar('bin', { coerce: false, sql: bin }, BIN),
  scalar('floor', { coerce: false, sql: bin }, [{ kql: 'floor(1.7, 0.5)', result: '1.5' }]),
  scalar('bin_at', { coerce: false, sql: binAt }, [
    { kql: 'bin_at(6.5, 2.5, 7)', result: '4.5' },
    { kql: 'bin_at(time(1h), 1d, 12h)', result: '-12:00:00' },
    {
      kql: 'bin_at(datetime(2017-05-17 10:20:00.0), 7d, datetime(2017-06-04 00:00:00.0))',
      result: '2017-05-14T00:00:00.0000000Z',
    },
  ]),
];
