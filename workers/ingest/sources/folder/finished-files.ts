import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../../../common/errors/app-error.ts';
import { readAt } from '../../files/byte-stream.ts';
import { expandPaths } from '../expand.ts';

export interface WatchedFile {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** Names that programs give to what they have not finished. */
const UNFINISHED = /^~|~$|\.(?:tmp|temp|part|partial|crdownload|download|filepart|swp)$/i;
const HEAD_BYTES = 4_096;

/** Files that are there and hold something, the oldest first. None is no error. */
export async function watchedFiles(paths: readonly string[]): Promise<WatchedFile[]> {
  const found = new Map<string, WatchedFile>();
  for (const given of paths) {
    const files = await expandPaths([given], [given]).catch((error: unknown) => {
      if (error instanceof AppError && error.kind === 'source') return [];
      // It was deleted while the folder was read.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    });
    for (const { path, bytes } of files) {
      if (bytes === 0 || UNFINISHED.test(basename(path))) continue;
      const info = await stat(path).catch(() => undefined);
      if (info) found.set(path, { path, bytes: info.size, modifiedAt: info.mtimeMs });
    }
  }
  return [...found.values()].toSorted((a, b) => a.modifiedAt - b.modifiedAt);
}

/** Tells a file that was only touched from one with another content of the same length. */
export async function headOf(path: string): Promise<string> {
  const head = await readAt({ path, name: path }, 0, HEAD_BYTES);
  return createHash('sha256').update(head).digest('hex').slice(0, 16);
}

/** When files were last changed, by how long they have been seen as they are. */
export class Settling {
  readonly #seen = new Map<string, { readonly version: string; readonly since: number }>();
  readonly #settleMs: number;

  constructor(seconds: number) {
    this.#settleMs = seconds * 1_000;
  }

  isFinished(file: WatchedFile): boolean {
    const version = versionOf(file);
    const before = this.#seen.get(file.path);
    if (before?.version === version) return performance.now() - before.since >= this.#settleMs;
    this.#seen.set(file.path, { version, since: performance.now() });
    return this.#settleMs === 0;
  }

  forget(path: string): void {
    this.#seen.delete(path);
  }
}

export const versionOf = ({ bytes, modifiedAt }: WatchedFile): string => `${bytes} ${modifiedAt}`;
