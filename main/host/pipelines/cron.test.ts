import { describe, expect, it } from 'vitest';
import { nextTime, parseCron } from './cron.ts';

const next = (text: string, after: string): string => {
  const found = nextTime(parseCron(text), Date.parse(after), 'utc');
  return found === undefined ? 'never' : new Date(found).toISOString();
};

describe('the next time of a schedule', () => {
  it.each([
    ['* * * * *', '2026-03-01T10:00:30Z', '2026-03-01T10:01:00.000Z'],
    ['*/15 * * * *', '2026-03-01T10:45:00Z', '2026-03-01T11:00:00.000Z'],
    ['30 6 * * mon-fri', '2026-03-06T07:00:00Z', '2026-03-09T06:30:00.000Z'],
    ['0 0 1 1 *', '2026-03-01T00:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['0 12 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T12:00:00.000Z'],
    // Either day fits where both are given.
    ['0 0 13 * fri', '2026-03-01T00:00:00Z', '2026-03-06T00:00:00.000Z'],
    ['0 0 13 * fri', '2026-03-10T00:00:00Z', '2026-03-13T00:00:00.000Z'],
    ['0 0 * * 7', '2026-03-02T00:00:00Z', '2026-03-08T00:00:00.000Z'],
    ['5,10 8-9 * * *', '2026-03-01T08:10:00Z', '2026-03-01T09:05:00.000Z'],
    ['0 3/8 * * *', '2026-03-01T04:00:00Z', '2026-03-01T11:00:00.000Z'],
    ['0 0 30 2 *', '2026-03-01T00:00:00Z', 'never'],
  ])('%s after %s is %s', (text, after, expected) => {
    expect(next(text, after)).toBe(expected);
  });

  it.each(['* * * *', '60 * * * *', '* * * * someday', '5-1 * * * *', '*/0 * * * *', 'a * * * *'])(
    '%s is refused by name',
    (text) => {
      expect(() => parseCron(text)).toThrow(`'${text}' is no schedule`);
    },
  );

  it('follows the clock of the place', () => {
    const found = nextTime(parseCron('15 4 * * *'), Date.now(), 'local') ?? 0;
    expect([new Date(found).getHours(), new Date(found).getMinutes()]).toEqual([4, 15]);
  });
});
