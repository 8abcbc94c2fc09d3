import { describe, expect, it } from 'vitest';
import {
  formatCell,
  formatDatetimeCell,
  formatReal,
  plainText,
  singleLine,
} from './format-value.ts';
import { kqlLiteral, nameReference, stringLiteral, whereCondition } from './kql-literal.ts';

// 2024-02-29T13:05:00Z: 738,944 days of 864e9 ticks since 0001-01-01, and 47,100 seconds of 1e7 ticks.
const LEAP_DAY = 638_448_087_000_000_000n;

describe('cells', () => {
  it('tells null, empty and NaN apart', () => {
    expect(formatCell(null, 'long').kind).toBe('null');
    expect(formatCell('', 'string').kind).toBe('empty');
    expect(formatCell(Number.NaN, 'real').kind).toBe('nan');
    expect(formatCell('null', 'string')).toEqual({ text: 'null', kind: 'value' });
  });

  it('shows 64-bit integers exactly', () => {
    expect(formatCell(9_223_372_036_854_775_807n, 'long').text).toBe('9223372036854775807');
    expect(formatCell(-9_223_372_036_854_775_808n, 'long', { thousands: true }).text).toBe(
      '-9,223,372,036,854,775,808',
    );
  });

  it('shows datetimes to the tick and only as many digits as say something', () => {
    expect(formatDatetimeCell(LEAP_DAY)).toBe('2024-02-29 13:05:00');
    expect(formatDatetimeCell(LEAP_DAY + 1_230_000n)).toBe('2024-02-29 13:05:00.123');
    expect(formatDatetimeCell(LEAP_DAY + 1n)).toBe('2024-02-29 13:05:00.0000001');
    expect(plainText(LEAP_DAY + 1n, 'datetime')).toBe('2024-02-29T13:05:00.0000001Z');
    expect(formatDatetimeCell(0n)).toBe('0001-01-01 00:00:00');
  });

  it('shows datetimes in the zone that was asked for', () => {
    expect(formatDatetimeCell(LEAP_DAY, 'Asia/Kolkata')).toBe('2024-02-29 18:35:00');
    expect(formatDatetimeCell(LEAP_DAY, 'America/Los_Angeles')).toBe('2024-02-29 05:05:00');
  });

  it('shows timespans, reals and booleans', () => {
    expect(formatCell(-864_000_000_000n, 'timespan').text).toBe('-1.00:00:00');
    expect(formatReal(0.1)).toBe('0.1');
    expect(formatReal(Number.NEGATIVE_INFINITY)).toBe('-Infinity');
    expect(formatCell(1234567.5, 'real', { thousands: true }).text).toBe('1,234,567.5');
    expect(formatCell(false, 'bool').text).toBe('false');
  });

  it('keeps a cell to one line of bounded length', () => {
    expect(singleLine('a\r\nb\tc')).toBe('a ↵ b c');
    expect(singleLine('x'.repeat(5_000))).toHaveLength(2_049);
  });
});

describe('literals', () => {
  it('escapes strings and names', () => {
    expect(stringLiteral('a"b\\c\n\u0001')).toBe('"a\\"b\\\\c\\n\\u0001"');
    expect(nameReference('Total $')).toBe('["Total $"]');
    expect(nameReference('where')).toBe('["where"]');
    expect(nameReference('origin')).toBe('origin');
  });

  it('writes each type as it reads back', () => {
    expect(kqlLiteral(LEAP_DAY, 'datetime')).toBe('datetime(2024-02-29T13:05:00.0000000Z)');
    expect(kqlLiteral(5, 'real')).toBe('5.0');
    expect(kqlLiteral(Number.NaN, 'real')).toBe('real(nan)');
    expect(kqlLiteral(null, 'long')).toBe('long(null)');
  });

  it('turns cells into one condition', () => {
    expect(whereCondition('origin', 'string', ['ORD', 'ATL', 'ORD'])).toBe(
      'origin in ("ORD", "ATL")',
    );
    expect(whereCondition('delay', 'long', [null, 5n])).toBe('(delay == 5 or isnull(delay))');
    expect(whereCondition('s', 'string', [''])).toBe('isempty(s)');
    expect(whereCondition('d', 'dynamic', ['{"a":1}'])).toBe('tostring(d) == "{\\"a\\":1}"');
  });
});
