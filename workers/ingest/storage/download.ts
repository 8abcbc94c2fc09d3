import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DownloadEvent, DownloadRequest } from '../../../common/contract/storage.ts';
import { AppError, asAppError } from '../../../common/errors/app-error.ts';
import type { OpenPlace, StoredFile } from './place.ts';
import { ByteRate } from './rate.ts';

export interface DownloadOptions {
  readonly files: readonly DownloadRequest[];
  /** Folder of files that are under way. */
  readonly parts: string;
  readonly parallel: number;
  readonly bytesPerSecond?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly emit: (event: DownloadEvent) => void;
}

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 250;
/** Pieces of the net are small; they are written together. */
const WRITE_BYTES = 1024 * 1024;
const PROGRESS_BYTES = 4 * 1024 * 1024;

/**
 * Fetches files into place, several at a time. A store that can't be reached, or is full here, ends all of it; what
 * is wrong with one file is told, and the others go on.
 */
export async function download(place: OpenPlace, options: DownloadOptions): Promise<void> {
  await mkdir(options.parts, { recursive: true });
  const rate = new ByteRate(options.bytesPerSecond);
  const waiting = options.files.values();
  const stopped = new AbortController();
  const signal = options.signal
    ? AbortSignal.any([options.signal, stopped.signal])
    : stopped.signal;
  let unreported = 0;
  const count = (bytes: number): void => {
    unreported += bytes;
    if (unreported < PROGRESS_BYTES) return;
    options.emit({ kind: 'bytes', bytes: unreported });
    unreported = 0;
  };
  const work = async (): Promise<void> => {
    for (const request of waiting) {
      if (signal.aborted) return;
      try {
        const file = await new Download(place, request, { ...options, signal, rate, count }).run();
        options.emit(file ? { kind: 'done', file } : { kind: 'missing', key: request.key });
      } catch (error) {
        const { kind, code, message, hints } = asAppError(error);
        if (signal.aborted || concernsAll(kind, code)) {
          stopped.abort();
          throw error;
        }
        options.emit({
          kind: 'failed',
          key: request.key,
          message: [message, ...hints].join(' '),
        });
      }
    }
  };
  const workers = Array.from({ length: Math.min(options.parallel, options.files.length) }, work);
  const ended = await Promise.allSettled(workers);
  if (options.signal?.aborted) throw AppError.cancelled('The download');
  const failed = ended
    .filter((end) => end.status === 'rejected')
    .map((end): unknown => end.reason)
    .find((reason) => asAppError(reason).kind !== 'cancelled');
  if (failed !== undefined) throw failed;
  if (unreported > 0) options.emit({ kind: 'bytes', bytes: unreported });
}

const concernsAll = (kind: AppError['kind'], code: string): boolean =>
  kind !== 'source' || code === 'storage_unreachable';

interface Tools extends DownloadOptions {
  readonly signal: AbortSignal;
  readonly rate: ByteRate;
  readonly count: (bytes: number) => void;
}

/** One file: taken up where it was left, begun again when it was overwritten meanwhile, put in place when it is whole. */
class Download {
  readonly #place: OpenPlace;
  readonly #tools: Tools;
  readonly #path: string;
  #wanted: StoredFile;

  constructor(place: OpenPlace, { path, ...file }: DownloadRequest, tools: Tools) {
    this.#place = place;
    this.#tools = tools;
    this.#path = path;
    const { key, etag, bytes, md5 } = file;
    this.#wanted = { key, etag, bytes, modifiedAt: 0, ...(md5 === undefined ? {} : { md5 }) };
  }

