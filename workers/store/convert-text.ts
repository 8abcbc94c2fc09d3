import type { KqlType } from '../../common/types/kql-type.ts';
import { UNIX_EPOCH_TICKS } from '../../common/types/ticks.ts';
import { literal } from './quote.ts';

/** How texts of one column are written, where the type alone does not say it. */
export interface TextShape {
  /** A strptime format, for dates that are not ISO 8601; `ticks` for .NET ticks in digits. */
  readonly format?: string | undefined;
  /** Digits are grouped by this character, as in `1,234,567`. */
  readonly thousands?: string | undefined;
  /** Texts (lower case) that mean "no value" in a column that is no string: `na`, `null`… */
  readonly nullTexts?: readonly string[] | undefined;
}

/** What becomes of a text that is no value of its type: NULL, or an error that ends the statement. */
export type OnBadText = 'null' | 'fail';

/** Part of the error message that `fail` raises where DuckDB's own cast has nothing to complain about. */
export const BAD_TEXT = 'not a value of the type';

/**
 * SQL for the KQL value of a text. Strings and JSON never fail. `text` is SQL that yields VARCHAR and is
 * repeated, so it should be a plain column.
 */
export function textToKql(
  text: string,
  type: KqlType,
  shape: TextShape = {},
  onBad: OnBadText = 'null',
): string {
  if (type === 'string') return `coalesce(${text}, '')`;
  if (type === 'dynamic') return jsonText(text);
  const clean = withoutNulls(text, shape);
  const cast = onBad === 'null' ? 'TRY_CAST' : 'CAST';
  switch (type) {
    case 'bool':
      return `${cast}(${clean} AS BOOLEAN)`;
    case 'int':
      return wholeNumber(ungroup(clean, shape), 'INTEGER', onBad);
    case 'long':
      return wholeNumber(ungroup(clean, shape), 'BIGINT', onBad);
    case 'real':
      return `${cast}(${ungroup(clean, shape)} AS DOUBLE)`;
    case 'decimal':
      return `${cast}(${ungroup(clean, shape)} AS DECIMAL(38,18))`;
    case 'guid':
      return `${cast}(${clean} AS UUID)`;
    case 'datetime':
      return datetimeTicks(clean, shape, onBad);
    case 'timespan':
      return demand(timespanTicks(clean), clean, onBad);
  }
}

/** With `fail`: an error where there is a text but no value. */
function demand(value: string, text: string, onBad: OnBadText): string {
  return onBad === 'null'
    ? value
    : `CASE WHEN ${value} IS NOT NULL THEN ${value} WHEN ${text} IS NULL THEN NULL ELSE error('${BAD_TEXT}') END`;
}

function withoutNulls(text: string, shape: TextShape): string {
  return shape.nullTexts === undefined || shape.nullTexts.length === 0
    ? text
    : `(CASE WHEN lower(trim(${text})) IN (${shape.nullTexts.map(literal).join(', ')}) THEN NULL ELSE ${text} END)`;
}

function ungroup(text: string, shape: TextShape): string {
  return shape.thousands === undefined ? text : `replace(${text}, ${literal(shape.thousands)}, '')`;
}

const INTEGER = String.raw`\s*-?\d+\s*`;

/**
 * DuckDB rounds `1.5` and `15e-1` when it casts them to an integer; here they are no integers. Looking for
 * single characters first keeps the usual case at a few nanoseconds.
 */
function wholeNumber(text: string, target: string, onBad: OnBadText): string {
  const cast = onBad === 'null' ? 'TRY_CAST' : 'CAST';
  const bad = onBad === 'null' ? 'NULL' : `error('${BAD_TEXT}')`;
  return `CASE WHEN contains(${text}, '.') OR contains(${text}, '-') THEN (CASE WHEN regexp_full_match(${text}, '${INTEGER}') THEN ${cast}(${text} AS ${target}) ELSE ${bad} END) ELSE ${cast}(${text} AS ${target}) END`;
}

/** Any text is a dynamic value: JSON stays what it is, anything else is a JSON string. */
function jsonText(text: string): string {
  return `CASE WHEN ${text} IS NULL OR trim(${text}) IN ('', 'null') THEN NULL WHEN json_valid(${text}) THEN ${text} ELSE CAST(to_json(${text}) AS VARCHAR) END`;
}

function datetimeTicks(text: string, shape: TextShape, onBad: OnBadText): string {
  if (shape.format === undefined) return isoTicks(text, onBad);
  if (shape.format === 'ticks') return wholeNumber(text, 'BIGINT', onBad);
  const parse = onBad === 'null' ? 'try_strptime' : 'strptime';
  const ticks = `epoch_us(${parse}(${text}, ${literal(shape.format)})) * 10 + ${UNIX_EPOCH_TICKS}`;
  return onBad === 'null' ? `TRY(${ticks})` : `(${ticks})`;
}

const OFFSET = String.raw`[+-]\d\d(:?\d\d)?\s*$`;

/** DuckDB wants seconds before a zone. */
const MINUTES_ONLY = String.raw`([T ]\d{1,2}:\d{2})(\s*[Z+-])`;

/**
 * ISO 8601 and its relatives (`2024-02-29`, `2024-02-29 13:05`, `…T13:05:00.1234567Z`, `…+02:00`) as ticks.
 * DuckDB's TIMESTAMP drops the seventh digit and ignores an offset, so both are done here. Most texts cannot have
 * either (too short, a plain `Z` at the end, up to three digits of a second) and take the short way.
 */
function isoTicks(text: string, onBad: OnBadText): string {
  const cast = onBad === 'null' ? 'TRY_CAST' : 'CAST';
  const plain = `epoch_us(${cast}(${text} AS TIMESTAMP)) * 10 + ${UNIX_EPOCH_TICKS}`;
  const timed = `regexp_replace(${text}, '${MINUTES_ONLY}', '\\1:00\\2')`;
  const micros = `CASE WHEN regexp_matches(${text}, '${OFFSET}') THEN epoch_us(${cast}(${timed} AS TIMESTAMPTZ)) ELSE epoch_us(${cast}(${timed} AS TIMESTAMP)) END`;
  const seventh = String.raw`CASE WHEN strlen(${text}) < 27 THEN 0 ELSE coalesce(TRY_CAST(nullif(regexp_extract(${text}, '\.\d{6}(\d)', 1), '') AS BIGINT), 0) END`;
  const full = `(${micros}) * 10 + ${UNIX_EPOCH_TICKS} + ${seventh}`;
  const ticks = `CASE WHEN (strlen(${text}) <= 19 AND NOT suffix(${text}, 'Z')) OR (strlen(${text}) BETWEEN 20 AND 26 AND suffix(${text}, 'Z')) OR (strlen(${text}) <= 23 AND substr(${text}, 20, 1) = '.') THEN ${plain} ELSE ${full} END`;
  return onBad === 'null' ? `TRY(${ticks})` : `(${ticks})`;
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
