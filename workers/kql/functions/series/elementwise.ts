import { parseDatetime } from '../../../../common/types/time-text.ts';
import { type Dynamic, type Example, type FunctionEntry, scalar, type Value } from '../define.ts';
import { isArray } from '../value/dynamic.ts';

type Numeric = number | bigint;

/** A datetime inside a dynamic is its text; only the form that the engine itself writes is taken for one. */
const DATETIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/;

/** The number that an element stands for, ticks for a datetime; undefined for anything else. */
function numeric(value: Dynamic | undefined): Numeric | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return typeof value === 'string' && DATETIME.test(value) ? parseDatetime(value) : undefined;
}

/** One number of each series; a missing or non-numeric element of either gives null (page "series_add"). */
type Pair = (a: Numeric, b: Numeric) => Dynamic;

/** Element by element; a plain number stands for a series of it, a shorter series is filled with nulls. */
function paired(pair: Pair) {
  return ([left, right]: readonly Value[]): Value => {
    const a = isArray(left) ? left : undefined;
    const b = isArray(right) ? right : undefined;
    if (!a && !b) return null;
    const length = Math.max(a?.length ?? 0, b?.length ?? 0);
    const out = new Array<Dynamic>(length);
    for (let i = 0; i < length; i++) {
      const x = numeric(a ? a[i] : left);
      const y = numeric(b ? b[i] : right);
      out[i] = x === undefined || y === undefined ? null : pair(x, y);
    }
    return out;
  };
}

/** Longs stay longs and wrap at 64 bits; with a real on either side the result is real. */
const arithmetic =
  (longs: (a: bigint, b: bigint) => bigint, reals: (a: number, b: number) => number): Pair =>
  (a, b) =>
    typeof a === 'bigint' && typeof b === 'bigint'
      ? BigInt.asIntN(64, longs(a, b))
      : reals(Number(a), Number(b));

const comparison =
  (holds: (a: Numeric, b: Numeric) => boolean): Pair =>
  (a, b) =>
    holds(a, b);

const two = (name: string, pair: Pair, examples: readonly Example[]): FunctionEntry =>
  scalar(name, { js: { nulls: 'pass', call: paired(pair) } }, examples);

const PAIR = 'dynamic([1, 2, 4]), dynamic([4, 2, 1])';
const UNEVEN = 'dynamic([1.5, 2, 4]), dynamic([1, 2])';

const pairs: readonly FunctionEntry[] = [
  two(
    'series_add',
    arithmetic(
      (a, b) => a + b,
      (a, b) => a + b,
    ),
    [
      { kql: `series_add(${PAIR})`, result: '[5,4,5]' },
      { kql: `series_add(${UNEVEN})`, result: '[2.5,4,null]' },
      { kql: 'series_add(dynamic([1, 2]), 10)', result: '[11,12]' },
    ],
  ),
  two(
    'series_subtract',
    arithmetic(
      (a, b) => a - b,
      (a, b) => a - b,
    ),
    [
      { kql: `series_subtract(${PAIR})`, result: '[-3,0,3]' },
      { kql: 'series_subtract(10, dynamic([1, 2]))', result: '[9,8]' },
      {
        kql: 'series_subtract(pack_array(datetime(2024-01-01 00:00:02)), pack_array(datetime(2024-01-01)))',
        result: '[20000000]',
      },
    ],
  ),
  two(
    'series_multiply',
    arithmetic(
      (a, b) => a * b,
      (a, b) => a * b,
    ),
    [{ kql: `series_multiply(${PAIR})`, result: '[4,4,4]' }],
  ),
  two('series_divide', (a, b) => Number(a) / Number(b), [
    { kql: `series_divide(${PAIR})`, result: '[0.25,1.0,4.0]' },
  ]),
  two('series_pow', (a, b) => Number(a) ** Number(b), [
    { kql: 'series_pow(dynamic([1, 2, 3]), 2)', result: '[1.0,4.0,9.0]' },
  ]),
  two(
    'series_greater',
    comparison((a, b) => a > b),
    [{ kql: `series_greater(${PAIR})`, result: '[false,false,true]' }],
  ),
  two(
    'series_greater_equals',
    comparison((a, b) => a >= b),
    [{ kql: `series_greater_equals(${PAIR})`, result: '[false,true,true]' }],
  ),
  two(
    'series_less',
    comparison((a, b) => a < b),
    [{ kql: `series_less(${PAIR})`, result: '[true,false,false]' }],
  ),
  two(
    'series_less_equals',
    comparison((a, b) => a <= b),
    [{ kql: `series_less_equals(${PAIR})`, result: '[true,true,false]' }],
  ),
  two(
    'series_equals',
    comparison((a, b) => Number(a) === Number(b)),
    [{ kql: `series_equals(${PAIR})`, result: '[false,true,false]' }],
  ),
  two(
    'series_not_equals',
    comparison((a, b) => Number(a) !== Number(b)),
    [{ kql: `series_not_equals(${PAIR})`, result: '[true,false,true]' }],
  ),
];

