import { type Sql, sql } from '../../emit/sql.ts';
import { type Example, type FunctionEntry, scalar } from '../define.ts';
import { as, asText, datetimeInRange, once, ticksOfTimestamp, timestampOf } from '../value/sql.ts';
import { ZONE_NAMES } from './zone-names.ts';

const toZone = (zone: Sql, utc: Sql): Sql => sql`timezone(${zone}, timezone('UTC', ${utc}))`;
const fromZone = (zone: Sql, local: Sql): Sql => sql`timezone('UTC', timezone(${zone}, ${local}))`;

/**
 * A local time that the clocks skip is read with the offset that follows, as the page's example of
 * "datetime_local_to_utc()" shows; ICU reads it with the one before, and gives it back an hour later.
 */
const afterGap = (zone: Sql, local: Sql, utc: Sql): Sql =>
  sql`${utc} - greatest(${toZone(zone, utc)} - ${local}, INTERVAL 0 SECOND)`;

/** A TIMESTAMP ends at microseconds; the seventh digit is carried over. */
const withLastDigit = (timestamp: Sql, ticks: Sql): Sql =>
  datetimeInRange(sql`(${ticksOfTimestamp(timestamp)} + ${ticks} % 10)`);

function shift(name: string, toLocal: boolean, examples: readonly Example[]): FunctionEntry {
  return scalar(
    name,
    {
      coerce: false,
      sql: ([date, zone], context) => {
        if (!date || !zone) return undefined;
        const tz = asText(zone, context);
        return once(as(date, 'datetime', context), (t) => {
          const local = timestampOf(t);
          if (toLocal) return withLastDigit(toZone(tz, local), t);
          return withLastDigit(
            once(fromZone(tz, local), (utc) => afterGap(tz, local, utc)),
            t,
          );
        });
      },
    },
    examples,
  );
}

export const zones: readonly FunctionEntry[] = [
  shift('datetime_utc_to_local', true, [
    {
      kql: "datetime_utc_to_local(datetime(2023-11-14 22:13:20.1234567), 'US/Pacific')",
      result: '2023-11-14T14:13:20.1234567Z',
    },
    {
      kql: "datetime_utc_to_local(datetime(2023-07-01), 'Europe/Berlin')",
      result: '2023-07-01T02:00:00.0000000Z',
    },
  ]),
  shift('datetime_local_to_utc', false, [
    {
      kql: "datetime_local_to_utc(datetime(2022-03-27 02:00), 'Europe/Brussels')",
      result: '2022-03-27T00:00:00.0000000Z',
    },
    {
      kql: "datetime_local_to_utc(datetime(2022-03-27 03:00), 'Europe/Brussels')",
      result: '2022-03-27T01:00:00.0000000Z',
    },
    {
      kql: "datetime_local_to_utc(datetime(2023-11-14 14:13:20), 'US/Pacific')",
      result: '2023-11-14T22:13:20.0000000Z',
    },
  ]),
  scalar('datetime_list_timezones', { js: { call: () => ZONE_NAMES } }, [
    { kql: 'datetime_list_timezones()[0]', result: 'Africa/Abidjan' },
  ]),
];
