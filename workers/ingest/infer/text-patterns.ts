import type { KqlType } from '../../../common/types/kql-type.ts';

/** Texts that mean "no value" in a column of another type than string; compared in lower case. */
export const NULL_TEXTS: readonly string[] = ['', 'null', 'na', 'n/a', '#n/a', 'none', '\\n', '-'];

const NULL_SET: ReadonlySet<string> = new Set(NULL_TEXTS);

export function isNullText(text: string): boolean {
  return text.length <= 4 && NULL_SET.has(text.trim().toLowerCase());
}

const BOOL = /^\s*(true|false)\s*$/i;
const WHOLE = /^\s*[+-]?\d{1,19}\s*$/;
const DIGITS = /^\s*[+-]?\d+\s*$/;
const REAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$|^\s*[+-]?(nan|inf|infinity)\s*$/i;
const GROUPED = /^\s*[+-]?\d{1,3}(,\d{3})+(\.\d+)?\s*$/;
const ISO =
  /^\s*\d{4}[-/](0?[1-9]|1[0-2])[-/](0?[1-9]|[12]\d|3[01])([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}(:?\d{2})?)?)?\s*$/i;
const TIMESPAN = /^\s*-?(\d{1,8}\.)?\d{1,2}:\d{2}:\d{2}(\.\d{1,7})?\s*$/;
const GUID =
  /^\s*(\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\s*$/i;
/** Postal codes, account numbers: leading zeros are part of the value. */
const PADDED = /^\s*0\d{4,}\s*$/;

const LEAST_LONG = -(2n ** 63n);
const MOST_LONG = 2n ** 63n - 1n;

export function isLong(text: string): boolean {
  if (!WHOLE.test(text) || PADDED.test(text)) return false;
  if (text.length < 19) return true;
  const value = BigInt(text.trim().replace(/^\+/, ''));
  return value >= LEAST_LONG && value <= MOST_LONG;
}

export function isReal(text: string): boolean {
  // Whole numbers beyond 64 bits would lose digits as a real.
  return DIGITS.test(text) ? isLong(text) : REAL.test(text);
}

export function isGroupedNumber(text: string): boolean {
  return GROUPED.test(text);
}

export function isJsonContainer(text: string): boolean {
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Tests in the order of preference; a column gets the first type that all of its texts pass. */
export const TYPE_TESTS: readonly (readonly [KqlType, (text: string) => boolean])[] = [
  ['bool', (t) => BOOL.test(t)],
  ['long', isLong],
  ['real', isReal],
  ['datetime', (t) => ISO.test(t)],
  ['timespan', (t) => TIMESPAN.test(t)],
  ['guid', (t) => GUID.test(t)],
  ['dynamic', isJsonContainer],
];
