import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, link, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../common/errors/app-error.ts';
import { fileError } from '../files/byte-stream.ts';
import type { OpenPlace } from '../storage/place.ts';

export interface CacheLimits {
  readonly folder: string;
  /** The files that were used least lately go when there are more bytes. */
  readonly maxBytes: number;
}

export interface CachedFile {
  readonly place: OpenPlace;
  /** What tells the place from others. */
  readonly at: string;
  readonly key: string;
  /** The version; a file of that name and version is fetched once. */
  readonly version: string;
  /** What the place has to send: another version is an error. */
  readonly etag?: string | undefined;
  /** Undefined where nobody has told. */
  readonly bytes?: number | undefined;
}

/** Copies of stored files, whole, by address and version. */
export class FileCache {
  readonly #limits: CacheLimits;
  readonly #fetching = new Map<string, Promise<void>>();

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  /**
   * A path in `folder` that has the file's bytes and stays when the cache lets go of it: whoever made the folder
   * deletes it. `copy` is somebody else's, which may go at any time. `signal` ends the download, for all who wait.
   */
  async placed(
    file: CachedFile,
    folder: string,
    options: { readonly copy?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<string> {
    const { copy, signal } = options;
    const { local } = file.place;
    const cached = this.#pathOf(file);
    const target = join(folder, `${randomUUID().slice(0, 8)}-${nameOf(file.key)}`);
    await mkdir(folder, { recursive: true });
    if (copy !== undefined && (await linked(copy, target))) return target;
    for (let attempt = 0; ; attempt++) {
      const there = await local?.(file.key, signal);
      if (there === undefined) await this.#ensure(file, cached, signal);
      try {
        await linkOrCopy(there ?? cached, target);
        return target;
      } catch (error) {
        // It may have been evicted in between, once.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt > 0)
          throw fileError(error, file.place.shown(file.key));
      }
    }
  }

  /** Makes room. Files in use are links of their own and stay. */
  async evict(): Promise<void> {
    const files: { readonly path: string; readonly bytes: number; readonly usedAt: number }[] = [];
    for (const name of await readdir(this.#limits.folder).catch(() => [])) {
      const path = join(this.#limits.folder, name);
      const info = await stat(path).catch(() => undefined);
      if (info?.isFile() && name.endsWith(KEPT))
        files.push({ path, bytes: info.size, usedAt: info.atimeMs });
    }
    let total = files.reduce((sum, f) => sum + f.bytes, 0);
    for (const file of files.sort((a, b) => a.usedAt - b.usedAt)) {
      if (total <= this.#limits.maxBytes) return;
      await rm(file.path, { force: true });
      total -= file.bytes;
    }
  }

  async #ensure(file: CachedFile, path: string, signal: AbortSignal | undefined): Promise<void> {
    const under = this.#fetching.get(path);
    if (under) return await under;
    const work = this.#fetch(file, path, signal).finally(() => this.#fetching.delete(path));
    this.#fetching.set(path, work);
    await work;
  }

  async #fetch(file: CachedFile, path: string, signal: AbortSignal | undefined): Promise<void> {
    const known = await stat(path).catch(() => undefined);
    if (known) {
      await utimes(path, new Date(), known.mtime);
      return;
    }
    await mkdir(this.#limits.folder, { recursive: true });
    const { place, key, etag } = file;
    const name = place.shown(key);
    const temporary = `${path}.${randomUUID()}.part`;
    try {
      const opened = await place.read(key, etag === undefined ? {} : { etag }, signal);
      await pipeline(opened.content, createWriteStream(temporary), signal ? { signal } : {});
      const { size } = await stat(temporary);
      if (size !== opened.file.bytes)
        throw new AppError(
          'source',
          'blob_truncated',
          `${name}: ${size} of ${opened.file.bytes} bytes came.`,
        );
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      if (signal?.aborted) throw AppError.cancelled();
      throw fileError(error, name);
    }
    await this.evict();
  }

  #pathOf({ place, key, version }: CachedFile): string {
    const hash = createHash('sha256').update(JSON.stringify([place.shown(key), version]));
    return join(this.#limits.folder, `${hash.digest('hex').slice(0, 40)}${KEPT}`);
  }
}

const KEPT = '.file';

/** The last part of a key, whose ending tells the format. */
function nameOf(key: string): string {
  return (
    key
      .split('/')
      .at(-1)
      ?.replace(/[^\p{L}\p{N}._-]/gu, '_')
      .slice(-100) || 'file'
  );
}

/** False if the copy has gone meanwhile. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await linkOrCopy(from, to);
    return true;
  } catch {
    await rm(to, { force: true });
    return false;
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // File systems without links, and data folders on another disk.
    if (code === 'ENOENT') throw error;
    await copyFile(from, to);
  }
}

/** The caches of a worker: whoever asks for the same folder gets the same one. */
export class FileCaches {
  readonly #caches = new Map<string, FileCache>();

  of(limits: CacheLimits): FileCache {
    const key = JSON.stringify(limits);
    const cache = this.#caches.get(key) ?? new FileCache(limits);
    this.#caches.set(key, cache);
    return cache;
  }
}
