import type { KqlType } from '../../common/types/kql-type.ts';
import { UNIX_EPOCH_TICKS } from '../../common/types/ticks.ts';
import { literal } from './quote.ts';

/** How texts of one column are written, where the type alone does not say it. */
export interface TextShape {
  /** A strptime format, for dates that are not ISO 8601. */
  readonly format?: string | undefined;
  /** Digits are grouped by this character, as in `1,234,567`. */
  readonly thousands?: string | undefined;
}

/**
 * SQL for the KQL value of a text; NULL where the text is no such value. Text and JSON never fail.
 * `text` is SQL that yields VARCHAR and may be repeated, so it should be a plain column.
 */
export function textToKql(text: string, type: KqlType, shape: TextShape = {}): string {
  switch (type) {
    case 'string':
      return `coalesce(${text}, '')`;
    case 'bool':
      return `TRY_CAST(${text} AS BOOLEAN)`;
    case 'int':
      return wholeNumber(ungroup(text, shape), 'INTEGER');
    case 'long':
      return wholeNumber(ungroup(text, shape), 'BIGINT');
    case 'real':
      return `TRY_CAST(${ungroup(text, shape)} AS DOUBLE)`;
    case 'decimal':
      return `TRY_CAST(${ungroup(text, shape)} AS DECIMAL(38,18))`;
    case 'guid':
      return `TRY_CAST(${text} AS UUID)`;
    case 'dynamic':
      return jsonText(text);
    case 'datetime':
      return shape.format === undefined ? isoTicks(text) : formattedTicks(text, shape.format);
    case 'timespan':
      return timespanTicks(text);
  }
}

function ungroup(text: string, shape: TextShape): string {
  return shape.thousands === undefined ? text : `replace(${text}, ${literal(shape.thousands)}, '')`;
}

/** DuckDB rounds `1.5` and `15e-1` when it casts them to an integer; here they are no integers at all. */
function wholeNumber(text: string, target: string): string {
  return `CASE WHEN contains(${text}, '.') OR contains(${text}, 'e') OR contains(${text}, 'E') THEN NULL ELSE TRY_CAST(${text} AS ${target}) END`;
}

/** Any text is a dynamic value: JSON stays what it is, anything else is a JSON string. */
function jsonText(text: string): string {
  return `CASE WHEN ${text} IS NULL OR trim(${text}) IN ('', 'null') THEN NULL WHEN json_valid(${text}) THEN ${text} ELSE CAST(to_json(${text}) AS VARCHAR) END`;
}

const OFFSET = String.raw`[+-]\d\d(:?\d\d)?\s*$`;

/**
 * ISO 8601 and its relatives (`2024-02-29`, `2024-02-29 13:05`, `…T13:05:00.1234567Z`, `…+02:00`) as ticks.
 * DuckDB's TIMESTAMP drops the seventh digit and ignores an offset, so both are done here. Only texts
 * longer than `yyyy-mm-ddThh:mm:ss.ffffff` can have either, which keeps the common case at one cast.
 */
function isoTicks(text: string): string {
  const offsetForm = `(length(${text}) > 19 AND regexp_matches(${text}, '${OFFSET}'))`;
  const micros = `CASE WHEN ${offsetForm} THEN epoch_us(TRY_CAST(${text} AS TIMESTAMPTZ)) ELSE epoch_us(TRY_CAST(${text} AS TIMESTAMP)) END`;
  const seventh = `CASE WHEN length(${text}) < 27 THEN 0 ELSE coalesce(TRY_CAST(nullif(regexp_extract(${text}, '\\.\\d{6}(\\d)', 1), '') AS BIGINT), 0) END`;
  return `TRY((${micros}) * 10 + ${UNIX_EPOCH_TICKS} + ${seventh})`;
}

function formattedTicks(text: string, format: string): string {
  return `TRY(epoch_us(try_strptime(${text}, ${literal(format)})) * 10 + ${UNIX_EPOCH_TICKS})`;
}

const TIMESPAN = String.raw`^\s*(-?)(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7})\d*)?)?\s*$`;
const QUANTITY = String.raw`^\s*(-?\d+(?:\.\d+)?)\s*(d|h|ms|milli|microsecond|micro|m|s|tick)(?:ay|our|r|second|inute|in|econd|ec)?s?\s*$`;

/** `[-][d.]hh:mm[:ss[.fffffff]]`, and `1.5h` as in a KQL literal (page "The timespan data type"). */
function timespanTicks(text: string): string {
  const parts = `regexp_extract(${text}, '${TIMESPAN}', ['sign', 'd', 'h', 'm', 's', 'f'])`;
  const number = (name: string): string =>
    `coalesce(TRY_CAST(nullif(${parts}.${name}, '') AS BIGINT), 0)`;
  const clock = `(((${number('d')} * 24 + ${number('h')}) * 60 + ${number('m')}) * 60 + ${number('s')}) * 10000000 + TRY_CAST(rpad(${parts}.f, 7, '0') AS BIGINT)`;
  const quantity = `regexp_extract(${text}, '${QUANTITY}', ['n', 'u'])`;
  const unit = `CASE ${quantity}.u WHEN 'd' THEN 864000000000 WHEN 'h' THEN 36000000000 WHEN 'm' THEN 600000000 WHEN 's' THEN 10000000 WHEN 'ms' THEN 10000 WHEN 'milli' THEN 10000 WHEN 'microsecond' THEN 10 WHEN 'micro' THEN 10 WHEN 'tick' THEN 1 END`;
  return `TRY(CASE WHEN ${parts}.m <> '' THEN (CASE WHEN ${parts}.sign = '-' THEN -1 ELSE 1 END) * (${clock}) WHEN ${quantity}.u <> '' THEN CAST(TRY_CAST(${quantity}.n AS DECIMAL(28,9)) * (${unit}) AS BIGINT) END)`;
}
