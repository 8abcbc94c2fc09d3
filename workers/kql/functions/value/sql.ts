import type { KqlType } from '../../../../common/types/kql-type.ts';
import {
  MAX_DATETIME_TICKS,
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
  UNIX_EPOCH_TICKS,
} from '../../../../common/types/ticks.ts';
import { id, join, long, NULL, type Sql, sql, str } from '../../emit/sql.ts';
import type { CallContext, SqlArg, Value } from '../define.ts';

/** An argument from a piece that is not an argument of the call itself. */
export function pieceOf(piece: Sql, type: KqlType, constant?: Value): SqlArg {
  return { sql: piece, type, constant };
}

/** The argument as the wanted type, converted as `to<type>` does where it is of another. */
export function as(arg: SqlArg, type: KqlType, context: CallContext): Sql {
  return arg.type === type ? arg.sql : context.convert(arg, type);
}

export const asText = (arg: SqlArg, context: CallContext): Sql => as(arg, 'string', context);
export const asLong = (arg: SqlArg, context: CallContext): Sql =>
  arg.type === 'int' ? sql`CAST(${arg.sql} AS BIGINT)` : as(arg, 'long', context);
export const asReal = (arg: SqlArg, context: CallContext): Sql =>
  arg.type === 'int' || arg.type === 'long'
    ? sql`CAST(${arg.sql} AS DOUBLE)`
    : as(arg, 'real', context);

/** The constant text of an argument, where there is one. */
export function constantText(arg: SqlArg | undefined): string | undefined {
  return typeof arg?.constant === 'string' ? arg.constant : undefined;
}

/** The constant integer of an argument, where there is one. */
export function constantLong(arg: SqlArg | undefined): bigint | undefined {
  if (typeof arg?.constant === 'bigint') return arg.constant;
  return typeof arg?.constant === 'number' && Number.isInteger(arg.constant)
    ? BigInt(arg.constant)
    : undefined;
}

/** `TIMESTAMP` of ticks; microseconds, rounded down. */
export function timestampOf(ticks: Sql): Sql {
  // Divided before the epoch is taken off: `//` cuts toward zero, and ticks are never negative.
  return sql`make_timestamp(${ticks} // 10 - ${long(UNIX_EPOCH_TICKS / 10n)})`;
}

/** Ticks of a piece of type TIMESTAMP. */
export function ticksOfTimestamp(timestamp: Sql): Sql {
  return sql`(epoch_us(${timestamp}) * 10 + ${long(UNIX_EPOCH_TICKS)})`;
}

/** null outside the years 1…9999. */
export function datetimeInRange(ticks: Sql): Sql {
  return once(
    ticks,
    (t) => sql`CASE WHEN ${t} BETWEEN 0 AND ${long(MAX_DATETIME_TICKS)} THEN ${t} END`,
  );
}

/** Text of ticks of a datetime with seven digits and Z; '' for null. */
export function datetimeText(ticks: Sql): Sql {
  // Microseconds come from the timestamp; the seventh digit is put behind them.
  const format = str('%Y-%m-%dT%H:%M:%S.%f');
  return once(
    ticks,
    (t) =>
      sql`coalesce(strftime(${timestampOf(t)}, ${format}) || CAST(${t} % 10 AS VARCHAR) || 'Z', '')`,
  );
}

/** Text of a timespan, `[-][d.]hh:mm:ss[.fffffff]`; '' for null. */
export function timespanText(ticks: Sql): Sql {
  return once(ticks, spanText);
}

