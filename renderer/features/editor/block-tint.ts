import { blockAround, type LineRange } from './blocks.ts';
import { monaco } from './monaco.ts';

/** The lines that a run would take. */
export function blockOf(model: monaco.editor.ITextModel, line: number): LineRange | undefined {
  return blockAround(
    {
      count: model.getLineCount(),
      isBlank: (n) => model.getLineFirstNonWhitespaceColumn(n) === 0,
    },
    line,
  );
}

/** Tints the block at the caret, and marks it at the margin. */
export function attachBlockTint(editor: monaco.editor.ICodeEditor): monaco.IDisposable {
  const decorations = editor.createDecorationsCollection();
  function tint(): void {
    const model = editor.getModel();
    const position = editor.getPosition();
    const block = model && position ? blockOf(model, position.lineNumber) : undefined;
    decorations.set(
      block
        ? [
            {
              range: new monaco.Range(block.first, 1, block.last, 1),
              options: {
                isWholeLine: true,
                className: 'ca-block',
                linesDecorationsClassName: 'ca-block-bar',
                stickiness: monaco.editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges,
              },
            },
          ]
        : [],
    );
  }
  tint();
  const caret = editor.onDidChangeCursorPosition(tint);
  const content = editor.onDidChangeModelContent(tint);
  return {
    dispose() {
      caret.dispose();
      content.dispose();
      decorations.clear();
    },
  };
}
