import { type Dynamic, type FunctionEntry, scalar, type Value } from '../define.ts';
import { keyOf } from '../value/compare.ts';
import { intoDynamic } from '../value/convert.ts';
import { isArray } from '../value/dynamic.ts';

/** Each value once, where it comes first. */
function distinct(values: readonly Dynamic[]): Dynamic[] {
  const seen = new Set<string>();
  return values.filter((v) => {
    const key = keyOf(v);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const keysOf = (values: readonly Dynamic[]): Set<string> => new Set(values.map(keyOf));

function setFunction(
  name: string,
  combine: (first: readonly Dynamic[], rest: readonly (readonly Dynamic[])[]) => Dynamic,
  result: string,
): FunctionEntry {
  return scalar(
    name,
    {
      js: {
        call: (args: readonly Value[]) => {
          const found = args.filter(isArray);
          const [first, ...rest] = found;
          return first && found.length === args.length ? combine(first, rest) : null;
        },
      },
    },
    [{ kql: `tostring(${name}(dynamic([1, 2, 2, 3]), dynamic([3, 4, 1])))`, result }],
  );
}

export const sets: readonly FunctionEntry[] = [
  setFunction('set_union', (first, rest) => distinct([...first, ...rest.flat()]), '[1,2,3,4]'),
  setFunction(
    'set_intersect',
    (first, rest) => {
      const others = rest.map(keysOf);
      return distinct(first).filter((v) => others.every((o) => o.has(keyOf(v))));
    },
    '[1,3]',
  ),
  setFunction(
    'set_difference',
    (first, rest) => {
      const others = keysOf(rest.flat());
      return distinct(first).filter((v) => !others.has(keyOf(v)));
    },
    '[2]',
  ),
  scalar(
    'set_equals',
    {
      js: {
        call: ([a, b]) => {
          if (!isArray(a) || !isArray(b)) return null;
          const x = keysOf(a);
          const y = keysOf(b);
          return x.size === y.size && [...x].every((k) => y.has(k));
        },
      },
    },
    [{ kql: 'set_equals(dynamic([1, 2, 1]), dynamic([2, 1]))', result: 'True' }],
  ),
  scalar(
    'set_has_element',
    {
      js: {
        nulls: 'pass',
        call: ([set, value], types) => {
          if (!isArray(set)) return set === null || set === undefined ? null : false;
          return keysOf(set).has(keyOf(intoDynamic(value ?? null, types[1] ?? 'dynamic')));
        },
      },
    },
    [
      { kql: 'set_has_element(dynamic(["a", "b"]), "b")', result: 'True' },
      { kql: 'set_has_element(dynamic([1, 2]), 3)', result: 'False' },
    ],
  ),
  scalar(
    'jaccard_index',
    {
      js: {
        call: ([a, b]) => {
          if (!isArray(a) || !isArray(b)) return null;
          const x = keysOf(a);
          const y = keysOf(b);
          let common = 0;
          for (const key of x) if (y.has(key)) common++;
          const all = x.size + y.size - common;
          return all === 0 ? Number.NaN : common / all;
        },
      },
    },
    [{ kql: 'jaccard_index(dynamic([1, 2, 3]), dynamic([2, 3, 4]))', result: '0.5' }],
  ),
];
