import { TICKS_PER_DAY, UNIX_EPOCH_TICKS } from '../../../common/types/ticks.ts';

export type CalendarUnit = 'week' | 'month' | 'year';

export const isCalendarUnit = (text: string): text is CalendarUnit =>
  text === 'week' || text === 'month' || text === 'year';

/** Years 0001 to 9999 fit into a Date's milliseconds. */
const dateOf = (ticks: bigint): Date => new Date(Number((ticks - UNIX_EPOCH_TICKS) / 10_000n));
const ticksOf = (year: number, month: number): bigint => {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 1);
  return BigInt(date.getTime()) * 10_000n + UNIX_EPOCH_TICKS;
};

/** As startofweek (a Sunday), startofmonth and startofyear say it. */
export function startOfUnit(ticks: bigint, unit: CalendarUnit): bigint {
  if (unit === 'week') {
    const day = ticks - (ticks % TICKS_PER_DAY);
    // 0001-01-01 was a Monday.
    return day - ((day / TICKS_PER_DAY + 1n) % 7n) * TICKS_PER_DAY;
  }
  const date = dateOf(ticks);
  return ticksOf(date.getUTCFullYear(), unit === 'month' ? date.getUTCMonth() : 0);
}

/** The start of the unit behind the one that begins here. */
export function nextUnit(start: bigint, unit: CalendarUnit): bigint {
  if (unit === 'week') return start + 7n * TICKS_PER_DAY;
  const date = dateOf(start);
  return unit === 'month'
    ? ticksOf(date.getUTCFullYear(), date.getUTCMonth() + 1)
    : ticksOf(date.getUTCFullYear() + 1, 0);
}
