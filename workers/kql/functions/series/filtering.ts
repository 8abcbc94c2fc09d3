import { type FunctionEntry, scalar, type Value } from '../define.ts';
import { transform } from './fourier.ts';
import { realsOf } from './vector.ts';

/**
 * Weighted sums of a point and its elders; centred, the window reaches as far into the future (page "series_fir").
 * Points outside the series count as 0.
 */
function fir([values, filter, normalize, center]: readonly Value[]): Value {
  const x = realsOf(values);
  const weights = realsOf(filter);
  if (!x || !weights) return null;
  const negative = weights.some((w) => w < 0);
  if (normalize === true && negative) return null;
  const scale = normalize === false || negative ? 1 : weights.reduce((sum, w) => sum + w, 0);
  const shift = center === true ? weights.length >> 1 : 0;
  return x.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < weights.length; j++) sum += (weights[j] ?? 0) * (x[i + shift - j] ?? 0);
    return sum / scale;
  });
}

/** y[i] = (Σ b[j] x[i-j] - Σ a[j] y[i-j]) / a[0] (page "series_iir"). */
function iir([values, numerators, denominators]: readonly Value[]): Value {
  const x = realsOf(values);
  const b = realsOf(numerators);
  const a = realsOf(denominators);
  if (!x || !b || !a) return null;
  const first = a[0] ?? 0;
  const y: number[] = [];
  for (let i = 0; i < x.length; i++) {
    let sum = 0;
    for (let j = 0; j < b.length; j++) sum += (b[j] ?? 0) * (x[i - j] ?? 0);
    for (let j = 1; j < a.length; j++) sum -= (a[j] ?? 0) * (y[i - j] ?? 0);
    y.push(sum / first);
  }
  return y;
}

function fourier(inverse: boolean) {
  return ([real, imaginary]: readonly Value[]): Value => {
    const re = realsOf(real);
    if (!re) return [null, null];
    const im = realsOf(imaginary) ?? re.map(() => 0);
    if (im.length !== re.length) return [null, null];
    const out = transform(re, im, inverse);
    return [out.re, out.im];
  };
}

export const filtering: readonly FunctionEntry[] = [
  scalar('series_fir', { js: { text: [0, 1], nulls: 'pass', call: fir } }, [
    {
      kql: 'series_fir(dynamic([0, 0, 2, 2, 3]), dynamic([1, -1]), false)',
      result: '[0.0,0.0,2.0,0.0,1.0]',
    },
    { kql: 'series_fir(dynamic([0, 3, 0, 0]), dynamic([1, 1, 1]))', result: '[0.0,1.0,1.0,1.0]' },
    {
      kql: 'series_fir(dynamic([0, 3, 0, 0]), dynamic([1, 1, 1]), true, true)',
      result: '[1.0,1.0,1.0,0.0]',
    },
  ]),
  scalar('series_iir', { js: { text: [0, 1, 2], call: iir } }, [
    {
      kql: 'series_iir(dynamic([1, 2, 3]), dynamic([1]), dynamic([1, -1]))',
      result: '[1.0,3.0,6.0]',
    },
  ]),
  scalar('series_fft', { js: { text: [0, 1], nulls: 'pass', call: fourier(false) } }, [
    {
      kql: 'toscalar(print x = dynamic([1, 1, 1, 1]) | extend (re, im) = series_fft(x) | project re)',
      result: '[4.0,0.0,0.0,0.0]',
    },
  ]),
  scalar('series_ifft', { js: { text: [0, 1], nulls: 'pass', call: fourier(true) } }, [
    {
      kql: 'toscalar(print x = dynamic([4, 0, 0, 0]) | extend (re, im) = series_ifft(x) | project re)',
      result: '[1.0,1.0,1.0,1.0]',
    },
  ]),
];
