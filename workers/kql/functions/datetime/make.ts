import {
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MINUTE,
  UNIX_EPOCH_TICKS,
} from '../../../../common/types/ticks.ts';
import { long, type Sql, sql } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
} from '../define.ts';
import { as, asLong, asReal, datetimeInRange, once } from '../value/sql.ts';

const ZERO: SqlArg = { sql: sql`0`, type: 'long', constant: 0n };

/** Ticks of a clock reading; null where a figure is out of its range. Seconds may have a fraction. */
function clock(hour: SqlArg, minute: SqlArg, second: SqlArg, context: CallContext): Sql {
  const h = asLong(hour, context);
  const m = asLong(minute, context);
  const s = asReal(second, context);
  return sql`CASE WHEN ${h} BETWEEN 0 AND 23 AND ${m} BETWEEN 0 AND 59 AND ${s} >= 0 AND ${s} < 60 THEN ${h} * ${long(TICKS_PER_HOUR)} + ${m} * ${long(TICKS_PER_MINUTE)} + CAST(round(${s} * 10000000) AS BIGINT) END`;
}

function makeDatetime(args: readonly SqlArg[], context: CallContext): Sql | undefined {
  const [year, month, day, hour = ZERO, minute = ZERO, second = ZERO] = args;
  if (year && !month) return as(year, 'datetime', context);
  if (!year || !month || !day) return undefined;
  const date = sql`TRY(make_date(${asLong(year, context)}, ${asLong(month, context)}, ${asLong(day, context)}))`;
  const days = sql`CAST(date_diff('day', DATE '0001-01-01', ${date}) AS BIGINT)`;
  return datetimeInRange(
    sql`(${days} * ${long(TICKS_PER_DAY)} + ${clock(hour, minute, second, context)})`,
  );
}

/** Two or three figures are hours, minutes and seconds; four begin with days. */
function makeTimespan(args: readonly SqlArg[], context: CallContext): Sql | undefined {
  const [first, second, third, fourth] = args;
  if (!first) return undefined;
  if (!second) return as(first, 'timespan', context);
  if (!third || !fourth) return clock(first, second, third ?? ZERO, context);
  const days = asLong(first, context);
  return sql`CASE WHEN ${days} >= 0 THEN TRY(${days} * ${long(TICKS_PER_DAY)} + ${clock(second, third, fourth, context)}) END`;
}

function unixTime(
  name: string,
  ticksPerUnit: bigint,
  unitsPerTick: bigint,
  examples: readonly Example[],
): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: ([value], context) => {
        if (!value) return undefined;
        if (value.type === 'real' || value.type === 'decimal' || value.type === 'dynamic') {
          const scaled = sql`${asReal(value, context)} * ${long(ticksPerUnit)} / ${long(unitsPerTick)}`;
          return datetimeInRange(
            sql`TRY(CAST(trunc(${scaled}) AS BIGINT) + ${long(UNIX_EPOCH_TICKS)})`,
          );
        }
        const n = asLong(value, context);
        const scaled =
          unitsPerTick === 1n
            ? sql`${n} * ${long(ticksPerUnit)}`
            : sql`${n} // ${long(unitsPerTick)}`;
        return datetimeInRange(sql`TRY(${scaled} + ${long(UNIX_EPOCH_TICKS)})`);
      },
    },
    examples,
  );
}

const NEW_YEAR = '2019-01-01T00:00:00.0000000Z';

export const making: readonly FunctionEntry[] = [
  scalar('make_datetime', { coerce: false, sql: makeDatetime }, [
    { kql: 'make_datetime(2017,10,01)', result: '2017-10-01T00:00:00.0000000Z' },
    { kql: 'make_datetime(2017,10,01,12,11,0.1234567)', result: '2017-10-01T12:11:00.1234567Z' },
    { kql: 'make_datetime(2019,2,29)', result: '' },
    { kql: 'make_datetime(2019,1,1,24,0)', result: '' },
  ]),
  scalar('make_timespan', { coerce: false, sql: makeTimespan }, [
    { kql: 'make_timespan(1,12,30,55.123)', result: '1.12:30:55.1230000' },
    { kql: 'make_timespan(1, 2, 3)', result: '01:02:03' },
    { kql: 'make_timespan(1, 2)', result: '01:02:00' },
    { kql: 'make_timespan(0, 25, 61, 61.5)', result: '' },
  ]),
  scalar(
    'now',
    {
      coerce: false,
      sql: ([offset], context) =>
        offset
          ? datetimeInRange(sql`TRY(${long(context.now)} + ${as(offset, 'timespan', context)})`)
          : long(context.now),
    },
    [{ kql: 'now() - now(-1h)', result: '01:00:00' }],
  ),
  scalar(
    'ago',
    {
      coerce: false,
      sql: ([span], context) => {
        if (!span) return undefined;
        if (typeof span.constant === 'bigint') return long(context.now - span.constant);
        return once(as(span, 'timespan', context), (s) =>
          datetimeInRange(sql`TRY(${long(context.now)} - ${s})`),
        );
      },
    },
    [{ kql: 'now() - ago(1h)', result: '01:00:00' }],
  ),
  unixTime('unixtime_seconds_todatetime', 10_000_000n, 1n, [
    { kql: 'unixtime_seconds_todatetime(1546300800)', result: NEW_YEAR },
    { kql: 'unixtime_seconds_todatetime(1546300800.5)', result: '2019-01-01T00:00:00.5000000Z' },
    { kql: 'unixtime_seconds_todatetime(-62135596801)', result: '' },
  ]),
  unixTime('unixtime_milliseconds_todatetime', 10_000n, 1n, [
    { kql: 'unixtime_milliseconds_todatetime(1546300800000)', result: NEW_YEAR },
  ]),
  unixTime('unixtime_microseconds_todatetime', 10n, 1n, [
    { kql: 'unixtime_microseconds_todatetime(1546300800000000)', result: NEW_YEAR },
  ]),
  unixTime('unixtime_nanoseconds_todatetime', 1n, 100n, [
    { kql: 'unixtime_nanoseconds_todatetime(1546300800000000000)', result: NEW_YEAR },
  ]),
];
