import { expect, it } from 'vitest';
import { parseDatetime, parseTimespan } from '../../../../common/types/time-text.ts';
import { formatDatetimeAs, formatTimespanAs } from './format-value.ts';

/** Answers of Microsoft's engine. */
it.each([
  ['2020-06-15 13:45:09.1234567', 'yyyy-MM-dd HH:mm:ss.fffffff', '2020-06-15 13:45:09.1234567'],
  ['2020-06-15 13:45:09', 'M/d/yyyy h:mm:ss tt', '6/15/2020 1:45:09 PM'],
  ['2007-03-09 00:30:00', 'hh:mm tt', '12:30 AM'],
  ['2020-06-15 13:45:09.05', 'ss.ff', '09.05'],
  ['2020-06-15', 'y', '20'],
  ['2020-06-15 13:45:09', 'FFFFFFF', ''],
])('%s as %s', (text, format, expected) => {
  expect(formatDatetimeAs(parseDatetime(text) ?? 0n, format)).toBe(expected);
});

it.each([
  ['1.02:03:04.005', 'd:hh:mm:ss.fff', '1:02:03:04.005'],
  ['1.02:01:00', 'h:m', '2:1'],
  ['-1.02:30:00', 'd.hh:mm:ss', '-1.02:30:00'],
  ['29.09:00:05.12345', 'ddd.h:mm:ss [fffffff]', '029.9:00:05 [1234500]'],
])('%s as %s', (text, format, expected) => {
  expect(formatTimespanAs(parseTimespan(text) ?? 0n, format)).toBe(expected);
});

it.each(['zzz', 'K', '%d', 'yyyyy', "yyyy'x'"])('refuses %s', (format) => {
  expect(() => formatDatetimeAs(0n, format)).toThrow(RangeError);
});
it.each(['c', 'g', 'G', 'hhh'])('refuses %s for a timespan', (format) => {
  expect(() => formatTimespanAs(0n, format)).toThrow(RangeError);
});
