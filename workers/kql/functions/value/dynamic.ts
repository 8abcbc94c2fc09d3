import type { Dynamic } from '../define.ts';

const MIN_LONG = -(2n ** 63n);
const MAX_LONG = 2n ** 63n - 1n;
/** Documents are data of strangers: deeper nesting than this would end in a stack overflow. */
const MAX_DEPTH = 2000;

/** One document. A failed reading throws SyntaxError, which never leaves this file. */
class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): Dynamic {
    const value = this.value(0);
    this.space();
    if (this.at !== this.text.length) this.fail();
    return value;
  }

  private fail(): never {
    throw new SyntaxError(`not JSON at ${this.at}`);
  }

  private space(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.at);
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return;
      this.at++;
    }
  }

  private value(depth: number): Dynamic {
    if (depth > MAX_DEPTH) this.fail();
    this.space();
    switch (this.text.charCodeAt(this.at)) {
      case 0x7b:
        return this.bag(depth);
      case 0x5b:
        return this.array(depth);
      case 0x22:
        return this.string();
      case 0x74:
        return this.word('true', true);
      case 0x66:
        return this.word('false', false);
      case 0x6e:
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private word<T extends Dynamic>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail();
    this.at += word.length;
    return value;
  }

  private number(): number | bigint {
    const start = this.at;
    const text = this.text;
    let at = start;
    if (text.charCodeAt(at) === 0x2d) at++;
    const digits = at;
    while (isDigit(text.charCodeAt(at))) at++;
    const count = at - digits;
    if (count === 0 || (count > 1 && text.charCodeAt(digits) === 0x30)) this.fail();
    let whole = true;
    if (text.charCodeAt(at) === 0x2e && isDigit(text.charCodeAt(at + 1))) {
      whole = false;
      at += 2;
      while (isDigit(text.charCodeAt(at))) at++;
    }
    const exponent = exponentEnd(text, at);
    if (exponent > at) {
      whole = false;
      at = exponent;
    }
    this.at = at;
    const found = text.slice(start, at);
    if (!whole) return Number(found);
    return count < 16 ? BigInt(Number(found)) : longOf(found);
  }

  private string(): string {
    const start = this.at;
    let end = this.text.indexOf('"', start + 1);
    while (end > 0 && this.escaped(end)) end = this.text.indexOf('"', end + 1);
    if (end < 0) this.fail();
    this.at = end + 1;
    const body = this.text.slice(start + 1, end);
    if (!body.includes('\\') && !hasControl(body)) return body;
    return JSON.parse(this.text.slice(start, end + 1)) as string;
  }

  /** Is the quote at `end` behind an odd number of backslashes? */
  private escaped(end: number): boolean {
    let n = 0;
    while (this.text.charCodeAt(end - 1 - n) === 0x5c) n++;
    return n % 2 === 1;
  }

  private array(depth: number): Dynamic[] {
    const items: Dynamic[] = [];
    this.at++;
    this.space();
    if (this.take(0x5d)) return items;
    for (;;) {
      items.push(this.value(depth + 1));
      this.space();
      if (this.take(0x5d)) return items;
      if (!this.take(0x2c)) this.fail();
    }
  }

  private bag(depth: number): { [key: string]: Dynamic } {
    const bag: { [key: string]: Dynamic } = {};
    this.at++;
    this.space();
    if (this.take(0x7d)) return bag;
    for (;;) {
      this.space();
      if (this.text.charCodeAt(this.at) !== 0x22) this.fail();
      const key = this.string();
      this.space();
      if (!this.take(0x3a)) this.fail();
      setKey(bag, key, this.value(depth + 1));
      this.space();
      if (this.take(0x7d)) return bag;
      if (!this.take(0x2c)) this.fail();
    }
  }

  private take(code: number): boolean {
    if (this.text.charCodeAt(this.at) !== code) return false;
    this.at++;
    return true;
  }
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20) return true;
  return false;
}

/** Sets a key of a bag under construction; `__proto__` is a key like any other. */
export function setKey(bag: { [key: string]: Dynamic }, key: string, value: Dynamic): void {
  if (key !== '__proto__') {
    bag[key] = value;
    return;
  }
  Object.defineProperty(bag, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Where the exponent that begins here ends; the same place where none does. */
function exponentEnd(text: string, start: number): number {
  if ((text.charCodeAt(start) | 0x20) !== 0x65) return start;
  const sign = text.charCodeAt(start + 1);
  let at = start + (sign === 0x2b || sign === 0x2d ? 2 : 1);
  if (!isDigit(text.charCodeAt(at))) return start;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

/** A whole number: a long where it fits 64 bits, else a real. */
function longOf(text: string): number | bigint {
  const n = BigInt(text);
  return n < MIN_LONG || n > MAX_LONG ? Number(text) : n;
}

/** A dynamic from JSON text; undefined where the text is not JSON. */
export function readJson(text: string): Dynamic | undefined {
  try {
    return new Reader(text).document();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** As `parse_json` does: text that is not JSON becomes a dynamic string, empty text null (page "parse_json()"). */
export function parseDynamic(text: string): Dynamic {
  if (text === '') return null;
  const value = readJson(text);
  return value === undefined ? text : value;
}

/** A real as the service prints it: shortest digits that read back, `1.0`, `1e21`, `NaN`, `Infinity`. */
export function realText(value: number): string {
  if (Number.isInteger(value)) {
    if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
    return Math.abs(value) < 1e21 ? `${value}.0` : `${value}`.replace('e+', 'e');
  }
  if (!Number.isFinite(value))
    return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  return `${value}`;
}

/** The compact JSON text of a dynamic, with `1` for a long and `1.0` for a real. */
export function printDynamic(value: Dynamic): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
    case 'boolean':
      return value.toString();
    case 'number':
      // JSON has no such numbers, so the service writes them as strings.
      return Number.isFinite(value) ? realText(value) : `"${realText(value)}"`;
  }
  if (value === null) return 'null';
  if (isArray(value)) {
    if (hasOnlyFractions(value)) return JSON.stringify(value);
    const parts = new Array<string>(value.length);
    for (let i = 0; i < value.length; i++) parts[i] = printDynamic(value[i] ?? null);
    return `[${parts.join(',')}]`;
  }
  let text = '';
  for (const [key, item] of Object.entries(value))
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${printDynamic(item)}`;
  return `{${text}}`;
}

/** Reals that JSON writes as the service does, so that a series is printed in one go. */
function hasOnlyFractions(values: readonly Dynamic[]): boolean {
  for (const v of values)
    if (typeof v !== 'number' || Number.isInteger(v) || !Number.isFinite(v)) return false;
  return true;
}

export type Bag = { readonly [key: string]: Dynamic };

export function isArray(value: Dynamic | undefined): value is readonly Dynamic[] {
  return Array.isArray(value);
}

export function isBag(value: Dynamic | undefined): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own keys only: `toString` in a document is data, not a method. */
export function member(bag: Bag, key: string): Dynamic {
  return Object.hasOwn(bag, key) ? (bag[key] ?? null) : null;
}

/** The names that `gettype` gives for what is inside a dynamic. */
export function dynamicTypeName(value: Dynamic): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'bigint':
      return 'long';
    case 'number':
      return 'real';
    case 'boolean':
      return 'bool';
  }
  if (value === null) return 'null';
  return isArray(value) ? 'array' : 'dictionary';
}
