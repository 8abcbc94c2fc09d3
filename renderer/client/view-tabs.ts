import type { ReactNode } from 'react';
import { createStore, type StoreApi } from 'zustand/vanilla';

/** A tab beside the documents that is no document: a table that is watched, say. */
export interface ViewTab {
  readonly id: string;
  readonly title: string;
  readonly content: ReactNode;
  /** The person has closed it. */
  readonly onClose: () => void;
}

export interface ViewTabsState {
  readonly tabs: readonly ViewTab[];
  /** The one that was opened or asked for last, with a number that grows each time. */
  readonly shown: { readonly id: string; readonly times: number };
}

export interface ViewTabs extends StoreApi<ViewTabsState> {
  /** Opens a tab, or brings the one with this id to the front. */
  open(tab: ViewTab): void;
  close(id: string): void;
}

export function createViewTabs(): ViewTabs {
  const store = createStore<ViewTabsState>(() => ({ tabs: [], shown: { id: '', times: 0 } }));
  return {
    ...store,
    open(tab) {
      store.setState(({ tabs, shown }) => ({
        tabs: tabs.some((t) => t.id === tab.id) ? tabs : [...tabs, tab],
        shown: { id: tab.id, times: shown.times + 1 },
      }));
    },
    close(id) {
      const { tabs } = store.getState();
      const gone = tabs.find((tab) => tab.id === id);
      if (!gone) return;
      store.setState({ tabs: tabs.filter((tab) => tab !== gone) });
      gone.onClose();
    },
  };
}
