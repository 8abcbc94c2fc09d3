import { helpUrl } from './help-url.ts';
import { KQL } from './kql-grammar.ts';
import { type CallSignal, LanguageCallCancelled, type LanguageClient } from './language/client.ts';
import type { CompletionList, FormatOptions, HoverInfo, TextRange } from './language/protocol.ts';
import { documentIdOf } from './models.ts';
import { monaco } from './monaco.ts';

type Model = monaco.editor.ITextModel;

const rangeOf = (model: Model, { start, length }: TextRange): monaco.Range =>
  monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(start + length));

/** What was given up is not an error to the editor; it means "nothing". */
async function orNothing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof LanguageCallCancelled) return undefined;
    throw error;
  }
}

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

export interface ProviderOptions {
  readonly server: LanguageClient;
  readonly format: () => FormatOptions;
}

/** Connects Monaco's language features of KQL with the language worker. */
export function registerProviders({ server, format }: ProviderOptions): void {
  const { languages } = monaco;

  languages.registerCompletionItemProvider(KQL, completionProvider(server));

  languages.registerHoverProvider(KQL, {
    async provideHover(model, position, token) {
      const info = await orNothing(
        server.call(
          'hover',
          documentIdOf(model.uri),
          { offset: model.getOffsetAt(position) },
          token,
        ),
      );
      if (!info) return null;
      return { range: rangeOf(model, info.range), contents: markdownOf(info) };
    },
  });

  languages.registerSignatureHelpProvider(KQL, {
    signatureHelpTriggerCharacters: ['(', ','],
    signatureHelpRetriggerCharacters: [')'],
    async provideSignatureHelp(model, position, token) {
      const info = await orNothing(
        server.call(
          'signature',
          documentIdOf(model.uri),
          { offset: model.getOffsetAt(position) },
          token,
        ),
      );
      if (!info) return null;
      return {
        dispose: () => {},
        value: {
          activeSignature: info.activeSignature,
          activeParameter: info.activeParameter,
          signatures: info.signatures.map(({ label, parameters }) => ({
            label,
            documentation: { value: info.description },
            parameters: parameters.map((p) => ({
              label: [p.from, p.from + p.label.length] as [number, number],
            })),
          })),
        },
      };
    },
  });

  languages.registerDocumentRangeSemanticTokensProvider(KQL, {
    getLegend: () => ({ tokenTypes: TOKEN_TYPES, tokenModifiers: [] }),
    async provideDocumentRangeSemanticTokens(model, range, token) {
      const start = model.getOffsetAt(range.getStartPosition());
      const length = model.getOffsetAt(range.getEndPosition()) - start;
      const found = await orNothing(
        server.call('tokens', documentIdOf(model.uri), { start, length }, token),
      );
      return found ? { data: encodeTokens(model, found) } : null;
    },
  });

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

  languages.registerFoldingRangeProvider(KQL, {
    async provideFoldingRanges(model, _context, token) {
      const folds = await orNothing(server.call('folds', documentIdOf(model.uri), {}, token));
      return (folds ?? []).flatMap((fold) => {
        const range = rangeOf(model, fold);
        return range.endLineNumber > range.startLineNumber
          ? [{ start: range.startLineNumber, end: range.endLineNumber }]
          : [];
      });
    },
  });

  registerNavigation(server);
  languages.registerCodeActionProvider(KQL, codeActionProvider(server));
}

function completionProvider(server: LanguageClient): monaco.languages.CompletionItemProvider {
  /** Where the list was asked for, to describe its items later. */
  const origin = new WeakMap<
    monaco.languages.CompletionItem,
    { documentId: string; edit: TextRange; text: string }
  >();
  return {
    triggerCharacters: [' ', '.', '(', '|', '[', '='],
    async provideCompletionItems(model, position, _context, token) {
      const documentId = documentIdOf(model.uri);
      const list = await orNothing(
        server.call('complete', documentId, { offset: model.getOffsetAt(position) }, token),
      );
      if (!list) return { suggestions: [] };
      return {
        suggestions: list.items.map((item) => {
          const suggestion = suggestionOf(model, list, item);
          origin.set(suggestion, { documentId, edit: list.edit, text: item.before + item.after });
          return suggestion;
        }),
      };
    },
    async resolveCompletionItem(item, token) {
      const from = origin.get(item);
      if (!from) return item;
      const info = await orNothing(
        server.call(
          'describe',
          from.documentId,
          {
            offset: from.edit.start + (from.text.startsWith('[') ? 3 : 1),
            edit: { ...from.edit, text: from.text },
          },
          token,
        ),
      ).catch(() => undefined);
      if (!info) return item;
      const [first, ...rest] = info.texts;
      return {
        ...item,
        ...(first === undefined ? {} : { detail: first }),
        documentation: { value: [...rest, helpLink(info)].filter(Boolean).join('\n\n') },
      };
    },
  };
}

const KINDS: Readonly<Record<string, monaco.languages.CompletionItemKind>> = (() => {
  const K = monaco.languages.CompletionItemKind;
  return {
    Keyword: K.Keyword,
    Syntax: K.Keyword,
    QueryPrefix: K.Keyword,
    CommandPrefix: K.Event,
    TabularPrefix: K.Keyword,
    TabularSuffix: K.Keyword,
    ScalarPrefix: K.Keyword,
    ScalarInfix: K.Operator,
    Punctuation: K.Operator,
    Column: K.Field,
    Table: K.Class,
    MaterialiedView: K.Interface,
    BuiltInFunction: K.Function,
    AggregateFunction: K.Method,
    LocalFunction: K.Function,
    DatabaseFunction: K.Module,
    Parameter: K.Variable,
    Variable: K.Variable,
    Database: K.Struct,
    Cluster: K.Unit,
    ScalarType: K.TypeParameter,
    RenderChart: K.Color,
    Option: K.Property,
    Example: K.Value,
  };
})();

