import { expect, it } from 'vitest';
import { firstMistake } from './first-mistake.ts';

it.each([
  ['{"n":tru}', 5],
  ['{"n" 2}', 5],
  ['{"n":1', 6],
  ['[1,]', 3],
  ['[{"a":[]},{"b":{}}', 18],
  ['{"a":"x\ny"}', 5],
  ['{"a":1,}', 7],
  ['1 2', 2],
  ['', 0],
])('%s is wrong from %i on', (text, place) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(firstMistake(text)).toBe(place);
});

it('finds nothing wrong with what is right', () => {
  const text = ' {"a": [1, -2.5e3, "\\u00e9\\n", {}, [], null], "b": {"c": true}} ';
  expect(JSON.parse(text)).toBeTypeOf('object');
  expect(firstMistake(text)).toBe(text.length);
});
