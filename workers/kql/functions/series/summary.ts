import { type Dynamic, type FunctionEntry, scalar, type Value } from '../define.ts';
import { isArray } from '../value/dynamic.ts';
import { allFinite, mean, realOf, realsOf } from './vector.ts';

export interface Stats {
  readonly min: number;
  readonly minIndex: number;
  readonly max: number;
  readonly maxIndex: number;
  readonly avg: number;
  readonly stdev: number;
  readonly variance: number;
  readonly sum: number;
  readonly length: number;
}

/** Sample variance; 0 for one value. undefined for no value, or a non-finite one unless those are left out. */
export function statsOf(values: readonly number[], ignoreNonFinite: boolean): Stats | undefined {
  if (!ignoreNonFinite && !allFinite(values)) return undefined;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let minIndex = -1;
  let maxIndex = -1;
  let sum = 0;
  let length = 0;
  values.forEach((v, i) => {
    if (!Number.isFinite(v)) return;
    if (v < min) [min, minIndex] = [v, i];
    if (v > max) [max, maxIndex] = [v, i];
    sum += v;
    length++;
  });
  if (length === 0) return undefined;
  const avg = sum / length;
  let squares = 0;
  for (const v of values) if (Number.isFinite(v)) squares += (v - avg) ** 2;
  const variance = length > 1 ? squares / (length - 1) : 0;
  return { min, minIndex, max, maxIndex, avg, stdev: Math.sqrt(variance), variance, sum, length };
}

function read([values, ignore]: readonly Value[]): Stats | undefined {
  const reals = realsOf(values);
  return reals && statsOf(reals, ignore === true);
}

/** In the order of the function's columns. */
function columns(args: readonly Value[]): Value {
  const s = read(args);
  if (!s) return [null, null, null, null, null, null, null];
  return [s.min, BigInt(s.minIndex), s.max, BigInt(s.maxIndex), s.avg, s.stdev, s.variance];
}

function bag(args: readonly Value[]): Value {
  const s = read(args);
  return {
    min: s?.min ?? null,
    min_idx: s ? BigInt(s.minIndex) : null,
    max: s?.max ?? null,
    max_idx: s ? BigInt(s.maxIndex) : null,
    avg: s?.avg ?? null,
    stdev: s?.stdev ?? null,
    variance: s?.variance ?? null,
    sum: s?.sum ?? null,
    len: s ? BigInt(s.length) : null,
  };
}

/** Numbers of a series, nulls left out; undefined where another value stands in it. */
function numbers(value: Value | undefined): number[] | undefined {
  if (!isArray(value)) return undefined;
  const out: number[] = [];
  for (const item of value) {
    if (item === null) continue;
    if (typeof item !== 'number' && typeof item !== 'bigint') return undefined;
    out.push(Number(item));
  }
  return out;
}

const folded =
  (start: number, step: (total: number, x: number) => number) =>
  ([values]: readonly Value[]): Value =>
    numbers(values)?.reduce(step, start) ?? null;

const sum = folded(0, (total, x) => total + x);

/** Two series, or a series and a number that stands for a series of it. */
function products([a, b]: readonly Value[]): [number[], number[]] | undefined {
  const repeat = (x: Dynamic | undefined, n: number): number[] =>
    new Array<number>(n).fill(realOf(x));
  const x = realsOf(a) ?? (isArray(b) ? repeat(a, b.length) : undefined);
  const y = realsOf(b) ?? (isArray(a) ? repeat(b, a.length) : undefined);
  return x && y && [x, y];
}

const dot = (x: readonly number[], y: readonly number[]): number => {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += (x[i] ?? 0) * (y[i] ?? 0);
  return total;
};

/** Real or null: what cannot be told has no answer. */
const realOrNull = (x: number): Value => (Number.isNaN(x) ? null : x);

/**
 * The pairs that count: what a longer series has over is cut off, and a pair with anything but two numbers is left
 * out; undefined for none (pages "series_dot_product", "series_cosine_similarity").
 */
function pairs(args: readonly Value[]): [number[], number[]] | undefined {
  const both = products(args);
  if (!both) return undefined;
  const x: number[] = [];
  const y: number[] = [];
  for (let i = 0; i < Math.min(both[0].length, both[1].length); i++) {
    const a = both[0][i] ?? Number.NaN;
    const b = both[1][i] ?? Number.NaN;
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    x.push(a);
    y.push(b);
  }
  return x.length > 0 ? [x, y] : undefined;
}

