import { prepareText } from '../../client/prepared-text.ts';
import type { Services } from '../../client/services.ts';
import { currentParameters } from '../parameters/index.ts';
import { blockOf } from './block-tint.ts';
import { shiftDiagnostics } from './merge-diagnostics.ts';
import type { OpenModel } from './models.ts';
import { monaco } from './monaco.ts';

/** Milliseconds without a key before the engine is asked. */
const ASK_AFTER = 600;

/**
 * Asks the engine what it would say of the block at the caret: Kusto.Language knows names that this engine
 * doesn't run. The newest question wins.
 */
export function attachEngineCheck(
  services: Services,
  editor: monaco.editor.ICodeEditor,
  opened: OpenModel,
  documentId: string,
): monaco.IDisposable {
  const { host, session } = services;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let controller: AbortController | undefined;

  async function ask(): Promise<void> {
    const position = editor.getPosition();
    const block = position ? blockOf(opened.model, position.lineNumber) : undefined;
    const document = session.getState().documents.find((d) => d.id === documentId);
    if (!block || !document || host.status.getState().state !== 'connected') return;
    const range = new monaco.Range(
      block.first,
      1,
      block.last,
      opened.model.getLineMaxColumn(block.last),
    );
    const text = opened.model.getValueInRange(range);
    const version = opened.model.getVersionId();
    const offset = opened.model.getOffsetAt({ lineNumber: block.first, column: 1 });
    const prepared = prepareText(text, currentParameters(services));
    controller?.abort();
    controller = new AbortController();
    const { signal } = controller;
    try {
      const { diagnostics } = await host.call(
        'query.check',
        { text: prepared.text, database: document.database },
        { signal },
      );
      if (signal.aborted || opened.model.isDisposed() || opened.model.getVersionId() !== version)
        return;
      const placed = diagnostics.map((d) => ({ ...d, span: prepared.back(d.span) }));
      opened.setEngineDiagnostics(shiftDiagnostics(placed, offset, block.first));
    } catch {
      // Without an answer there is nothing to mark; a run will say what is wrong.
    }
  }

  function later(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), ASK_AFTER);
  }

  later();
  const content = editor.onDidChangeModelContent(later);
  const caret = editor.onDidChangeCursorPosition((event) => {
    if (event.reason === monaco.editor.CursorChangeReason.Explicit) later();
  });
  const stopSchema = services.schema.subscribe(later);
  return {
    dispose() {
      clearTimeout(timer);
      controller?.abort();
      content.dispose();
      caret.dispose();
      stopSchema();
    },
  };
}
