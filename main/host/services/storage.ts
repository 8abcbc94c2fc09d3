import type { HostHandlers } from '../../../common/contract/host.ts';
import type { storageCalls } from '../../../common/contract/storage.ts';
import type { SyncedFile } from '../catalog/synced-files-store.ts';
import type { HostContext } from '../context.ts';
import { placeOf, putPlace, removePlace, savedPlaces, withinContainer } from '../storage/look.ts';

/** Stores: looked at, and kept current here. */
export function storageService(host: HostContext): Pick<HostHandlers, keyof typeof storageCalls> {
  const { syncs } = host;
  return {
    'storage.places': () => ({ places: savedPlaces(host) }),
    'storage.putPlace': ({ name, place, secret }) => {
      putPlace(host, name, place, secret);
      return {};
    },
    'storage.removePlace': ({ name }) => {
      removePlace(host, name);
      return {};
    },
    'storage.browse': ({ at, container, prefix, next, limit }, { signal }) => {
      const { place, secret, key } = placeOf(host, at);
      return host.storageWorker.call(
        'storage.look',
        {
          place: withinContainer(place, container),
          ...(secret === undefined ? {} : { secret }),
          prefix: prefix === '' ? key : prefix,
          ...(next === undefined ? {} : { next }),
          limit,
        },
        { signal, onEvent: ({ message }) => host.publish('storage.prompt', { message }) },
      );
    },
    'storage.syncs': () => ({ syncs: syncs.list() }),
    'storage.createSync': ({ definition, secret, queueSecret }) =>
      syncs.create(host, definition, { place: secret, queue: queueSecret }),
    'storage.changeSync': ({ definition }) => syncs.change(host, definition),
    'storage.runSync': ({ name, again }, { signal }) => syncs.run(host, name, again, signal),
    'storage.cancelSync': ({ name }) => syncs.cancel(name),
    'storage.pauseSync': ({ name }) => syncs.pause(host, name),
    'storage.resumeSync': ({ name }) => syncs.resumeOne(host, name),
    'storage.removeSync': async ({ name }) => {
      await syncs.remove(host, name);
      return {};
    },
    'storage.syncedFiles': ({ name, prefix, offset, limit }) => {
      const entry = syncs.entry(name);
      const files = [...entry.files.values()]
        .filter((file) => file.key.startsWith(prefix))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      return {
        total: files.length,
        files: files.slice(offset, offset + limit).map((file) => ({
          key: file.key,
          bytes: file.bytes,
          modifiedAt: file.modifiedAt,
          state: stateOf(file),
          rows: file.rowCount,
          message: file.message,
          path: file.mirrored === null ? '' : entry.pathOf(file),
        })),
      };
    },
  };
}

function stateOf(file: SyncedFile): 'remote' | 'mirrored' | 'ingested' | 'failed' | 'gone' {
  if (file.gone) return 'gone';
  if (file.failed === file.etag) return 'failed';
  if (file.ingested === file.etag) return 'ingested';
  return file.mirrored === file.etag ? 'mirrored' : 'remote';
}
