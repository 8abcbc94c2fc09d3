import { type Dynamic, type FunctionEntry, scalar, type Value } from '../define.ts';
import { allFinite, mean, optionalReal, realsOf } from './vector.ts';

export interface Line {
  readonly rsquare: number;
  readonly slope: number;
  readonly variance: number;
  readonly rvariance: number;
  readonly interception: number;
  readonly fit: readonly number[];
}

/** Least squares over the positions 1, 2, 3…, as the engine counts; variances are those of a sample. */
export function fitLine(y: readonly number[]): Line {
  const n = y.length;
  const middle = (n - 1) / 2;
  const average = mean(y);
  let xy = 0;
  let xx = 0;
  for (let i = 0; i < n; i++) {
    xy += (i - middle) * ((y[i] ?? 0) - average);
    xx += (i - middle) ** 2;
  }
  const slope = xx === 0 ? 0 : xy / xx;
  const interception = average - slope * (middle + 1);
  const fit = y.map((_, i) => interception + slope * (i + 1));
  return { ...quality(y, fit), slope, interception, fit };
}

/** R-square and the variances of the data and of what the fit leaves. */
function quality(
  y: readonly number[],
  fit: readonly number[],
): Pick<Line, 'rsquare' | 'variance' | 'rvariance'> {
  const average = mean(y);
  let total = 0;
  let rest = 0;
  for (let i = 0; i < y.length; i++) {
    total += ((y[i] ?? 0) - average) ** 2;
    rest += ((y[i] ?? 0) - (fit[i] ?? 0)) ** 2;
  }
  const degrees = Math.max(1, y.length - 1);
  return {
    rsquare: total === 0 ? 1 : 1 - rest / total,
    variance: total / degrees,
    rvariance: rest / degrees,
  };
}

export interface TwoLines {
  readonly rsquare: number;
  readonly split: number;
  readonly variance: number;
  readonly rvariance: number;
  readonly fit: readonly number[];
  readonly left: Line;
  readonly right: Line;
}

/** Both sides of the split that leaves the smallest rest, found from running sums in one pass. */
export function fitTwoLines(y: readonly number[]): TwoLines | undefined {
  if (y.length < 4) return undefined;
  const restsLeft = restsOfPrefixes(y);
  const restsRight = restsOfPrefixes([...y].reverse());
  let split = 2;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 2; at <= y.length - 2; at++) {
    const rest = (restsLeft[at] ?? 0) + (restsRight[y.length - at] ?? 0);
    if (rest < least) [least, split] = [rest, at];
  }
  const left = fitLine(y.slice(0, split));
  const right = fitLine(y.slice(split));
  const fit = [...left.fit, ...right.fit];
  return { ...quality(y, fit), split, fit, left, right };
}

/** At k: the sum of squares that a line through the first k values leaves. */
function restsOfPrefixes(y: readonly number[]): number[] {
  const rests = [0];
  const base = mean(y);
  let sx = 0;
  let sxx = 0;
  let sy = 0;
  let syy = 0;
  let sxy = 0;
  y.forEach((value, i) => {
    const v = value - base;
    sx += i;
    sxx += i * i;
    sy += v;
    syy += v * v;
    sxy += i * v;
    const n = i + 1;
    const xx = sxx - (sx * sx) / n;
    const xy = sxy - (sx * sy) / n;
    const yy = syy - (sy * sy) / n;
    rests.push(Math.max(0, xx === 0 ? yy : yy - (xy * xy) / xx));
  });
  return rests;
}

/** Coefficients from the highest power down to the constant, or undefined where the points don't fix them. */
export function fitPolynomial(
  y: readonly number[],
  x: readonly number[],
  degree: number,
): number[] | undefined {
  const columns = degree + 1;
  if (x.length < columns) return undefined;
  // Householder's QR of the Vandermonde matrix with its right side as the last column.
  const rows = x.map((v, i) => [...Array.from({ length: columns }, (_, p) => v ** p), y[i] ?? 0]);
  const cell = (r: number, c: number): number => rows[r]?.[c] ?? 0;
  for (let c = 0; c < columns; c++) {
    let norm = 0;
    for (let r = c; r < rows.length; r++) norm += cell(r, c) ** 2;
    norm = Math.sqrt(norm);
    if (norm === 0) return undefined;
    const alpha = cell(c, c) > 0 ? -norm : norm;
    const v = rows.map((_, r) => (r < c ? 0 : r === c ? cell(c, c) - alpha : cell(r, c)));
    const vv = v.reduce((sum, e) => sum + e * e, 0);
    if (vv === 0) continue;
    for (let k = c; k <= columns; k++) {
      let dot = 0;
      for (let r = c; r < rows.length; r++) dot += (v[r] ?? 0) * cell(r, k);
      const scale = (2 * dot) / vv;
      rows.forEach((row, r) => {
        if (r >= c) row[k] = (row[k] ?? 0) - scale * (v[r] ?? 0);
      });
    }
  }
  const solution = new Array<number>(columns).fill(0);
  for (let c = columns - 1; c >= 0; c--) {
    let rest = cell(c, columns);
    for (let k = c + 1; k < columns; k++) rest -= cell(c, k) * (solution[k] ?? 0);
    solution[c] = rest / cell(c, c);
  }
  return allFinite(solution) ? solution.reverse() : undefined;
}

