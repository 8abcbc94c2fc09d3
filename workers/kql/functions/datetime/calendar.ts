import {
  MAX_DATETIME_TICKS,
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MICROSECOND,
  TICKS_PER_MILLISECOND,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
} from '../../../../common/types/ticks.ts';
import { civilOf, daysInMonth, ticksOf } from '../../../../common/types/time-text.ts';
import { long, type Sql, sql } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  type SqlArg,
  scalar,
} from '../define.ts';
import { longAt, textAt, ticksAt } from '../value/forms.ts';
import {
  as,
  asLong,
  asText,
  byName,
  constantLong,
  constantText,
  datetimeInRange,
  once,
} from '../value/sql.ts';
import { sundayDays } from './parts.ts';

const DAY = long(TICKS_PER_DAY);

/** DATE of ticks. */
const dateOf = (ticks: Sql): Sql => sql`(DATE '0001-01-01' + CAST(${ticks} // ${DAY} AS INTEGER))`;
/** Ticks of a DATE or of a TIMESTAMP at midnight. */
const ticksOfDate = (date: Sql): Sql =>
  sql`(CAST(date_diff('day', DATE '0001-01-01', CAST(${date} AS DATE)) AS BIGINT) * ${DAY})`;

/** Months later, on the same day or the last one that the month has. */
function addMonths(ticks: Sql, months: Sql): Sql {
  return once(
    ticks,
    (t) =>
      sql`(${ticksOfDate(sql`${dateOf(t)} + to_months(CAST(${within('month', months)} AS INTEGER))`)} + ${t} % ${DAY})`,
  );
}

type Unit = 'day' | 'week' | 'month' | 'year';

/** More units than the calendar has, and few enough for ticks in 64 bits: beyond them every moment is out of it. */
const REACH: Readonly<Record<Unit, bigint>> = {
  day: 4_000_000n,
  week: 600_000n,
  month: 180_000n,
  year: 15_000n,
};

const within = (unit: Unit, offset: Sql): Sql =>
  sql`greatest(${long(-REACH[unit])}, least(${long(REACH[unit])}, ${offset}))`;

/** Start of the unit that lies `offset` units later; may lie outside the calendar. */
function startOf(unit: Unit, ticks: Sql, given: Sql): Sql {
  const offset = within(unit, given);
  switch (unit) {
    case 'day':
      return sql`((${ticks} // ${DAY} + ${offset}) * ${DAY})`;
    case 'week':
      return sql`(((${sundayDays(ticks)} // 7 + ${offset}) * 7 - 1) * ${DAY})`;
    case 'month':
      return ticksOfDate(
        sql`date_trunc('month', ${dateOf(ticks)}) + to_months(CAST(${offset} AS INTEGER))`,
      );
    case 'year':
      return ticksOfDate(
        sql`date_trunc('year', ${dateOf(ticks)}) + to_years(CAST(${offset} AS INTEGER))`,
      );
  }
}

/** The same in TypeScript. */
function startOfJs(unit: Unit, ticks: bigint, offset: bigint): bigint | undefined {
  const days = ticks / TICKS_PER_DAY;
  if (unit === 'day') return (days + offset) * TICKS_PER_DAY;
  if (unit === 'week') return (((days + 1n) / 7n + offset) * 7n - 1n) * TICKS_PER_DAY;
  const { year, month } = civilOf(ticks);
  return unit === 'month'
    ? monthStart(BigInt(year) * 12n + BigInt(month - 1) + offset)
    : monthStart((BigInt(year) + offset) * 12n);
}

/** Ticks of the first moment of a month, counted from year 0; that after the last year too, so that its end is known. */
function monthStart(index: bigint): bigint | undefined {
  if (index === 10_000n * 12n) return MAX_DATETIME_TICKS + 1n;
  return ticksOf(Number(index / 12n), Number(index % 12n) + 1, 1, 0n);
}

const inCalendar = (ticks: bigint | undefined): bigint | null =>
  ticks === undefined || ticks < 0n || ticks > MAX_DATETIME_TICKS ? null : ticks;

function addJs(unit: string, amount: bigint, ticks: bigint): bigint | undefined {
  const months = MONTHS[unit];
  if (months === undefined)
    return ticks + (unit === 'nanosecond' ? amount / 100n : amount * (FIXED[unit] ?? 0n));
  const { year, month, day, timeOfDay } = civilOf(ticks);
  const index = BigInt(year) * 12n + BigInt(month - 1) + amount * months;
  const y = Number(index / 12n);
  const m = Number(index % 12n) + 1;
  return ticksOf(y, m, Math.min(day, daysInMonth(y, m)), timeOfDay);
}

