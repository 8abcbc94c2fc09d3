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
  let depth = 0;
  let quoted = false;
  let i = 0;
  let end = bytes.length;
  while (i < end && isSpace(bytes[i] ?? 0)) bytes[i++] = SPACE;
  while (end > i && isSpace(bytes[end - 1] ?? 0)) end--;
  const first = bytes[i];
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return false;
  for (; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (quoted) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) quoted = false;
      else if (byte === LINE_END || byte === RETURN) return false;
    } else if (byte === QUOTE) quoted = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--;
      if (depth === 0 && i < end - 1) return false;
      if (depth < 0) return false;
    } else if (byte === LINE_END || byte === RETURN) bytes[i] = SPACE;
  }
  for (let k = end; k < bytes.length; k++) bytes[k] = SPACE;
  return depth === 0 && !quoted;
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === LINE_END || byte === RETURN || byte === 0x09;
}
