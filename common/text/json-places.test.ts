import { describe, expect, it } from 'vitest';
import { type JsonPath, JsonProblem, readJson } from './json-places.ts';

const TEXT = `{
  "a": [1, {"b": "x\\n"}],
  "c": null
}`;

describe('JSON text', () => {
  it.each([
    TEXT,
    '[]',
    '{}',
    ' -1.5e3 ',
    '"\\u00e9\\"/"',
    '[true, false, [[]]]',
    '{"__proto__": 1}',
  ])('means what the platform makes of it: %s', (text) => {
    expect(readJson(text).value).toEqual(JSON.parse(text));
  });

  it.each<[JsonPath, string]>([
    [['a', 1, 'b'], '"x\\n"'],
    [['a', 0], '1'],
    [['c'], 'null'],
    [['a', 1, 'nothing', 'deeper'], '{"b": "x\\n"}'],
  ])('knows where %j stands', (path, expected) => {
    const { start, length } = readJson(TEXT).placeOf(path);
    expect(TEXT.slice(start, start + length)).toBe(expected);
  });

  it.each([
    ['{"a": 1,}', 8, 'a text in double quotes'],
    ['{"a" 1}', 5, 'a colon'],
    ['[1 2]', 3, 'closing bracket'],
    ['{"a": yes}', 6, 'a value is expected, and there is "yes"'],
    ['{"a": 1} x', 9, 'the end'],
    ['{"a": 1', 7, 'the text ends'],
    ['{"a": 1, "a": 2}', 9, 'comes twice'],
    ["{'a': 1}", 1, 'double quotes'],
    ['[01]', 2, 'closing bracket'],
  ])('%s is refused at %i', (text, at, says) => {
    expect(() => JSON.parse(text) as unknown).toSatisfy(
      () => text.includes('"a": 2') || !parses(text),
    );
    try {
      readJson(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(JsonProblem);
      expect((error as JsonProblem).at).toBe(at);
      expect((error as JsonProblem).message).toContain(says);
    }
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
