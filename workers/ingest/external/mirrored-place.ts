import { createReadStream } from 'node:fs';
import { AppError } from '../../../common/errors/app-error.ts';
import type { ListPage, ListRequest, OpenPlace, StoredFile } from '../storage/place.ts';
import { changed, missing } from '../storage/storage-error.ts';

/** What the host knows of its syncs. */
export interface Mirrors {
  list(sync: string, prefix: string, signal?: AbortSignal): Promise<readonly StoredFile[]>;
  /** Where copies lie now; those that were let go are fetched again. */
  fetch(sync: string, keys: readonly string[], signal?: AbortSignal): Promise<readonly string[]>;
}

/** The files of a sync as a store (`sync://NAME/…`), which needs the network only for copies that are not here. */
export function mirroredPlace(mirrors: Mirrors, sync: string): OpenPlace {
  const shown = (key: string): string => `sync://${encodeURIComponent(sync)}/${key}`;
  const local = async (key: string, signal?: AbortSignal): Promise<string> => {
    const [path] = await mirrors.fetch(sync, [key], signal);
    if (path === undefined) throw missing(shown(key));
    return path;
  };
  const stat = async (key: string, signal?: AbortSignal): Promise<StoredFile | undefined> =>
    (await mirrors.list(sync, key, signal)).find((file) => file.key === key);
  return {
    shown,
    local,
    stat,
    containers: async () => ({ names: [] }),
    list: async (request, signal) =>
      level(await mirrors.list(sync, request.prefix ?? '', signal), request),
    async read(key, { start = 0, length, etag }, signal) {
      const file = await stat(key, signal);
      if (!file) throw missing(shown(key));
      if (etag !== undefined && file.etag !== etag) throw changed(shown(key));
      const content = createReadStream(await local(key, signal), {
        start,
        ...(length === undefined ? {} : { end: start + length - 1 }),
        ...(signal ? { signal } : {}),
      });
      return { file, content };
    },
  };
}

/** Of all files below a prefix those of its own level, and the prefixes of the next one. */
function level(
  files: readonly StoredFile[],
  { prefix = '', byLevel = false }: ListRequest,
): ListPage {
  if (!byLevel) return { prefixes: [], files };
  const prefixes = new Set<string>();
  const here: StoredFile[] = [];
  for (const file of files) {
    const at = file.key.indexOf('/', prefix.length);
    if (at === -1) here.push(file);
    else prefixes.add(file.key.slice(0, at + 1));
  }
  return { prefixes: [...prefixes], files: here };
}

/** `sync://NAME/key`; undefined for any other address. */
export function mirrorAddress(
  uri: string,
): { readonly sync: string; readonly key: string } | undefined {
  const found = /^sync:\/\/([^/]+)(?:\/(.*))?$/is.exec(uri);
  if (!found) return undefined;
  try {
    return { sync: decodeURIComponent(found[1] ?? ''), key: found[2] ?? '' };
  } catch (cause) {
    throw new AppError('input', 'bad_address', `${uri} is no address of a sync.`, { cause });
  }
}