function dotProduct(args: readonly Value[]): Value {
  const both = pairs(args);
  return both ? realOrNull(dot(both[0], both[1])) : null;
}

/** Magnitudes that are known already save the work (page "series_cosine_similarity"). */
function cosine(args: readonly Value[]): Value {
  const both = pairs(args);
  if (!both) return null;
  const [x, y] = both;
  const magnitude = (given: Value | undefined, values: readonly number[]): number =>
    given === undefined || given === null ? Math.sqrt(dot(values, values)) : realOf(given);
  return realOrNull(dot(x, y) / (magnitude(args[2], x) * magnitude(args[3], y)));
}

function pearson(args: readonly Value[]): Value {
  const both = products(args);
  if (!both || both[0].length !== both[1].length) return null;
  const [x, y] = both;
  const mx = mean(x);
  const my = mean(y);
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = (x[i] ?? 0) - mx;
    const dy = (y[i] ?? 0) - my;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  const r = xy / Math.sqrt(xx * yy);
  return Number.isNaN(r) ? (allFinite(x) && allFinite(y) ? r : null) : r;
}

const S = 'dynamic([23, 46, 4, 87])';

export const summary: readonly FunctionEntry[] = [
  scalar('series_stats', { js: { text: [0], nulls: 'pass', call: columns } }, [
    {
      kql: `toscalar(print x = ${S} | extend (lo, at) = series_stats(x) | project at)`,
      result: '2',
    },
  ]),
  scalar('series_stats_dynamic', { js: { text: [0], nulls: 'pass', call: bag } }, [
    { kql: `series_stats_dynamic(${S}).max`, result: '87.0' },
    { kql: `series_stats_dynamic(${S}).max_idx`, result: '3' },
    { kql: 'series_stats_dynamic(dynamic([1, null, 3])).avg', result: '' },
    { kql: 'series_stats_dynamic(dynamic([1, null, 3]), true).avg', result: '2.0' },
  ]),
  scalar('array_sum', { js: { call: sum } }, [
    { kql: 'array_sum(dynamic([1, 2.5, null]))', result: '3.5' },
    { kql: 'array_sum(dynamic(["a"]))', result: '' },
  ]),
  scalar('series_sum', { js: { call: sum } }, [
    { kql: 'series_sum(dynamic([1, 2, 3]))', result: '6.0' },
  ]),
  scalar('series_product', { js: { call: folded(1, (total, x) => total * x) } }, [
    { kql: 'series_product(dynamic([2, 3, 4]))', result: '24.0' },
  ]),
  scalar(
    'series_magnitude',
    {
      js: {
        call: ([values]) =>
          realOrNull(Math.sqrt(dot(realsOf(values) ?? [Number.NaN], realsOf(values) ?? [1]))),
      },
    },
    [{ kql: 'series_magnitude(dynamic([3, 4]))', result: '5.0' }],
  ),
  scalar('series_dot_product', { js: { call: dotProduct } }, [
    { kql: 'series_dot_product(dynamic([1, 2]), dynamic([3, 4]))', result: '11.0' },
    { kql: 'series_dot_product(dynamic([1, 2]), 10)', result: '30.0' },
    { kql: 'series_dot_product(dynamic([2, 3]), dynamic([5, 7, 11]))', result: '31.0' },
    { kql: 'series_dot_product(dynamic([2, "x", 3]), dynamic([5, 7, 11]))', result: '43.0' },
    { kql: 'series_dot_product(dynamic([]), dynamic([5]))', result: '' },
  ]),
  scalar('series_cosine_similarity', { js: { nulls: 'pass', call: cosine } }, [
    { kql: 'series_cosine_similarity(dynamic([3, 4]), dynamic([3, 4]))', result: '1.0' },
    { kql: 'series_cosine_similarity(dynamic([1, 0]), dynamic([0, 1]))', result: '0.0' },
    { kql: 'series_cosine_similarity(dynamic([3, 4, 9]), dynamic([3, 4]))', result: '1.0' },
  ]),
  scalar('series_pearson_correlation', { js: { call: pearson } }, [
    {
      kql: 'round(series_pearson_correlation(dynamic([1, 2, 3]), dynamic([2, 4, 6])), 9)',
      result: '1.0',
    },
  ]),
];
