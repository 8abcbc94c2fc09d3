import { type Sql, sql, str } from '../../emit/sql.ts';
import { type FunctionEntry, scalar } from '../define.ts';

const VERSION = str(String.raw`[0-9]{1,8}(\.[0-9]{1,8}){0,3}`);

/** The part at a place, filled up to its eight digits; eight zeros where it is missing. */
const part = (text: Sql, place: Sql): Sql => sql`lpad(split_part(${text}, '.', ${place}), 8, '0')`;

/**
 * Four parts of eight digits each, as one number (page "parse_version()"). It has up to 32 digits, which the
 * usual decimal with 18 digits behind the point cannot hold: so this one has none behind it.
 */
export const version: readonly FunctionEntry[] = [
  scalar(
    'parse_version',
    {
      sql: ([arg]) => {
        if (!arg) return undefined;
        const t = arg.sql;
        const digits = sql`${part(t, sql`1`)} || ${part(t, sql`2`)} || ${part(t, sql`3`)} || ${part(t, sql`4`)}`;
        return sql`CASE WHEN regexp_full_match(${t}, ${VERSION}) THEN CAST(${digits} AS DECIMAL(38, 0)) END`;
      },
    },
    [
      { kql: 'parse_version("0.0.0.5")', result: '5' },
      { kql: 'parse_version("1.2.3.4")', result: '1000000020000000300000004' },
      { kql: 'parse_version("99999999") > parse_version("2.10")', result: 'True' },
      { kql: 'parse_version("1.0") == parse_version("1.0.0.0")', result: 'True' },
      { kql: 'parse_version("1.123456789")', result: '' },
      { kql: 'parse_version("1.2.3.4.5")', result: '' },
    ],
  ),
];
