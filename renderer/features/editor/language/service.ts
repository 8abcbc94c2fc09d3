import type { SchemaInfo } from '../../../../common/contract/schema.ts';
import type { Diagnostic } from '../../../../common/contract/values.ts';
import { spanOf } from '../../../../common/errors/app-error.ts';
import { formattingOptions } from './formatting.ts';
import {
  type KustoLanguage,
  listOf,
  namesOf,
  type RawBlock,
  type RawCodeAction,
  type RawGlobals,
  type RawScript,
} from './library.ts';
import type { LanguageCalls, LanguageMethod, TextEdit } from './protocol.ts';
import { signatureAt } from './signature.ts';
import { globalsOf } from './symbols.ts';

interface OpenScript {
  text: string;
  database: string;
  script: RawScript;
  /** The actions of the last list, by key. */
  actions: Map<string, RawCodeAction>;
}

type Handlers = {
  [M in LanguageMethod]: (
    documentId: string,
    params: LanguageCalls[M]['params'],
  ) => LanguageCalls[M]['result'];
};

/**
 * Kusto.Language's editor services over open documents. Every block between blank lines is a query of its own;
 * a change of the text keeps the analysis of the blocks that it doesn't touch. Not thread safe, synchronous.
 */
export function createLanguageService(library: KustoLanguage): Handlers {
  const { Editor: E } = library;
  const completionKinds = namesOf(E.CompletionKind);
  const classifications = namesOf(E.ClassificationKind);
  // Enter after a name must be a new line, not the pipe that could come next.
  const completionOptions =
    E.CompletionOptions.Default.WithAutoAppendWhitespace(false).WithIncludePunctuationOnlySyntax(
      false,
    );
  const neverCancelled = library.Utils.CancellationToken.getDefaultValue();
  const documents = new Map<string, OpenScript>();
  let globals: (database: string) => RawGlobals = () => library.GlobalState.Default;

  function open(documentId: string): OpenScript {
    const document = documents.get(documentId);
    if (!document) throw new Error(`The document ${documentId} is not open.`);
    return document;
  }

  const blockAt = (script: RawScript, offset: number): RawBlock | undefined =>
    script.GetBlockAtPosition(offset) ?? undefined;

  const blocksIn = (script: RawScript, start: number, end: number): readonly RawBlock[] =>
    listOf(script.Blocks).filter(
      (block) => block.Start < end && block.End > start && block.Text.trim() !== '',
    );

  /** What hovering says, without the library's remarks about unfinished text. */
  function describe(script: RawScript, offset: number): LanguageCalls['hover']['result'] {
    const block = blockAt(script, offset);
    if (!block) return undefined;
    const { Error: error, Warning: warning, Suggestion: suggestion } = E.QuickInfoKind;
    const items = listOf(block.Service.GetQuickInfo(offset).Items);
    const texts = items
      .filter((item) => ![error, warning, suggestion].includes(item.Kind))
      .map((item) => item.Text)
      .filter((text) => text !== '');
    if (texts.length === 0) return undefined;
    const element = block.Service.GetElement(offset);
    const builtIn = items.some((item) => item.Kind === E.QuickInfoKind.BuiltInFunction);
    const name = block.Text.slice(
      element.Start - block.Start,
      element.Start - block.Start + element.Length,
    );
    return {
      range: { start: element.Start, length: element.Length },
      texts,
      ...(builtIn ? { help: { kind: 'function' as const, name } } : {}),
      ...(items.some((item) => item.Kind === E.QuickInfoKind.Operator)
        ? { help: { kind: 'operator' as const, name } }
        : {}),
    };
  }

  return {
    setSchema(_documentId, { schema }: { schema: SchemaInfo }) {
      globals = globalsOf(library, schema);
      for (const document of documents.values())
        document.script = document.script.WithGlobals(globals(document.database));
      return undefined;
    },

    sync(documentId, { text, database }) {
      const before = documents.get(documentId);
      if (before?.database === database) {
        before.script = before.script.WithText(text);
        before.text = text;
      } else
        documents.set(documentId, {
          text,
          database,
          script: E.CodeScript.From$1(text, globals(database)),
          actions: new Map(),
        });
      return undefined;
    },

    close(documentId) {
      documents.delete(documentId);
      return undefined;
    },

    complete(documentId, { offset }) {
      const { script } = open(documentId);
      const block = blockAt(script, offset);
      const empty = { items: [], edit: { start: offset, length: 0 } };
      if (!block) return empty;
      const info = block.Service.GetCompletionItems(offset, completionOptions);
      return {
        items: listOf(info.Items).map((item) => ({
          kind: completionKinds.get(item.Kind) ?? 'Unknown',
          label: item.DisplayText,
          match: item.MatchText,
          order: item.OrderText,
          before: withoutSpace(completionKinds.get(item.Kind), item.BeforeText),
          after: item.AfterText,
          retrigger: item.Retrigger,
        })),
        edit: { start: info.EditStart, length: info.EditLength },
      };
    },

    describe(documentId, { offset, edit }) {
      const { text, script } = open(documentId);
      return describe(script.WithText(applyEdit(text, edit)), offset);
    },

    hover: (documentId, { offset }) => describe(open(documentId).script, offset),

    signature(documentId, { offset }) {
      const { script, database } = open(documentId);
      const block = blockAt(script, offset);
      return block && signatureAt(library, block.Text, offset - block.Start, globals(database));
    },

    diagnostics(documentId) {
      const { script, text } = open(documentId);
      return listOf(script.Blocks).flatMap((block) => diagnosticsOf(block, text));
    },

    tokens(documentId, { start, length }) {
      const { script } = open(documentId);
      return blocksIn(script, start, start + length).flatMap((block) => {
        const from = Math.max(start, block.Start);
        const to = Math.min(start + length, block.End);
        const { Classifications } = block.Service.GetClassifications(from, to - from, true, true);
        return listOf(Classifications).map((range) => ({
          start: range.Start,
          length: range.Length,
          kind: classifications.get(range.Kind) ?? 'PlainText',
        }));
      });
    },

    folds(documentId) {
      return listOf(open(documentId).script.Blocks).flatMap((block) =>
        listOf(block.Service.GetOutlines$1().Ranges).map((range) => ({
          start: range.Start,
          length: range.Length,
          label: range.CollapsedText,
        })),
      );
    },

    format(documentId, { start, length, options }) {
      const { script } = open(documentId);
      const raw = formattingOptions(library, options);
      return blocksIn(script, start, Math.max(start + length, start + 1)).flatMap((block) => {
        const body = block.Text.trimEnd();
        const formatted = block.Service.GetFormattedText(raw, block.Start)
          .Text.replaceAll('\r\n', '\n')
          .trimEnd();
        return formatted === body || formatted === ''
          ? []
          : [{ start: block.Start, length: body.length, text: formatted }];
      });
    },

    related(documentId, { offset }) {
      const { script } = open(documentId);
      const block = blockAt(script, offset);
      if (!block) return { current: -1, ranges: [] };
      const info = block.Service.GetRelatedElements(offset);
      const { Declaration, Syntax } = E.RelatedElementKind;
      return {
        current: info.CurrentIndex,
        ranges: listOf(info.Elements).map((element) => ({
          start: element.Start,
          length: element.Length,
          declaration: element.Kind === Declaration,
          syntax: element.Kind === Syntax,
        })),
      };
    },

    actions(documentId, { offset, selection }) {
      const document = open(documentId);
      document.actions.clear();
      const block = blockAt(document.script, offset);
      if (!block) return [];
      const { Actions } = block.Service.GetCodeActions(
        offset,
        selection.start,
        selection.length,
        null,
        true,
        null,
        neverCancelled,
      );
      return listOf(Actions)
        .flatMap(leaves)
        .map((action, index) => {
          const key = String(index);
          document.actions.set(key, action);
          return { key, title: action.Title, description: action.Description };
        });
    },

    applyAction(documentId, { offset, key }) {
      const document = open(documentId);
      const action = document.actions.get(key);
      const block = blockAt(document.script, offset);
      if (!action || !block)
        return { edits: [], failure: 'The text has changed since the list was made.' };
      const result = block.Service.ApplyCodeAction(action, offset, null, neverCancelled);
      return {
        // The library counts these from the beginning of the block, not of the script.
        edits: listOf(result.Actions).flatMap((part) =>
          listOf(part.Changes).map((change) => ({
            start: block.Start + change.Start,
            length: change.DeleteLength,
            text: change.InsertText.replaceAll('\r\n', '\n'),
          })),
        ),
        failure: result.FailureReason ?? undefined,
      };
    },
  };
}

