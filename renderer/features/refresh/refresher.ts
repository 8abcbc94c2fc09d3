import { createStore, type StoreApi } from 'zustand/vanilla';
import { asAppError } from '../../../common/errors/app-error.ts';
import type { Services } from '../../client/services.ts';
import { isDue, type Refreshing } from './schedule.ts';

const LOOK_MS = 200;

/** Documents whose runs are repeated, by id. */
export type RefresherState = Readonly<Record<string, Refreshing>>;

export interface Refresher extends StoreApi<RefresherState> {
  /** 0 ends it. */
  set(documentId: string, everyMs: number): void;
}

const refreshers = new WeakMap<Services, Refresher>();

export function refresherOf(services: Services): Refresher {
  const known = refreshers.get(services);
  if (known) return known;
  const made = createRefresher(services);
  refreshers.set(services, made);
  return made;
}

function createRefresher({ session }: Services): Refresher {
  const store = createStore<RefresherState>(() => ({}));
  const controllers = new Map<string, AbortController>();
  let timer: ReturnType<typeof setInterval> | undefined;

  const change = (documentId: string, part: Partial<Refreshing>): void => {
    const before = store.getState()[documentId];
    if (before) store.setState({ [documentId]: { ...before, ...part } });
  };

  async function run(documentId: string): Promise<void> {
    const controller = new AbortController();
    controllers.set(documentId, controller);
    change(documentId, { running: true });
    let error = '';
    try {
      await session.refresh(documentId, controller.signal);
    } catch (thrown) {
      error = asAppError(thrown).message;
    }
    if (controllers.get(documentId) !== controller) return;
    controllers.delete(documentId);
    change(documentId, { running: false, endedAt: Date.now(), error });
  }

  function look(): void {
    const { documents, activeId, runs } = session.getState();
    for (const [documentId, refreshing] of Object.entries(store.getState())) {
      if (!documents.some((document) => document.id === documentId)) {
        end(documentId);
        continue;
      }
      const shown = runs[documentId];
      const seen = activeId === documentId && document.visibilityState === 'visible';
      const busy = shown === undefined || shown.state === 'running';
      if (isDue(refreshing, { now: Date.now(), seen, busy })) void run(documentId);
    }
  }

  function end(documentId: string): void {
    controllers.get(documentId)?.abort();
    controllers.delete(documentId);
    const { [documentId]: _ended, ...others } = store.getState();
    store.setState(others, true);
    if (Object.keys(others).length > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    ...store,
    set(documentId, everyMs) {
      if (everyMs === 0) {
        end(documentId);
        return;
      }
      const before = store.getState()[documentId];
      const begun = { endedAt: Date.now(), running: false, error: '' };
      store.setState({ [documentId]: { ...(before ?? begun), everyMs } });
      timer ??= setInterval(look, LOOK_MS);
    },
  };
}
