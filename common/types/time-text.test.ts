import { describe, expect, it } from 'vitest';
import { formatDatetime, formatTimespan } from './ticks.ts';
import { civilOf, parseDatetime, parseTimespan } from './time-text.ts';

const datetime = (text: string): string | undefined => {
  const ticks = parseDatetime(text);
  return ticks === undefined ? undefined : formatDatetime(ticks);
};
const timespan = (text: string): string | undefined => {
  const ticks = parseTimespan(text);
  return ticks === undefined ? undefined : formatTimespan(ticks);
};

describe('parseDatetime', () => {
  it.each([
    ['2014-05-25T08:20:03.123456Z', '2014-05-25T08:20:03.1234560Z'],
    ['2014-05-25 08:20:03.1234567', '2014-05-25T08:20:03.1234567Z'],
    ['2014-05-25T08:20', '2014-05-25T08:20:00.0000000Z'],
    ['2014-05', '2014-05-01T00:00:00.0000000Z'],
    ['2014', '2014-01-01T00:00:00.0000000Z'],
    ['2020-01-01T13:45:00+02:00', '2020-01-01T11:45:00.0000000Z'],
    ['Sat, 8 Nov 14 15:05:02 GMT', '2014-11-08T15:05:02.0000000Z'],
    ['Saturday, 08-Nov-14 15:05:02 UTC', '2014-11-08T15:05:02.0000000Z'],
    ['8 Nov 2014 15:05', '2014-11-08T15:05:00.0000000Z'],
    ['11/8/2014 3:05:02 PM', '2014-11-08T15:05:02.0000000Z'],
    ['9999-12-31 23:59:59.9999999', '9999-12-31T23:59:59.9999999Z'],
    ['0001-01-01', '0001-01-01T00:00:00.0000000Z'],
  ])('%s', (text, expected) => expect(datetime(text)).toBe(expected));

  it.each([
    '',
    'not a date',
    '2019-02-29',
    '2019-13-01',
    '2020-01-01 25:00',
    '0000-01-01',
    '10000-01-01',
  ])('refuses %s', (text) => expect(parseDatetime(text)).toBeUndefined());

  it('refuses what a zone moves out of the calendar', () => {
    expect(parseDatetime('0001-01-01T00:00:00+01:00')).toBeUndefined();
  });
});

describe('parseTimespan', () => {
  it.each([
    ['1.02:03:04.5', '1.02:03:04.5000000'],
    ['-1.02:03:04.5', '-1.02:03:04.5000000'],
    ['13:00', '13:00:00'],
    ['0:0:0.001', '00:00:00.0010000'],
    ['7', '7.00:00:00'],
    ['1.5h', '01:30:00'],
    ['100 ticks', '00:00:00.0000100'],
    ['-2d', '-2.00:00:00'],
    ['10675199.02:48:05.4775807', '10675199.02:48:05.4775807'],
  ])('%s', (text, expected) => expect(timespan(text)).toBe(expected));

  it.each(['', '25:00:00', '1:60', '1x', 'd', '10675200.00:00:00'])('refuses %s', (text) =>
    expect(parseTimespan(text)).toBeUndefined(),
  );
});

it('reads the calendar of ticks', () => {
  const ticks = parseDatetime('1900-03-31 23:59:59.9999999') ?? 0n;
  expect(civilOf(ticks)).toEqual({
    year: 1900,
    month: 3,
    day: 31,
    weekday: 6,
    timeOfDay: 863_999_999_999n,
  });
});