const one = (
  name: string,
  apply: (x: Numeric) => Dynamic,
  examples: readonly Example[],
): FunctionEntry =>
  scalar(
    name,
    {
      js: {
        call: ([values]) =>
          isArray(values)
            ? values.map((v) => {
                const x = numeric(v);
                return x === undefined ? null : apply(x);
              })
            : null,
      },
    },
    examples,
  );

const real =
  (f: (x: number) => number): ((x: Numeric) => Dynamic) =>
  (x) =>
    f(Number(x));

const singles: readonly FunctionEntry[] = [
  one('series_abs', (x) => (x < 0 ? -x : x), [
    { kql: 'series_abs(dynamic([-1, 0, 1.5]))', result: '[1,0,1.5]' },
  ]),
  one('series_sign', (x) => (x > 0 ? 1n : x < 0 ? -1n : 0n), [
    { kql: 'series_sign(dynamic([-6, 0, 8.5]))', result: '[-1,0,1]' },
  ]),
  one('series_exp', real(Math.exp), [{ kql: 'series_exp(dynamic([0]))', result: '[1.0]' }]),
  one('series_log', real(Math.log), [
    { kql: 'series_log(dynamic([1, null]))', result: '[0.0,null]' },
  ]),
  one('series_sin', real(Math.sin), [{ kql: 'series_sin(dynamic([0]))', result: '[0.0]' }]),
  one('series_asin', real(Math.asin), [
    { kql: 'series_asin(dynamic([1, 0]))', result: '[1.5707963267948966,0.0]' },
  ]),
  one('series_cos', real(Math.cos), [{ kql: 'series_cos(dynamic([0]))', result: '[1.0]' }]),
  one('series_acos', real(Math.acos), [
    { kql: 'series_acos(dynamic([-1, 1]))', result: '[3.141592653589793,0.0]' },
  ]),
  one('series_tan', real(Math.tan), [{ kql: 'series_tan(dynamic([0]))', result: '[0.0]' }]),
  one('series_atan', real(Math.atan), [
    { kql: 'series_atan(dynamic([1, 0]))', result: '[0.7853981633974483,0.0]' },
  ]),
  one('series_floor', real(Math.floor), [
    { kql: 'series_floor(dynamic([-1.5, 1, 2.5]))', result: '[-2.0,1.0,2.0]' },
  ]),
  // `+ 0` turns the negative zero that rounding up leaves into zero.
  one(
    'series_ceiling',
    real((x) => Math.ceil(x) + 0),
    [{ kql: 'series_ceiling(dynamic([-1.5, -0.5, 2.5]))', result: '[-1.0,0.0,3.0]' }],
  ),
];

export const elementwise: readonly FunctionEntry[] = [...pairs, ...singles];
