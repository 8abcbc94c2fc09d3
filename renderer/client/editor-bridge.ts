/** The text that a run would take, and where it stands in its document (UTF-16 units). */
export interface RunUnit {
  readonly text: string;
  readonly offset: number;
}

/** What other features may do with the editor of the active document. */
export interface EditorController {
  focus(): void;
  /** The selection, else the block around the caret; undefined when that is blank. */
  runUnit(): RunUnit | undefined;
  /** Puts text at the caret, in place of the selection. One undo step. */
  insert(text: string): void;
  /** Adds a block at the end of the document, a blank line before it, and puts the caret there. */
  appendBlock(text: string): void;
  /** Replaces a piece of the document; the caret goes to its end. One undo step. */
  replace(unit: RunUnit, text: string): void;
  /** Takes an open list of completions away, and one that is on its way. */
  closeCompletion(): void;
  /** Puts the caret at an offset and scrolls there. */
  reveal(offset: number): void;
  /** Runs one of the editor's own actions by its id. */
  action(id: string): void;
}

export interface EditorBridge extends EditorController {
  attach(controller: EditorController): () => void;
  readonly attached: () => boolean;
}

export function createEditorBridge(): EditorBridge {
  let controller: EditorController | undefined;
  return {
    attach(next) {
      controller = next;
      return () => {
        if (controller === next) controller = undefined;
      };
    },
    attached: () => controller !== undefined,
    focus: () => controller?.focus(),
    runUnit: () => controller?.runUnit(),
    insert: (text) => controller?.insert(text),
    appendBlock: (text) => controller?.appendBlock(text),
    replace: (unit, text) => controller?.replace(unit, text),
    closeCompletion: () => controller?.closeCompletion(),
    reveal: (offset) => controller?.reveal(offset),
    action: (id) => controller?.action(id),
  };
}
