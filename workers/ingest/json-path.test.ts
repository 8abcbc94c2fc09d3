import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatJsonPath, parseJsonPath } from './json-path.ts';

it('reads the forms of the documentation', () => {
  expect(parseJsonPath('$')).toEqual([]);
  expect(parseJsonPath('$.Event.Name')).toEqual(['Event', 'Name']);
  expect(parseJsonPath("$.['Property name with space']")).toEqual(['Property name with space']);
  expect(parseJsonPath("$['a'][0].b")).toEqual(['a', 0, 'b']);
  expect(parseJsonPath('plain')).toEqual(['plain']);
  expect(() => parseJsonPath('$..a')).toThrow(/JSONPath/);
});

it('what it writes it reads', () => {
  const step = fc.oneof(fc.string(), fc.nat());
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), (path) => {
      expect(parseJsonPath(formatJsonPath(path))).toEqual(path);
    }),
  );
});
