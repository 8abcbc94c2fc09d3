/**
 * The first 50 rows and the count of all, of one query (page "take operator"). A text that ends in a
 * command, or that has a `render`, can't be continued by a pipe as it is: the caller checks.
 */
export function previewText(text: string): string {
  const body = text.trimEnd().replace(/;+$/, '').trimEnd();
  const lastStatement = splitLast(body);
  const query = lastStatement.query.replace(/\|\s*render\s[^|]*$/, '').trimEnd();
  return `${lastStatement.before}${query}\n| as hint.materialized=true PreviewRows_\n| take 50;\nPreviewRows_ | count`;
}

function splitLast(text: string): { before: string; query: string } {
  // Statements before the last one (let, set, declare) stay as they are.
  const end = lastTopLevelSemicolon(text);
  return { before: text.slice(0, end + 1), query: text.slice(end + 1) };
}

/** Offset of the last `;` outside strings, comments and brackets; -1 if there is none. */
export function lastTopLevelSemicolon(text: string): number {
  let found = -1;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '/' && text[i + 1] === '/') {
      const end = text.indexOf('\n', i);
      if (end < 0) break;
      i = end;
    } else if (text.startsWith('```', i)) {
      const end = text.indexOf('```', i + 3);
      if (end < 0) break;
      i = end + 2;
    } else if (c === '"' || c === "'") {
      i = endOfString(text, i);
    } else if (c === '(' || c === '{' || c === '[') depth++;
    else if (c === ')' || c === '}' || c === ']') depth--;
    else if (c === ';' && depth === 0) found = i;
  }
  return found;
}

function endOfString(text: string, start: number): number {
  const quote = text[start];
  const verbatim = text[start - 1] === '@';
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\n') return i;
    if (!verbatim && text[i] === '\\') i++;
    else if (text[i] === quote) return i;
  }
  return text.length;
}
