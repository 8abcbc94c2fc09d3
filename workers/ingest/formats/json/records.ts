import { endOfValue, skipSpace } from './json-text.ts';

/** How records follow each other in a file. */
export type JsonLayout = 'newline_delimited' | 'array' | 'unstructured';

/** Raw texts of the records at the beginning of a text; a record that the text cuts is left out. */
export function recordsOf(text: string, layout: JsonLayout, wholeFile: boolean): string[] {
  if (layout === 'newline_delimited') return lines(text, wholeFile);
  const records: string[] = [];
  let i = skipSpace(text, 0);
  if (layout === 'array') i = skipSpace(text, i + 1);
  while (i < text.length && text[i] !== ']') {
    const end = endOfValue(text, i);
    if (end < 0) {
      if (wholeFile) records.push(text.slice(i));
      break;
    }
    records.push(text.slice(i, end));
    i = skipSpace(text, end);
    if (text[i] === ',') i = skipSpace(text, i + 1);
  }
  return records;
}

function lines(text: string, wholeFile: boolean): string[] {
  const all = text.split('\n');
  if (!wholeFile) all.pop();
  return all.map((line) => line.trim()).filter((line) => line !== '' && line !== '\ufeff');
}

/**
 * One array, one record per line, or records one after the other. A single object that fills several lines is
 * the last of these.
 */
export function detectJsonLayout(text: string): JsonLayout {
  const start = skipSpace(text, 0);
  if (text[start] === '[') return 'array';
  const end = endOfValue(text, start);
  if (end < 0) return text.indexOf('\n', start) < 0 ? 'newline_delimited' : 'unstructured';
  if (text.slice(start, end).includes('\n')) return 'unstructured';
  const rest = text.slice(end, end + 4096);
  return /^[ \t\r]*(\n|$)/.test(rest) ? 'newline_delimited' : 'unstructured';
}

export function looksLikeJson(text: string): boolean {
  const start = skipSpace(text, 0);
  if (text[start] === '{') return /^\{\s*("|\})/.test(text.slice(start, start + 200));
  return text[start] === '[' && /^\[\s*(\{|\])/.test(text.slice(start, start + 200));
}
