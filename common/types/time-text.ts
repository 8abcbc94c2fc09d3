import {
  MAX_DATETIME_TICKS,
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MICROSECOND,
  TICKS_PER_MILLISECOND,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
  UNIX_EPOCH_TICKS,
} from './ticks.ts';

const MIN_LONG = -(2n ** 63n);
const MAX_LONG = 2n ** 63n - 1n;

/** Ticks of a civil date and time of day; undefined where the calendar has no such date (year 1…9999). */
export function ticksOf(
  year: number,
  month: number,
  day: number,
  timeOfDay: bigint,
): bigint | undefined {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return undefined;
  if (day > daysInMonth(year, month)) return undefined;
  const ticks = daysFromCivil(year, month, day) * TICKS_PER_DAY + timeOfDay;
  return ticks < 0n || ticks > MAX_DATETIME_TICKS ? undefined : ticks;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function daysFromCivil(year: number, month: number, day: number): bigint {
  // Date.UTC reads years below 100 as 19xx, so a date in a 400-year cycle later is asked for instead.
  const days = Date.UTC(year + 400, month - 1, day) / 86_400_000 - 146_097;
  return BigInt(days) + UNIX_EPOCH_TICKS / TICKS_PER_DAY;
}

export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly timeOfDay: bigint;
}

export function civilOf(ticks: bigint): Civil {
  const days = ticks / TICKS_PER_DAY;
  const date = new Date(Number(days - UNIX_EPOCH_TICKS / TICKS_PER_DAY) * 86_400_000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    timeOfDay: ticks % TICKS_PER_DAY,
  };
}

/** Fraction digits as ticks; the eighth digit and later are dropped. */
function fraction(digits: string | undefined): bigint {
  return digits ? BigInt(digits.slice(0, 7).padEnd(7, '0')) : 0n;
}

const ZONE = '(?<zone>Z|GMT|UTC|[+-]\\d{1,2}(?::?\\d{2})?)?';
const CLOCK =
  '(?<hour>\\d{1,2}):(?<minute>\\d{1,2})(?::(?<second>\\d{1,2})(?:[.,](?<fraction>\\d+))?)?(?:\\s*(?<half>[AP]M))?';
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The forms of page "The datetime data type": ISO 8601, RFC 822, RFC 850, sortable, and month/day/year. */
const FORMS: readonly RegExp[] = [
  new RegExp(
    `^(?<year>\\d{4})[-/](?<month>\\d{1,2})(?:[-/](?<day>\\d{1,2}))?(?:(?:[T\\s]\\s*)${CLOCK}\\s*${ZONE})?$`,
    'i',
  ),
  new RegExp(
    `^(?<month>\\d{1,2})[-/](?<day>\\d{1,2})[-/](?<year>\\d{4})(?:\\s+${CLOCK}\\s*${ZONE})?$`,
    'i',
  ),
  new RegExp(
    `^(?:[a-z]{3,9},?\\s+)?(?<day>\\d{1,2})[\\s-](?<name>[a-z]{3})[a-z]*[\\s-](?<year>\\d{4}|\\d{2})(?:\\s+${CLOCK}\\s*${ZONE})?$`,
    'i',
  ),
  new RegExp(
    `^(?:[a-z]{3,9},?\\s+)?(?<name>[a-z]{3})[a-z]*\\s+(?<day>\\d{1,2}),?\\s+(?<year>\\d{4})(?:\\s+${CLOCK}\\s*${ZONE})?$`,
    'i',
  ),
  /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?:T?(?<hour>\d{2}):?(?<minute>\d{2})(?::?(?<second>\d{2})(?:\.(?<fraction>\d+))?)?(?<zone>Z)?)?$/i,
  /^(?<year>\d{4})$/,
];

function zoneOffset(zone: string | undefined): bigint {
  const parts = zone && /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone);
  if (!parts) return 0n;
  const span = BigInt(parts[2] ?? 0) * TICKS_PER_HOUR + BigInt(parts[3] ?? 0) * TICKS_PER_MINUTE;
  return parts[1] === '-' ? -span : span;
}

