import { type Example, type FunctionEntry, scalar } from '../define.ts';

/** RFC 3492, with its parameters. */
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_N = 128;
const MAX_CODE_POINT = 0x10ffff;

function adapt(delta: number, points: number, first: boolean): number {
  let d = first ? Math.floor(delta / DAMP) : Math.floor(delta / 2);
  d += Math.floor(d / points);
  let k = 0;
  for (; d > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) d = Math.floor(d / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * d) / (d + SKEW));
}

const threshold = (k: number, bias: number): number => Math.min(Math.max(k - bias, T_MIN), T_MAX);
const digit = (d: number): string => String.fromCharCode(d < 26 ? d + 97 : d + 22);

export function toPunycode(text: string): string {
  const points = [...text].map((c) => c.codePointAt(0) ?? 0);
  const basic = points.filter((p) => p < INITIAL_N);
  let out = String.fromCharCode(...basic) + (basic.length > 0 ? '-' : '');
  let n = INITIAL_N;
  let delta = 0;
  let bias = INITIAL_BIAS;
  for (let done = basic.length; done < points.length; n++, delta++) {
    const next = Math.min(...points.filter((p) => p >= n));
    delta += (next - n) * (done + 1);
    n = next;
    for (const p of points) {
      if (p < n) delta++;
      if (p !== n) continue;
      let q = delta;
      for (let k = BASE; ; k += BASE) {
        const t = threshold(k, bias);
        if (q < t) break;
        out += digit(t + ((q - t) % (BASE - t)));
        q = Math.floor((q - t) / (BASE - t));
      }
      out += digit(q);
      bias = adapt(delta, done + 1, done === basic.length);
      delta = 0;
      done++;
    }
  }
  return out;
}

function value(c: string | undefined): number {
  if (c === undefined) return BASE;
  if (/[a-z]/i.test(c)) return c.toLowerCase().charCodeAt(0) - 97;
  return /\d/.test(c) ? c.charCodeAt(0) - 22 : BASE;
}

/** undefined where the text is not punycode. */
export function fromPunycode(text: string): string | undefined {
  const split = text.lastIndexOf('-');
  const points = split > 0 ? [...text.slice(0, split)].map((c) => c.codePointAt(0) ?? 0) : [];
  if (points.some((p) => p >= INITIAL_N)) return undefined;
  let n = INITIAL_N;
  let i = 0;
  let bias = INITIAL_BIAS;
  for (let at = split > 0 ? split + 1 : 0; at < text.length; ) {
    const start = i;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const d = value(text[at++]);
      if (d >= BASE) return undefined;
      i += d * weight;
      const t = threshold(k, bias);
      if (d < t) break;
      weight *= BASE - t;
      if (!Number.isSafeInteger(i) || !Number.isSafeInteger(weight)) return undefined;
    }
    const length = points.length + 1;
    bias = adapt(i - start, length, start === 0);
    n += Math.floor(i / length);
    i %= length;
    if (n > MAX_CODE_POINT) return undefined;
    points.splice(i++, 0, n);
  }
  return points.map((p) => String.fromCodePoint(p)).join('');
}

const PREFIX = /^xn--/i;

function ofText(
  name: string,
  use: (text: string) => string,
  examples: readonly Example[],
): FunctionEntry {
  return scalar(name, { js: { call: ([text]) => use(String(text)) } }, examples);
}

export const punycode: readonly FunctionEntry[] = [
  ofText('punycode_from_string', toPunycode, [
    { kql: "punycode_from_string('académie-française')", result: 'acadmie-franaise-npb1a' },
    { kql: "punycode_from_string('艺术')", result: 'cqv902d' },
  ]),
  ofText('punycode_to_string', (t) => fromPunycode(t) ?? '', [
    { kql: "punycode_to_string('acadmie-franaise-npb1a')", result: 'académie-française' },
  ]),
  // By its name the other way round, but the page's examples decode with `_from_string`.
  ofText(
    'punycode_domain_from_string',
    (t) =>
      t
        .split(/[.。．｡]/)
        .map((label) => (PREFIX.test(label) ? (fromPunycode(label.slice(4)) ?? label) : label))
        .join('.'),
    [{ kql: "punycode_domain_from_string('xn--Ge-mia.Bulg.edu')", result: 'Gáe.Bulg.edu' }],
  ),
  ofText(
    'punycode_domain_to_string',
    (t) =>
      t
        .split(/[.。．｡]/)
        .map((label) => (/^[\x20-\x7e]*$/.test(label) ? label : `xn--${toPunycode(label)}`))
        .join('.'),
    [{ kql: "punycode_domain_to_string('Gáe.Bulg.edu')", result: 'xn--Ge-mia.Bulg.edu' }],
  ),
];
