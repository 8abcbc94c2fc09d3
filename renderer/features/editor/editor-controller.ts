import type { EditorController, RunUnit } from '../../client/editor-bridge.ts';
import { blockOf } from './block-tint.ts';
import type { OpenModel } from './models.ts';
import { monaco } from './monaco.ts';

/** What commands and other features may do with one editor. */
export function controllerOf(
  editor: monaco.editor.IStandaloneCodeEditor,
  opened: OpenModel,
): EditorController {
  const { model } = opened;

  function edit(range: monaco.IRange, text: string): void {
    editor.pushUndoStop();
    editor.executeEdits('calypso', [{ range, text, forceMoveMarkers: true }]);
    editor.pushUndoStop();
    opened.flush();
  }

  return {
    focus: () => editor.focus(),
    runUnit(): RunUnit | undefined {
      opened.flush();
      const selection = editor.getSelection();
      if (selection && !selection.isEmpty()) {
        const text = model.getValueInRange(selection);
        if (text.trim() !== '')
          return { text, offset: model.getOffsetAt(selection.getStartPosition()) };
      }
      const position = editor.getPosition();
      const block = position ? blockOf(model, position.lineNumber) : undefined;
      if (!block) return undefined;
      const range = new monaco.Range(
        block.first,
        1,
        block.last,
        model.getLineMaxColumn(block.last),
      );
      return {
        text: model.getValueInRange(range),
        offset: model.getOffsetAt({ lineNumber: block.first, column: 1 }),
      };
    },
    insert(text) {
      const selection = editor.getSelection();
      if (!selection) return;
      edit(selection, text);
      editor.focus();
    },
    appendBlock(text) {
      const end = model.getFullModelRange().getEndPosition();
      const before = model.getValue().trimEnd();
      const from = model.getPositionAt(before.length);
      edit(monaco.Range.fromPositions(from, end), before === '' ? text : `\n\n${text}`);
      editor.setPosition(model.getFullModelRange().getEndPosition());
      editor.revealPosition(model.getFullModelRange().getEndPosition());
      editor.focus();
    },
    replace(unit, text) {
      edit(
        monaco.Range.fromPositions(
          model.getPositionAt(unit.offset),
          model.getPositionAt(unit.offset + unit.text.length),
        ),
        text,
      );
      editor.setPosition(model.getPositionAt(unit.offset + text.length));
    },
    closeCompletion: () => editor.trigger('run', 'hideSuggestWidget', {}),
    reveal(offset) {
      const position = model.getPositionAt(offset);
      editor.setPosition(position);
      editor.revealPositionInCenterIfOutsideViewport(position);
      editor.focus();
    },
    action(id) {
      editor.focus();
      editor.trigger('command', id, {});
    },
  };
}
