import { describe, expect, it } from 'vitest';
import { groupCount, groupNames, jsRegex, quoteRegex, re2Pattern } from './regex.ts';

describe('re2Pattern', () => {
  it.each([
    [String.raw`^\d{4}$`, String.raw`^[\p{Nd}]{4}$`],
    [String.raw`[\d_]+`, String.raw`[\p{Nd}_]+`],
    [String.raw`\D`, String.raw`[^\p{Nd}]`],
    [String.raw`\\d`, String.raw`\\d`],
    ['[]a]', String.raw`[\]a]`],
    [String.raw`[[:alpha:]\d]`, String.raw`[[:alpha:]\p{Nd}]`],
    ['(?<year>a)', '(?P<year>a)'],
    ['a.b', 'a.b'],
  ])('%s', (pattern, expected) => expect(re2Pattern(pattern)).toBe(expected));
});

describe('jsRegex', () => {
  it.each([
    [String.raw`^\d+$`, '１２', true],
    [String.raw`\bcafé\b`, 'un café noir', true],
    [String.raw`\bcaf\b`, 'un café noir', false],
    ['(?i)ABC', 'xabcx', true],
    [String.raw`\Aa\z`, 'a', true],
    [String.raw`[^\w]`, 'é_1', false],
    [String.raw`\x{e9}`, 'é', true],
    [String.raw`a\-b\@c`, 'a-b@c', true],
    ['a]$', 'a]', true],
    ['x{', 'x{y', true],
    ['^a{2}$', 'aa', true],
    ['{"a":1}', '{"a":1}', true],
    ['^[[:alpha:][:digit:]_]+$', 'a1_', true],
    ['^[[:alpha:]]+$', 'é', false],
    ['^[[:^alpha:]]+$', '1é-', true],
    ['^[[:^alpha:]]+$', '1a-', false],
    [String.raw`^[[:punct:]\d]+$`, '{7}', true],
  ])('%s on %s', (pattern, text, expected) => expect(jsRegex(pattern).test(text)).toBe(expected));

  it('throws for a pattern that is none', () => {
    expect(() => jsRegex('(')).toThrow(SyntaxError);
    expect(() => jsRegex('[[:letter:]]')).toThrow(SyntaxError);
  });
});

it('counts and names capturing groups only', () => {
  const pattern = String.raw`(?P<a>x)(?:y)(z\(w)[(](?i:q)`;
  expect(groupCount(pattern)).toBe(2);
  expect(groupNames(pattern)).toEqual([undefined, 'a', undefined]);
});

it('quotes what means something in a pattern', () => {
  expect(new RegExp(`^${quoteRegex('a.b*(c)[d]\\')}$`).test('a.b*(c)[d]\\')).toBe(true);
});
