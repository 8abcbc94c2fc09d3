import { describe, expect, it } from 'vitest';
import {
  idOf,
  jsonText,
  kqlPath,
  parseJson,
  pathCondition,
  subtreeIds,
  valueAt,
  visibleNodes,
} from './json-tree.ts';

const TEXT = '{"b":{"x y":[1,{"z":null}]},"a":9223372036854775807,"source":"USGS"}';

function parsed(text = TEXT) {
  const value = parseJson(text);
  if (value === undefined) throw new Error('not JSON');
  return value;
}

describe('JSON tree', () => {
  it('keeps the order of keys and the digits of numbers', () => {
    const root = parsed();
    const nodes = visibleNodes(root, new Set(['[]']));
    expect(nodes.map((n) => n.label)).toEqual(['$', 'b', 'a', 'source']);
    expect(pathCondition('d', ['a'], valueAt(root, ['a']) ?? null)).toBe(
      'tolong(d.a) == 9223372036854775807',
    );
  });

  it('does not take an object for a number', () => {
    const root = parsed('{"o":{"source":"5"}}');
    expect(visibleNodes(root, new Set(['[]', '["o"]'])).map((n) => n.kind)).toEqual([
      'object',
      'object',
      'string',
    ]);
  });

  it('opens whole subtrees', () => {
    const root = parsed();
    const open = new Set(subtreeIds(root, []));
    expect(open.has(idOf(['b', 'x y', 1]))).toBe(true);
    expect(visibleNodes(root, open)).toHaveLength(8);
  });

  it('writes the way to a value as KQL does', () => {
    expect(kqlPath('d', ['b', 'x y', 1, 'z'])).toBe('d.b["x y"][1].z');
    expect(pathCondition('d', ['b', 'x y', 1, 'z'], null)).toBe('isnull(d.b["x y"][1].z)');
    expect(pathCondition('d', ['source'], 'US"GS')).toBe('tostring(d.source) == "US\\"GS"');
  });

  it('writes JSON again', () => {
    expect(JSON.parse(jsonText(parsed('{"a":[1,"x",{}],"b":true}')))).toEqual({
      a: [1, 'x', {}],
      b: true,
    });
    expect(jsonText(parsed('12345678901234567890'))).toBe('12345678901234567890');
    expect(parseJson('nope')).toBeUndefined();
  });
});
