import type { ReactNode } from 'react';
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface Notice {
  readonly id: number;
  readonly intent: 'info' | 'success' | 'warning' | 'error';
  readonly title: string;
  readonly body: string;
}

export interface ConfirmRequest {
  readonly title: string;
  readonly body: string;
  readonly action: string;
  readonly danger?: boolean;
}

export interface PromptRequest {
  readonly title: string;
  readonly label: string;
  readonly value: string;
  readonly action: string;
  /** What is wrong with a value; undefined when nothing is. */
  readonly check?: (value: string) => string | undefined;
}

export interface OpenDialog {
  readonly id: number;
  readonly content:
    | { kind: 'confirm'; request: ConfirmRequest; answer: (yes: boolean) => void }
    | { kind: 'prompt'; request: PromptRequest; answer: (value: string | undefined) => void }
    | { kind: 'custom'; render: () => ReactNode };
}

export interface DialogsState {
  readonly notices: readonly Notice[];
  readonly open: readonly OpenDialog[];
}

/** Questions and messages to the person; the frame draws them. */
export interface Dialogs extends StoreApi<DialogsState> {
  notify(notice: Omit<Notice, 'id' | 'body'> & { readonly body?: string }): void;
  dismiss(noticeId: number): void;
  confirm(request: ConfirmRequest): Promise<boolean>;
  prompt(request: PromptRequest): Promise<string | undefined>;
  /** Shows a dialog of a feature's own (a Fluent `Dialog`); it calls `close` when it is done. */
  show(render: (close: () => void) => ReactNode): void;
}

export function createDialogs(): Dialogs {
  const store = createStore<DialogsState>(() => ({ notices: [], open: [] }));
  let nextId = 1;
  const close = (id: number): void =>
    store.setState((s) => ({ open: s.open.filter((dialog) => dialog.id !== id) }));
  const push = (content: (id: number) => OpenDialog['content']): void => {
    const id = nextId++;
    store.setState((s) => ({ open: [...s.open, { id, content: content(id) }] }));
  };
  return {
    ...store,
    notify(notice) {
      store.setState((s) => ({
        notices: [...s.notices, { body: '', ...notice, id: nextId++ }],
      }));
    },
    dismiss(noticeId) {
      store.setState((s) => ({ notices: s.notices.filter((notice) => notice.id !== noticeId) }));
    },
    confirm: (request) =>
      new Promise((resolve) =>
        push((id) => ({
          kind: 'confirm',
          request,
          answer: (yes) => {
            close(id);
            resolve(yes);
          },
        })),
      ),
    prompt: (request) =>
      new Promise((resolve) =>
        push((id) => ({
          kind: 'prompt',
          request,
          answer: (value) => {
            close(id);
            resolve(value);
          },
        })),
      ),
    show: (render) => push((id) => ({ kind: 'custom', render: () => render(() => close(id)) })),
  };
}
