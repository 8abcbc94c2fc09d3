import type { CellValue } from '../arrow/result-batch.ts';
import type { KqlType } from '../types/kql-type.ts';
import {
  formatDatetime,
  formatTimespan,
  TICKS_PER_SECOND,
  unixMillisOfTicks,
} from '../types/ticks.ts';

/** What a cell is, apart from its text: a null, an empty string and a NaN must be told apart. */
export type CellKind = 'value' | 'null' | 'empty' | 'nan';

export interface FormatOptions {
  /** `UTC`, or an IANA zone name; datetimes are shown in it. */
  readonly timeZone?: string;
  /** Groups of three digits in numbers. */
  readonly thousands?: boolean;
}

export interface FormattedCell {
  readonly text: string;
  readonly kind: CellKind;
}

/** Shortest text that reads back as the same double; nan and infinities as the service names them. */
export function formatReal(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  if (value === Number.NEGATIVE_INFINITY) return '-Infinity';
  return Object.is(value, -0) ? '-0' : String(value);
}

function groupDigits(text: string): string {
  const match = /^(-?)(\d+)(.*)$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '', rest = ''] = match;
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${rest}`;
}

const zoneFormats = new Map<string, Intl.DateTimeFormat>();

function zoneFormat(timeZone: string): Intl.DateTimeFormat {
  let format = zoneFormats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA-u-ca-iso8601-nu-latn-hc-h23', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    zoneFormats.set(timeZone, format);
  }
  return format;
}

function wallClock(ticks: bigint, timeZone: string): string {
  const parts: Record<string, string> = {};
  for (const part of zoneFormat(timeZone).formatToParts(unixMillisOfTicks(ticks)))
    parts[part.type] = part.value;
  const year = (parts.year ?? '').padStart(4, '0');
  return `${year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second}`;
}

/**
 * `2024-02-29 13:05:00`, with the fraction only where there is one: three digits when they are exact,
 * else all seven. In another zone than UTC the wall clock of that zone is shown.
 */
export function formatDatetimeCell(ticks: bigint, timeZone = 'UTC'): string {
  const iso = formatDatetime(ticks);
  const clock =
    timeZone === 'UTC' ? `${iso.slice(0, 10)} ${iso.slice(11, 19)}` : wallClock(ticks, timeZone);
  const sub = ((ticks % TICKS_PER_SECOND) + TICKS_PER_SECOND) % TICKS_PER_SECOND;
  if (sub === 0n) return clock;
  const digits = sub.toString().padStart(7, '0');
  return `${clock}.${digits.endsWith('0000') ? digits.slice(0, 3) : digits}`;
}

/** The text of a cell as the grid shows it. Long integers and ticks never pass through a double. */
export function formatCell(
  value: CellValue,
  type: KqlType,
  options: FormatOptions = {},
): FormattedCell {
  if (value === null) return { text: 'null', kind: 'null' };
  if (value === '') return { text: '', kind: 'empty' };
  switch (typeof value) {
    case 'boolean':
      return { text: value ? 'true' : 'false', kind: 'value' };
    case 'number': {
      if (Number.isNaN(value)) return { text: 'NaN', kind: 'nan' };
      const text = formatReal(value);
      return { text: options.thousands ? groupDigits(text) : text, kind: 'value' };
    }
    case 'bigint': {
      if (type === 'datetime')
        return { text: formatDatetimeCell(value, options.timeZone), kind: 'value' };
      if (type === 'timespan') return { text: formatTimespan(value), kind: 'value' };
      const text = value.toString();
      return { text: options.thousands ? groupDigits(text) : text, kind: 'value' };
    }
    default: {
      const grouped = type === 'decimal' && options.thousands;
      return { text: grouped ? groupDigits(value) : value, kind: 'value' };
    }
  }
}

/** The exact text of a value as `query.view` and the clipboard want it: ISO datetimes, no grouping. */
export function plainText(value: CellValue, type: KqlType): string {
  if (value === null) return '';
  if (typeof value === 'bigint') {
    if (type === 'datetime') return formatDatetime(value);
    if (type === 'timespan') return formatTimespan(value);
    return value.toString();
  }
  return typeof value === 'number' ? formatReal(value) : String(value);
}

const MAX_INLINE = 2_048;

/** One line of text for a cell: line breaks shown as marks, cut at 2,048 UTF-16 units. */
export function singleLine(text: string): string {
  const cut = text.length > MAX_INLINE ? `${text.slice(0, MAX_INLINE)}…` : text;
  return /[\r\n\t]/.test(cut) ? cut.replace(/\r\n|\r|\n/g, ' ↵ ').replace(/\t/g, ' ') : cut;
}
