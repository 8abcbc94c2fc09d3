import { createStore, type StoreApi } from 'zustand/vanilla';
import type { HostConnection } from '../../client/host.ts';

/** Rates, lags and ages fade without a word from the host: they are asked for this often while somebody looks. */
const POLL_MS = 2_000;
/** Events come in bursts; the list is fetched at most this often. */
const GAP_MS = 400;

export interface FollowedState<T> {
  /** By name, in order; an info that did not change stays the same object, so that its row is not drawn again. */
  readonly items: ReadonlyMap<string, T>;
  readonly loaded: boolean;
}

export interface FollowedList<T> extends StoreApi<FollowedState<T>> {
  refresh(): void;
}

interface Named {
  readonly definition: { readonly name: string };
}

/** Takes over what changed and keeps the identity of what did not. */
export function merged<T extends Named>(
  before: ReadonlyMap<string, T>,
  now: readonly T[],
): ReadonlyMap<string, T> {
  let changed = before.size !== now.length;
  const next = new Map(
    now
      .toSorted((a, b) => a.definition.name.localeCompare(b.definition.name))
      .map((info) => {
        const { name } = info.definition;
        const old = before.get(name);
        if (old && JSON.stringify(old) === JSON.stringify(info)) return [name, old] as const;
        changed = true;
        return [name, info] as const;
      }),
  );
  return changed ? next : before;
}

/** A list of the host's that is kept current: by its events, after each connection, and by asking while `busy`. */
export function followedList<T extends Named>(options: {
  readonly host: HostConnection;
  readonly topic: 'streams.changed' | 'storage.changed';
  readonly fetch: () => Promise<readonly T[]>;
  readonly busy: (item: T) => boolean;
  readonly onChange: (before: ReadonlyMap<string, T>, now: ReadonlyMap<string, T>) => void;
}): FollowedList<T> {
  const { host, busy } = options;
  const store = createStore<FollowedState<T>>(() => ({ items: new Map(), loaded: false }));
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
      const found = await options.fetch();
      const { items: before, loaded } = store.getState();
      const items = merged(before, found);
      if (items !== before || !loaded) store.setState({ items, loaded: true });
      if (loaded) options.onChange(before, items);
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

  host.on(options.topic, refresh);
  host.status.subscribe((now, was) => {
    if (now.generation !== was.generation) refresh();
  });
  setInterval(() => {
    if (document.visibilityState === 'visible' && [...store.getState().items.values()].some(busy))
      refresh();
  }, POLL_MS);
  refresh();
  return { ...store, refresh };
}
