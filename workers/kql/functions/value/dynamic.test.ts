import { describe, expect, it } from 'vitest';
import { compareDynamic, equalDynamic } from './compare.ts';
import { isBag, member, parseDynamic, printDynamic, readJson, realText } from './dynamic.ts';

describe('readJson and printDynamic', () => {
  it.each([
    ['{"a": 1, "b": [true, null, "x"]}', '{"a":1,"b":[true,null,"x"]}'],
    ['9223372036854775807', '9223372036854775807'],
    ['9223372036854775808', '9223372036854776000.0'],
    ['-0', '0'],
    ['1.0', '1.0'],
    ['1e3', '1000.0'],
    ['1e400', '"Infinity"'],
    ['1e-7', '1e-7'],
    [String.raw`"\u00e9\n\"\\"`, String.raw`"é\n\"\\"`],
    ['"\\\\"', '"\\\\"'],
    [' [ ] ', '[]'],
    ['{"__proto__": {"x": 1}}', '{"__proto__":{"x":1}}'],
  ])('%s', (text, expected) => {
    const value = readJson(text);
    expect(value === undefined ? undefined : printDynamic(value)).toBe(expected);
  });

  it.each(['', '[1,]', '{a:1}', "{'a':1}", 'nul', '01', '"\n"', '1 2', '{"a"}', '"abc'])(
    'refuses %s',
    (text) => expect(readJson(text)).toBeUndefined(),
  );

  it('gives up on nesting that would end in a stack overflow', () => {
    expect(readJson('['.repeat(100_000))).toBeUndefined();
    expect(readJson(`${'['.repeat(1000)}${']'.repeat(1000)}`)).toBeDefined();
  });

  it('keeps text that is not JSON as a string', () => {
    expect(parseDynamic('not json')).toBe('not json');
    expect(parseDynamic('')).toBeNull();
  });

  it('takes no methods for keys', () => {
    const bag = readJson('{}');
    expect(isBag(bag) && member(bag, 'toString')).toBeNull();
  });
});

it.each([
  [1, '1.0'],
  [1e20, '100000000000000000000.0'],
  [1e21, '1e21'],
  [0.000001, '0.000001'],
  [-0, '-0.0'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
])('realText(%s)', (value, text) => expect(realText(value)).toBe(text));

describe('comparing', () => {
  it('holds a long equal to the same real', () => {
    expect(equalDynamic(1n, 1)).toBe(true);
    expect(equalDynamic(1n, 1.5)).toBe(false);
    expect(equalDynamic(1n, '1')).toBe(false);
  });
  it('does not mind the order of keys', () => {
    expect(equalDynamic({ a: 1n, b: [2n] }, { b: [2n], a: 1n })).toBe(true);
  });
  it('tells strings with separators apart', () => {
    expect(equalDynamic(['a","b'], ['a', 'b'])).toBe(false);
  });
  it('sorts numbers by value and null last', () => {
    const sorted = [null, 10n, 2.5, '3', true].toSorted(compareDynamic);
    expect(sorted).toEqual([2.5, 10n, true, '3', null]);
  });
});
