import { type FunctionEntry, scalar, type Value } from '../define.ts';
import { fitLine } from './fitting.ts';
import { detectPeriods } from './periods.ts';
import { interpolated, mean, medianOf, optionalReal, realsOf } from './vector.ts';

export interface Decomposition {
  readonly baseline: number[];
  readonly seasonal: number[];
  readonly trend: number[];
  readonly residual: number[];
}

interface Settings {
  /** Bins; -1 finds it, 0 has none. */
  readonly period: number;
  readonly trend: string;
  /** Points at the end that teach nothing. */
  readonly testPoints: number;
  readonly threshold: number;
}

/** The first detected period that is significant enough; 0 for none. */
function seasonOf(values: readonly number[], period: number, threshold: number): number {
  if (period >= 0) return Math.trunc(period);
  const [best] = detectPeriods(values, 0, values.length / 2);
  return best && best.score >= threshold ? best.length : 0;
}

/** The median of each phase over the learned points; zeros where there is no season. */
function seasonalOf(learned: readonly number[], period: number, length: number): number[] {
  if (period < 1 || period > learned.length) return new Array<number>(length).fill(0);
  const phases: number[][] = Array.from({ length: period }, () => []);
  for (let i = 0; i < learned.length; i++) phases[i % period]?.push(learned[i] ?? 0);
  const medians = phases.map(medianOf);
  return Array.from({ length }, (_, i) => medians[i % period] ?? 0);
}

function trendOf(learned: readonly number[], kind: string, length: number): number[] {
  if (kind === 'none' || learned.length === 0) return new Array<number>(length).fill(0);
  if (kind === 'avg') return new Array<number>(length).fill(mean(learned));
  const line = fitLine(learned);
  return Array.from({ length }, (_, i) => line.interception + line.slope * (i + 1));
}

/** Season first, then the trend of what is left, then their sum (page "series_decompose"). */
export function decompose(values: readonly number[], settings: Settings): Decomposition {
  const length = values.length;
  const learned = values.slice(0, Math.max(0, length - Math.max(0, settings.testPoints)));
  const seasonal = seasonalOf(
    learned,
    seasonOf(learned, settings.period, settings.threshold),
    length,
  );
  const rest = learned.map((v, i) => v - (seasonal[i] ?? 0));
  const trend = trendOf(rest, settings.trend, length);
  const baseline = seasonal.map((s, i) => s + (trend[i] ?? 0));
  const residual = values.map((v, i) => v - (baseline[i] ?? 0));
  return { baseline, seasonal, trend, residual };
}

const THRESHOLD = 0.6;
const text = (value: Value | undefined, otherwise: string): string =>
  typeof value === 'string' && value !== '' ? value : otherwise;

/** Missing points are taken for what lies between their neighbours, so that one gap doesn't end the analysis. */
function complete(value: Value | undefined): number[] | undefined {
  const y = realsOf(value);
  if (!y?.some(Number.isFinite)) return undefined;
  if (y.every(Number.isFinite)) return y;
  const known = y.flatMap((v, i) => (Number.isFinite(v) ? [i] : []));
  let next = 0;
  return y.map((v, i) => {
    if (Number.isFinite(v)) return v;
    while (next < known.length && (known[next] ?? 0) < i) next++;
    const right = known[next];
    const left = known[next - 1];
    const a = left === undefined ? undefined : y[left];
    const b = right === undefined ? undefined : y[right];
    if (a === undefined || left === undefined) return b ?? 0;
    if (b === undefined || right === undefined) return a;
    return a + ((b - a) * (i - left)) / (right - left);
  });
}

/**
 * Tukey's fences as scores: how many ranges between two percentiles a point lies outside of them; 0 between
 * (page "series_outliers"). NaN points score 0 and are left out of the percentiles.
 */
export function outlierScores(
  values: readonly number[],
  low: number,
  high: number,
  learned = values,
): number[] {
  const sorted = Float64Array.from(learned.filter(Number.isFinite)).sort();
  const lower = interpolated(sorted, low);
  const upper = interpolated(sorted, high);
  const range = upper - lower;
  return values.map((v) => {
    if (!Number.isFinite(v) || (v >= lower && v <= upper)) return 0;
    const distance = v > upper ? v - upper : v - lower;
    return range === 0 ? Math.sign(distance) * Number.POSITIVE_INFINITY : distance / range;
  });
}

function percentsOf(kind: string, low: number, high: number): readonly [number, number] {
  return kind.toLowerCase() === 'tukey' ? [25, 75] : [low, high];
}

function outliers([values, kind, ignored, low, high, testPoints]: readonly Value[]): Value {
  const y = realsOf(values);
  if (!y) return null;
  const skip = ignored === undefined || ignored === null ? Number.NaN : Number(ignored);
  const kept = y.map((v) => (v === skip ? Number.NaN : v));
  const percents = percentsOf(text(kind, 'ctukey'), optionalReal(low, 10), optionalReal(high, 90));
  const learned = kept.slice(0, kept.length - Math.max(0, optionalReal(testPoints, 0)));
  return outlierScores(kept, percents[0], percents[1], learned);
}

