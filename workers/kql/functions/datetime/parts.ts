import { TICKS_PER_DAY, TICKS_PER_HOUR } from '../../../../common/types/ticks.ts';
import { long, type Sql, sql } from '../../emit/sql.ts';
import { type CallContext, type Example, type FunctionEntry, scalar } from '../define.ts';
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

const year = ofTimestamp((t) => sql`year(${t})`);
const month = ofTimestamp((t) => sql`month(${t})`);
const day = ofTimestamp((t) => sql`day(${t})`);
const dayOfYear = ofTimestamp((t) => sql`dayofyear(${t})`);
const week = ofTimestamp((t) => sql`week(${t})`);
const hour = clock(TICKS_PER_HOUR, 24n);

/** Parts that `datetime_part` knows, by their names in small letters. */
const PARTS: Readonly<Record<string, (ticks: Sql) => Sql>> = {
  year,
  quarter: ofTimestamp((t) => sql`quarter(${t})`),
  month,
  week_of_year: week,
  week,
  day,
  dayofyear: dayOfYear,
  hour,
  minute: clock(TICKS_PER_HOUR / 60n, 60n),
  second: clock(TICKS_PER_HOUR / 3600n, 60n),
  millisecond: clock(10_000n, 1000n),
  microsecond: clock(10n, 1_000_000n),
  nanosecond: (ticks) => asInt(sql`${ticks} % 10000000 * 100`),
};

function part(name: string, use: (ticks: Sql) => Sql, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    { coerce: false, sql: ([date], context) => date && use(as(date, 'datetime', context)) },
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
            byName(asText(unit, context), Object.keys(PARTS), (n) => PARTS[n]?.(t)),
          );
        const use = PARTS[known.toLowerCase()];
        if (!use) return context.fail(`${name}() knows no part '${known}'.`);
        return use(ticks);
      },
    },
    examples,
  );
}

/** Days since a Sunday: 0001-01-01 was a Monday. */
export const sundayDays = (ticks: Sql): Sql => sql`(${ticks} // ${DAY} + 1)`;

export const parts: readonly FunctionEntry[] = [
  part('dayofweek', (t) => sql`(${sundayDays(t)} % 7 * ${DAY})`, [
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
