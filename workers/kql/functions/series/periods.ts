import { type FunctionEntry, scalar, type Value } from '../define.ts';
import { selfProducts } from './fourier.ts';
import { mean, optionalReal, realOf, realsOf } from './vector.ts';

export interface Period {
  /** In bins. */
  readonly length: number;
  /** 0…1. */
  readonly score: number;
}

/** A shorter pattern cannot be told from noise (page "series_periods_detect"). */
const SHORTEST = 4;
/** Correlation below this is noise. */
const FAINT = 0.25;
/** A multiple of a period has to correlate better than the period by this much to be a period of its own. */
const BETTER = 0.1;

/**
 * Correlation of a series with itself at each shift up to half its length, as if there were as many pairs of
 * points at each; undefined for a constant or incomplete series.
 */
function correlations(values: readonly number[]): number[] | undefined {
  const average = mean(values);
  const centred = values.map((v) => v - average);
  const products = selfProducts(centred, values.length >> 1);
  const total = products[0] ?? 0;
  if (!(total > 0)) return undefined;
  return products.map((p, k) => ((p / total) * values.length) / (values.length - k));
}

/**
 * The page gives no formula. Ours is the better of two measures, which on the page's series agree with each other
 * and, to 0.001, with the printed score: the correlation, weighed down where there is room for few repetitions
 * (it sees a season on top of a trend), and the season's share of the deviations (a wild point does not hide it).
 */
function scoreOf(values: readonly number[], length: number, correlation: number): number {
  const correlated = Math.max(0, Math.min(1, correlation)) * Math.sqrt(1 - length / values.length);
  return Math.max(correlated, explained(values, length));
}

/** Root of the share of the absolute deviations that vanish when points are compared with their phase's mean. */
function explained(values: readonly number[], length: number): number {
  const sums = new Float64Array(length);
  for (let i = 0; i < values.length; i++)
    sums[i % length] = (sums[i % length] ?? 0) + (values[i] ?? 0);
  const average = mean(values);
  const repeats = Math.floor(values.length / length);
  const longer = values.length % length;
  let rest = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const phase = i % length;
    const expected = (sums[phase] ?? 0) / (repeats + (phase < longer ? 1 : 0));
    rest += Math.abs((values[i] ?? 0) - expected);
    total += Math.abs((values[i] ?? 0) - average);
  }
  return total === 0 ? 0 : Math.sqrt(Math.max(0, 1 - rest / total));
}

/** Highest among its neighbours, up to a quarter of its length away. */
function isPeak(at: number, by: readonly number[]): boolean {
  const here = by[at] ?? 0;
  const reach = Math.max(1, Math.floor(at / 4));
  if (at + 1 >= by.length) return false;
  for (let k = Math.max(1, at - reach); k <= Math.min(by.length - 1, at + reach); k++)
    if (k !== at && (by[k] ?? 0) >= here) return false;
  return true;
}

/** The most significant periods, best first. `min` and `max` are in bins. */
export function detectPeriods(values: readonly number[], min: number, max: number): Period[] {
  const by = correlations(values);
  if (!by) return [];
  const from = Math.max(SHORTEST, Math.ceil(min));
  const to = Math.min(by.length - 1, Math.floor(max));
  const peaks: { length: number; correlation: number }[] = [];
  for (let k = from; k <= to; k++) {
    const correlation = by[k] ?? 0;
    if (correlation >= FAINT && isPeak(k, by)) peaks.push({ length: k, correlation });
  }
  const own = peaks.filter((peak) =>
    peaks.every(
      (other) =>
        other.length >= peak.length ||
        !isMultiple(peak.length, other.length) ||
        peak.correlation > other.correlation + BETTER,
    ),
  );
  return own
    .map(({ length, correlation }) => ({ length, score: scoreOf(values, length, correlation) }))
    .sort((a, b) => b.score - a.score);
}

/** Give or take a bin for each repetition: a period need not be a whole number of bins. */
function isMultiple(length: number, of: number): boolean {
  const times = Math.round(length / of);
  return times > 1 && Math.abs(length - times * of) <= times / 2;
}

function detect([values, min, max, count]: readonly Value[]): Value {
  const y = realsOf(values);
  if (!y) return [null, null];
  const found = detectPeriods(y, realOf(min), realOf(max));
  const n = Math.max(0, Math.trunc(optionalReal(count, 0)));
  const padded = Array.from({ length: n }, (_, i) => found[i] ?? { length: 0, score: 0 });
  return [padded.map((p) => p.length), padded.map((p) => p.score)];
}

function validate([values, ...periods]: readonly Value[]): Value {
  const y = realsOf(values);
  if (!y) return [null, null];
  const by = correlations(y);
  const lengths = periods.map(realOf);
  const scores = lengths.map((length) => {
    const at = Math.round(length);
    if (!by || at < SHORTEST || length > y.length / 2 || !isPeak(at, by)) return 0;
    return scoreOf(y, at, by[at] ?? 0);
  });
  return [lengths, scores];
}

const WEEKS = 'dynamic([1, 2, 9, 2, 1, 2, 9, 2, 1, 2, 9, 2, 1, 2, 9, 2, 1, 2, 9, 2])';

export const periods: readonly FunctionEntry[] = [
  scalar('series_periods_detect', { js: { text: [0], nulls: 'pass', call: detect } }, [
    {
      kql: `toscalar(print y = ${WEEKS} | extend (p, s) = series_periods_detect(y, 0.0, 10.0, 2) | project p)`,
      result: '[4.0,0.0]',
    },
  ]),
  scalar('series_periods_validate', { js: { text: [0], nulls: 'pass', call: validate } }, [
    {
      kql: `toscalar(print y = ${WEEKS} | extend (p, s) = series_periods_validate(y, 4.0, 6.0) | project s[1])`,
      result: '0.0',
    },
  ]),
];
