import { sql, call as sqlCall } from '../../emit/sql.ts';
import { type Dynamic, type FunctionEntry, scalar, type Value } from '../define.ts';
import { intoDynamic } from '../value/convert.ts';
import { type Bag, isArray, isBag, member, printDynamic, setKey } from '../value/dynamic.ts';
import { asText, jsonOf } from '../value/sql.ts';

/** The steps of a JSONPath such as `$.a.b` or `$["x y"].z`; a plain key is one step. */
export function pathOf(text: string): string[] {
  if (!text.startsWith('$')) return [text];
  const steps: string[] = [];
  const pattern = /\.([^.[\]]+)|\[(?:'([^']*)'|"([^"]*)"|(\d+))\]/g;
  for (const match of text.slice(1).matchAll(pattern))
    steps.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
  return steps.length > 0 ? steps : [text];
}

function copy(bag: Bag): { [key: string]: Dynamic } {
  const made: { [key: string]: Dynamic } = {};
  for (const [key, value] of Object.entries(bag)) setKey(made, key, value);
  return made;
}

function removePath(bag: Bag, path: readonly string[]): Bag {
  const [first, ...rest] = path;
  if (first === undefined || !Object.hasOwn(bag, first)) return bag;
  const made = copy(bag);
  const inner = member(bag, first);
  if (rest.length === 0) delete made[first];
  else if (isBag(inner)) setKey(made, first, removePath(inner, rest));
  return made;
}

/** A key that is there moves to the end, as the engine does it with nested ones. */
function setPath(bag: Bag, path: readonly string[], value: Dynamic): Bag {
  const [first, ...rest] = path;
  if (first === undefined) return bag;
  const made = copy(bag);
  if (rest.length === 0) setKey(made, first, value);
  else {
    const inner = member(bag, first);
    setKey(made, first, setPath(isBag(inner) ? inner : {}, rest, value));
  }
  return made;
}

const keysOf = (value: Value | undefined): string[] =>
  isArray(value) ? value.filter((k): k is string => typeof k === 'string') : [];

/** Keys in code point order at every depth, so that equal documents have equal texts. */
function canonical(value: Dynamic): Dynamic {
  if (isArray(value)) return value.map(canonical);
  if (!isBag(value)) return value;
  const made: { [key: string]: Dynamic } = {};
  for (const key of Object.keys(value).sort()) setKey(made, key, canonical(member(value, key)));
  return made;
}

const packing = (name: string): FunctionEntry =>
  scalar(
    name,
    {
      coerce: false,
      sql: (args, context) => {
        if (args.length === 0 || args.length % 2 !== 0) return undefined;
        const constantKeys = args.filter((_, i) => i % 2 === 0).map((a) => a.constant);
        // json_object refuses a key twice; the general way lets the last one win.
        if (new Set(constantKeys).size !== constantKeys.length || constantKeys.includes(undefined))
          return undefined;
        const pieces = args.map((a, i) => (i % 2 === 0 ? asText(a, context) : jsonOf(a, context)));
        return sql`CAST(${sqlCall('json_object', ...pieces)} AS VARCHAR)`;
      },
      js: {
        nulls: 'pass',
        call: (args, types) => {
          const bag: { [key: string]: Dynamic } = {};
          for (let i = 0; i + 1 < args.length; i += 2)
            setKey(
              bag,
              String(args[i] ?? ''),
              intoDynamic(args[i + 1] ?? null, types[i + 1] ?? 'dynamic'),
            );
          return bag;
        },
      },
    },
    [
      { kql: `tostring(${name}("a", 1, "b", "x"))`, result: '{"a":1,"b":"x"}' },
      {
        kql: `tostring(${name}("d", datetime(2020-01-01)))`,
        result: '{"d":"2020-01-01T00:00:00.0000000Z"}',
      },
    ],
  );

