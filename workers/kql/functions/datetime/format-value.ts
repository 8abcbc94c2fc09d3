import {
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
} from '../../../../common/types/ticks.ts';
import { civilOf } from '../../../../common/types/time-text.ts';

/** The letters and the delimiters that pages "format_datetime()" and "format_timespan()" allow. */
const TOKEN = /([a-zA-Z])\1*|[ /\-:,._[\]]+/y;

/** The tokens of a format; undefined where it holds something else. */
export function formatTokens(format: string): readonly string[] | undefined {
  const tokens: string[] = [];
  for (let at = 0; at < format.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(format);
    if (!found) return undefined;
    tokens.push(found[0]);
  }
  return tokens;
}

export const isFraction = (token: string): boolean => /^(f{1,7}|F{1,7})$/.test(token);
export const isDelimiter = (token: string): boolean => !/^[a-zA-Z]/.test(token);

function fraction(ticks: bigint, token: string): string {
  const digits = (ticks % TICKS_PER_SECOND).toString().padStart(7, '0').slice(0, token.length);
  return token.startsWith('F') ? digits.replace(/0+$/, '') : digits;
}

const padded = (figure: number | bigint, token: string): string =>
  figure.toString().padStart(token.length, '0');

function datetimeToken(ticks: bigint, token: string): string | undefined {
  const { year, month, day, timeOfDay } = civilOf(ticks);
  const hour = timeOfDay / TICKS_PER_HOUR;
  switch (token) {
    case 'yyyy':
      return padded(year, token);
    case 'yy':
    case 'y':
      return padded(year % 100, token);
    case 'MM':
    case 'M':
      return padded(month, token);
    case 'dd':
    case 'd':
      return padded(day, token);
    case 'HH':
    case 'H':
      return padded(hour, token);
    case 'hh':
    case 'h':
      return padded(((hour + 11n) % 12n) + 1n, token);
    case 'mm':
    case 'm':
      return padded((timeOfDay % TICKS_PER_HOUR) / TICKS_PER_MINUTE, token);
    case 'ss':
    case 's':
      return padded((timeOfDay % TICKS_PER_MINUTE) / TICKS_PER_SECOND, token);
    case 'tt':
      return hour < 12n ? 'AM' : 'PM';
    default:
      return undefined;
  }
}

function timespanToken(ticks: bigint, token: string): string | undefined {
  const letter = token.charAt(0);
  if (letter === 'd' && token.length <= 8) return padded(ticks / TICKS_PER_DAY, token);
  if (token.length > 2) return undefined;
  if (letter === 'h' || letter === 'H') return padded((ticks / TICKS_PER_HOUR) % 24n, token);
  if (letter === 'm') return padded((ticks / TICKS_PER_MINUTE) % 60n, token);
  return letter === 's' ? padded((ticks / TICKS_PER_SECOND) % 60n, token) : undefined;
}

function format(
  ticks: bigint,
  pattern: string,
  token: (ticks: bigint, token: string) => string | undefined,
): string {
  const tokens = formatTokens(pattern);
  if (!tokens) throw new RangeError(`not a format: '${pattern}'`);
  let text = '';
  for (const t of tokens) {
    const piece = isDelimiter(t) ? t : isFraction(t) ? fraction(ticks, t) : token(ticks, t);
    if (piece === undefined) throw new RangeError(`not known in a format: '${t}'`);
    text += piece;
  }
  return text;
}

/** `format_datetime` for a format that is known only when the query runs. Throws RangeError for one that is none. */
export function formatDatetimeAs(ticks: bigint, pattern: string): string {
  return format(ticks, pattern, datetimeToken);
}

/** `format_timespan`, likewise. */
export function formatTimespanAs(ticks: bigint, pattern: string): string {
  if (ticks >= 0n) return format(ticks, pattern, timespanToken);
  return `-${format(-ticks, pattern, timespanToken)}`;
}
