import { describe, expect, it } from 'vitest';
import { TICKS_PER_DAY, TICKS_PER_HOUR, ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import { datetimeOf, ticksOfTimespan, timespanOf } from './timespan.ts';

describe('timespans of commands', () => {
  it.each([
    ['7d', 7n * TICKS_PER_DAY],
    ['1.5h', (3n * TICKS_PER_HOUR) / 2n],
    ['10.00:00:00', 10n * TICKS_PER_DAY],
    ['-01:30', -(3n * TICKS_PER_HOUR) / 2n],
    ['00:00:00.5', 5_000_000n],
    ['time(1d)', TICKS_PER_DAY],
    ['3', 3n * TICKS_PER_DAY],
  ])('reads %s', (text, ticks) => {
    expect(ticksOfTimespan(text)).toBe(ticks);
  });

  it('refuses what is none', () => {
    expect(() => timespanOf('soon', 'SoftDeletePeriod')).toThrow(/SoftDeletePeriod is no timespan/);
  });

  it('reads datetimes as UTC', () => {
    const ticks = ticksOfUnixMillis(Date.UTC(2024, 0, 2, 3, 4));
    expect(datetimeOf('datetime(2024-01-02 03:04)', 'x')).toBe(ticks);
    expect(datetimeOf('2024-01-02T03:04:00Z', 'x')).toBe(ticks);
    expect(() => datetimeOf('yesterday', 'ExpiryDate')).toThrow(/ExpiryDate/);
  });
});
