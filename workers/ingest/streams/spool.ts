import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

const CHUNK_BYTES = 4 * 1024 * 1024;

/** Lines that wait for their load, in a file, so that a long batch costs no memory. */
export class Spool {
  readonly path: string;
  readonly #file: FileHandle;
  #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  #used = 0;
  #writing: Promise<unknown> = Promise.resolve();
  lines = 0;
  bytes = 0;
  /** Bytes of the longest line. */
  longest = 0;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  static async open(folder: string): Promise<Spool> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${randomUUID()}.ndjson`);
    return new Spool(path, await open(path, 'wx'));
  }

  /** Adds `head`, `value` and `}` as one line. */
  add(head: string, value: string | Uint8Array): void {
    const most = head.length * 3 + value.length * 3 + 2;
    if (this.#used + most > this.#chunk.length) this.#turn(most);
    const start = this.#used;
    let at = start + this.#chunk.write(head, start);
    if (typeof value === 'string') at += this.#chunk.write(value, at);
    else {
      this.#chunk.set(value, at);
      at += value.length;
    }
    this.#chunk[at++] = 0x7d;
    this.#chunk[at++] = 0x0a;
    this.#used = at;
    this.lines++;
    this.bytes += at - start;
    if (at - start > this.longest) this.longest = at - start;
  }

  /** What was added is in the file, and nothing waits in memory. */
  async written(): Promise<void> {
    await this.#writing;
  }

  async close(): Promise<void> {
    this.#turn(0);
    await this.#writing;
    await this.#file.close();
  }

  async discard(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#file.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }

  #turn(needed: number): void {
    if (this.#used > 0) {
      const full = this.#chunk.subarray(0, this.#used);
      this.#writing = this.#writing.then(() => writeWhole(this.#file, full));
      // Whoever waits for the writing sees the error.
      this.#writing.catch(() => undefined);
    }
    this.#chunk = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, needed));
    this.#used = 0;
  }
}

async function writeWhole(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at);
    at += bytesWritten;
  }
}
