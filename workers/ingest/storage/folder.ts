import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { FolderPlace } from '../../../common/contract/storage-place.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { fileError } from '../files/byte-stream.ts';
import type { ListPage, ListRequest, OpenPlace, StoredFile } from './place.ts';
import { changed, missing } from './storage-error.ts';

/** A folder, of this machine or of a share. Hidden files are left out. A folder is listed in one page. */
export function openFolder(place: FolderPlace): OpenPlace {
  const root = resolve(place.path);
  const pathOf = (key: string): string => {
    const path = resolve(root, ...key.split('/'));
    if (path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) return path;
    throw new AppError('input', 'bad_key', `${key} lies outside of ${root}.`);
  };
  const stated = async (key: string): Promise<StoredFile | undefined> => {
    const path = pathOf(key);
    try {
      const info = await stat(path, { bigint: true });
      return info.isFile() ? fileOf(key, info) : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw fileError(error, path);
    }
  };
  return {
    shown: (key) => join(root, key),
    containers: async () => ({ names: [] }),
    list: (request) => list(root, request, stated),
    stat: stated,
    async read(key, { start = 0, length, etag }, signal) {
      const path = pathOf(key);
      const handle = await open(path).catch((error: unknown) => {
        throw isMissing(error) ? missing(path) : fileError(error, path);
      });
      const file = fileOf(key, await handle.stat({ bigint: true }));
      if (etag !== undefined && file.etag !== etag) {
        await handle.close();
        throw changed(path);
      }
      const end = length === undefined ? undefined : start + length - 1;
      const content = createReadStream(path, {
        fd: handle,
        start,
        ...(end === undefined ? {} : { end }),
        ...(signal ? { signal } : {}),
      });
      return {
        file,
        content: whileUnchanged(content, path, async () => (await stated(key))?.etag === file.etag),
      };
    },
  };
}

/** A file of a folder can be written to while it is read: what was read then is worth nothing. */
async function* whileUnchanged(
  content: AsyncIterable<Uint8Array>,
  path: string,
  unchanged: () => Promise<boolean>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* content;
  } catch (error) {
    throw fileError(error, path);
  }
  if (!(await unchanged())) throw changed(path);
}

async function list(
  root: string,
  { prefix = '', byLevel = false }: ListRequest,
  stated: (key: string) => Promise<StoredFile | undefined>,
): Promise<ListPage> {
  const below = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const folder = join(root, below);
  const entries = await readdir(folder, { recursive: !byLevel, withFileTypes: true }).catch(
    (error: unknown) => {
      // A prefix that no key has is no error, as in other stores; a folder that isn't there is.
      if (isMissing(error) && below !== '') return [];
      throw isMissing(error) ? missing(folder) : fileError(error, folder);
    },
  );
  const keys = entries.map((entry) => ({
    key: relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'),
    isFolder: entry.isDirectory(),
  }));
  const wanted = keys.filter(
    ({ key }) =>
      key.startsWith(prefix) &&
      !key
        .slice(below.length)
        .split('/')
        .some((p) => p.startsWith('.')),
  );
  const files: StoredFile[] = [];
  for (const { key, isFolder } of wanted.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    if (isFolder) continue;
    const file = await stated(key);
    if (file) files.push(file);
  }
  const prefixes = byLevel ? wanted.filter((w) => w.isFolder).map((w) => `${w.key}/`) : [];
  return { prefixes, files };
}

function fileOf(
  key: string,
  info: {
    readonly size: bigint;
    readonly mtimeNs: bigint;
    readonly mtimeMs: bigint;
    readonly ino: bigint;
  },
): StoredFile {
  return {
    key,
    bytes: Number(info.size),
    etag: `${info.mtimeNs}-${info.size}-${info.ino}`,
    modifiedAt: Number(info.mtimeMs),
  };
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
