import type { StoragePlace } from '../contract/storage-place.ts';

/** What tells places apart, however somebody signs in to them. */
export function placeAddress(place: StoragePlace): string {
  switch (place.kind) {
    case 'azure':
      return `${place.service.toLowerCase()}/${place.container ?? ''}`;
    case 's3':
      return `${place.endpoint?.toLowerCase() ?? `s3 ${place.region}`}/${place.bucket ?? ''}`;
    case 'http':
      return place.base;
    case 'folder':
      return place.path;
  }
}
