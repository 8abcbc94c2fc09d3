import { createStore, type StoreApi } from 'zustand/vanilla';

/** Panes that the frame docks; each document tab is a pane of its own beside these. */
export const PANES = [
  'explorer',
  'history',
  'saved',
  'results',
  'chart',
  'details',
  'errors',
  'statistics',
  'jobs',
] as const;
export type PaneId = (typeof PANES)[number];

export interface PaneController {
  /** Brings a pane to the front and gives it the keyboard. */
  focus(pane: PaneId): void;
  /** Brings it to the front, keyboard stays. */
  reveal(pane: PaneId): void;
  toggle(pane: PaneId): void;
  isVisible(pane: PaneId): boolean;
  /** Documents and results alone, or everything again. */
  toggleFullView(): void;
  /** Back to how the program came. */
  resetLayout(): void;
}

/** How features reach the frame: the frame attaches itself; before that nothing happens. */
export interface Panes extends PaneController {
  attach(controller: PaneController): () => void;
  /** Grows with each change of the layout. */
  readonly layoutVersion: StoreApi<{ readonly version: number }>;
}

export function createPanes(): Panes {
  let controller: PaneController | undefined;
  const layoutVersion = createStore(() => ({ version: 0 }));
  return {
    layoutVersion,
    attach(next) {
      controller = next;
      return () => {
        if (controller === next) controller = undefined;
      };
    },
    focus: (pane) => controller?.focus(pane),
    reveal: (pane) => controller?.reveal(pane),
    toggle: (pane) => controller?.toggle(pane),
    toggleFullView: () => controller?.toggleFullView(),
    resetLayout: () => controller?.resetLayout(),
    isVisible: (pane) => controller?.isVisible(pane) ?? false,
  };
}
