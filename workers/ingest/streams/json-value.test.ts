import { expect, it } from 'vitest';
import { enclosed } from './json-value.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it.each([
  ['{}', true],
  ['  {"a": [1, {"b": "}"}]} \n', true],
  ['[1, 2]', true],
  ['{"a": "\\"}"}', true],
  ['{},"v":{}', false],
  ['{"a": 1', false],
  ['{"a": 1}}', false],
  ['{"a": "1}', false],
  ['1', false],
  ['"{}"', false],
  ['', false],
  ['{"a": "line\nend"}', false],
])('%j is enclosed: %s', (text, expected) => {
  expect(enclosed(bytes(text))).toBe(expected);
});

it('line ends between tokens become spaces, so that the value fits in one line', () => {
  const value = bytes('{\n  "a": 1,\r\n  "b": 2\n}\n');
  expect(enclosed(value)).toBe(true);
  const text = new TextDecoder().decode(value);
  expect(text).not.toMatch(/[\r\n]/);
  expect(JSON.parse(text)).toEqual({ a: 1, b: 2 });
});
