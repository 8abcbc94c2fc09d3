import type { Services } from '../../client/services.ts';
import type { Run } from '../../client/session-store.ts';
import { monaco } from './monaco.ts';

/** Writes the error of the last run behind its line, until the text changes. */
export function attachRunErrors(
  { session }: Services,
  editor: monaco.editor.ICodeEditor,
  documentId: string,
): monaco.IDisposable {
  const decorations = editor.createDecorationsCollection();

  function show(run: Run | undefined): void {
    const model = editor.getModel();
    const error = run?.error;
    // An error without a place, such as a lost connection, is not about this line.
    if (!model || !run || !error?.span) {
      decorations.clear();
      return;
    }
    const text = model.getValue();
    const offset = text.startsWith(run.text, run.offset) ? run.offset : text.indexOf(run.text);
    if (offset < 0) {
      decorations.clear();
      return;
    }
    const position = model.getPositionAt(offset + error.span.start);
    const column = model.getLineMaxColumn(position.lineNumber);
    decorations.set([
      {
        range: new monaco.Range(position.lineNumber, column, position.lineNumber, column),
        options: {
          after: {
            // Spaces, not a margin: the editor cuts long texts into pieces and styles each.
            content: `\u00a0\u00a0\u00a0${(error.message.split('\n')[0] ?? '').slice(0, 160)}`,
            inlineClassName: 'ca-run-error',
          },
          showIfCollapsed: true,
        },
      },
    ]);
  }

  show(session.getState().runs[documentId]);
  const stop = session.subscribe((now, before) => {
    if (now.runs[documentId] !== before.runs[documentId]) show(now.runs[documentId]);
  });
  const content = editor.onDidChangeModelContent(() => decorations.clear());
  return {
    dispose() {
      stop();
      content.dispose();
      decorations.clear();
    },
  };
}