const KEEPS_SPACE = new Set(['Keyword', 'Syntax', 'QueryPrefix', 'CommandPrefix', 'TabularSuffix']);

/**
 * After a keyword a space is wanted; after a name it is in the way of the next `,` or `)`. The library also puts
 * a new line and a pipe behind the name of a table, which people type by habit and would then have twice.
 */
function withoutSpace(kind: string | undefined, text: string): string {
  return kind !== undefined && KEEPS_SPACE.has(kind) ? text : text.replace(/[\s|]+$/, '');
}

function leaves(action: RawCodeAction): readonly RawCodeAction[] {
  const inner = listOf(action.Actions);
  return inner.length > 0 ? inner.flatMap(leaves) : [action];
}

function applyEdit(text: string, edit: TextEdit): string {
  return text.slice(0, edit.start) + edit.text + text.slice(edit.start + edit.length);
}

const SEVERITY: Readonly<Record<string, Diagnostic['severity']>> = {
  Error: 'error',
  Warning: 'warning',
  Suggestion: 'suggestion',
};

function diagnosticsOf(block: RawBlock, text: string): readonly Diagnostic[] {
  if (block.Text.trim() === '') return [];
  const { Service: service } = block;
  return [
    ...listOf(service.GetDiagnostics(true)),
    ...listOf(service.GetAnalyzerDiagnostics(true)),
  ].map((d) => ({
    severity: SEVERITY[d.Severity] ?? 'information',
    code: d.Code,
    message: d.Message,
    span: spanOf(text, Math.max(0, d.Start), Math.max(0, d.Length)),
  }));
}
