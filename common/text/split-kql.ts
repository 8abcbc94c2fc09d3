/** A comment, or a literal of any kind, in which a separator means nothing. */
const OPAQUE =
  /\/\/[^\n]*|[hH]?(?:```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$))|(?:[hH]@|@[hH]?)(?:"(?:[^"]|"")*"|'(?:[^']|'')*')|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?/gy;

/** The parts of a query's text between separators that stand in no bracket, literal or comment. */
export function splitKql(text: string, separator: ';' | '|' | ','): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; ) {
    OPAQUE.lastIndex = i;
    const opaque = OPAQUE.exec(text)?.[0];
    if (opaque) {
      i += opaque.length;
      continue;
    }
    const c = text.charAt(i);
    if (c === '(' || c === '[' || c === '{') depth++;
    else if (c === ')' || c === ']' || c === '}') depth--;
    else if (c === separator && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
    i++;
  }
  parts.push(text.slice(start));
  return parts;
}
