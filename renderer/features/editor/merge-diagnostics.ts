import type { Diagnostic } from '../../../common/contract/values.ts';

/** What several checkers say of one document, each thing once. Earlier lists win. */
export function mergeDiagnostics(
  ...lists: readonly (readonly Diagnostic[])[]
): readonly Diagnostic[] {
  const merged: Diagnostic[] = [];
  for (const diagnostic of lists.flat())
    if (!merged.some((other) => says(other, diagnostic))) merged.push(diagnostic);
  return merged.toSorted((a, b) => a.span.start - b.span.start || rank(a) - rank(b));
}

/** Whether `a` already says what `b` says: the same fault at the same place, by code or by words. */
function says(a: Diagnostic, b: Diagnostic): boolean {
  const overlap =
    a.span.start === b.span.start ||
    (a.span.start < b.span.start + b.span.length && b.span.start < a.span.start + a.span.length);
  return overlap && (a.code === b.code || a.message === b.message);
}

const RANKS: readonly Diagnostic['severity'][] = ['error', 'warning', 'suggestion', 'information'];
const rank = (diagnostic: Diagnostic): number => RANKS.indexOf(diagnostic.severity);

/** Diagnostics of a piece of a document, with spans that fit the document. */
export function shiftDiagnostics(
  diagnostics: readonly Diagnostic[],
  offset: number,
  line: number,
): readonly Diagnostic[] {
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    span: {
      ...diagnostic.span,
      start: diagnostic.span.start + offset,
      line: diagnostic.span.line + line - 1,
    },
  }));
}
