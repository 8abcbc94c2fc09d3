import { savedPlace } from '../../../common/contract/storage.ts';
import type { LookedAt, StoragePlace } from '../../../common/contract/storage-place.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { parseStorageAddress } from '../../../common/text/storage-address.ts';
import type { HostContext } from '../context.ts';
import { syncSecret } from './sync-entry.ts';

const KIND = 'storagePlace';
export const placeSecret = (name: string): string => `storage:${name}`;

export function savedPlaces({ catalog }: HostContext) {
  return catalog.entities.list(KIND, '').map(({ definition }) => savedPlace.parse(definition));
}

export function putPlace(
  { catalog, secrets }: HostContext,
  name: string,
  place: StoragePlace,
  secret: string | undefined,
): void {
  if (secret !== undefined) secrets.set(placeSecret(name), secret);
  catalog.entities.put(KIND, { owner: '', name, definition: { name, place } });
}

export function removePlace({ catalog, secrets }: HostContext, name: string): void {
  catalog.entities.remove(KIND, '', name);
  secrets.remove(placeSecret(name));
}

interface Opened {
  readonly place: StoragePlace;
  readonly secret?: string;
  /** Below the container, where an address says more than a place. */
  readonly key: string;
}

/** What is meant, with the secret that was kept for it. */
export function placeOf(host: HostContext, at: LookedAt): Opened {
  if ('address' in at) return parseStorageAddress(at.address);
  if ('place' in at)
    return { place: at.place, key: '', ...(at.secret === undefined ? {} : { secret: at.secret }) };
  if ('sync' in at) {
    const { definition } = host.syncs.entry(at.sync);
    return { place: definition.place, key: '', ...secretOf(host, syncSecret(at.sync)) };
  }
  const saved = savedPlaces(host).find((p) => p.name === at.saved);
  if (!saved)
    throw new AppError('input', 'no_place', `There is no storage connection ${at.saved}.`);
  return { place: saved.place, key: '', ...secretOf(host, placeSecret(at.saved)) };
}

function secretOf({ secrets }: HostContext, name: string): { secret?: string } {
  const secret = secrets.get(name);
  return secret === undefined ? {} : { secret };
}

export function withinContainer(place: StoragePlace, container: string | undefined): StoragePlace {
  if (container === undefined) return place;
  if (place.kind === 'azure') return { ...place, container };
  return place.kind === 's3' ? { ...place, bucket: container } : place;
}
