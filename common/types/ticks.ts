/**
 * datetime and timespan are 64-bit counts of 100 ns ticks (pages "The datetime data type",
 * "The timespan data type"). A datetime counts from 0001-01-01T00:00:00Z. They never pass through a
 * JavaScript number: a double is exact to 2^53 only, and today is already past it.
 */
export const TICKS_PER_MICROSECOND = 10n;
export const TICKS_PER_MILLISECOND = 10_000n;
export const TICKS_PER_SECOND = 10_000_000n;
export const TICKS_PER_MINUTE = 600_000_000n;
export const TICKS_PER_HOUR = 36_000_000_000n;
export const TICKS_PER_DAY = 864_000_000_000n;
/** Ticks of 1970-01-01T00:00:00Z. */
export const UNIX_EPOCH_TICKS = 621_355_968_000_000_000n;
/** Ticks of 9999-12-31T23:59:59.9999999Z. */
export const MAX_DATETIME_TICKS = 3_155_378_975_999_999_999n;

export function ticksOfUnixMillis(ms: number): bigint {
  return BigInt(Math.trunc(ms)) * TICKS_PER_MILLISECOND + UNIX_EPOCH_TICKS;
}

/** Milliseconds since 1970, rounded down; for calendars and charts, never for storage. */
export function unixMillisOfTicks(ticks: bigint): number {
  const t = ticks - UNIX_EPOCH_TICKS;
  return Number(t >= 0n ? t / 10_000n : -((-t + 9_999n) / 10_000n));
}

const pad = (n: bigint | number, width: number): string => n.toString().padStart(width, '0');

/** The service's form with seven digits: `2024-02-29T13:05:00.1234567Z`. */
export function formatDatetime(ticks: bigint): string {
  const sub = ((ticks % TICKS_PER_SECOND) + TICKS_PER_SECOND) % TICKS_PER_SECOND;
  const iso = new Date(unixMillisOfTicks(ticks - sub)).toISOString();
  return `${iso.slice(0, 19)}.${pad(sub, 7)}Z`;
}

/** `[-][d.]hh:mm:ss[.fffffff]`, as the service prints a timespan. */
export function formatTimespan(ticks: bigint): string {
  const sign = ticks < 0n ? '-' : '';
  const t = ticks < 0n ? -ticks : ticks;
  const days = t / TICKS_PER_DAY;
  const hours = (t % TICKS_PER_DAY) / TICKS_PER_HOUR;
  const minutes = (t % TICKS_PER_HOUR) / TICKS_PER_MINUTE;
  const seconds = (t % TICKS_PER_MINUTE) / TICKS_PER_SECOND;
  const sub = t % TICKS_PER_SECOND;
  const clock = `${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}`;
  return `${sign}${days > 0n ? `${days}.` : ''}${clock}${sub > 0n ? `.${pad(sub, 7)}` : ''}`;
}
