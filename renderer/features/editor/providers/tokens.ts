import type { LanguageClient } from '../language/client.ts';
import type { TextRange } from '../language/protocol.ts';
import { documentIdOf } from '../models.ts';
import type { monaco } from '../monaco.ts';
import { type Model, orNothing, rangeOf } from './shared.ts';

/** Legend of the semantic tokens: Kusto.Language's classifications, first letter small. */
const TOKEN_TYPES = [
  'plainText',
  'comment',
  'punctuation',
  'directive',
  'literal',
  'stringLiteral',
  'type',
  'column',
  'table',
  'database',
  'function',
  'parameter',
  'variable',
  'identifier',
  'clientParameter',
  'queryParameter',
  'scalarOperator',
  'mathOperator',
  'queryOperator',
  'command',
  'keyword',
  'materializedView',
  'schemaMember',
  'signatureParameter',
  'option',
];
const tokenType = (kind: string): number =>
  TOKEN_TYPES.indexOf(kind.charAt(0).toLowerCase() + kind.slice(1));

/** Colours of names by what they mean. */
export function tokensProvider(
  server: LanguageClient,
): monaco.languages.DocumentRangeSemanticTokensProvider {
  return {
    getLegend: () => ({ tokenTypes: TOKEN_TYPES, tokenModifiers: [] }),
    async provideDocumentRangeSemanticTokens(model, range, token) {
      const start = model.getOffsetAt(range.getStartPosition());
      const length = model.getOffsetAt(range.getEndPosition()) - start;
      const found = await orNothing(
        server.call('tokens', documentIdOf(model.uri), { start, length }, token),
      );
      return found ? { data: encodeTokens(model, found) } : null;
    },
  };
}

function encodeTokens(
  model: Model,
  tokens: readonly (TextRange & { readonly kind: string })[],
): Uint32Array {
  const data: number[] = [];
  let line = 1;
  let column = 1;
  for (const token of tokens) {
    const type = tokenType(token.kind);
    if (type <= 0) continue;
    const range = rangeOf(model, token);
    for (let at = range.startLineNumber; at <= range.endLineNumber; at++) {
      const from = at === range.startLineNumber ? range.startColumn : 1;
      const to = at === range.endLineNumber ? range.endColumn : model.getLineMaxColumn(at);
      if (to <= from) continue;
      data.push(at - line, at === line ? from - column : from - 1, to - from, type, 0);
      line = at;
      column = from;
    }
  }
  return new Uint32Array(data);
}
