import { describe, expect, it } from 'vitest';
import { parseMapping } from './mapping.ts';

describe('parseMapping', () => {
  it('reads entries with properties', () => {
    expect(
      parseMapping(
        `[{"column":"a","datatype":"int64","Properties":{"Path":"$.x.y"}},
          {"column":"t","Properties":{"path":"$.t","transform":"DateTimeFromUnixSeconds"},"datatype":"datetime"},
          {"column":"c","Properties":{"ConstValue":"5"},"datatype":"string"},
          {"column":"o","Properties":{"Ordinal":3},"datatype":"real"}]`,
      ),
    ).toEqual([
      { name: 'a', type: 'long', path: '$.x.y' },
      { name: 't', type: 'datetime', path: '$.t', transform: 'DateTimeFromUnixSeconds' },
      { name: 'c', type: 'string', constant: '5' },
      { name: 'o', type: 'real', ordinal: 3 },
    ]);
  });

  it('reads the older flat entries', () => {
    expect(parseMapping('[{"Name":"a","DataType":"double","Ordinal":"1","ordinal":"1"}]')).toEqual([
      { name: 'a', type: 'real', ordinal: 1 },
    ]);
  });

  it.each([
    ['{', 'not JSON'],
    ['{"a":1}', 'no list'],
    ['[{"datatype":"long"}]', 'names no column'],
    ['[{"column":"a","datatype":"number"}]', 'unknown type number'],
    ['[{"column":"a","Properties":{"transform":"Magic"}}]', 'Magic'],
  ])('refuses %s', (json, message) => {
    expect(() => parseMapping(json)).toThrow(message);
  });
});
