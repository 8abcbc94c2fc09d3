import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { shownUri } from '../../../common/contract/external.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { placeAddress } from '../../../common/text/place-address.ts';
import { parseStorageAddress } from '../../../common/text/storage-address.ts';
import { openPlace } from '../storage/open-place.ts';
import type { OpenPlace } from '../storage/place.ts';
import { mirrorAddress, mirroredPlace } from './mirrored-place.ts';
import type { Memory } from './remembered-place.ts';
import { rememberedPlace } from './remembered-place.ts';

/** What a connection string stands for. */
export type OpenedUri =
  | { readonly kind: 'path'; readonly path: string }
  /** One file of a web server. */
  | { readonly kind: 'address'; readonly address: string }
  | {
      readonly kind: 'store';
      readonly place: OpenPlace;
      readonly key: string;
      /** What tells the store from others. */
      readonly at: string;
    };

/** Reads a connection string (page "Storage connection strings"). Nothing is asked of a store yet. */
export async function openUri(uri: string, memory: Memory | undefined): Promise<OpenedUri> {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === 'file') {
    const path = scheme === 'file' ? fileUrlPath(uri) : uri;
    // A file whose name has a semicolon is found as it is written.
    const literal = await stat(path).catch(() => undefined);
    return { kind: 'path', path: literal ? path : (path.split(';')[0] ?? path) };
  }
  const mirrored = mirrorAddress(uri);
  if (mirrored && memory?.mirrors)
    return {
      kind: 'store',
      at: `sync://${mirrored.sync}`,
      place: mirroredPlace(memory.mirrors, mirrored.sync),
      key: mirrored.key,
    };
  const { place, key, secret } = parseStorageAddress(uri);
  if (place.kind === 'folder') return { kind: 'path', path: place.path };
  // What only looks like a signature of a store: there is no container in the address.
  const signed = place.kind === 'azure' && place.container === undefined && !uri.includes(';');
  if (place.kind === 'http' || signed) return { kind: 'address', address: uri };
  const opened = await openPlace(place, secret);
  const known = memory ? rememberedPlace(opened, memory) : opened;
  return { kind: 'store', place: known, key, at: placeAddress(place) };
}

function fileUrlPath(uri: string): string {
  try {
    return fileURLToPath(uri.split(';')[0] ?? uri);
  } catch (cause) {
    throw new AppError('input', 'bad_address', `${shownUri(uri)} is no file address.`, { cause });
  }
}
