/**
 * KQL's regular expressions are RE2's with Unicode classes. DuckDB runs RE2 too, but its `\d \w \s` are ASCII:
 * they are written out. For functions in TypeScript the same pattern becomes a JavaScript one.
 */
const CLASSES: Readonly<Record<string, { inside: string; negated: boolean }>> = {
  d: { inside: String.raw`\p{Nd}`, negated: false },
  D: { inside: String.raw`\p{Nd}`, negated: true },
  w: { inside: String.raw`\p{L}\p{M}\p{Nd}\p{Pc}`, negated: false },
  W: { inside: String.raw`\p{L}\p{M}\p{Nd}\p{Pc}`, negated: true },
  s: { inside: String.raw`\s\x0b\x{85}\p{Z}`, negated: false },
  S: { inside: String.raw`\s\x0b\x{85}\p{Z}`, negated: true },
};

interface Dialect {
  /** `\xhh` forms of the class bodies differ. */
  readonly body: (text: string) => string;
  readonly group: (name: string) => string;
  readonly escape: (letter: string) => string | undefined;
  /** A named class inside brackets: the whole, "^" or "", the name. */
  readonly named: (found: readonly string[]) => string;
}

/** The ASCII classes (page "regex") as pairs of first and last character, in order. */
const POSIX: Readonly<Record<string, string>> = {
  alnum: '09AZaz',
  alpha: 'AZaz',
  ascii: '\x00\x7f',
  blank: '\t\t  ',
  cntrl: '\x00\x1f\x7f\x7f',
  digit: '09',
  graph: '!~',
  lower: 'az',
  print: ' ~',
  punct: '!/:@[`{~',
  space: '\t\r  ',
  upper: 'AZ',
  word: '09AZ__az',
  xdigit: '09AFaf',
};

function posixRanges([whole = '', negation, name = '']: readonly string[]): string {
  const pairs = POSIX[name];
  if (pairs === undefined) throw new SyntaxError(`There is no character class ${whole}.`);
  const ends = [...pairs].map((c) => c.charCodeAt(0));
  const codes =
    negation === '^'
      ? [0, ...ends.map((code, i) => (i % 2 === 0 ? code - 1 : code + 1)), 0x10ffff]
      : ends;
  let out = '';
  for (let i = 0; i < codes.length; i += 2) {
    const [first = 0, last = -1] = codes.slice(i, i + 2);
    if (first <= last) out += `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`;
  }
  return out;
}

const WORD = String.raw`[\p{L}\p{M}\p{Nd}\p{Pc}]`;
const JS_BOUNDARY = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
const JS_NO_BOUNDARY = `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`;

const RE2: Dialect = {
  body: (t) => t,
  group: (name) => `(?P<${name}>`,
  escape: () => undefined,
  named: ([whole = '']) => whole,
};

const JS: Dialect = {
  body: (t) => t.replaceAll(String.raw`\x{85}`, String.raw`\x85`),
  group: (name) => `(?<${name}>`,
  named: posixRanges,
  escape: (letter) => {
    if (letter === 'b') return JS_BOUNDARY;
    if (letter === 'B') return JS_NO_BOUNDARY;
    if (letter === 'A') return '(?<![\\s\\S])';
    if (letter === 'z') return '(?![\\s\\S])';
    if (letter === 'a') return '\\x07';
    // Under the flag `v` only syntax characters may be escaped.
    return /[a-zA-Z0-9^$\\.*+?()[\]{}|/-]/.test(letter) ? undefined : letter;
  },
};

function outsideClass(letter: string, dialect: Dialect): string | undefined {
  const found = CLASSES[letter];
  return found && `[${found.negated ? '^' : ''}${dialect.body(found.inside)}]`;
}

/** A negated class inside brackets: RE2 can't nest, so the plain escape stays, ASCII as it is. */
function insideClass(letter: string, dialect: Dialect): string | undefined {
  const found = CLASSES[letter];
  return found && !found.negated ? dialect.body(found.inside) : undefined;
}

