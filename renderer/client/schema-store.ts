import { createStore, type StoreApi } from 'zustand/vanilla';
import type { HostClient } from '../../common/contract/host.ts';
import type { DatabaseInfo, SchemaInfo } from '../../common/contract/schema.ts';

export interface SchemaState {
  readonly schema: SchemaInfo;
  readonly state: 'loading' | 'ready' | 'failed';
  readonly error: string;
}

/** Streams change the counts of their tables with every commit; nobody reads them faster than this. */
const REFRESH_GAP_MS = 1_000;

export interface SchemaStore extends StoreApi<SchemaState> {
  refresh(): Promise<void>;
  database(name: string): DatabaseInfo | undefined;
}

/** The names that queries may use, followed live. Answers that come out of order are dropped. */
export function createSchemaStore(host: HostClient): SchemaStore {
  const store = createStore<SchemaState>(() => ({
    schema: { version: -1, databases: [] },
    state: 'loading',
    error: '',
  }));

  async function refresh(): Promise<void> {
    try {
      const schema = await host.call('schema.get', {});
      if (schema.version >= store.getState().schema.version)
        store.setState({ schema, state: 'ready', error: '' });
    } catch (error) {
      store.setState({
        state: 'failed',
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  let waiting = false;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  host.on('schema.changed', () => {
    if (waiting) return;
    waiting = true;
    const gap = refreshedAt + REFRESH_GAP_MS - performance.now();
    setTimeout(
      () => {
        waiting = false;
        refreshedAt = performance.now();
        void refresh();
      },
      Math.max(0, gap),
    );
  });
  return {
    ...store,
    refresh,
    database: (name) =>
      store.getState().schema.databases.find((database) => database.name === name),
  };
}