const snippet = (text: string): string => text.replace(/[\\$}]/g, '\\$&');

function suggestionOf(
  model: Model,
  list: CompletionList,
  item: CompletionList['items'][number],
): monaco.languages.CompletionItem {
  const placed = item.after !== '';
  return {
    label: item.label,
    kind: KINDS[item.kind] ?? monaco.languages.CompletionItemKind.Text,
    filterText: item.match,
    sortText: item.order,
    insertText: placed ? `${snippet(item.before)}$0${snippet(item.after)}` : item.before,
    ...(placed
      ? { insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet }
      : {}),
    range: rangeOf(model, list.edit),
    ...(item.retrigger && placed
      ? { command: { id: 'editor.action.triggerParameterHints', title: 'Parameters' } }
      : item.before.endsWith(' ')
        ? { command: { id: 'editor.action.triggerSuggest', title: 'Go on' } }
        : {}),
  };
}

function helpLink(info: HoverInfo): string {
  return info.help ? `[Documentation](${helpUrl(info.help)})` : '';
}

function markdownOf(info: HoverInfo): monaco.IMarkdownString[] {
  const [first, ...rest] = info.texts;
  return [
    ...(first === undefined ? [] : [{ value: `\`\`\`${KQL}\n${first}\n\`\`\`` }]),
    ...rest.map((value) => ({ value })),
    ...(info.help ? [{ value: helpLink(info) }] : []),
  ];
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

function registerNavigation(server: LanguageClient): void {
  const related = (model: Model, position: monaco.Position, token: CallSignal) =>
    orNothing(
      server.call(
        'related',
        documentIdOf(model.uri),
        { offset: model.getOffsetAt(position) },
        token,
      ),
    ).then((found) => (found?.ranges ?? []).filter((range) => !range.syntax));

  monaco.languages.registerDefinitionProvider(KQL, {
    provideDefinition: async (model, position, token) =>
      (await related(model, position, token))
        .filter((range) => range.declaration)
        .map((range) => ({ uri: model.uri, range: rangeOf(model, range) })),
  });
  monaco.languages.registerReferenceProvider(KQL, {
    provideReferences: async (model, position, _context, token) =>
      (await related(model, position, token)).map((range) => ({
        uri: model.uri,
        range: rangeOf(model, range),
      })),
  });
  monaco.languages.registerDocumentHighlightProvider(KQL, {
    provideDocumentHighlights: async (model, position, token) =>
      (await related(model, position, token)).map((range) => ({ range: rangeOf(model, range) })),
  });
  monaco.languages.registerRenameProvider(KQL, {
    async provideRenameEdits(model, position, newName, token) {
      const ranges = await related(model, position, token);
      if (!ranges.some((range) => range.declaration))
        return { edits: [], rejectReason: 'Only names that this query declares can be renamed.' };
      if (!/^[A-Za-z_]\w*$/.test(newName))
        return { edits: [], rejectReason: `${newName} is not a name.` };
      return {
        edits: ranges.map((range) => ({
          resource: model.uri,
          versionId: model.getVersionId(),
          textEdit: { range: rangeOf(model, range), text: newName },
        })),
      };
    },
    async resolveRenameLocation(model, position, token) {
      const ranges = await related(model, position, token);
      const offset = model.getOffsetAt(position);
      const here = ranges.find((r) => r.start <= offset && offset <= r.start + r.length);
      if (!here || !ranges.some((range) => range.declaration))
        return {
          range: new monaco.Range(1, 1, 1, 1),
          text: '',
          rejectReason: 'Only names that this query declares can be renamed.',
        };
      const range = rangeOf(model, here);
      return { range, text: model.getValueInRange(range) };
    },
  });
}

interface KqlCodeAction extends monaco.languages.CodeAction {
  readonly key: string;
  readonly model: Model;
  readonly offset: number;
}

function codeActionProvider(server: LanguageClient): monaco.languages.CodeActionProvider {
  return {
    async provideCodeActions(model, range, _context, token) {
      const start = model.getOffsetAt(range.getStartPosition());
      const end = model.getOffsetAt(range.getEndPosition());
      const found = await orNothing(
        server.call(
          'actions',
          documentIdOf(model.uri),
          { offset: start, selection: { start, length: end - start } },
          token,
        ),
      );
      const actions = (found ?? []).map(
        (action): KqlCodeAction => ({
          title: action.title,
          kind: action.title.startsWith('Extract') ? 'refactor.extract' : 'quickfix',
          key: action.key,
          model,
          offset: start,
        }),
      );
      return { actions, dispose: () => {} };
    },
    async resolveCodeAction(action, token) {
      const { key, model, offset } = action as KqlCodeAction;
      const result = await orNothing(
        server.call('applyAction', documentIdOf(model.uri), { offset, key }, token),
      );
      if (!result) return action;
      if (result.failure !== undefined) return { ...action, disabled: result.failure };
      return {
        ...action,
        edit: {
          edits: result.edits.map((edit) => ({
            resource: model.uri,
            versionId: model.getVersionId(),
            textEdit: { range: rangeOf(model, edit), text: edit.text },
          })),
        },
      };
    },
  };
}