const NOTHING = (n: number): Value => new Array<null>(n).fill(null);

/** A line or two need every value. */
function complete(value: Value | undefined): number[] | undefined {
  const y = realsOf(value);
  return y && y.length > 0 && allFinite(y) ? y : undefined;
}

function lineColumns([values]: readonly Value[]): Value {
  const y = complete(values);
  if (!y) return NOTHING(6);
  const { rsquare, slope, variance, rvariance, interception, fit } = fitLine(y);
  return [rsquare, slope, variance, rvariance, interception, fit];
}

const lineBag = (line: Line): { [key: string]: Dynamic } => ({
  rsquare: line.rsquare,
  slope: line.slope,
  variance: line.variance,
  rvariance: line.rvariance,
  interception: line.interception,
});

function lineDynamic([values]: readonly Value[]): Value {
  const y = complete(values);
  if (!y) return null;
  const line = fitLine(y);
  return { ...lineBag(line), line_fit: line.fit };
}

function twoLinesColumns([values]: readonly Value[]): Value {
  const y = complete(values);
  const found = y && fitTwoLines(y);
  if (!found) return NOTHING(15);
  const side = (l: Line): Dynamic[] => [
    l.rsquare,
    l.slope,
    l.interception,
    l.variance,
    l.rvariance,
  ];
  return [
    found.rsquare,
    BigInt(found.split),
    found.variance,
    found.rvariance,
    found.fit,
    ...side(found.right),
    ...side(found.left),
  ];
}

function twoLinesDynamic([values]: readonly Value[]): Value {
  const y = complete(values);
  const found = y && fitTwoLines(y);
  if (!found) return null;
  return {
    rsquare: found.rsquare,
    split_idx: BigInt(found.split),
    variance: found.variance,
    rvariance: found.rvariance,
    line_fit: found.fit,
    right: lineBag(found.right),
    left: lineBag(found.left),
  };
}

/** Positions count from 1 where no x is given (page "series_fit_poly"). */
function polynomialColumns([values, positions, degree]: readonly Value[]): Value {
  const y = complete(values);
  if (!y) return NOTHING(5);
  const x = complete(positions) ?? y.map((_, i) => i + 1);
  const power = Math.trunc(optionalReal(degree, 1));
  const coefficients = x.length === y.length ? fitPolynomial(y, x, power) : undefined;
  if (!coefficients) return NOTHING(5);
  const fit = x.map((v) => coefficients.reduce((sum, c) => sum * v + c, 0));
  const { rsquare, variance, rvariance } = quality(y, fit);
  return [rsquare, coefficients, variance, rvariance, fit];
}

const Y = 'dynamic([2, 5, 6, 8, 11, 15, 17, 18, 25, 26, 30, 30])';

export const fitting: readonly FunctionEntry[] = [
  scalar('series_fit_line', { js: { text: [0], nulls: 'pass', call: lineColumns } }, [
    {
      kql: `toscalar(print y = ${Y} | extend (r, slope) = series_fit_line(y) | project round(slope, 6))`,
      result: '2.730769',
    },
  ]),
  scalar('series_fit_line_dynamic', { js: { text: [0], call: lineDynamic } }, [
    { kql: `round(todouble(series_fit_line_dynamic(${Y}).rsquare), 6)`, result: '0.982901' },
    { kql: `round(todouble(series_fit_line_dynamic(${Y}).interception), 6)`, result: '-1.666667' },
    { kql: 'series_fit_line_dynamic(dynamic([1, 2, 3])).line_fit', result: '[1.0,2.0,3.0]' },
  ]),
  scalar('series_fit_2lines', { js: { text: [0], nulls: 'pass', call: twoLinesColumns } }, [
    {
      kql: 'toscalar(print y = dynamic([1, 2, 3, 9, 8, 7]) | extend (r, split) = series_fit_2lines(y) | project split)',
      result: '3',
    },
  ]),
  scalar('series_fit_2lines_dynamic', { js: { text: [0], call: twoLinesDynamic } }, [
    { kql: 'series_fit_2lines_dynamic(dynamic([1, 2, 3, 9, 8, 7])).right.slope', result: '-1.0' },
  ]),
  scalar('series_fit_poly', { js: { text: [0, 1], nulls: 'pass', call: polynomialColumns } }, [
    {
      kql: 'toscalar(print y = dynamic([1, 4, 9, 16]) | extend (r, c) = series_fit_poly(y, dynamic([1, 2, 3, 4]), 2) | project round(todouble(c[0]), 6))',
      result: '1.0',
    },
  ]),
];
