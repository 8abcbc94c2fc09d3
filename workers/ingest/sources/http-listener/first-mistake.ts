/** White space, and what may stand where a value begins (RFC 8259). */
const SPACE = /[ \t\n\r]*/y;
const SCALAR =
  /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/uy;

/**
 * Where a text stops to be JSON: the place of the value, bracket, colon or comma that is wrong or missing. JavaScript's
 * own parser tells it for some mistakes only.
 */
export function firstMistake(text: string): number {
  let at = 0;
  const skip = (): void => {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
  };
  const scalar = (): boolean => {
    SCALAR.lastIndex = at;
    if (!SCALAR.test(text)) return false;
    at = SCALAR.lastIndex;
    return true;
  };
  const name = (): boolean => {
    if (text[at] !== '"' || !scalar()) return false;
    skip();
    if (text[at] !== ':') return false;
    at++;
    skip();
    return true;
  };
  /** Brackets that are open, by what closes them. */
  const open: string[] = [];
  for (;;) {
    skip();
    const bracket = text[at];
    if (bracket === '{' || bracket === '[') {
      open.push(bracket === '{' ? '}' : ']');
      at++;
      skip();
      if (text[at] !== open.at(-1)) {
        if (bracket === '{' && !name()) return at;
        continue;
      }
    } else if (!scalar()) return at;
    // After a value: what closes, or a comma and the next one.
    for (;;) {
      skip();
      const close = open.at(-1);
      if (close === undefined || text[at] !== close) break;
      open.pop();
      at++;
    }
    if (open.length === 0 || text[at] !== ',') return at;
    at++;
    skip();
    if (open.at(-1) === '}' && !name()) return at;
  }
}