function spanText(ticks: Sql): Sql {
  // The most negative span has no positive twin in 64 bits.
  const t = sql`abs(CAST(${ticks} AS HUGEINT))`;
  const day = long(TICKS_PER_DAY);
  const days = sql`${t} // ${day}`;
  const clock = sql`format('{:02d}:{:02d}:{:02d}', CAST(${t} % ${day} // ${long(TICKS_PER_HOUR)} AS BIGINT), CAST(${t} % ${long(TICKS_PER_HOUR)} // ${long(TICKS_PER_MINUTE)} AS BIGINT), CAST(${t} % ${long(TICKS_PER_MINUTE)} // ${long(TICKS_PER_SECOND)} AS BIGINT))`;
  const sub = sql`CAST(${t} % ${long(TICKS_PER_SECOND)} AS BIGINT)`;
  return sql`coalesce(CASE WHEN ${ticks} < 0 THEN '-' ELSE '' END || CASE WHEN ${t} >= ${day} THEN CAST(${days} AS VARCHAR) || '.' ELSE '' END || ${clock} || CASE WHEN ${sub} > 0 THEN format('.{:07d}', ${sub}) ELSE '' END, '')`;
}

/** A HUGEINT cut to 64 bits as two's complement does. */
export function wrapLong(huge: Sql): Sql {
  return sql`CAST((((${huge}) & 18446744073709551615::HUGEINT) + 9223372036854775808::HUGEINT) % 18446744073709551616::HUGEINT - 9223372036854775808::HUGEINT AS BIGINT)`;
}

/** What JSON calls `null` is KQL's null. The piece is of type JSON or JSON text. */
export function dynamicResult(json: Sql): Sql {
  return sql`nullif(CAST(${json} AS VARCHAR), 'null')`;
}

/** An argument as a piece of type JSON, to be put into an array or a bag; SQL NULL for null. */
export function jsonOf(arg: SqlArg, context: CallContext): Sql {
  if (arg.constant === null) return NULL;
  switch (arg.type) {
    case 'dynamic':
      return sql`CAST(${arg.sql} AS JSON)`;
    case 'real':
      // JSON has no nan and no infinities: they go in as strings.
      return once(
        arg.sql,
        (x) =>
          sql`CASE WHEN isfinite(${x}) THEN to_json(${x}) ELSE to_json(CAST(to_json(${x}) AS VARCHAR)) END`,
      );
    case 'bool':
    case 'int':
    case 'long':
    case 'string':
      return sql`to_json(${arg.sql})`;
    default:
      return sql`to_json(nullif(${context.convert(arg, 'string')}, ''))`;
  }
}

/** A column, a variable or a literal: to be repeated at no cost. */
const SIMPLE = /^(?:"[^"]*"|[a-z_0-9.]+|\(?-?\d+\)?::[A-Z]+|'[^']{0,40}'(?:::[A-Z]+)?)$/;

/**
 * Uses a piece several times and computes it once. A repeated expression would double the text at each level
 * of nesting, and DuckDB shares nothing between the branches of a CASE; a one-element lambda costs some 5 ns a row.
 */
export function once(piece: Sql, use: (piece: Sql) => Sql): Sql {
  if (SIMPLE.test(piece.text)) return use(piece);
  const probe = use(id('v0_'));
  return probe.text.split('"v0_"').length <= 2 ? use(piece) : bound(piece, use);
}

/** Uses a piece as a variable, however often: outside of what the piece may not stand in. */
export function bound(piece: Sql, use: (piece: Sql) => Sql): Sql {
  const probe = use(id('v0_'));
  const taken = Math.max(highestVariable(piece), highestVariable(probe));
  const variable = id(`v${taken + 1}_`);
  return sql`list_transform([${piece}], lambda ${variable}: ${use(variable)})[1]`;
}

function highestVariable(piece: Sql): number {
  let highest = 0;
  for (const found of piece.text.matchAll(/"v(\d+)_"/g))
    highest = Math.max(highest, Number(found[1]));
  return highest;
}

/** The form that belongs to a name which is known only when the query runs; null for an unknown one. */
export function byName(
  name: Sql,
  names: readonly string[],
  form: (name: string) => Sql | undefined,
): Sql {
  const branches = names.flatMap((n) => {
    const piece = form(n);
    return piece ? [sql`WHEN ${str(n)} THEN ${piece}`] : [];
  });
  return sql`CASE lower(${name}) ${join(branches, ' ')} END`;
}
