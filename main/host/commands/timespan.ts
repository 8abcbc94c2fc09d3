import { AppError } from '../../../common/errors/app-error.ts';
import {
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MICROSECOND,
  TICKS_PER_MILLISECOND,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
  ticksOfUnixMillis,
} from '../../../common/types/ticks.ts';

const UNITS: Readonly<Record<string, bigint>> = {
  d: TICKS_PER_DAY,
  day: TICKS_PER_DAY,
  days: TICKS_PER_DAY,
  h: TICKS_PER_HOUR,
  hour: TICKS_PER_HOUR,
  hours: TICKS_PER_HOUR,
  m: TICKS_PER_MINUTE,
  min: TICKS_PER_MINUTE,
  minute: TICKS_PER_MINUTE,
  minutes: TICKS_PER_MINUTE,
  s: TICKS_PER_SECOND,
  sec: TICKS_PER_SECOND,
  second: TICKS_PER_SECOND,
  seconds: TICKS_PER_SECOND,
  ms: TICKS_PER_MILLISECOND,
  microsecond: TICKS_PER_MICROSECOND,
  tick: 1n,
};

const CALL = /^(?:time|timespan)\((.*)\)$/i;
const WITH_UNIT = /^(-?\d+(?:\.\d+)?)\s*([a-z]+)$/i;
const CLOCK = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/;

/** Ticks of `7d`, `1.5h`, `10.00:00:00`, `time(1h)`, or a whole number of days; undefined if it is none. */
export function ticksOfTimespan(text: string): bigint | undefined {
  const plain = (CALL.exec(text.trim())?.[1] ?? text).trim().replace(/^["']|["']$/g, '');
  if (/^-?\d+$/.test(plain)) return BigInt(plain) * TICKS_PER_DAY;
  const unit = WITH_UNIT.exec(plain);
  const size = UNITS[unit?.[2]?.toLowerCase() ?? ''];
  if (unit && size !== undefined) return BigInt(Math.round(Number(unit[1]) * Number(size)));
  const clock = CLOCK.exec(plain);
  if (!clock) return undefined;
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = clock;
  const ticks =
    BigInt(days) * TICKS_PER_DAY +
    BigInt(hours) * TICKS_PER_HOUR +
    BigInt(minutes) * TICKS_PER_MINUTE +
    BigInt(seconds) * TICKS_PER_SECOND +
    BigInt(fraction.padEnd(7, '0'));
  return sign ? -ticks : ticks;
}

export function timespanOf(text: string, what: string): bigint {
  const ticks = ticksOfTimespan(text);
  if (ticks !== undefined) return ticks;
  throw new AppError('input', 'bad_timespan', `${what} is no timespan: ${text}`, {
    hints: ['For instance 7d, 12h, or 10.00:00:00.'],
  });
}

/** Ticks of `datetime(2024-01-02)`, or of ISO text. */
export function datetimeOf(text: string, what: string): bigint {
  const plain = /^datetime\((.*)\)$/i.exec(text.trim())?.[1] ?? text;
  const ms = Date.parse(
    /[zZ]|[+-]\d\d:?\d\d$/.test(plain.trim()) || !/\d:\d/.test(plain) ? plain : `${plain}Z`,
  );
  if (!Number.isNaN(ms)) return ticksOfUnixMillis(ms);
  throw new AppError('input', 'bad_datetime', `${what} is no datetime: ${text}`, {
    hints: ['For instance datetime(2024-01-31).'],
  });
}
