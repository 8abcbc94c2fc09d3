import { useStore } from 'zustand';
import type { SyncInfo } from '../../../../common/contract/storage.ts';
import { type Services, useSchema, useServices } from '../../../client/services.ts';
import { type FollowedList, followedList } from '../followed-list.ts';
import { type NamedIn, useNamesIn } from '../stream-store.ts';

const stores = new WeakMap<Services, FollowedList<SyncInfo>>();

/** The synced storage of the host, followed from the first time that somebody asks. */
export function syncStore(services: Services): FollowedList<SyncInfo> {
  const { host, dialogs } = services;
  let store = stores.get(services);
  if (!store) {
    host.on('storage.prompt', ({ message }) =>
      dialogs.notify({ intent: 'info', title: 'A storage asks to sign in.', body: message }),
    );
    store = followedList({
      host,
      topic: 'storage.changed',
      fetch: async () => (await host.call('storage.syncs', {})).syncs,
      // The age goes on even where nothing else does.
      busy: () => true,
      onChange: () => {},
    });
    stores.set(services, store);
  }
  return store;
}

/** One sync; drawn again only when its own state changes. */
export function useSync(name: string): SyncInfo | undefined {
  return useStore(syncStore(useServices()), (s) => s.items.get(name));
}

/** Which syncs there are; one that only mirrors files stands in the first database that can be changed. */
export function useSyncNames(): readonly NamedIn[] {
  const first = useSchema((s) => s.schema.databases.find((d) => !d.readOnly)?.name ?? '');
  const key = useStore(syncStore(useServices()), (s) =>
    JSON.stringify(
      [...s.items.values()].map((i) => [i.definition.name, i.definition.table?.database ?? first]),
    ),
  );
  return useNamesIn(key);
}
