import { type FunctionEntry, type JsForm, scalar } from '../define.ts';

/** Coefficients of Stirling's series, B(2k) / (2k(2k-1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
/** From here on the series is exact to the last digits of a double. */
const STIRLING_FROM = 15;

/** ln Γ(x) for x > 0, NaN elsewhere: moved up to where Stirling's series converges. */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  let product = 1;
  let z = x;
  for (; z < STIRLING_FROM; z++) product *= z;
  let sum = 0;
  let power = z;
  for (const coefficient of STIRLING) {
    sum += coefficient / power;
    power *= z * z;
  }
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + sum - Math.log(product);
}

const TINY = 1e-300;
const MAX_STEPS = 500;

/** The continued fraction of the incomplete beta function, by Lentz' method. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < TINY ? TINY : d);
  let h = d;
  for (let m = 1; m <= MAX_STEPS; m++) {
    for (const numerator of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 + numerator * d;
      c = 1 + numerator / c;
      d = 1 / (Math.abs(d) < TINY ? TINY : d);
      if (Math.abs(c) < TINY) c = TINY;
      h *= d * c;
    }
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return h;
}

/** The regularized incomplete beta function I_x(a, b). */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaDensity(x: number, a: number, b: number): number {
  return Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x),
  );
}

/** The x with I_x(a, b) = p: halving to start with, then Newton's steps inside the bracket. */
function betaInverse(p: number, a: number, b: number): number {
  if (p === 0 || p === 1) return p;
  let low = 0;
  let high = 1;
  let x = a / (a + b);
  for (let i = 0; i < 200; i++) {
    const error = betaCdf(x, a, b) - p;
    if (error > 0) high = x;
    else low = x;
    const step = x - error / betaDensity(x, a, b);
    const next = step > low && step < high ? step : (low + high) / 2;
    if (next === x || Math.abs(next - x) <= Number.EPSILON * x) return next;
    x = next;
  }
  return x;
}

/** erf by its series of positive terms, erfc by a continued fraction: each where it converges fast. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (size > 3) return Math.sign(x) * (1 - erfcTail(size));
  let term = size;
  let sum = size;
  for (let n = 1; n < 200 && term > sum * 1e-17; n++) {
    term *= (2 * size * size) / (2 * n + 1);
    sum += term;
  }
  return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * Math.exp(-size * size) * sum;
}

function erfcTail(x: number): number {
  if (x > 27) return 0;
  let fraction = 0;
  for (let k = 100; k >= 1; k--) fraction = k / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}

export function erfc(x: number): number {
  return x > 1.4 ? erfcTail(x) : 1 - erf(x);
}

/** Two-sided p-value of Welch's t-test. */
function welchTest(
  mean1: number,
  variance1: number,
  count1: number,
  mean2: number,
  variance2: number,
  count2: number,
): number {
  const a = variance1 / count1;
  const b = variance2 / count2;
  const t2 = (mean1 - mean2) ** 2 / (a + b);
  const freedom = (a + b) ** 2 / (a ** 2 / (count1 - 1) + b ** 2 / (count2 - 1));
  return betaCdf(freedom / (freedom + t2), freedom / 2, 0.5);
}

const numbers =
  (use: (...values: number[]) => number | null): JsForm['call'] =>
  (args) =>
    use(...args.map((v) => Number(v)));

/** Parameters of a beta distribution that the pages allow. */
const valid = (a: number, b: number): boolean => a > 0 && b > 0;

export const distributions: readonly FunctionEntry[] = [
  scalar('erf', { js: { call: numbers((x) => erf(x ?? 0)) } }, [
    { kql: 'erf(0)', result: '0.0' },
    { kql: 'round(erf(1), 12)', result: '0.84270079295' },
    { kql: 'round(erf(-3), 12)', result: '-0.999977909503' },
  ]),
  scalar('erfc', { js: { call: numbers((x) => erfc(x ?? 0)) } }, [
    { kql: 'erfc(0)', result: '1.0' },
    { kql: 'round(erfc(3) * 1e5, 9)', result: '2.2090497' },
  ]),
  scalar(
    'beta_cdf',
    {
      js: {
        call: numbers((x = 0, a = 0, b = 0) =>
          x < 0 || x > 1 || !valid(a, b) ? Number.NaN : betaCdf(x, a, b),
        ),
      },
    },
    [
      { kql: 'round(beta_cdf(0.5, 1.0, 1.0), 13)', result: '0.5' },
      { kql: 'round(beta_cdf(0.9, 10.0, 20.0), 12)', result: '1.0' },
      { kql: 'beta_cdf(1.5, 10.0, 20.0)', result: 'NaN' },
    ],
  ),
  scalar(
    'beta_inv',
    {
      js: {
        call: numbers((p = 0, a = 0, b = 0) => {
          if (!valid(a, b)) return Number.NaN;
          return p < 0 || p > 1 ? null : betaInverse(p, a, b);
        }),
      },
    },
    [
      { kql: 'round(beta_inv(0.1, 10.0, 20.0), 12)', result: '0.226415022389' },
      { kql: 'beta_inv(1.5, 10.0, 20.0)', result: '' },
      { kql: 'beta_inv(0.1, -1.0, 20.0)', result: 'NaN' },
    ],
  ),
  scalar(
    'beta_pdf',
    {
      js: {
        call: numbers((x = 0, a = 0, b = 0) =>
          x < 0 || x > 1 || !valid(a, b) ? Number.NaN : betaDensity(x, a, b),
        ),
      },
    },
    [
      { kql: 'round(beta_pdf(0.5, 10.0, 20.0), 12)', result: '0.746176019311' },
      { kql: 'beta_pdf(1.5, 10.0, 20.0)', result: 'NaN' },
    ],
  ),
  scalar(
    'welch_test',
    {
      js: {
        call: numbers((m1 = 0, v1 = 0, c1 = 0, m2 = 0, v2 = 0, c2 = 0) =>
          welchTest(m1, v1, c1, m2, v2, c2),
        ),
      },
    },
    [
      {
        kql: 'round(welch_test(20.82, 7.867428571428571, 15, 22.98666666666667, 3.812666666666667, 15), 6)',
        result: '0.021378',
      },
    ],
  ),
];