/** Ticks of a datetime text, in any form that `todatetime` takes; undefined where it is none. UTC unless a zone is named. */
export function parseDatetime(text: string): bigint | undefined {
  const t = text.trim();
  for (const form of FORMS) {
    const g = form.exec(t)?.groups;
    if (!g) continue;
    const month = g.name ? MONTHS.indexOf(g.name.toLowerCase()) + 1 : Number(g.month ?? 1);
    const short = g.year?.length === 2;
    const year = Number(g.year) + (short ? (Number(g.year) < 50 ? 2000 : 1900) : 0);
    let hour = Number(g.hour ?? 0);
    const half = g.half?.toUpperCase();
    if (half) {
      if (hour < 1 || hour > 12) return undefined;
      hour = (hour % 12) + (half === 'PM' ? 12 : 0);
    }
    const minute = Number(g.minute ?? 0);
    const second = Number(g.second ?? 0);
    if (hour > 24 || minute > 59 || second > 59) return undefined;
    if (hour === 24 && (minute > 0 || second > 0)) return undefined;
    const clock =
      BigInt(hour) * TICKS_PER_HOUR +
      BigInt(minute) * TICKS_PER_MINUTE +
      BigInt(second) * TICKS_PER_SECOND +
      fraction(g.fraction);
    const local = ticksOf(year, month, Number(g.day ?? 1), clock);
    if (local === undefined) return undefined;
    const ticks = local - zoneOffset(g.zone);
    return ticks < 0n || ticks > MAX_DATETIME_TICKS ? undefined : ticks;
  }
  return undefined;
}

/** Unit names of timespan literals (page "The timespan data type"), in ticks. */
const UNITS: Readonly<Record<string, bigint>> = {
  d: TICKS_PER_DAY,
  day: TICKS_PER_DAY,
  days: TICKS_PER_DAY,
  h: TICKS_PER_HOUR,
  hr: TICKS_PER_HOUR,
  hrs: TICKS_PER_HOUR,
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
  milli: TICKS_PER_MILLISECOND,
  millis: TICKS_PER_MILLISECOND,
  millisec: TICKS_PER_MILLISECOND,
  millisecond: TICKS_PER_MILLISECOND,
  milliseconds: TICKS_PER_MILLISECOND,
  micro: TICKS_PER_MICROSECOND,
  micros: TICKS_PER_MICROSECOND,
  microsec: TICKS_PER_MICROSECOND,
  microsecond: TICKS_PER_MICROSECOND,
  microseconds: TICKS_PER_MICROSECOND,
  tick: 1n,
  ticks: 1n,
};

const WITH_UNIT = /^([-+]?)(\d*)(?:\.(\d+))?\s*([a-z]+)$/i;
const CLOCK_FORM =
  /^([-+]?)(?:(\d+)(?:\.(?=\d+:\d+)|:(?=\d+:\d+:\d+)))?(\d+):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?$/;
const WHOLE_DAYS = /^([-+]?)(\d+)$/;

const inRange = (ticks: bigint): bigint | undefined =>
  ticks < MIN_LONG || ticks > MAX_LONG ? undefined : ticks;

function clockSpan(parts: RegExpExecArray): bigint | undefined {
  const hours = BigInt(parts[3] ?? 0);
  const minutes = BigInt(parts[4] ?? 0);
  const seconds = BigInt(parts[5] ?? 0);
  if (hours > 23n || minutes > 59n || seconds > 59n) return undefined;
  return inRange(
    BigInt(parts[2] ?? 0) * TICKS_PER_DAY +
      hours * TICKS_PER_HOUR +
      minutes * TICKS_PER_MINUTE +
      seconds * TICKS_PER_SECOND +
      fraction(parts[6]),
  );
}

/** Ticks of a timespan text: `1.02:03:04.5`, `13:00`, `2d`, `1.5h`, or whole days; undefined where it is none. */
export function parseTimespan(text: string): bigint | undefined {
  const t = text.trim();
  const clock = CLOCK_FORM.exec(t);
  if (clock) {
    const span = clockSpan(clock);
    return span !== undefined && clock[1] === '-' ? -span : span;
  }
  const days = WHOLE_DAYS.exec(t);
  if (days) {
    const span = BigInt(days[2] ?? 0) * TICKS_PER_DAY;
    return inRange(days[1] === '-' ? -span : span);
  }
  const unit = WITH_UNIT.exec(t);
  const size = UNITS[unit?.[4]?.toLowerCase() ?? ''];
  if (!unit || size === undefined || (unit[2] === '' && unit[3] === undefined)) return undefined;
  const decimals = unit[3] ?? '';
  const scaled = BigInt(`${unit[2] || '0'}${decimals}`) * size;
  const span = scaled / 10n ** BigInt(decimals.length);
  return inRange(unit[1] === '-' ? -span : span);
}