function diffJs(unit: string, a: bigint, b: bigint): bigint | null {
  if (unit === 'nanosecond') {
    const span = (a - b) * 100n;
    return BigInt.asIntN(64, span) === span ? span : null;
  }
  const index = (ticks: bigint): bigint => {
    const months = MONTHS[unit];
    if (months !== undefined) {
      const { year, month } = civilOf(ticks);
      return (BigInt(year) * 12n + BigInt(month - 1)) / months;
    }
    if (unit === 'week') return (ticks / TICKS_PER_DAY + 1n) / 7n;
    return ticks / (FIXED[unit] ?? 1n);
  };
  return index(a) - index(b);
}

function unitOf(name: string): string | undefined {
  const unit = name.toLowerCase().replace(/s$/, '');
  return UNITS.includes(unit) ? unit : undefined;
}

function offsetOf(arg: SqlArg | undefined, plus: bigint, context: CallContext): Sql {
  const known = arg ? constantLong(arg) : 0n;
  if (known !== undefined) return long(known + plus);
  return arg ? sql`(${asLong(arg, context)} + ${long(plus)})` : long(plus);
}

function boundary(edge: 'start' | 'end', unit: Unit, examples: readonly Example[]): FunctionEntry {
  return scalar(
    `${edge}of${unit}`,
    {
      coerce: false,
      sql: ([date, offset], context) => {
        if (!date) return undefined;
        const ticks = as(date, 'datetime', context);
        if (edge === 'start')
          return datetimeInRange(startOf(unit, ticks, offsetOf(offset, 0n, context)));
        return datetimeInRange(sql`(${startOf(unit, ticks, offsetOf(offset, 1n, context))} - 1)`);
      },
      js: {
        call: (args, types) => {
          const ticks = ticksAt(args, types, 0);
          const offset = args.length > 1 ? longAt(args, types, 1) : 0n;
          if (ticks === null || offset === null) return null;
          if (edge === 'start') return inCalendar(startOfJs(unit, ticks, offset));
          const next = startOfJs(unit, ticks, offset + 1n);
          return next === undefined ? null : inCalendar(next - 1n);
        },
      },
    },
    examples,
  );
}

/** Units of `datetime_add` and `datetime_diff` of a fixed length, in ticks. */
const FIXED: Readonly<Record<string, bigint>> = {
  week: 7n * TICKS_PER_DAY,
  day: TICKS_PER_DAY,
  hour: TICKS_PER_HOUR,
  minute: TICKS_PER_MINUTE,
  second: TICKS_PER_SECOND,
  millisecond: TICKS_PER_MILLISECOND,
  microsecond: TICKS_PER_MICROSECOND,
};
const MONTHS: Readonly<Record<string, bigint>> = { month: 1n, quarter: 3n, year: 12n };

const UNITS: readonly string[] = [...Object.keys(FIXED), ...Object.keys(MONTHS), 'nanosecond'];

/** What a call does with its unit, for a constant name or for any. */
function withUnit(
  name: string,
  arg: SqlArg,
  context: CallContext,
  use: (unit: string) => Sql,
): Sql {
  const known = constantText(arg)?.toLowerCase();
  if (known === undefined) return byName(asText(arg, context), UNITS, use);
  const unit = known.replace(/s$/, '');
  return UNITS.includes(unit) ? use(unit) : context.fail(`${name}() knows no unit '${known}'.`);
}

function add(unit: string, amount: Sql, ticks: Sql): Sql {
  const months = MONTHS[unit];
  if (months !== undefined) return addMonths(ticks, sql`${amount} * ${long(months)}`);
  if (unit === 'nanosecond') return sql`TRY(${ticks} + ${amount} // 100)`;
  return sql`TRY(${ticks} + ${amount} * ${long(FIXED[unit] ?? 0n)})`;
}

/** Page "datetime_diff()": how many boundaries of the unit lie between; weeks start on Sunday. */
function diff(unit: string, a: Sql, b: Sql): Sql {
  const monthIndex = (t: Sql): Sql => sql`(year(${dateOf(t)}) * 12 + month(${dateOf(t)}) - 1)`;
  const index = (t: Sql): Sql => {
    const months = MONTHS[unit];
    if (months !== undefined) return sql`${monthIndex(t)} // ${long(months)}`;
    if (unit === 'week') return sql`${sundayDays(t)} // 7`;
    return sql`${t} // ${long(FIXED[unit] ?? 1n)}`;
  };
  if (unit === 'nanosecond') return sql`TRY((${a} - ${b}) * 100)`;
  return sql`(${once(a, index)} - ${once(b, index)})`;
}

