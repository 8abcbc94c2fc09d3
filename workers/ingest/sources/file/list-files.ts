import { glob, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isRotated } from './head.ts';

export interface ListedFile {
  readonly path: string;
  /** `device:inode`. */
  readonly inode: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  /** Was asked for; the others are what a rotation may have made of those. */
  readonly own: boolean;
}

/** Files that paths, folders and globs mean now, and beside a path what may be older parts of it. */
export async function listFiles(paths: readonly string[]): Promise<ListedFile[]> {
  const found = new Map<string, ListedFile>();
  const add = async (path: string, own: boolean): Promise<void> => {
    const known = found.get(path);
    if (known && (known.own || !own)) return;
    const info = await stat(path, { bigint: true }).catch(() => undefined);
    if (!info?.isFile()) return;
    found.set(path, {
      path,
      inode: `${info.dev}:${info.ino}`,
      bytes: Number(info.size),
      modifiedAt: Number(info.mtimeMs),
      own,
    });
  };
  for (const given of paths) {
    const path = resolve(given);
    const info = await stat(path).catch(() => undefined);
    if (info?.isDirectory()) for (const name of await namesIn(path)) await add(name, true);
    else if (info === undefined && /[*?[{]/.test(given))
      for await (const name of glob(given.replaceAll('\\', '/'))) await add(resolve(name), true);
    else {
      await add(path, true);
      for (const name of await namesIn(dirname(path)))
        if (isRotated(name, path)) await add(name, false);
    }
  }
  return [...found.values()];
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith('.')).map((name) => join(folder, name));
}
