import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { StreamInfo } from '../../../common/contract/stream.ts';
import { type Services, useServices } from '../../client/services.ts';
import { type FollowedList, followedList } from './followed-list.ts';

const stores = new WeakMap<Services, FollowedList<StreamInfo>>();

/** The streams of the host, followed from the first time that somebody asks. */
export function streamStore(services: Services): FollowedList<StreamInfo> {
  const { host, dialogs } = services;
  let store = stores.get(services);
  if (!store) {
    store = followedList({
      host,
      topic: 'streams.changed',
      fetch: async () => (await host.call('streams.list', {})).streams,
      busy: (info) => info.state !== 'paused',
      onChange: (before, now) => {
        for (const [name, info] of now)
          if (info.state === 'failed' && before.has(name) && before.get(name)?.state !== 'failed')
            dialogs.notify({
              intent: 'error',
              title: `The stream ${name} has stopped.`,
              body: info.message,
            });
      },
    });
    stores.set(services, store);
  }
  return store;
}

/** One stream; drawn again only when its own state changes. */
export function useStream(name: string): StreamInfo | undefined {
  return useStore(streamStore(useServices()), (s) => s.items.get(name));
}

export interface NamedIn {
  readonly name: string;
  readonly database: string;
}

/** Which streams there are, and where; the same list while only their states change. */
export function useStreamNames(): readonly NamedIn[] {
  const key = useStore(streamStore(useServices()), (s) =>
    JSON.stringify([...s.items.values()].map((i) => [i.definition.name, i.definition.database])),
  );
  return useNamesIn(key);
}

/** Names and databases from their JSON, which is equal while they are. */
export function useNamesIn(key: string): readonly NamedIn[] {
  return useMemo(
    () => (JSON.parse(key) as [string, string][]).map(([name, database]) => ({ name, database })),
    [key],
  );
}
