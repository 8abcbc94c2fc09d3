import { createStore, type StoreApi } from 'zustand/vanilla';
import type { HostClient, HostContract } from '../../common/contract/host.ts';
import { createPeer } from '../../common/contract/peer.ts';
import type { TopicName, Transport } from '../../common/contract/rpc.ts';
import { AppError } from '../../common/errors/app-error.ts';

export interface ConnectionState {
  readonly state: 'connecting' | 'connected' | 'reconnecting';
  /** Why the last connection ended. */
  readonly reason: string;
  /** Counts connections; results of an earlier one may be gone. */
  readonly generation: number;
}

/** A HostClient that outlives its connections: it connects again and keeps its subscriptions. */
export interface HostConnection extends HostClient {
  readonly status: StoreApi<ConnectionState>;
  /** Address of something that the host serves, with what it needs to be let in. */
  url(path: string): string;
}

export interface ConnectionOptions {
  /** Opens one connection; rejects when the host can't be reached. */
  readonly open: () => Promise<Transport>;
  readonly url: (path: string) => string;
  /** Milliseconds before attempt n (from 0). */
  readonly delay?: (attempt: number) => number;
}

const backOff = (attempt: number): number => Math.min(5_000, 250 * 2 ** attempt);

/**
 * Calls made while there is no connection wait for the next one; calls that were under way when it broke
 * reject with `disconnected`, because nobody knows how far they came.
 */
export function connect(options: ConnectionOptions): HostConnection {
  const delay = options.delay ?? backOff;
  const status = createStore<ConnectionState>(() => ({
    state: 'connecting',
    reason: '',
    generation: 0,
  }));
  const subscriptions = new Map<string, Set<(value: never) => void>>();
  const closeListeners = new Set<(reason: string) => void>();
  let ended = false;
  let current: HostClient | undefined;
  let waiting: { resolve: (peer: HostClient) => void; reject: (error: unknown) => void }[] = [];

  function subscribe(peer: HostClient, topic: TopicName<HostContract>): void {
    peer.on(topic, (value) => {
      for (const listener of subscriptions.get(topic) ?? []) listener(value as never);
    });
  }

  async function open(attempt: number): Promise<void> {
    if (ended) return;
    let peer: HostClient;
    try {
      peer = createPeer<HostContract>(await options.open());
    } catch (error) {
      status.setState({ reason: error instanceof Error ? error.message : String(error) });
      setTimeout(() => void open(attempt + 1), delay(attempt));
      return;
    }
    peer.onClose((reason) => {
      if (current !== peer) return;
      current = undefined;
      status.setState({ state: 'reconnecting', reason });
      for (const listener of closeListeners) listener(reason);
      setTimeout(() => void open(0), delay(0));
    });
    for (const topic of subscriptions.keys()) subscribe(peer, topic as TopicName<HostContract>);
    current = peer;
    for (const { resolve } of waiting) resolve(peer);
    waiting = [];
    status.setState((s) => ({ state: 'connected', reason: '', generation: s.generation + 1 }));
  }

  function connected(signal: AbortSignal | undefined): Promise<HostClient> {
    if (current) return Promise.resolve(current);
    return new Promise((resolve, reject) => {
      if (ended) {
        reject(new AppError('source', 'disconnected', 'The connection was closed.'));
        return;
      }
      waiting.push({ resolve, reject });
      signal?.addEventListener('abort', () => reject(AppError.cancelled()), { once: true });
    });
  }

  void open(0);

  return {
    status,
    url: options.url,
    async call(name, params, callOptions = {}) {
      const peer = await connected(callOptions.signal);
      return peer.call(name, params, callOptions);
    },
    on(topic, listener) {
      let set = subscriptions.get(topic);
      if (!set) {
        set = new Set();
        subscriptions.set(topic, set);
        if (current) subscribe(current, topic);
      }
      set.add(listener as (value: never) => void);
      return () => set.delete(listener as (value: never) => void);
    },
    onClose(listener) {
      closeListeners.add(listener);
    },
    close() {
      ended = true;
      for (const { reject } of waiting)
        reject(new AppError('source', 'disconnected', 'The connection was closed.'));
      waiting = [];
      current?.close();
    },
  };
}
