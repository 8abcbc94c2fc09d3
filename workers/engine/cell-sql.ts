import type { KqlType } from '../../common/types/kql-type.ts';
import { TICKS_PER_SECOND } from '../../common/types/ticks.ts';
import { id, long, type Sql, sql, str } from '../kql/emit/sql.ts';
import { datetimeText, timespanText, timestampOf } from '../kql/functions/value/sql.ts';
import { columnName } from './results.ts';

/** The n-th column of a result's table. */
export const cellOf = (index: number): Sql => id(columnName(index));

/** Shortest text that reads back as the same double, `1` for 1.0, as `plainText` of common/text has it. */
function realText(cell: Sql): Sql {
  return sql`CASE WHEN isnan(${cell}) THEN 'NaN' WHEN isinf(${cell}) THEN CASE WHEN ${cell} > 0 THEN 'Infinity' ELSE '-Infinity' END ELSE regexp_replace(CAST(${cell} AS VARCHAR), ${str('\\.0$')}, '') END`;
}

/** Digits of a decimal without the zeros of its fixed scale; one without a point keeps all of them. */
export function decimalText(cell: Sql): Sql {
  const text = sql`CAST(${cell} AS VARCHAR)`;
  return sql`CASE WHEN contains(${text}, '.') THEN rtrim(rtrim(${text}, '0'), '.') ELSE ${text} END`;
}

/**
 * The exact text of a cell, '' for null: `plainText` of common/text in SQL. Datetimes have seven digits and Z,
 * timespans the form `[-][d.]hh:mm:ss[.fffffff]`, longs and decimals all their digits.
 */
export function exactText(cell: Sql, type: KqlType): Sql {
  switch (type) {
    case 'string':
    case 'dynamic':
      return sql`coalesce(${cell}, '')`;
    case 'datetime':
      return datetimeText(cell);
    case 'timespan':
      return timespanText(cell);
    case 'real':
      return sql`coalesce(${realText(cell)}, '')`;
    case 'decimal':
      return sql`coalesce(${decimalText(cell)}, '')`;
    default:
      return sql`coalesce(CAST(${cell} AS VARCHAR), '')`;
  }
}

/** The text of a cell as the grid shows it in UTC; '' for null. */
export function shownText(cell: Sql, type: KqlType): Sql {
  if (type !== 'datetime') return exactText(cell, type);
  const clock = sql`strftime(${timestampOf(cell)}, '%Y-%m-%d %H:%M:%S')`;
  const sub = sql`(${cell} % ${long(TICKS_PER_SECOND)})`;
  const fraction = sql`CASE WHEN ${sub} = 0 THEN '' WHEN ${sub} % 10000 = 0 THEN '.' || lpad(CAST(${sub} // 10000 AS VARCHAR), 3, '0') ELSE '.' || lpad(CAST(${sub} AS VARCHAR), 7, '0') END`;
  return sql`coalesce(${clock} || ${fraction}, '')`;
}

/** Characters that the text of a type can hold: another one in a needle rules the column out. */
const ALPHABET: Readonly<Record<KqlType, RegExp>> = {
  bool: /^[a-z]+$/i,
  int: /^[-0-9]+$/,
  long: /^[-0-9]+$/,
  real: /^[-+0-9.einfatyan]+$/i,
  decimal: /^[-0-9.]+$/,
  string: /^/,
  datetime: /^[-0-9:. tz]+$/i,
  timespan: /^[-0-9:.]+$/,
  guid: /^[-0-9a-f]+$/i,
  dynamic: /^/,
};

/** Whether a cell's text holds another, letter case aside; undefined where the type can't. */
export function holdsText(cell: Sql, type: KqlType, needle: string): Sql | undefined {
  if (!ALPHABET[type].test(needle)) return undefined;
  // A datetime is shown with a blank; whoever searches for `T` means the exact form.
  const text =
    type === 'datetime' && /[tz]/i.test(needle) ? exactText(cell, type) : shownText(cell, type);
  return sql`contains(lower(${text}), ${str(needle.toLowerCase())})`;
}
