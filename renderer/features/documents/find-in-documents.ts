import type { Document } from '../../../common/contract/workspace.ts';

export interface Found {
  readonly document: Document;
  /** Place of the line's beginning and of the text in the document; the line counts from 1, 0 is the tab itself. */
  readonly line: number;
  readonly offset: number;
  readonly text: string;
}

/** Lines that are listed at most. */
const MAX_FOUND = 500;

/** Tabs by name while nothing is looked for, else every line of every tab that holds the text, ignoring case. */
export function findInDocuments(documents: readonly Document[], needle: string): readonly Found[] {
  const low = needle.toLowerCase();
  const found: Found[] = [];
  for (const document of documents) {
    if (low === '' || document.title.toLowerCase().includes(low))
      found.push({ document, line: 0, offset: -1, text: document.text.split('\n', 1)[0] ?? '' });
    if (low === '') continue;
    let start = 0;
    for (const [i, text] of document.text.split('\n').entries()) {
      const at = text.toLowerCase().indexOf(low);
      if (at >= 0) found.push({ document, line: i + 1, offset: start + at, text });
      if (found.length >= MAX_FOUND) return found;
      start += text.length + 1;
    }
  }
  return found;
}

/** The text with every occurrence replaced, ignoring case, and how many there were. */
export function replaceAll(
  text: string,
  needle: string,
  by: string,
): { readonly text: string; readonly count: number } {
  if (needle === '') return { text, count: 0 };
  const pattern = new RegExp(needle.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi');
  let count = 0;
  const replaced = text.replace(pattern, () => {
    count++;
    return by;
  });
  return { text: replaced, count };
}
