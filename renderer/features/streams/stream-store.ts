import { useMemo } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { StreamInfo } from '../../../common/contract/stream.ts';
import type { Services } from '../../client/services.ts';
import { useServices } from '../../client/services.ts';

/** Rates and lags fade without a word from the host: they are asked for this often while somebody looks. */
const POLL_MS = 2_000;
/** Events come in bursts; the list is fetched at most this often. */
const GAP_MS = 400;

export interface StreamsState {
  /** By name; an info that did not change stays the same object, so that its row is not drawn again. */
  readonly streams: ReadonlyMap<string, StreamInfo>;
  readonly loaded: boolean;
}

export interface StreamStore extends StoreApi<StreamsState> {
  refresh(): void;
}

/** Takes over what changed and keeps the identity of what did not. */
export function merged(
  before: ReadonlyMap<string, StreamInfo>,
  now: readonly StreamInfo[],
): ReadonlyMap<string, StreamInfo> {
  let changed = before.size !== now.length;
  const next = new Map(
    now
      .toSorted((a, b) => a.definition.name.localeCompare(b.definition.name))
      .map((info) => {
        const { name } = info.definition;
        const old = before.get(name);
        if (old && JSON.stringify(old) === JSON.stringify(info)) return [name, old];
        changed = true;
        return [name, info];
      }),
  );
  return changed ? next : before;
}

function createStreamStore({ host, dialogs }: Services): StreamStore {
  const store = createStore<StreamsState>(() => ({ streams: new Map(), loaded: false }));
  let lastAt = 0;
  let waiting = false;
  let asking = false;

  async function fetchNow(): Promise<void> {
    waiting = false;
    if (asking) {
      refresh();
      return;
    }
    asking = true;
    try {
      const { streams } = await host.call('streams.list', {});
      const { streams: before, loaded } = store.getState();
      const next = merged(before, streams);
      if (next !== before || !loaded) store.setState({ streams: next, loaded: true });
      if (loaded) tellFailures(before, next);
    } catch {
      // The connection is down: the frame says so, and it is asked again when it is back.
    } finally {
      lastAt = performance.now();
      asking = false;
    }
  }

  function refresh(): void {
    if (waiting) return;
    waiting = true;
    setTimeout(() => void fetchNow(), Math.max(0, lastAt + GAP_MS - performance.now()));
  }

  function tellFailures(
    before: ReadonlyMap<string, StreamInfo>,
    now: ReadonlyMap<string, StreamInfo>,
  ): void {
    for (const [name, info] of now)
      if (info.state === 'failed' && before.has(name) && before.get(name)?.state !== 'failed')
        dialogs.notify({
          intent: 'error',
          title: `The stream ${name} has stopped.`,
          body: info.message,
        });
  }

  host.on('streams.changed', refresh);
  host.status.subscribe((now, was) => {
    if (now.generation !== was.generation) refresh();
  });
  setInterval(() => {
    const busy = [...store.getState().streams.values()].some((s) => s.state !== 'paused');
    if (busy && document.visibilityState === 'visible') refresh();
  }, POLL_MS);
  refresh();
  return { ...store, refresh };
}

const stores = new WeakMap<Services, StreamStore>();

/** The streams of the host, followed from the first time that somebody asks. */
export function streamStore(services: Services): StreamStore {
  let store = stores.get(services);
  if (!store) {
    store = createStreamStore(services);
    stores.set(services, store);
  }
  return store;
}

/** One stream; drawn again only when its own state changes. */
export function useStream(name: string): StreamInfo | undefined {
  return useStore(streamStore(useServices()), (s) => s.streams.get(name));
}

export interface StreamName {
  readonly name: string;
  readonly database: string;
}

/** Which streams there are, and where; the same list while only their states change. */
export function useStreamNames(): readonly StreamName[] {
  const key = useStore(streamStore(useServices()), (s) =>
    JSON.stringify([...s.streams.values()].map((i) => [i.definition.name, i.definition.database])),
  );
  return useMemo(
    () => (JSON.parse(key) as [string, string][]).map(([name, database]) => ({ name, database })),
    [key],
  );
}
