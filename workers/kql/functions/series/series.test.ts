import { describe, expect, test } from 'vitest';
import { decompose, outlierScores } from './decomposing.ts';
import { fitLine, fitPolynomial, fitTwoLines } from './fitting.ts';
import { selfProducts, transform } from './fourier.ts';
import { detectPeriods } from './periods.ts';

/** The page's series of "series_periods_detect": twice a day, a weekly period of 14. */
const TRAFFIC = [
  80, 139, 87, 110, 68, 54, 50, 51, 53, 133, 86, 141, 97, 156, 94, 149, 95, 140, 77, 61, 50, 54, 47,
  133, 72, 152, 94, 148, 105, 162, 101, 160, 87, 63, 53, 55, 54, 151, 103, 189, 108, 183, 113, 175,
  113, 178, 90, 71, 62, 62, 65, 165, 109, 181, 115, 182, 121, 178, 114, 170,
];

describe('periods', () => {
  test('the documented series has its week and nothing else', () => {
    const found = detectPeriods(TRAFFIC, 0, 50);
    expect(found.map((p) => p.length)).toEqual([14]);
    expect(found[0]?.score).toBeCloseTo(0.84, 2);
  });

  test('day and week are both found in hourly data', () => {
    const hourly = Array.from({ length: 24 * 7 * 6 }, (_, i) => {
      const weekend = Math.floor(i / 24) % 7 >= 5;
      return 10 * Math.sin((2 * Math.PI * i) / 24) + (weekend ? -12 : 0);
    });
    const lengths = detectPeriods(hourly, 0, 400).map((p) => p.length);
    expect(lengths).toContain(24);
    expect(lengths).toContain(168);
  });

  test('a series too short to repeat, and a constant one, have none', () => {
    expect(detectPeriods([1, 3, 5, 2, 4, 6, 1, 3, 5, 2, 4, 6], 0, 12)).toEqual([]);
    expect(detectPeriods(new Array(50).fill(3), 0, 25)).toEqual([]);
  });
});

describe('decomposition', () => {
  const SETTINGS = { period: 3, trend: 'avg', testPoints: 0, threshold: 0.6 };

  test('baseline and residual add up to the series', () => {
    const y = [1, 2, 3, 1, 2, 6, 1, 2, 3];
    const d = decompose(y, SETTINGS);
    expect(d.seasonal.slice(0, 3)).toEqual([1, 2, 3]);
    expect(d.baseline.map((b, i) => b + (d.residual[i] ?? 0))).toEqual(y);
  });

  test('a trend runs on through the points kept for testing', () => {
    const y = [0, 1, 2, 3, 4, 99, 99];
    const d = decompose(y, { ...SETTINGS, period: 0, trend: 'linefit', testPoints: 2 });
    expect(d.baseline.map((v) => Math.round(v * 1e9) / 1e9)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('scores count ranges beyond the fences', () => {
    const y = [0, 1, 2, 3, 4, 5, 6, 7, 8, 28];
    expect(outlierScores([0, 1, 2, 3, 4], 25, 75)).toEqual([-0.5, 0, 0, 0, 0.5]);
    expect(outlierScores(y, 25, 75)[9]).toBeCloseTo((28 - 6.75) / 4.5, 12);
  });
});

describe('fits', () => {
  test('a line', () => {
    const line = fitLine([1, 3, 5, 7]);
    expect([line.slope, line.interception, line.rsquare]).toEqual([2, -1, 1]);
  });

  test('two lines split where the slope breaks', () => {
    const found = fitTwoLines([1, 2.2, 2.5, 4.7, 5, 12, 10.3, 10.3, 9, 8.3, 6.2]);
    expect(found?.split).toBe(5);
    expect(found?.left.slope).toBeCloseTo(1.05, 12);
  });

  test('a polynomial through its own points', () => {
    const x = [-2, -1, 0, 1, 2, 3];
    const y = x.map((v) => 2 * v ** 3 - v + 4);
    const found = fitPolynomial(y, x, 3);
    for (const [i, c] of [2, 0, -1, 4].entries()) expect(found?.[i]).toBeCloseTo(c, 10);
    expect(fitPolynomial([1], [1], 3)).toBeUndefined();
  });
});

describe('spectra', () => {
  test.each([8, 12, 97])('there and back again, length %i', (n) => {
    const re = Array.from({ length: n }, (_, i) => Math.sin(i) + (i % 5));
    const spectrum = transform(re, new Array(n).fill(0), false);
    expect(spectrum.re[0]).toBeCloseTo(
      re.reduce((a, b) => a + b, 0),
      9,
    );
    const back = transform(spectrum.re, spectrum.im, true);
    for (const [i, v] of back.re.entries()) expect(v).toBeCloseTo(re[i] ?? 0, 9);
  });

  test('products of a long series with itself agree with the sums', () => {
    const x = Array.from({ length: 400 }, (_, i) => Math.cos(i) * (i % 7));
    const products = selfProducts(x, 10);
    const direct = x.reduce((sum, v, i) => (i < 3 ? sum : sum + v * (x[i - 3] ?? 0)), 0);
    expect(products[3]).toBeCloseTo(direct, 6);
    expect(products).toHaveLength(11);
  });
});
