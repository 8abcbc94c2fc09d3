const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;
const LINE_END = 0x0a;
const RETURN = 0x0d;

/**
 * Whether bytes are one bracketed thing by their quotes and brackets, so that they can stand inside of another
 * JSON text without reaching out of it. Line ends between tokens become spaces, in place. What is wrong inside
 * of the brackets, the reader of the whole line finds.
 */
export function enclosed(bytes: Uint8Array): boolean {
  let end = bytes.length;
  let i = 0;
  while (i < end && isSpace(bytes[i] as number)) bytes[i++] = SPACE;
  while (end > i && isSpace(bytes[end - 1] as number)) bytes[--end] = SPACE;
  const first = bytes[i];
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return false;
  let depth = 0;
  while (i < end) {
    switch (MEANS[bytes[i++] as number]) {
      case NOTHING:
        break;
      case QUOTED:
        i = endOfText(bytes, i, end);
        if (i < 0) return false;
        break;
      case OPENS:
        depth++;
        break;
      case CLOSES:
        if (--depth === 0) return i === end;
        break;
      default:
        bytes[i - 1] = SPACE;
    }
  }
  return false;
}

/** After the quote that ends a text; -1 if it doesn't end, or goes over the end of a line. */
function endOfText(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === QUOTE) return i + 1;
    if (byte === BACKSLASH) i++;
    else if (byte === LINE_END || byte === RETURN) return -1;
  }
  return -1;
}

const NOTHING = 0;
const QUOTED = 1;
const OPENS = 2;
const CLOSES = 3;
const ENDS_LINE = 4;

/** What a byte outside of texts means, by its value: a table is faster than questions. */
const MEANS = new Uint8Array(256);
MEANS[QUOTE] = QUOTED;
for (const byte of [OPEN_BRACE, OPEN_BRACKET]) MEANS[byte] = OPENS;
for (const byte of [CLOSE_BRACE, CLOSE_BRACKET]) MEANS[byte] = CLOSES;
for (const byte of [LINE_END, RETURN]) MEANS[byte] = ENDS_LINE;

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === LINE_END || byte === RETURN || byte === 0x09;
}