export const calendar: readonly FunctionEntry[] = [
  boundary('start', 'day', [
    {
      kql: 'startofday(datetime(2020-06-15 13:45:00.5), -3)',
      result: '2020-06-12T00:00:00.0000000Z',
    },
    { kql: 'startofday(datetime(0001-01-01), -1)', result: '' },
  ]),
  boundary('start', 'week', [
    { kql: 'startofweek(datetime(2017-01-01 10:10:17))', result: '2017-01-01T00:00:00.0000000Z' },
    { kql: 'startofweek(datetime(2020-06-15), -2)', result: '2020-05-31T00:00:00.0000000Z' },
  ]),
  boundary('start', 'month', [
    {
      kql: 'startofmonth(datetime(2017-01-01 10:10:17), -1)',
      result: '2016-12-01T00:00:00.0000000Z',
    },
  ]),
  boundary('start', 'year', [
    { kql: 'startofyear(datetime(2017-06-01), 1)', result: '2018-01-01T00:00:00.0000000Z' },
  ]),
  boundary('end', 'day', [
    { kql: 'endofday(datetime(2020-06-15 13:45), 2)', result: '2020-06-17T23:59:59.9999999Z' },
  ]),
  boundary('end', 'week', [
    { kql: 'endofweek(datetime(2020-06-15 13:45))', result: '2020-06-20T23:59:59.9999999Z' },
  ]),
  boundary('end', 'month', [
    { kql: 'endofmonth(datetime(2020-02-15))', result: '2020-02-29T23:59:59.9999999Z' },
    { kql: 'endofmonth(datetime(9999-12-31))', result: '9999-12-31T23:59:59.9999999Z' },
  ]),
  boundary('end', 'year', [
    { kql: 'endofyear(datetime(2017-01-01 10:10:17), -1)', result: '2016-12-31T23:59:59.9999999Z' },
  ]),
  scalar(
    'datetime_add',
    {
      coerce: false,
      sql: ([unit, amount, date], context) => {
        if (!unit || !amount || !date) return undefined;
        const n = constantLong(amount);
        const steps = n === undefined ? asLong(amount, context) : long(n);
        return once(as(date, 'datetime', context), (t) =>
          datetimeInRange(withUnit('datetime_add', unit, context, (u) => add(u, steps, t))),
        );
      },
      js: {
        call: (args, types) => {
          const unit = unitOf(textAt(args, types, 0));
          const amount = longAt(args, types, 1);
          const ticks = ticksAt(args, types, 2);
          if (unit === undefined || amount === null || ticks === null) return null;
          return inCalendar(addJs(unit, amount, ticks));
        },
      },
    },
    [
      {
        kql: "datetime_add('month', 1, datetime(2020-01-31 23:59:59.9999999))",
        result: '2020-02-29T23:59:59.9999999Z',
      },
      {
        kql: "datetime_add('quarter', -3, datetime(2020-02-29 12:00))",
        result: '2019-05-29T12:00:00.0000000Z',
      },
      {
        kql: "datetime_add('week', 2, datetime(2020-01-01))",
        result: '2020-01-15T00:00:00.0000000Z',
      },
      { kql: "datetime_add('year', 1, datetime(9999-01-01))", result: '' },
    ],
  ),
  scalar(
    'datetime_diff',
    {
      coerce: false,
      sql: ([unit, a, b], context) =>
        unit && a && b
          ? once(as(a, 'datetime', context), (x) =>
              once(as(b, 'datetime', context), (y) =>
                withUnit('datetime_diff', unit, context, (u) => diff(u, x, y)),
              ),
            )
          : undefined,
      js: {
        call: (args, types) => {
          const unit = unitOf(textAt(args, types, 0));
          const a = ticksAt(args, types, 1);
          const b = ticksAt(args, types, 2);
          return unit === undefined || a === null || b === null ? null : diffJs(unit, a, b);
        },
      },
    },
    [
      { kql: "datetime_diff('month', datetime(2020-01-31), datetime(2020-02-01))", result: '-1' },
      {
        kql: "datetime_diff('week', datetime(2017-10-29 00:00), datetime(2017-10-21 23:59))",
        result: '2',
      },
      { kql: "datetime_diff('quarter', datetime(2021-01-01), datetime(2020-01-01))", result: '4' },
      {
        kql: "datetime_diff('microsecond', datetime(2020-01-01 00:00:00.0000020), datetime(2020-01-01 00:00:00.0000005))",
        result: '2',
      },
      {
        kql: "datetime_diff('nanosecond', datetime(2020-01-01 00:00:00.0000002), datetime(2020-01-01))",
        result: '200',
      },
    ],
  ),
];