const EMPTY4: Value = [null, null, null, null];

function decomposeColumns([values, period, trend, testPoints, threshold]: readonly Value[]): Value {
  const y = complete(values);
  if (!y) return EMPTY4;
  const d = decompose(y, {
    period: optionalReal(period, -1),
    trend: text(trend, 'avg'),
    testPoints: optionalReal(testPoints, 0),
    threshold: optionalReal(threshold, THRESHOLD),
  });
  return [d.baseline, d.seasonal, d.trend, d.residual];
}

/** The engine's default trend is the line, whatever the page says. */
function forecastColumns([values, points, period, trend, threshold]: readonly Value[]): Value {
  const y = complete(values);
  if (!y) return EMPTY4;
  const d = decompose(y, {
    period: optionalReal(period, -1),
    trend: text(trend, 'linefit'),
    testPoints: optionalReal(points, 0),
    threshold: optionalReal(threshold, THRESHOLD),
  });
  return [d.baseline, d.seasonal, d.trend, d.residual];
}

function anomalyColumns(args: readonly Value[]): Value {
  const [values, threshold, period, trend, testPoints, method, seasonality] = args;
  const y = complete(values);
  if (!y) return [null, null, null];
  const limit = optionalReal(threshold, 1.5);
  const d = decompose(y, {
    period: optionalReal(period, -1),
    trend: text(trend, 'avg'),
    testPoints: optionalReal(testPoints, 0),
    threshold: optionalReal(seasonality, THRESHOLD),
  });
  const percents = percentsOf(text(method, 'ctukey'), 10, 90);
  const learned = d.residual.slice(0, d.residual.length - Math.max(0, optionalReal(testPoints, 0)));
  const scores = outlierScores(d.residual, percents[0], percents[1], learned);
  return [scores.map((s) => (s > limit ? 1n : s < -limit ? -1n : 0n)), scores, d.baseline];
}

/** Detection asks for 0.7 here (page "series_seasonal"). */
function seasonalColumn([values, period, testPoints]: readonly Value[]): Value {
  const y = complete(values);
  if (!y) return null;
  const learned = y.slice(0, y.length - Math.max(0, optionalReal(testPoints, 0)));
  return seasonalOf(learned, seasonOf(learned, optionalReal(period, -1), 0.7), y.length);
}

const SPIKE = 'dynamic([1, 2, 3, 2, 1, 2, 3, 50, 1, 2, 3, 2])';

export const decomposing: readonly FunctionEntry[] = [
  scalar('series_outliers', { js: { text: [0], nulls: 'pass', call: outliers } }, [
    { kql: `series_outliers(${SPIKE}, "tukey")[7] > 1.5`, result: 'True' },
    { kql: `series_outliers(${SPIKE}, "tukey")[0]`, result: '-0.6' },
    { kql: 'series_outliers(dynamic([1, 2, null, 3]))[2]', result: '0.0' },
  ]),
  scalar('series_seasonal', { js: { text: [0], nulls: 'pass', call: seasonalColumn } }, [
    {
      kql: 'series_seasonal(dynamic([1, 3, 5, 2, 4, 6, 1, 3, 5, 2, 4, 6]), 3)',
      result: '[1.5,3.5,5.5,1.5,3.5,5.5,1.5,3.5,5.5,1.5,3.5,5.5]',
    },
    { kql: 'series_seasonal(dynamic([1, 3, 5, 2, 4, 6]), 0)', result: '[0.0,0.0,0.0,0.0,0.0,0.0]' },
  ]),
  scalar('series_decompose', { js: { text: [0], nulls: 'pass', call: decomposeColumns } }, [
    {
      kql: 'toscalar(print y = dynamic([1, 2, 1, 2, 3, 4]) | extend (b, s) = series_decompose(y, 2) | project s)',
      result: '[1.0,2.0,1.0,2.0,1.0,2.0]',
    },
  ]),
  scalar('series_decompose_forecast', { js: { text: [0], nulls: 'pass', call: forecastColumns } }, [
    {
      kql: 'toscalar(print y = dynamic([1, 2, 3, 0]) | extend (b) = series_decompose_forecast(y, 1, 0) | project round(todouble(b[3]), 6))',
      result: '4.0',
    },
  ]),
  scalar('series_decompose_anomalies', { js: { text: [0], nulls: 'pass', call: anomalyColumns } }, [
    {
      kql: `toscalar(print y = ${SPIKE} | extend (flag) = series_decompose_anomalies(y, 1.5, 0, "avg", 0, "tukey") | project flag)`,
      result: '[0,0,0,0,0,0,0,1,0,0,0,0]',
    },
  ]),
];
