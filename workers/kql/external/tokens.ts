import { AppError, spanOf } from '../../../common/errors/app-error.ts';

export interface Token {
  readonly kind: 'word' | 'string' | 'sign' | 'end';
  /** A word or sign as written, a string's value. */
  readonly text: string;
  readonly start: number;
  readonly length: number;
}

const TOKEN =
  /\s+|\/\/[^\n]*|(?<string>[hH]?@?[hH]?(?:"|'|```|~~~))|(?<word>[\p{L}\p{N}_$][\p{L}\p{N}_$.-]*)|(?<sign>[()[\],=:;<|*])/uy;

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  a: '\u0007',
  v: '\v',
  '0': '\0',
};

/** The end and the value of a string literal that begins at `start` (page "The string data type"). */
function readString(text: string, start: number): { readonly end: number; readonly value: string } {
  const [, prefix = '', quote = ''] =
    /^([hH@]*)(```|~~~|"|')/.exec(text.slice(start, start + 6)) ?? [];
  const verbatim = prefix.includes('@');
  let at = start + prefix.length + quote.length;
  if (quote.length > 1) {
    const end = text.indexOf(quote, at);
    if (end < 0) throw unfinished(text, start);
    return { end: end + quote.length, value: text.slice(at, end) };
  }
  let value = '';
  for (; at < text.length; at++) {
    const c = text[at] ?? '';
    if (c === '\n') break;
    if (c === quote) {
      if (!verbatim || text[at + 1] !== quote) return { end: at + 1, value };
      value += quote;
      at++;
    } else if (c === '\\' && !verbatim) {
      const code = /^\\(?:u([0-9a-f]{4})|x([0-9a-f]{2}))/i.exec(text.slice(at, at + 6));
      const next = text[at + 1] ?? '';
      value += code
        ? String.fromCharCode(Number.parseInt(code[1] ?? code[2] ?? '0', 16))
        : (ESCAPES[next] ?? next);
      at += code ? code[0].length - 1 : 1;
    } else value += c;
  }
  throw unfinished(text, start);
}

function unfinished(text: string, start: number): AppError {
  return new AppError('syntax', 'unfinished_string', 'This string has no end on its line.', {
    span: spanOf(text, start, 1),
  });
}

/** The tokens of a text from `start` on; blanks and comments are none. */
export class Tokens {
  readonly text: string;
  #at: number;

  constructor(text: string, start: number) {
    this.text = text;
    this.#at = start;
  }

  /** The next token, which stays the next one. */
  peek(): Token {
    const at = this.#at;
    const token = this.next();
    this.#at = at;
    return token;
  }

  next(): Token {
    for (;;) {
      if (this.#at >= this.text.length)
        return { kind: 'end', text: '', start: this.#at, length: 0 };
      TOKEN.lastIndex = this.#at;
      const start = this.#at;
      const match = TOKEN.exec(this.text);
      if (!match)
        throw new AppError('syntax', 'unexpected_character', `Unexpected: ${this.text[start]}`, {
          span: spanOf(this.text, start, 1),
        });
      if (match.groups?.string !== undefined) {
        const { end, value } = readString(this.text, start);
        this.#at = end;
        return { kind: 'string', text: value, start, length: end - start };
      }
      this.#at = TOKEN.lastIndex;
      const { word, sign } = match.groups ?? {};
      if (word !== undefined) return { kind: 'word', text: word, start, length: word.length };
      if (sign !== undefined) return { kind: 'sign', text: sign, start, length: sign.length };
    }
  }

  get position(): number {
    return this.#at;
  }

  /** Takes the next token if it is this sign or word (words don't heed case). */
  skip(text: string): boolean {
    const token = this.peek();
    if (token.kind === 'string' || token.kind === 'end' || token.text.toLowerCase() !== text)
      return false;
    this.next();
    return true;
  }

  expect(text: string): Token {
    const token = this.next();
    if (token.kind !== 'string' && token.text.toLowerCase() === text) return token;
    return this.fail(token, `Expected: ${text}`);
  }

  word(what: string): Token {
    const token = this.next();
    return token.kind === 'word' ? token : this.fail(token, `Expected: ${what}`);
  }

  string(what: string): Token {
    const token = this.next();
    return token.kind === 'string' ? token : this.fail(token, `Expected: ${what}, in quotes`);
  }

  /** A name: bare, or `["…"]`. */
  name(what: string): Token {
    if (!this.skip('[')) {
      const token = this.next();
      // A name in quotes is what `.create external table "a b"` means too.
      return token.kind === 'word' || token.kind === 'string'
        ? token
        : this.fail(token, `Expected: ${what}`);
    }
    const token = this.string(what);
    this.expect(']');
    return token;
  }

  fail(token: Token, message: string): never {
    throw new AppError('syntax', 'KS005', message, {
      span: spanOf(this.text, token.start, Math.max(1, token.length)),
    });
  }

  /** Items between `(` and `)`, with commas between them. */
  list<T>(item: () => T): T[] {
    this.expect('(');
    const items: T[] = [];
    if (this.skip(')')) return items;
    do items.push(item());
    while (this.skip(','));
    this.expect(')');
    return items;
  }
}
