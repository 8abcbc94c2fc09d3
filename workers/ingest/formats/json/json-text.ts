/** A scanner over JSON text that keeps the text of each value, so that no digit of a number is lost. */

export interface Member {
  readonly name: string;
  /** JSON text of the value, white space around it removed. */
  readonly raw: string;
}

/** End of the value that begins at `start` (exclusive), or -1 when the text ends first. */
export function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === 34) return endOfString(text, start);
  if (first === 123 || first === 91) return endOfContainer(text, start);
  let i = start;
  while (i < text.length && !isDelimiter(text.charCodeAt(i))) i++;
  return i === text.length ? -1 : i;
}

function isDelimiter(code: number): boolean {
  return code === 44 || code === 93 || code === 125 || code <= 32;
}

function endOfString(text: string, start: number): number {
  let i = start + 1;
  for (;;) {
    const quote = text.indexOf('"', i);
    if (quote < 0) return -1;
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === 92) backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    i = quote + 1;
  }
}

function endOfContainer(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) {
      const end = endOfString(text, i);
      if (end < 0) return -1;
      i = end - 1;
    } else if (code === 123 || code === 91) depth++;
    else if (code === 125 || code === 93) {
      depth--;
      if (depth === 0) return i + 1;
    }
  }
  return -1;
}

export function skipSpace(text: string, start: number): number {
  let i = start;
  while (i < text.length && (text.charCodeAt(i) <= 32 || text.charCodeAt(i) === 0xfeff)) i++;
  return i;
}

/** Members of the object that `raw` holds. The text must be valid JSON. */
export function membersOf(raw: string): Member[] {
  const members: Member[] = [];
  let i = skipSpace(raw, 1);
  while (i < raw.length && raw[i] === '"') {
    const nameEnd = endOfString(raw, i);
    const name = JSON.parse(raw.slice(i, nameEnd)) as string;
    const colon = skipSpace(raw, nameEnd);
    const start = skipSpace(raw, colon + 1);
    const end = endOfValue(raw, start);
    members.push({ name, raw: raw.slice(start, end) });
    i = skipSpace(raw, end);
    if (raw[i] === ',') i = skipSpace(raw, i + 1);
  }
  return members;
}

export type JsonKind = 'null' | 'bool' | 'long' | 'real' | 'string' | 'dynamic';

export function kindOf(raw: string): JsonKind {
  switch (raw[0]) {
    case '"':
      return 'string';
    case '{':
    case '[':
      return 'dynamic';
    case 't':
    case 'f':
      return 'bool';
    case 'n':
      return 'null';
    default:
      return /^-?\d{1,18}$/.test(raw) || isLongDigits(raw) ? 'long' : 'real';
  }
}

function isLongDigits(raw: string): boolean {
  if (!/^-?\d{19}$/.test(raw)) return false;
  const value = BigInt(raw);
  return value >= -(2n ** 63n) && value < 2n ** 63n;
}

/** A value as the text that a column of texts holds: strings without quotes, null as null. */
export function textOf(raw: string): string | null {
  const kind = kindOf(raw);
  if (kind === 'null') return null;
  return kind === 'string' ? (JSON.parse(raw) as string) : raw;
}
