import type { Diagnostic } from '../../../common/contract/values.ts';
import type { Services } from '../../client/services.ts';
import type { Run } from '../../client/session-store.ts';
import { blockOf } from './block-tint.ts';
import { KQL } from './kql-grammar.ts';
import { LanguageCallCancelled } from './language/client.ts';
import { languageServer } from './language-server.ts';
import { mergeDiagnostics, shiftDiagnostics } from './merge-diagnostics.ts';
import { monaco } from './monaco.ts';
import { problemsStore } from './problems-store.ts';

/** Milliseconds of rest after a key before the text is saved, and before it is checked. */
const SAVE_AFTER = 400;
const CHECK_AFTER = 250;

export interface OpenModel {
  readonly model: monaco.editor.ITextModel;
  /** Where the caret was when the tab was last in front. */
  viewState: monaco.editor.ICodeEditorViewState | null;
  /** Hands the text over now: to the session, and so to the catalog. */
  flush(): void;
  setEngineDiagnostics(diagnostics: readonly Diagnostic[]): void;
  dispose(): void;
}

const open = new Map<string, OpenModel>();

export const uriOf = (documentId: string): monaco.Uri =>
  monaco.Uri.from({ scheme: 'calypso', path: `/${documentId}.kql` });

export const documentIdOf = (uri: monaco.Uri): string => uri.path.slice(1, -'.kql'.length);

/**
 * The text of a document in the editor. It lives as long as the document is open, not only while its tab is in
 * front, so that undo survives.
 */
export function modelOf(
  services: Services,
  documentId: string,
  changeText: (text: string) => void,
): OpenModel {
  const existing = open.get(documentId);
  if (existing) return existing;
  const { session } = services;
  const server = languageServer();
  const documentNow = () => session.getState().documents.find((d) => d.id === documentId);
  const model = monaco.editor.createModel(documentNow()?.text ?? '', KQL, uriOf(documentId));
  // Brackets have one colour; the others say what a name is.
  model.updateOptions({
    bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
  });
  model.setEOL(monaco.editor.EndOfLineSequence.LF);
  let handedOver = model.getValue();
  let saveTimer: ReturnType<typeof setTimeout> | undefined;
  let checkTimer: ReturnType<typeof setTimeout> | undefined;
  let checking: monaco.CancellationTokenSource | undefined;
  let fromLanguage: readonly Diagnostic[] = [];
  let fromEngine: readonly Diagnostic[] = [];

  function flush(): void {
    clearTimeout(saveTimer);
    saveTimer = undefined;
    if (model.isDisposed()) return;
    const text = model.getValue();
    if (text === handedOver) return;
    handedOver = text;
    changeText(text);
  }

  function sync(): void {
    const database = documentNow()?.database ?? '';
    server.call('sync', documentId, { text: model.getValue(), database }).catch(() => {
      // A worker that died is reported by whoever waits for an answer.
    });
    clearTimeout(checkTimer);
    checkTimer = setTimeout(() => void check(), CHECK_AFTER);
  }

  async function check(): Promise<void> {
    checking?.cancel();
    const token = new monaco.CancellationTokenSource();
    checking = token;
    try {
      fromLanguage = await server.call('diagnostics', documentId, {}, token.token);
      if (!token.token.isCancellationRequested && !model.isDisposed()) show();
    } catch (error) {
      if (!(error instanceof LanguageCallCancelled)) fromLanguage = [];
    }
  }

  function show(): void {
    const run = session.getState().runs[documentId];
    // Kusto.Language doesn't know the commands of this program; of commands the engine speaks alone.
    const ofQueries = fromLanguage.filter((d) => !isCommandAt(model, d.span.line));
    const merged = mergeDiagnostics(fromRun(run, model), ofQueries, fromEngine);
    monaco.editor.setModelMarkers(
      model,
      'kql',
      merged.map((d) => markerOf(d, model)),
    );
    problemsStore.setState((s) => ({ byDocument: { ...s.byDocument, [documentId]: merged } }));
  }

  const contentListener = model.onDidChangeContent(() => {
    clearTimeout(saveTimer);
    saveTimer = setTimeout(flush, SAVE_AFTER);
    // What the engine said was about the text before.
    fromEngine = [];
    sync();
  });

  let { database } = documentNow() ?? { database: '' };
  const stopSession = session.subscribe((now, before) => {
    const document = now.documents.find((d) => d.id === documentId);
    if (!document) {
      opened.dispose();
      return;
    }
    if (document.database !== database) {
      database = document.database;
      fromEngine = [];
      sync();
    }
    if (document.text !== handedOver) {
      // Changed by somebody else, such as a reload from its file.
      handedOver = document.text;
      model.pushEditOperations(
        [],
        [{ range: model.getFullModelRange(), text: document.text }],
        () => null,
      );
    }
    if (now.runs[documentId] !== before.runs[documentId]) show();
  });

  let { schema } = services.schema.getState();
  const stopSchema = services.schema.subscribe((now) => {
    if (now.schema === schema) return;
    schema = now.schema;
    sync();
  });

  const opened: OpenModel = {
    model,
    viewState: null,
    flush,
    setEngineDiagnostics(diagnostics) {
      fromEngine = diagnostics;
      show();
    },
    dispose() {
      open.delete(documentId);
      clearTimeout(saveTimer);
      clearTimeout(checkTimer);
      stopSession();
      stopSchema();
      contentListener.dispose();
      model.dispose();
      server.call('close', documentId, {}).catch(() => {});
    },
  };
  open.set(documentId, opened);
  sync();
  return opened;
}

/** What the last run said, where its text still stands in the document. */
function fromRun(run: Run | undefined, model: monaco.editor.ITextModel): readonly Diagnostic[] {
  if (!run) return [];
  const text = model.getValue();
  const offset = text.startsWith(run.text, run.offset) ? run.offset : text.indexOf(run.text);
  if (offset < 0) return [];
  const { error } = run;
  const all: readonly Diagnostic[] =
    error?.span === undefined
      ? run.diagnostics
      : [
          {
            severity: 'error',
            code: error.code,
            message: [error.message, ...error.hints].join('\n'),
            span: error.span,
          },
          ...run.diagnostics,
        ];
  return shiftDiagnostics(all, offset, model.getPositionAt(offset).lineNumber);
}

function isCommandAt(model: monaco.editor.ITextModel, line: number): boolean {
  const block = blockOf(model, line);
  return block !== undefined && model.getLineContent(block.first).trimStart().startsWith('.');
}

const SEVERITIES: Readonly<Record<Diagnostic['severity'], monaco.MarkerSeverity>> = {
  error: monaco.MarkerSeverity.Error,
  warning: monaco.MarkerSeverity.Warning,
  suggestion: monaco.MarkerSeverity.Info,
  information: monaco.MarkerSeverity.Hint,
};

function markerOf(
  diagnostic: Diagnostic,
  model: monaco.editor.ITextModel,
): monaco.editor.IMarkerData {
  const { start, length } = diagnostic.span;
  const from = model.getPositionAt(start);
  // A missing token has no length: mark the character before it.
  const to = model.getPositionAt(start + Math.max(1, length));
  return {
    severity: SEVERITIES[diagnostic.severity],
    code: diagnostic.code,
    message: diagnostic.message,
    startLineNumber: from.lineNumber,
    startColumn: from.column,
    endLineNumber: to.lineNumber,
    endColumn: to.column,
  };
}

/** Hands over all texts that are still on their way; for the end of the page. */
export function flushAll(): void {
  for (const model of open.values()) model.flush();
}
