import type { Dynamic, Value } from '../define.ts';
import { isArray } from '../value/dynamic.ts';

/**
 * The numbers of a series; null, text and the like are NaN. undefined where the value is no array. A series may come
 * as its JSON text: where longs and reals are alike, reading it takes a fifth of the time.
 */
export function realsOf(value: Value | undefined): number[] | undefined {
  const items = typeof value === 'string' ? arrayOfText(value) : value;
  if (!isArray(items)) return undefined;
  const out = new Array<number>(items.length);
  for (let i = 0; i < items.length; i++) out[i] = realOf(items[i]);
  return out;
}

function arrayOfText(text: string): Dynamic | undefined {
  try {
    return JSON.parse(text) as Dynamic;
  } catch {
    return undefined;
  }
}

export function realOf(value: Dynamic | undefined): number {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' ? Number(value) : Number.NaN;
}

/** A number given as an optional argument. */
export function optionalReal(value: Value | undefined, otherwise: number): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : otherwise;
}

export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const v of values) sum += v;
  return sum / values.length;
}

/** The middle of the sorted values, or the mean of the two in the middle; sorts in place. */
export function medianOf(values: number[]): number {
  values.sort((a, b) => a - b);
  const half = values.length >> 1;
  const upper = values[half] ?? Number.NaN;
  return values.length % 2 === 1 ? upper : ((values[half - 1] ?? Number.NaN) + upper) / 2;
}

/** Percentile by linear interpolation between the ranks of sorted values. `percent` is 0…100. */
export function interpolated(sorted: Float64Array, percent: number): number {
  const at = (percent / 100) * (sorted.length - 1);
  const low = Math.floor(at);
  const a = sorted[low] ?? Number.NaN;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] ?? Number.NaN;
  return a + (b - a) * (at - low);
}

export const allFinite = (values: readonly number[]): boolean => values.every(Number.isFinite);