export const bags: readonly FunctionEntry[] = [
  packing('bag_pack'),
  packing('pack'),
  packing('pack_dictionary'),
  scalar(
    'bag_without_empty',
    {
      js: {
        call: ([bag]) =>
          isBag(bag)
            ? Object.fromEntries(Object.entries(bag).filter(([, v]) => v !== null && v !== ''))
            : (bag ?? null),
      },
    },
    [],
  ),
  scalar(
    'bag_keys',
    {
      sql: ([bag]) =>
        bag
          ? sql`CASE WHEN json_type(${bag.sql}) = 'OBJECT' THEN CAST(to_json(json_keys(${bag.sql})) AS VARCHAR) END`
          : undefined,
      js: { call: ([bag]) => (isBag(bag) ? Object.keys(bag) : null) },
    },
    [{ kql: 'tostring(bag_keys(dynamic({"b": 1, "a": {"c": 2}})))', result: '["b","a"]' }],
  ),
  scalar(
    'bag_has_key',
    {
      js: {
        call: ([bag, key]) => {
          if (!isBag(bag)) return null;
          let at: Dynamic = bag;
          for (const step of pathOf(String(key))) {
            if (!isBag(at) || !Object.hasOwn(at, step)) return false;
            at = member(at, step);
          }
          return true;
        },
      },
    },
    [
      { kql: 'bag_has_key(dynamic({"a": {"b": 1}}), "$.a.b")', result: 'True' },
      { kql: 'bag_has_key(dynamic({"a": 1}), "A")', result: 'False' },
    ],
  ),
  scalar(
    'bag_merge',
    {
      js: {
        nulls: 'pass',
        call: (args) => {
          const found = args.filter(isBag);
          if (found.length === 0) return null;
          const merged: { [key: string]: Dynamic } = {};
          // The leftmost value of a key counts (page "bag_merge()").
          for (const bag of found)
            for (const [key, value] of Object.entries(bag))
              if (!Object.hasOwn(merged, key)) setKey(merged, key, value);
          return merged;
        },
      },
    },
    [
      {
        kql: 'tostring(bag_merge(dynamic({"a": 1}), dynamic({"a": 2, "b": 3})))',
        result: '{"a":1,"b":3}',
      },
    ],
  ),
  scalar(
    'bag_remove_keys',
    {
      js: {
        call: ([bag, keys]) =>
          isBag(bag) ? keysOf(keys).reduce((b: Bag, key) => removePath(b, pathOf(key)), bag) : null,
      },
    },
    [
      {
        kql: `tostring(bag_remove_keys(dynamic({"a": 1, "b": {"c": 1, "d": 2}}), dynamic(["a", "$.b.c"])))`,
        result: '{"b":{"d":2}}',
      },
    ],
  ),
  scalar(
    'bag_set_key',
    {
      js: {
        nulls: 'pass',
        call: ([bag, key, value], types) =>
          isBag(bag)
            ? setPath(
                bag,
                pathOf(String(key ?? '')),
                intoDynamic(value ?? null, types[2] ?? 'dynamic'),
              )
            : null,
      },
    },
    [{ kql: 'tostring(bag_set_key(dynamic({"a": 1}), "b", 2))', result: '{"a":1,"b":2}' }],
  ),
  scalar(
    'bag_zip',
    {
      js: {
        nulls: 'pass',
        call: ([keys, values]) => {
          if (!isArray(keys)) return null;
          const bag: { [key: string]: Dynamic } = {};
          keys.forEach((key, i) => {
            // A key that is no text is passed over, with its value.
            if (typeof key === 'string')
              setKey(bag, key, isArray(values) ? (values[i] ?? null) : null);
          });
          return bag;
        },
      },
    },
    [
      {
        kql: 'tostring(bag_zip(dynamic(["a", 8, "b"]), dynamic([1, 2])))',
        result: '{"a":1,"b":null}',
      },
    ],
  ),
  scalar('dynamic_to_json', { js: { call: ([value]) => printDynamic(canonical(value ?? null)) } }, [
    { kql: 'dynamic_to_json(dynamic({"b": 1, "a": [1, 2]}))', result: '{"a":[1,2],"b":1}' },
  ]),
  scalar(
    'treepath',
    {
      js: {
        call: ([value]) => {
          // All elements of an array share one place, so a path may be met more than once.
          const paths = new Set<string>();
          const visit = (at: Dynamic, path: string): void => {
            if (isArray(at)) {
              paths.add(`${path}[0]`);
              for (const item of at) visit(item, `${path}[0]`);
            } else if (isBag(at))
              for (const [key, item] of Object.entries(at)) {
                const own = `${path}['${key}']`;
                paths.add(own);
                visit(item, own);
              }
          };
          visit(value ?? null, '');
          return [...paths];
        },
      },
    },
    [
      {
        kql: `treepath(dynamic({"list": [100, "abcde", {"x": "y"}]}))`,
        result: `["['list']","['list'][0]","['list'][0]['x']"]`,
      },
      {
        kql: `tostring(treepath(dynamic({"a": "b", "c": 123})))`,
        result: `["['a']","['c']"]`,
      },
    ],
  ),
];
