/** Real and imaginary parts of as many complex numbers. */
export interface Complex {
  readonly re: number[];
  readonly im: number[];
}

/** Discrete Fourier transform of any length; the inverse is divided by the length. */
export function transform(re: readonly number[], im: readonly number[], inverse: boolean): Complex {
  const n = re.length;
  if (n < 2) return { re: [...re], im: [...im] };
  const parts = { re: Float64Array.from(re), im: Float64Array.from(im, (v) => (inverse ? -v : v)) };
  if ((n & (n - 1)) === 0) radix2(parts);
  else bluestein(parts);
  const scale = inverse ? n : 1;
  return {
    re: Array.from(parts.re, (v) => v / scale),
    im: Array.from(parts.im, (v) => (inverse ? -v : v) / scale),
  };
}

interface Parts {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

const twiddles = new Map<number, Parts>();

/** cos and sin of the angles -2πk/size; kept, because series of one query have one length. */
function twiddlesOf(size: number): Parts {
  let known = twiddles.get(size);
  if (!known) {
    const angle = (k: number): number => (-2 * Math.PI * k) / size;
    known = {
      re: Float64Array.from({ length: size / 2 }, (_, k) => Math.cos(angle(k))),
      im: Float64Array.from({ length: size / 2 }, (_, k) => Math.sin(angle(k))),
    };
    twiddles.set(size, known);
  }
  return known;
}

/** Cooley and Tukey, in place; the length is a power of two. */
function radix2({ re, im }: Parts): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      swap(re, i, j);
      swap(im, i, j);
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    const { re: cos, im: sin } = twiddlesOf(size);
    for (let start = 0; start < n; start += size) {
      for (let k = 0; k < half; k++) {
        const a = start + k;
        const b = a + half;
        const c = cos[k] as number;
        const s = sin[k] as number;
        const br = re[b] as number;
        const bi = im[b] as number;
        const xr = br * c - bi * s;
        const xi = br * s + bi * c;
        re[b] = (re[a] as number) - xr;
        im[b] = (im[a] as number) - xi;
        re[a] = (re[a] as number) + xr;
        im[a] = (im[a] as number) + xi;
      }
    }
  }
}

function swap(values: Float64Array, i: number, j: number): void {
  const kept = values[i] as number;
  values[i] = values[j] as number;
  values[j] = kept;
}

/** Any length as a convolution of a power of two (Bluestein), in place. */
function bluestein({ re, im }: Parts): void {
  const n = re.length;
  let m = 1;
  while (m < 2 * n - 1) m *= 2;
  const a = { re: new Float64Array(m), im: new Float64Array(m) };
  const b = { re: new Float64Array(m), im: new Float64Array(m) };
  // The square is taken modulo 2n: the angle repeats there, and the product stays exact.
  const angles = Float64Array.from({ length: n }, (_, k) => (Math.PI * ((k * k) % (2 * n))) / n);
  angles.forEach((angle, k) => {
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    a.re[k] = (re[k] as number) * c + (im[k] as number) * s;
    a.im[k] = (im[k] as number) * c - (re[k] as number) * s;
    b.re[k] = c;
    b.im[k] = s;
    if (k > 0) {
      b.re[m - k] = c;
      b.im[m - k] = s;
    }
  });
  radix2(a);
  radix2(b);
  // The product of the spectra, conjugated: transformed once more and conjugated it is the convolution times m.
  for (let i = 0; i < m; i++) {
    const xr = a.re[i] as number;
    const xi = a.im[i] as number;
    const yr = b.re[i] as number;
    const yi = b.im[i] as number;
    a.re[i] = xr * yr - xi * yi;
    a.im[i] = -(xr * yi + xi * yr);
  }
  radix2(a);
  angles.forEach((angle, k) => {
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    const xr = (a.re[k] as number) / m;
    const xi = -(a.im[k] as number) / m;
    re[k] = xr * c + xi * s;
    im[k] = xi * c - xr * s;
  });
}

/** Sums of products of a series with itself, shifted by 0…most: through the spectrum where that is less work. */
export function selfProducts(x: readonly number[], most: number): number[] {
  if (x.length > 256) return spectralSelfProducts(x, most);
  const values = Float64Array.from(x);
  return Array.from({ length: most + 1 }, (_, k) => {
    let sum = 0;
    for (let i = k; i < values.length; i++)
      sum += (values[i] as number) * (values[i - k] as number);
    return sum;
  });
}

function spectralSelfProducts(x: readonly number[], most: number): number[] {
  let size = 1;
  while (size < x.length + most) size *= 2;
  const re = new Float64Array(size);
  re.set(x);
  const im = new Float64Array(size);
  radix2({ re, im });
  for (let i = 0; i < size; i++) {
    re[i] = (re[i] as number) ** 2 + (im[i] as number) ** 2;
    im[i] = 0;
  }
  radix2({ re, im });
  return Array.from(re.subarray(0, most + 1), (v) => v / size);
}
