import { AppError } from '../../../common/errors/app-error.ts';
import type { LoadContext } from '../load.ts';
import type { CachedFile, FileCache } from './file-cache.ts';
import { inParallel } from './in-parallel.ts';
import type { ExternalFile } from './list-files.ts';
import type { Memory } from './remembered-place.ts';

export interface ExposeContext extends LoadContext {
  /** Copies of files that lie in stores. */
  readonly cache?: FileCache | undefined;
  readonly memory?: Memory | undefined;
  /** Paths of copies that syncs have of files of a store, '' where there is none. */
  readonly mirrored?: (at: string, files: readonly CachedFile[]) => Promise<readonly string[]>;
}

/** Files of stores that are fetched at a time. */
const DOWNLOADS = 8;

/** Gives files of stores a path on this machine: a sync's copy of the same version, or one of the cache. */
export async function placed(
  files: readonly ExternalFile[],
  folder: string,
  { cache, mirrored, signal }: ExposeContext,
): Promise<ExternalFile[]> {
  const copies = new Map<ExternalFile, string>();
  const stored = Map.groupBy(files, (file) => file.stored?.at);
  for (const [at, group] of stored) {
    if (at === undefined || !mirrored) continue;
    const paths = await mirrored(
      at,
      group.flatMap(({ stored }) => (stored ? [stored] : [])),
    );
    group.forEach((file, i) => {
      copies.set(file, paths[i] ?? '');
    });
  }
  return await inParallel(
    files,
    DOWNLOADS,
    async (file) => {
      if (!file.stored) return file;
      if (!cache)
        throw new AppError('internal', 'no_cache', 'There is no place for copies of stored files.');
      const copy = copies.get(file);
      return {
        ...file,
        path: await cache.placed(file.stored, folder, { signal, ...(copy ? { copy } : {}) }),
      };
    },
    signal,
  );
}
