import { KQL } from '../kql-grammar.ts';
import type { CallSignal, LanguageClient } from '../language/client.ts';
import type { FormatOptions, TextRange } from '../language/protocol.ts';
import { documentIdOf } from '../models.ts';
import { monaco } from '../monaco.ts';
import { type Model, orNothing, rangeOf } from './shared.ts';

/** Formatting of documents and of parts of them. */
export function registerFormatting(server: LanguageClient, format: () => FormatOptions): void {
  const { languages } = monaco;
  const formatted = async (
    model: Model,
    range: TextRange,
    token: CallSignal,
  ): Promise<monaco.languages.TextEdit[]> => {
    const params = { ...range, options: format() };
    const edits =
      (await orNothing(server.call('format', documentIdOf(model.uri), params, token))) ?? [];
    return edits.map((edit) => ({ range: rangeOf(model, edit), text: edit.text }));
  };
  languages.registerDocumentFormattingEditProvider(KQL, {
    provideDocumentFormattingEdits: (model, _options, token) =>
      formatted(model, { start: 0, length: model.getValueLength() }, token),
  });
  languages.registerDocumentRangeFormattingEditProvider(KQL, {
    provideDocumentRangeFormattingEdits(model, range, _options, token) {
      const start = model.getOffsetAt(range.getStartPosition());
      return formatted(
        model,
        { start, length: model.getOffsetAt(range.getEndPosition()) - start },
        token,
      );
    },
  });
}

/** Pieces of a document that can be folded: queries, and what stands in brackets. */
export function foldingProvider(server: LanguageClient): monaco.languages.FoldingRangeProvider {
  return {
    async provideFoldingRanges(model, _context, token) {
      const folds = await orNothing(server.call('folds', documentIdOf(model.uri), {}, token));
      return (folds ?? []).flatMap((fold) => {
        const range = rangeOf(model, fold);
        return range.endLineNumber > range.startLineNumber
          ? [{ start: range.startLineNumber, end: range.endLineNumber }]
          : [];
      });
    },
  };
}
