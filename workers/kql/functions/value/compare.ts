import type { Dynamic } from '../define.ts';
import { isArray, isBag, printDynamic } from './dynamic.ts';

const rank = (value: Dynamic): number => {
  if (typeof value === 'number' || typeof value === 'bigint') return 1;
  if (typeof value === 'boolean') return 2;
  if (typeof value === 'string') return 3;
  if (isArray(value)) return 4;
  return value === null ? 6 : 5;
};

/** Order of texts by their code points, as DuckDB's is. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) < codePointRank(y) ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

/** Halves of a pair stand for code points beyond all others. */
const codePointRank = (unit: number): number =>
  unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;

/** Order of dynamics: numbers by value, then bools, strings (ordinal), arrays, bags (by their text), null. */
export function compareDynamic(a: Dynamic, b: Dynamic): number {
  const byRank = rank(a) - rank(b);
  if (byRank !== 0) return byRank;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (a === null || b === null) return 0;
  if (typeof a === 'object' || typeof b === 'object')
    return compareText(printDynamic(a), printDynamic(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Equality by value: `1` equals `1.0`, bags regardless of the order of their keys. */
export function equalDynamic(a: Dynamic, b: Dynamic): boolean {
  return a === b || keyOf(a) === keyOf(b);
}

/** A text that is equal for equal dynamics; for sets and maps. */
export function keyOf(value: Dynamic): string {
  switch (typeof value) {
    case 'string':
      return `"${value}`;
    case 'bigint':
      return `${value}`;
    case 'number':
      return Number.isInteger(value) ? `${BigInt(value)}` : `${value}`;
    case 'boolean':
      return value ? 't' : 'f';
  }
  if (value === null) return 'n';
  if (isArray(value)) return `[${value.map((v) => quoted(v)).join(',')}]`;
  if (!isBag(value)) return '';
  const keys = Object.keys(value).sort();
  return `{${keys.map((k) => `${JSON.stringify(k)}:${quoted(value[k] ?? null)}`).join(',')}}`;
}

/** Inside arrays and bags a string needs its end marked too. */
function quoted(value: Dynamic): string {
  return typeof value === 'string' ? JSON.stringify(value) : keyOf(value);
}
