import type { KqlType } from '../../../../common/types/kql-type.ts';
import {
  MAX_DATETIME_TICKS,
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MINUTE,
  UNIX_EPOCH_TICKS,
} from '../../../../common/types/ticks.ts';
import { ticksOf } from '../../../../common/types/time-text.ts';
import { long, type Sql, sql } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
  type Value,
} from '../define.ts';
import { convertValue } from '../value/convert.ts';
import { longAt, realAt, ticksAt } from '../value/forms.ts';
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

/** Ticks of a clock reading in TypeScript, from the argument at a place on. */
function clockJs(args: readonly Value[], types: readonly KqlType[], from: number): bigint | null {
  const at = (i: number): bigint | null => (i < args.length ? longAt(args, types, i) : 0n);
  const h = at(from);
  const m = at(from + 1);
  const s = from + 2 < args.length ? realAt(args, types, from + 2) : 0;
  if (h === null || m === null || s === null) return null;
  if (h < 0n || h > 23n || m < 0n || m > 59n || !(s >= 0 && s < 60)) return null;
  return h * TICKS_PER_HOUR + m * TICKS_PER_MINUTE + BigInt(Math.round(s * 1e7));
}

function makeDatetimeJs(args: readonly Value[], types: readonly KqlType[]): Value {
  if (args.length === 1) return ticksAt(args, types, 0);
  const [year, month, day] = [0, 1, 2].map((i) => Number(longAt(args, types, i) ?? Number.NaN));
  const clock = clockJs(args, types, 3);
  if (
    clock === null ||
    !Number.isInteger(year) ||
    !Number.isInteger(month) ||
    !Number.isInteger(day)
  )
    return null;
  return ticksOf(year ?? 0, month ?? 0, day ?? 0, clock) ?? null;
}

function makeTimespanJs(args: readonly Value[], types: readonly KqlType[]): Value {
  if (args.length === 1) return convertValue(args[0] ?? null, types[0] ?? 'timespan', 'timespan');
  if (args.length < 4) return clockJs(args, types, 0);
  const days = longAt(args, types, 0);
  const clock = clockJs(args, types, 1);
  if (days === null || clock === null || days < 0n) return null;
  const span = days * TICKS_PER_DAY + clock;
  return span > MAX_LONG ? null : span;
}

const MAX_LONG = 2n ** 63n - 1n;

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
      js: {
        call: (args, types) => {
          const [type] = types;
          let scaled: bigint;
          if (type === 'real' || type === 'decimal' || type === 'dynamic') {
            const x = Math.trunc(
              ((realAt(args, types, 0) ?? Number.NaN) * Number(ticksPerUnit)) /
                Number(unitsPerTick),
            );
            if (!Number.isFinite(x)) return null;
            scaled = BigInt(x);
          } else scaled = ((longAt(args, types, 0) ?? 0n) * ticksPerUnit) / unitsPerTick;
          const ticks = scaled + UNIX_EPOCH_TICKS;
          return ticks < 0n || ticks > MAX_DATETIME_TICKS ? null : ticks;
        },
      },
    },
    examples,
  );
}

const NEW_YEAR = '2019-01-01T00:00:00.0000000Z';

export const making: readonly FunctionEntry[] = [
  scalar('make_datetime', { coerce: false, sql: makeDatetime, js: { call: makeDatetimeJs } }, [
    { kql: 'make_datetime(2017,10,01)', result: '2017-10-01T00:00:00.0000000Z' },
    { kql: 'make_datetime(2017,10,01,12,11,0.1234567)', result: '2017-10-01T12:11:00.1234567Z' },
    { kql: 'make_datetime(2019,2,29)', result: '' },
    { kql: 'make_datetime(2019,1,1,24,0)', result: '' },
  ]),
  scalar('make_timespan', { coerce: false, sql: makeTimespan, js: { call: makeTimespanJs } }, [
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