  /** The version that is in place now; undefined if the store has none any more. */
  async run(): Promise<StoredFile | undefined> {
    const { signal } = this.#tools;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#try();
      } catch (error) {
        if (signal.aborted) throw AppError.cancelled('The download');
        const known = asAppError(fileProblem(error));
        if (known.code === 'blob_missing') return undefined;
        if (attempt === ATTEMPTS || known.code === 'storage_denied' || known.kind !== 'source')
          throw known;
        if (known.code === 'blob_changed') {
          await rm(this.#part(), { force: true });
          const now = await this.#place.stat(this.#wanted.key, signal);
          if (!now) return undefined;
          this.#wanted = now;
        } else await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1), undefined, { signal });
      }
    }
  }

  /** Named for the version: a part of an earlier one is never gone on with. */
  #part(): string {
    const { key, etag } = this.#wanted;
    const name = createHash('sha256').update(`${key}\n${etag}`).digest('hex').slice(0, 40);
    return join(this.#tools.parts, `${name}.part`);
  }

  async #try(): Promise<StoredFile> {
    const { bytes, key, etag } = this.#wanted;
    const { signal } = this.#tools;
    const part = this.#part();
    const held = await stat(part).then(
      (info) => info.size,
      () => 0,
    );
    const start = held <= bytes ? held : 0;
    const handle = await open(part, start > 0 ? 'r+' : 'w');
    const hash = start === 0 ? createHash('md5') : undefined;
    let md5 = this.#wanted.md5;
    let size = start;
    let { modifiedAt } = this.#wanted;
    try {
      if (start < bytes || bytes === 0) {
        const opened = await this.#place.read(key, { start, etag }, signal);
        md5 = opened.file.md5 ?? md5;
        modifiedAt = opened.file.modifiedAt;
        for await (const block of inBlocks(opened.content)) {
          const length = block.reduce((sum, piece) => sum + piece.length, 0);
          await writeAll(handle, block, size);
          for (const piece of block) hash?.update(piece);
          size += length;
          this.#tools.count(length);
          await this.#tools.rate.take(length, signal);
        }
      }
      await handle.datasync();
    } finally {
      await handle.close();
    }
    if (size !== bytes) throw await this.#damaged(part, `${size} bytes came instead of ${bytes}`);
    if (md5 !== undefined && (hash?.digest('hex') ?? (await md5Of(part, signal))) !== md5)
      throw await this.#damaged(part, 'its content does not have the MD5 that the store tells');
    await mkdir(dirname(this.#path), { recursive: true });
    await rename(part, this.#path);
    return { ...this.#wanted, modifiedAt, ...(md5 === undefined ? {} : { md5 }) };
  }

  async #damaged(part: string, why: string): Promise<AppError> {
    await rm(part, { force: true });
    const name = this.#place.shown(this.#wanted.key);
    return new AppError('source', 'blob_damaged', `${name} arrived damaged: ${why}.`, {
      hints: ['It is fetched again with the next run.'],
    });
  }
}

async function* inBlocks(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array[]> {
  let block: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of content) {
      block.push(piece);
      bytes += piece.length;
      if (bytes < WRITE_BYTES) continue;
      yield block;
      block = [];
      bytes = 0;
    }
  } catch (error) {
    // What came before the connection broke off is not fetched twice.
    if (block.length > 0) yield block;
    throw error;
  }
  if (block.length > 0) yield block;
}

async function writeAll(handle: FileHandle, pieces: Uint8Array[], at: number): Promise<void> {
  const whole = Buffer.concat(pieces);
  for (let done = 0; done < whole.length; ) {
    const { bytesWritten } = await handle.write(whole, done, whole.length - done, at + done);
    done += bytesWritten;
  }
}

async function md5Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('md5');
  for await (const piece of createReadStream(path, { signal })) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}

/** A disk that is full is no fault of the store. */
function fileProblem(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('resource', 'disk_full', 'The disk is full: no more can be fetched.', {
      hints: ['Free some space, or give the sync a budget.'],
      cause: error,
    });
  if (code === undefined) return error;
  return new AppError('resource', 'mirror_failed', `The copy can't be written: ${message}.`, {
    cause: error,
  });
}
