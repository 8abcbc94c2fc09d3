import { type Dynamic, type FunctionEntry, scalar, type Value } from '../define.ts';
import { isArray } from '../value/dynamic.ts';

/** Whether an element is the placeholder of a missing value: null by default, else the value given. */
function missing(placeholder: Value | undefined): (item: Dynamic) => boolean {
  if (placeholder === undefined || placeholder === null) return (item) => item === null;
  return (item) =>
    (typeof item === 'number' || typeof item === 'bigint') && Number(item) === Number(placeholder);
}

function forward([values, placeholder]: readonly Value[]): Value {
  if (!isArray(values)) return null;
  const isMissing = missing(placeholder);
  let last: Dynamic | undefined;
  return values.map((item) => {
    if (!isMissing(item)) last = item;
    return last === undefined ? item : isMissing(item) ? last : item;
  });
}

function backward([values, placeholder]: readonly Value[]): Value {
  if (!isArray(values)) return null;
  const filled = forward([[...values].reverse(), placeholder ?? null]);
  return isArray(filled) ? [...filled].reverse() : null;
}

function constant([values, value, placeholder]: readonly Value[]): Value {
  if (!isArray(values)) return null;
  const isMissing = missing(placeholder);
  return values.map((item) => (isMissing(item) ? (value ?? 0n) : item));
}

/** Straight lines between the neighbours; among longs the line's points are cut to longs (page "series_fill_linear"). */
function linear([values, placeholder, edges, value]: readonly Value[]): Value {
  if (!isArray(values)) return null;
  const isMissing = missing(placeholder);
  const known = values.flatMap((item, i) => (isMissing(item) ? [] : [i]));
  const first = known[0];
  const last = known.at(-1);
  if (first === undefined || last === undefined)
    return values.map((item) => (value === undefined ? 0 : (value ?? item)));
  const whole = known.every((i) => typeof values[i] === 'bigint');
  const fillEdges = edges !== false;
  let next = 0;
  return values.map((item, i) => {
    if (!isMissing(item)) return item;
    if (i < first) return fillEdges ? (values[first] ?? null) : item;
    if (i > last) return fillEdges ? (values[last] ?? null) : item;
    while ((known[next] ?? last) < i) next++;
    const right = known[next] ?? last;
    const left = known[next - 1] ?? first;
    const a = Number(values[left]);
    const b = Number(values[right]);
    const point = a + ((b - a) * (i - left)) / (right - left);
    return whole ? BigInt(Math.trunc(point)) : point;
  });
}

const GAPS = 'dynamic([null, 1, null, 4, null])';

export const filling: readonly FunctionEntry[] = [
  scalar('series_fill_forward', { js: { nulls: 'pass', call: forward } }, [
    { kql: `series_fill_forward(${GAPS})`, result: '[null,1,1,4,4]' },
    { kql: 'series_fill_forward(dynamic([1, 0, 3]), 0)', result: '[1,1,3]' },
  ]),
  scalar('series_fill_backward', { js: { nulls: 'pass', call: backward } }, [
    { kql: `series_fill_backward(${GAPS})`, result: '[1,1,4,4,null]' },
  ]),
  scalar('series_fill_const', { js: { nulls: 'pass', call: constant } }, [
    { kql: `series_fill_const(${GAPS}, -1)`, result: '[-1,1,-1,4,-1]' },
    { kql: `series_fill_const(dynamic([5, 0]), 7, 0)`, result: '[5,7]' },
  ]),
  scalar('series_fill_linear', { js: { nulls: 'pass', call: linear } }, [
    {
      kql: 'series_fill_linear(dynamic([null, 111, null, 36, null]))',
      result: '[111,111,73,36,36]',
    },
    { kql: 'series_fill_linear(dynamic([111.0, null, 36.0]))', result: '[111.0,73.5,36.0]' },
    { kql: `series_fill_linear(${GAPS}, double(null), false)`, result: '[null,1,2,4,null]' },
  ]),
];
