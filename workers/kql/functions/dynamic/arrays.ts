import { sql, call as sqlCall, str } from '../../emit/sql.ts';
import { type Dynamic, type FunctionEntry, scalar, type Value } from '../define.ts';
import { compareDynamic, equalDynamic } from '../value/compare.ts';
import { intoDynamic } from '../value/convert.ts';
import { isArray } from '../value/dynamic.ts';
import { jsonOf } from '../value/sql.ts';

/** What a dynamic array holds at most, by the page of range(). */
const MAX_VALUES = 1_048_576;

/** A position argument; reals and text are not positions. */
const position = (value: Value | undefined): number | undefined =>
  typeof value === 'bigint' || typeof value === 'number' ? Math.trunc(Number(value)) : undefined;

const LENGTH = [
  { kql: 'array_length(dynamic([1, 2, "three"]))', result: '3' },
  { kql: 'array_length(dynamic({"a": 1}))', result: '' },
];

const length = (name: string): FunctionEntry =>
  scalar(
    name,
    {
      sql: ([array]) =>
        array
          ? sql`CASE WHEN json_type(${array.sql}) = 'ARRAY' THEN CAST(json_array_length(${array.sql}) AS BIGINT) END`
          : undefined,
      js: { call: ([array]) => (isArray(array) ? BigInt(array.length) : null) },
    },
    LENGTH,
  );

/** Elements [start, end], both ends in; negative ones count from the end (page "array_slice()"). */
function slice(array: readonly Dynamic[], start: number, end: number): readonly Dynamic[] {
  const from = start < 0 ? Math.max(0, array.length + start) : start;
  const to = end < 0 ? array.length + end : end;
  return array.slice(from, Math.max(from, to + 1));
}

/** Moves elements; what falls out is gone, and the fill comes in (page "array_shift_left()"). */
function shift(array: readonly Dynamic[], by: number, fill: Dynamic | undefined): Dynamic[] {
  const nothing =
    fill ?? (array.every((v) => typeof v === 'string') && array.length > 0 ? '' : null);
  return array.map((_, i) => {
    const from = i + by;
    return from >= 0 && from < array.length ? (array[from] ?? null) : nothing;
  });
}

function rotate(array: readonly Dynamic[], by: number): Dynamic[] {
  const n = array.length;
  return array.map((_, i) => array[(((i + by) % n) + n) % n] ?? null);
}

const moved = (
  name: string,
  move: (array: readonly Dynamic[], by: number, fill: Dynamic | undefined) => Dynamic,
  result: string,
): FunctionEntry =>
  scalar(
    name,
    {
      js: {
        nulls: 'pass',
        call: ([array, by, fill], types) => {
          const steps = position(by);
          if (!isArray(array) || steps === undefined) return null;
          return move(
            array,
            steps,
            fill === undefined || fill === null
              ? undefined
              : intoDynamic(fill, types[2] ?? 'dynamic'),
          );
        },
      },
    },
    [{ kql: `tostring(${name}(dynamic([1, 2, 3, 4]), 1))`, result }],
  );

/** Cuts at one place or several (page "array_split()"). */
function splitAt(array: readonly Dynamic[], places: readonly number[]): Dynamic[] {
  const cuts = places.map((p) => Math.min(array.length, Math.max(0, p < 0 ? array.length + p : p)));
  const parts: Dynamic[] = [];
  let from = 0;
  for (const cut of cuts) {
    parts.push(array.slice(from, Math.max(from, cut)));
    from = Math.max(from, cut);
  }
  parts.push(array.slice(from));
  return parts;
}

/** Nulls go last, whichever way (page "array_sort_asc()"), unless the last argument says otherwise. */
function sortArrays(args: readonly Value[], descending: boolean): Value {
  const last = args.at(-1);
  const nullsLast = typeof last === 'boolean' ? last : true;
  const arrays = typeof last === 'boolean' ? args.slice(0, -1) : args;
  const [first] = arrays;
  if (!isArray(first)) return null;
  const order = first.map((_, i) => i);
  order.sort((a, b) => {
    const x = first[a] ?? null;
    const y = first[b] ?? null;
    if (x === null || y === null) return x === y ? 0 : (x === null) === nullsLast ? 1 : -1;
    const o = compareDynamic(x, y);
    return descending ? -o : o;
  });
  const sorted = arrays.map((array) =>
    isArray(array) && array.length === first.length ? order.map((i) => array[i] ?? null) : null,
  );
  return sorted.length === 1 ? (sorted[0] ?? null) : sorted;
}

const sorting = (name: string, descending: boolean): FunctionEntry =>
  scalar(name, { js: { nulls: 'pass', call: (args) => sortArrays(args, descending) } }, [
    {
      kql: `tostring(${name}(dynamic([3, null, 1, 2])))`,
      result: descending ? '[3,2,1,null]' : '[1,2,3,null]',
    },
  ]);

/** Element by element from one array or the other; a scalar serves every place (page "array_iff()"). */
const choice = (name: string): FunctionEntry =>
  scalar(
    name,
    {
      js: {
        nulls: 'pass',
        call: ([conditions, yes, no], types) => {
          if (!isArray(conditions)) return null;
          const pick = (value: Value | undefined, at: number, i: number): Dynamic =>
            isArray(value)
              ? (value[i] ?? null)
              : intoDynamic(value ?? null, types[at] ?? 'dynamic');
          return conditions.map((c, i) => {
            if (typeof c === 'boolean') return pick(c ? yes : no, c ? 1 : 2, i);
            if (typeof c === 'bigint' || typeof c === 'number')
              return Number(c) !== 0 ? pick(yes, 1, i) : pick(no, 2, i);
            return null;
          });
        },
      },
      coerce: false,
    },
    [
      {
        kql: `tostring(${name}(dynamic([true, 0, 5]), dynamic([1, 2, 3]), "x"))`,
        result: '[1,"x",3]',
      },
      { kql: `tostring(${name}(dynamic([true]), dynamic([]), 0))`, result: '[null]' },
    ],
  );

