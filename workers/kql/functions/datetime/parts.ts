import { TICKS_PER_DAY, TICKS_PER_HOUR } from '../../../../common/types/ticks.ts';
import { civilOf, ticksOf } from '../../../../common/types/time-text.ts';
import { long, type Sql, sql } from '../../emit/sql.ts';
import {
  type CallContext,
  type Example,
  type FunctionEntry,
  scalar,
  type Value,
} from '../define.ts';
import { textAt, ticksAt } from '../value/forms.ts';
import { as, asText, byName, constantText, once, timestampOf } from '../value/sql.ts';

const DAY = long(TICKS_PER_DAY);

const asInt = (piece: Sql): Sql => sql`CAST(${piece} AS INTEGER)`;
const ofTimestamp =
  (part: (timestamp: Sql) => Sql) =>
  (ticks: Sql): Sql =>
    asInt(part(timestampOf(ticks)));
const clock =
  (unit: bigint, modulus: bigint) =>
  (ticks: Sql): Sql =>
    asInt(sql`${ticks} % ${long(unit * modulus)} // ${long(unit)}`);

/** The same in TypeScript. */
const clockJs =
  (unit: bigint, modulus: bigint) =>
  (ticks: bigint): number =>
    Number((ticks % (unit * modulus)) / unit);
const dayOfYearJs = (ticks: bigint): number => {
  const start = ticksOf(civilOf(ticks).year, 1, 1, 0n) ?? 0n;
  return Number((ticks - start) / TICKS_PER_DAY) + 1;
};

/** ISO 8601: the week of the year that the week's Thursday lies in. */
function weekJs(ticks: bigint): number {
  const monday = (ticks / TICKS_PER_DAY / 7n) * 7n;
  return Math.floor((dayOfYearJs((monday + 3n) * TICKS_PER_DAY) - 1) / 7) + 1;
}

interface Part {
  readonly sql: (ticks: Sql) => Sql;
  readonly js: (ticks: bigint) => number;
}

const clockPart = (unit: bigint, modulus: bigint): Part => ({
  sql: clock(unit, modulus),
  js: clockJs(unit, modulus),
});

const year: Part = { sql: ofTimestamp((t) => sql`year(${t})`), js: (t) => civilOf(t).year };
const month: Part = { sql: ofTimestamp((t) => sql`month(${t})`), js: (t) => civilOf(t).month };
const day: Part = { sql: ofTimestamp((t) => sql`day(${t})`), js: (t) => civilOf(t).day };
const dayOfYear: Part = { sql: ofTimestamp((t) => sql`dayofyear(${t})`), js: dayOfYearJs };
const week: Part = { sql: ofTimestamp((t) => sql`week(${t})`), js: weekJs };
const hour = clockPart(TICKS_PER_HOUR, 24n);

/** Parts that `datetime_part` knows, by their names in small letters. */
const PARTS: Readonly<Record<string, Part>> = {
  year,
  quarter: {
    sql: ofTimestamp((t) => sql`quarter(${t})`),
    js: (t) => Math.ceil(civilOf(t).month / 3),
  },
  month,
  week_of_year: week,
  week,
  day,
  dayofyear: dayOfYear,
  hour,
  minute: clockPart(TICKS_PER_HOUR / 60n, 60n),
  second: clockPart(TICKS_PER_HOUR / 3600n, 60n),
  millisecond: clockPart(10_000n, 1000n),
  microsecond: clockPart(10n, 1_000_000n),
  nanosecond: {
    sql: (ticks) => asInt(sql`${ticks} % 10000000 * 100`),
    js: (ticks) => Number((ticks % 10_000_000n) * 100n),
  },
};

function part(
  name: string,
  use: { readonly sql: (ticks: Sql) => Sql; readonly js: (ticks: bigint) => Value },
  examples: readonly Example[],
): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: ([date], context) => date && use.sql(as(date, 'datetime', context)),
      js: {
        call: (args, types) => {
          const ticks = ticksAt(args, types, 0);
          return ticks === null ? null : use.js(ticks);
        },
      },
    },
    examples,
  );
}

function named(name: string, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: ([unit, date], context: CallContext) => {
        if (!unit || !date) return undefined;
        const ticks = as(date, 'datetime', context);
        const known = constantText(unit);
        if (known === undefined)
          return once(ticks, (t) =>
            byName(asText(unit, context), Object.keys(PARTS), (n) => PARTS[n]?.sql(t)),
          );
        const use = PARTS[known.toLowerCase()];
        if (!use) return context.fail(`${name}() knows no part '${known}'.`);
        return use.sql(ticks);
      },
      js: {
        call: (args, types) => {
          const ticks = ticksAt(args, types, 1);
          return ticks === null
            ? null
            : (PARTS[textAt(args, types, 0).toLowerCase()]?.js(ticks) ?? null);
        },
      },
    },
    examples,
  );
}

/** Days since a Sunday: 0001-01-01 was a Monday. */
export const sundayDays = (ticks: Sql): Sql => sql`(${ticks} // ${DAY} + 1)`;

const DAY_OF_WEEK = {
  sql: (t: Sql): Sql => sql`(${sundayDays(t)} % 7 * ${DAY})`,
  js: (t: bigint): bigint => ((t / TICKS_PER_DAY + 1n) % 7n) * TICKS_PER_DAY,
};

export const parts: readonly FunctionEntry[] = [
  part('dayofweek', DAY_OF_WEEK, [
    { kql: 'dayofweek(datetime(2015-12-20))', result: '00:00:00' },
    { kql: 'dayofweek(datetime(2020-06-15 13:45))', result: '1.00:00:00' },
  ]),
  part('dayofmonth', day, [{ kql: 'dayofmonth(datetime(2015-12-14))', result: '14' }]),
  part('dayofyear', dayOfYear, [{ kql: 'dayofyear(datetime(2000-02-29))', result: '60' }]),
  part('hourofday', hour, [{ kql: 'hourofday(datetime(2015-12-14 18:54))', result: '18' }]),
  part('monthofyear', month, [{ kql: 'monthofyear(datetime("2015-12-14"))', result: '12' }]),
  part('getmonth', month, [{ kql: 'getmonth(datetime(2015-10-12))', result: '10' }]),
  part('getyear', year, [{ kql: 'getyear(datetime(2015-10-12))', result: '2015' }]),
  part('week_of_year', week, [
    { kql: 'week_of_year(datetime(2016-01-01))', result: '53' },
    { kql: 'week_of_year(datetime(2018-12-31))', result: '1' },
  ]),
  part('weekofyear', week, [{ kql: 'weekofyear(datetime(2020-06-15))', result: '25' }]),
  named('datetime_part', [
    { kql: 'datetime_part("quarter", datetime(2017-10-30 01:02:03.7654321))', result: '4' },
    { kql: 'datetime_part("dayOfYear", datetime(2017-10-30))', result: '303' },
    {
      kql: 'datetime_part("microsecond", datetime(2017-10-30 01:02:03.7654321))',
      result: '765432',
    },
    {
      kql: 'datetime_part("nanosecond", datetime(2017-10-30 01:02:03.7654321))',
      result: '765432100',
    },
  ]),
  named('datepart', [{ kql: 'datepart("minute", datetime(2017-10-30 01:02:03))', result: '2' }]),
];
