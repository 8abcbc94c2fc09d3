import { describe, expect, it } from 'vitest';
import { convertValue } from './convert.ts';
import { decimalArithmetic, scaledOf } from './decimal.ts';

/** Answers of Microsoft's engine. */
describe('text as a number', () => {
  it.each([
    ['+7', 7n],
    [' 7 ', 7n],
    ['007', 7n],
    ['-0', 0n],
    ['7e0', null],
    ['1.0', null],
    ['', null],
    ['0x7FFFFFFFFFFFFFFF', 9223372036854775807n],
    ['0xFFFFFFFFFFFFFFFF', -1n],
    ['-0x10', null],
    ['9223372036854775808', null],
  ])('tolong("%s")', (text, expected) => {
    expect(convertValue(text, 'string', 'long')).toBe(expected);
  });

  it.each([
    ['2147483648', null],
    ['0X1f', 31],
    ['0xFFFFFFFF', -1],
    ['42', 42],
  ])('toint("%s")', (text, expected) => {
    expect(convertValue(text, 'string', 'int')).toBe(expected);
  });

  it.each([
    ['.5', 0.5],
    ['5.', 5],
    ['+.5', 0.5],
    ['1.5E+3', 1500],
    ['1_000', null],
    ['0b11', null],
    ['1,5', null],
    ['Inf', Number.POSITIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['INF', null],
    ['NaN', Number.NaN],
  ])('todouble("%s")', (text, expected) => {
    expect(convertValue(text, 'string', 'real')).toEqual(expected);
  });

  it.each([
    ['tRuE', true],
    ['-1', true],
    ['0', false],
    [' true', null],
    ['1.0', null],
    ['yes', null],
  ])('tobool("%s")', (text, expected) => {
    expect(convertValue(text, 'string', 'bool')).toBe(expected);
  });
});

describe('numbers as other numbers', () => {
  it('cuts a real and stays in range', () => {
    expect(convertValue(-2.9, 'real', 'long')).toBe(-2n);
    expect(convertValue(1e30, 'real', 'long')).toBe(9223372036854775807n);
    expect(convertValue(-1e19, 'real', 'int')).toBe(-2147483648);
    expect(convertValue(Number.POSITIVE_INFINITY, 'real', 'long')).toBeNull();
  });
  it('keeps the lower half of a long', () => {
    expect(convertValue(36_000_000_000n, 'timespan', 'int')).toBe(1640261632);
  });
  it('converts a dynamic by what it holds', () => {
    expect(convertValue(9.99, 'dynamic', 'int')).toBe(9);
    expect(convertValue('123', 'dynamic', 'long')).toBe(123n);
    expect(convertValue([1n], 'dynamic', 'real')).toBeNull();
    expect(convertValue({ a: 1n }, 'dynamic', 'string')).toBe('{"a":1}');
  });
});

describe('decimals', () => {
  it.each([
    ['+', '0.1', '0.2', '0.3'],
    ['*', '-1.5', '1.5', '-2.25'],
    ['/', '1', '3', '0.333333333333333333'],
    ['/', '-2', '3', '-0.666666666666666667'],
    ['%', '-7.5', '2', '0.5'],
  ] as const)('%s: %s, %s', (operator, a, b, expected) => {
    expect(decimalArithmetic(operator, a, b)).toBe(expected);
  });
  it('has no quotient by zero and nothing beyond 38 digits', () => {
    expect(decimalArithmetic('/', '1', '0')).toBeNull();
    expect(decimalArithmetic('*', '99999999999999999999', '10')).toBeNull();
  });
  it('reads exponents', () => {
    expect(scaledOf('1.5e-3')).toBe(1_500_000_000_000_000n);
    expect(scaledOf('.')).toBeUndefined();
  });
});