function translate(pattern: string, dialect: Dialect): string {
  let out = '';
  let bracket = false;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern.charAt(i);
    if (c === '\\') {
      const letter = pattern.charAt(++i);
      const end = letter === 'p' || letter === 'P' || letter === 'x' ? pattern.indexOf('}', i) : -1;
      if (end > 0 && pattern.charAt(i + 1) === '{') {
        out += braced(pattern.slice(i, end + 1), dialect);
        i = end;
        continue;
      }
      const named = bracket ? insideClass(letter, dialect) : outsideClass(letter, dialect);
      const other = escaped(letter, bracket, dialect);
      out += named ?? other ?? `\\${letter}`;
    } else if (!bracket && c === '[') {
      bracket = true;
      out += c;
      // A bracket that comes first in a class is a member of it.
      if (pattern.charAt(i + 1) === '^') out += pattern.charAt(++i);
      if (pattern.charAt(i + 1) === ']') out += `\\${pattern.charAt(++i)}`;
    } else if (bracket && c === '[') {
      const named = /^\[:(\^?)([a-z]+):\]/.exec(pattern.slice(i));
      out += named ? dialect.named(named) : dialect === JS ? '\\[' : c;
      i += (named?.[0].length ?? 1) - 1;
    } else if (bracket && c === ']') {
      bracket = false;
      out += c;
    } else if (!bracket && c === '(' && /^\(\?P?<(?![=!])/.test(pattern.slice(i, i + 5))) {
      const name = pattern.slice(pattern.indexOf('<', i) + 1, pattern.indexOf('>', i));
      out += dialect.group(name);
      i = pattern.indexOf('>', i);
    } else if (!bracket && dialect === JS && /[\]{}]/.test(c)) {
      // RE2 takes these as they are where they close or repeat nothing.
      const repeat = /^\{\d+(?:,\d*)?\}/.exec(pattern.slice(i))?.[0];
      out += repeat ?? `\\${c}`;
      i += (repeat?.length ?? 1) - 1;
    } else out += c;
  }
  return out;
}

function escaped(letter: string, bracket: boolean, dialect: Dialect): string | undefined {
  if (bracket && /[bBAz]/.test(letter)) return undefined;
  // Only inside brackets may a hyphen be escaped under the flag `u`.
  if (!bracket && letter === '-' && dialect === JS) return letter;
  return dialect.escape(letter);
}

function braced(text: string, dialect: Dialect): string {
  if (dialect !== JS || !text.startsWith('x')) return `\\${text}`;
  return `\\u${text.slice(1)}`;
}

/** The pattern for DuckDB's RE2. */
export function re2Pattern(pattern: string): string {
  return translate(pattern, RE2);
}

const compiled = new Map<string, RegExp>();
const CACHE = 200;

/** The pattern as a JavaScript expression with the flags `u` and the given ones. Throws SyntaxError for a bad pattern. */
export function jsRegex(pattern: string, flags = ''): RegExp {
  const key = `${flags}/${pattern}`;
  const known = compiled.get(key);
  if (known) {
    known.lastIndex = 0;
    return known;
  }
  const leading = /^\(\?([ims]+)\)/.exec(pattern);
  const body = leading ? pattern.slice(leading[0].length) : pattern;
  const made = new RegExp(translate(body, JS), `u${flags}${leading?.[1] ?? ''}`);
  if (compiled.size >= CACHE) compiled.clear();
  compiled.set(key, made);
  return made;
}

/** Plain text as a pattern. */
export function quoteRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Number of capturing groups in a pattern. */
export function groupCount(pattern: string): number {
  let count = 0;
  let bracket = false;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern.charAt(i);
    if (c === '\\') i++;
    else if (bracket) bracket = c !== ']';
    else if (c === '[') {
      bracket = true;
      if (pattern.charAt(i + 1) === '^') i++;
      if (pattern.charAt(i + 1) === ']') i++;
    } else if (
      c === '(' &&
      (pattern.charAt(i + 1) !== '?' || /^\?P?<(?![=!])/.test(pattern.slice(i + 1, i + 5)))
    )
      count++;
  }
  return count;
}

/** Names of the groups by their number, from 1. */
export function groupNames(pattern: string): readonly (string | undefined)[] {
  const names: (string | undefined)[] = [undefined];
  for (const found of pattern.matchAll(/\\.|\[(?:\\.|[^\]])+\]|\((?!\?)|\(\?P?<(?![=!])([^>]+)>/g))
    if (found[0].startsWith('(')) names.push(found[1]);
  return names;
}
