import { describe, expect, test } from 'vitest';
import { parseDynamic, printDynamic } from '../value/dynamic.ts';
import { mergeBags, schemaOf } from './merging.ts';
import { weightedPercentiles } from './percentiles.ts';

const read = (texts: readonly string[]) => texts.map(parseDynamic);

describe('bags', () => {
  test('the first value of a key stays, what is no bag is skipped', () => {
    const merged = mergeBags(read(['{"a":1}', '[2]', '{"a":9,"b":null}']), 10);
    expect(printDynamic(merged)).toBe('{"a":1,"b":null}');
  });

  test('no more keys than asked for; a key may be called __proto__', () => {
    expect(printDynamic(mergeBags(read(['{"a":1,"b":2,"c":3}']), 2))).toBe('{"a":1,"b":2}');
    expect(printDynamic(mergeBags(read(['{"__proto__":1}']), 2))).toBe('{"__proto__":1}');
  });
});

describe('schemas', () => {
  test('the example of the page "buildschema()"', () => {
    const schema = schemaOf(
      read([
        '{"x":1,"y":3.5}',
        '{"x":"somevalue","z":[1,2,3]}',
        '{"y":{"w":"zzz"},"t":["aa","bb"],"z":["foo"]}',
      ]),
    );
    const expected =
      '{"x":["long","string"],"y":["double",{"w":"string"}],"z":{"`indexer`":["long","string"]},"t":{"`indexer`":"string"}}';
    expect(schema).toEqual(parseDynamic(expected));
  });

  test('the order of the rows does not matter', () => {
    const documents = ['{"b":1}', '{"a":[]}', 'true', '{"a":{"k":2}}'];
    const there = printDynamic(schemaOf(read(documents)));
    expect(printDynamic(schemaOf(read([...documents].reverse())))).toBe(there);
  });
});

test('weighted percentiles: the example of the page "percentilesw()"', () => {
  const pairs = [
    [10, 8],
    [20, 6],
    [30, 3],
    [40, 1],
  ].map(([value = 0, weight = 0]) => ({ value, text: String(value), weight: BigInt(weight) }));
  expect(weightedPercentiles(pairs, [50, 75, 99.9])).toEqual(['20', '20', '40']);
  expect(weightedPercentiles(pairs, [0])).toEqual(['10']);
});
