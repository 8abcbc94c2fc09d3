import type { LanguageClient } from '../language/client.ts';
import type { CompletionList, TextRange } from '../language/protocol.ts';
import { documentIdOf } from '../models.ts';
import { monaco } from '../monaco.ts';
import { helpLink } from './help.ts';
import { type Model, orNothing, rangeOf } from './shared.ts';

/** Names that fit at the caret; what each is is asked for when it is looked at. */
export function completionProvider(
  server: LanguageClient,
): monaco.languages.CompletionItemProvider {
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
      const [signature = '', ...rest] = info.texts.flatMap((part) => part.split('\n'));
      return {
        ...item,
        ...(signature === '' ? {} : { detail: signature }),
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