export const arrays: readonly FunctionEntry[] = [
  length('array_length'),
  length('arraylength'),
  scalar(
    'array_concat',
    {
      js: {
        nulls: 'pass',
        call: (args) => (args.every(isArray) ? args.flat() : null),
      },
    },
    [{ kql: 'tostring(array_concat(dynamic([1]), dynamic(["a", null])))', result: '[1,"a",null]' }],
  ),
  choice('array_iff'),
  choice('array_iif'),
  scalar(
    'array_index_of',
    {
      js: {
        nulls: 'pass',
        call: ([array, value, start, count, occurrence], types) => {
          if (!isArray(array)) return null;
          const wanted = intoDynamic(value ?? null, types[1] ?? 'dynamic');
          const n = array.length;
          const from = position(start) ?? 0;
          const first = from < 0 ? Math.max(0, n + from) : from;
          const many = position(count) ?? -1;
          const end = many < 0 ? n : Math.min(n, first + many);
          let left = position(occurrence) ?? 1;
          for (let i = first; i < end; i++)
            if (equalDynamic(array[i] ?? null, wanted) && --left === 0) return BigInt(i);
          return -1n;
        },
      },
    },
    [
      { kql: 'array_index_of(dynamic(["a", "b", "a"]), "a", 1)', result: '2' },
      { kql: 'array_index_of(dynamic([1, 2]), 5)', result: '-1' },
    ],
  ),
  scalar(
    'array_reverse',
    { js: { call: ([array]) => (isArray(array) ? [...array].reverse() : (array ?? null)) } },
    [{ kql: 'tostring(array_reverse(dynamic([1, 2, 3])))', result: '[3,2,1]' }],
  ),
  moved('array_rotate_left', rotate, '[2,3,4,1]'),
  moved('array_rotate_right', (array, by) => rotate(array, -by), '[4,1,2,3]'),
  moved('array_shift_left', shift, '[2,3,4,null]'),
  moved('array_shift_right', (array, by, fill) => shift(array, -by, fill), '[null,1,2,3]'),
  scalar(
    'array_slice',
    {
      js: {
        call: ([array, start, end]) => {
          const from = position(start);
          const to = position(end);
          return isArray(array) && from !== undefined && to !== undefined
            ? slice(array, from, to)
            : null;
        },
      },
    },
    [
      { kql: 'tostring(array_slice(dynamic([1, 2, 3, 4, 5]), 1, 2))', result: '[2,3]' },
      { kql: 'tostring(array_slice(dynamic([1, 2, 3, 4, 5]), -3, -2))', result: '[3,4]' },
    ],
  ),
  sorting('array_sort_asc', false),
  sorting('array_sort_desc', true),
  scalar(
    'array_split',
    {
      js: {
        call: ([array, at]) => {
          if (!isArray(array)) return null;
          const places = isArray(at) ? at.map((p) => position(p)) : [position(at)];
          return places.every((p) => p !== undefined) ? splitAt(array, places) : null;
        },
      },
    },
    [
      {
        kql: 'tostring(array_split(dynamic([1, 2, 3, 4, 5]), dynamic([1, 3])))',
        result: '[[1],[2,3],[4,5]]',
      },
    ],
  ),
  scalar(
    'pack_array',
    {
      coerce: false,
      sql: (args, context) =>
        args.length === 0
          ? str('[]')
          : sql`CAST(${sqlCall('json_array', ...args.map((a) => jsonOf(a, context)))} AS VARCHAR)`,
      js: {
        nulls: 'pass',
        call: (args, types) => args.map((a, i) => intoDynamic(a, types[i] ?? 'dynamic')),
      },
    },
    [{ kql: 'tostring(pack_array(1, "a", 2.5, true))', result: '[1,"a",2.5,true]' }],
  ),
  scalar(
    'repeat',
    {
      // Numbers, moments, truth and text, says the page; the engine refuses a dynamic.
      sql: ([value], context) =>
        value?.type === 'dynamic'
          ? context.fail('repeat() takes a value that is not dynamic: convert it first.')
          : undefined,
      js: {
        nulls: 'pass',
        call: ([value, count], types) => {
          if (types[0] === 'dynamic') throw new TypeError('repeat() takes no dynamic');
          const n = position(count);
          if (n === undefined || n < 0) return null;
          if (n > MAX_VALUES)
            throw new RangeError(
              `repeat() makes at most ${MAX_VALUES} values, and ${n} are asked for.`,
            );
          return new Array<Dynamic>(n).fill(intoDynamic(value ?? null, types[0] ?? 'dynamic'));
        },
      },
    },
    [
      { kql: 'tostring(repeat(1, 3))', result: '[1,1,1]' },
      { kql: 'tostring(repeat(1, 0))', result: '[]' },
      { kql: 'isnull(repeat(1, -1))', result: 'True' },
    ],
  ),
  scalar(
    'zip',
    {
      js: {
        nulls: 'pass',
        call: (args) => {
          if (!args.every(isArray)) return null;
          const longest = Math.max(...args.map((a) => a.length));
          return Array.from({ length: longest }, (_, i) => args.map((a) => a[i] ?? null));
        },
      },
    },
    [{ kql: 'tostring(zip(dynamic([1, 2]), dynamic(["a"])))', result: '[[1,"a"],[2,null]]' }],
  ),
];
