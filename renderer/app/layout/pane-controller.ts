import { Actions, BorderNode, Model, type TabNode } from 'flexlayout-react';
import type { PaneController, PaneId } from '../../client/panes.ts';
import { DEFAULT_LAYOUT, DOCUMENTS } from './default-layout.ts';
import { withoutTabSets } from './layout-model.ts';

interface Hooks {
  readonly model: () => Model;
  /** `keep`: also for the next start. */
  readonly replace: (model: Model, keep: boolean) => void;
}

const LEFT: readonly PaneId[] = ['explorer', 'saved', 'history'];

/** Shows, hides and focuses panes by changing the layout's model. */
export function createPaneController({ model, replace }: Hooks): PaneController {
  /** The layout before tab sets were hidden. */
  let whole: ReturnType<Model['toJson']> | undefined;

  const tabOf = (pane: PaneId): TabNode | undefined =>
    model().getNodeById(pane) as TabNode | undefined;

  function unhide(): void {
    if (!whole) return;
    const json = whole;
    whole = undefined;
    replace(Model.fromJson(json), true);
  }

  function hide(panes: readonly PaneId[]): void {
    const json = model().toJson();
    whole ??= json;
    replace(Model.fromJson(withoutTabSets(json, panes)), false);
  }

  function reveal(pane: PaneId): void {
    if (!tabOf(pane)) unhide();
    const maximized = model().getMaximizedTabset();
    const tab = tabOf(pane);
    if (!tab) return;
    if (maximized && tab.getParent() !== maximized)
      model().doAction(Actions.maximizeToggle(maximized.getId()));
    // Selecting the open tab of a border would close it.
    if (!tab.isSelected()) model().doAction(Actions.selectTab(pane));
  }

  function isVisible(pane: PaneId): boolean {
    const tab = tabOf(pane);
    if (!tab?.isSelected()) return false;
    const maximized = model().getMaximizedTabset();
    return !maximized || tab.getParent() === maximized;
  }

  return {
    reveal,
    isVisible,
    focus(pane) {
      reveal(pane);
      // The pane's content is mounted by then.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          const section = document.querySelector<HTMLElement>(`[data-pane="${pane}"]`);
          const target =
            section?.querySelector<HTMLElement>('[data-autofocus], [role="grid"]') ??
            section?.querySelector<HTMLElement>(
              '[tabindex="0"], input, button:not([disabled]), select, textarea',
            );
          target?.focus();
        }),
      );
    },
    toggle(pane) {
      if (!isVisible(pane)) {
        reveal(pane);
        return;
      }
      const parent = tabOf(pane)?.getParent();
      if (parent instanceof BorderNode) model().doAction(Actions.selectTab(pane));
      else hide([pane]);
    },
    resetLayout() {
      whole = undefined;
      replace(Model.fromJson(DEFAULT_LAYOUT), true);
    },
    toggleFullView() {
      if (whole) unhide();
      else if (model().getNodeById(DOCUMENTS)) hide(LEFT);
    },
  };
}
