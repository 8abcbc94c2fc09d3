import { type FileHandle, open } from 'node:fs/promises';
import { compressionOf, fileError, readAt, readBytes, readHead } from '../../files/byte-stream.ts';
import { detectEncoding } from '../../files/encoding.ts';
import type { Compression, Encoding } from '../../files/input-file.ts';
import type { StreamRecord } from '../../streams/stream-source.ts';
import { cutRecords } from './cut-records.ts';
import { beginsWith, HEAD_BYTES, type Head, headOf } from './head.ts';
import type { Layout } from './layouts.ts';
import type { ListedFile } from './list-files.ts';
import { type FilePosition, formatPosition, pathOfPart } from './position.ts';

const PIECE_BYTES = 1 << 20;
/** After so much of one file it is another one's turn. */
const TURN_BYTES = 64 << 20;
/** What has no line end for so long is cut. */
const LONGEST_RECORD = 16 << 20;
/** Nobody goes on writing into a file that was rotated away so long ago. */
const OVER_MS = 2_000;
const HEADER_BYTES = 65_536;
const CLOSE_MS = 30_000;
/** A record of several lines is whole when nothing follows for so long. */
const WHOLE_MS = 2_000;

export interface Taker {
  readonly layout: Layout;
  readonly signal: AbortSignal;
  readonly deliver: (records: readonly StreamRecord[]) => Promise<void>;
  readonly begin: (part: string, position: string) => Promise<void>;
}

/** The unpacked first bytes of a file, and how it is packed; 'zip' can't be followed. */
export async function lookAtHead(
  path: string,
): Promise<{ readonly compression: Compression | 'zip'; readonly bytes: Uint8Array }> {
  const raw = await readAt({ path, name: path }, 0, HEAD_BYTES);
  const compression = compressionOf(raw);
  if (compression === 'none' || compression === 'zip') return { compression, bytes: raw };
  return { compression, bytes: await readHead({ path, name: path, compression }, HEAD_BYTES) };
}

/** One log, under whatever name it goes now. */
export class FollowedFile {
  readonly part: string;
  path: string;
  inode: string;
  head: Head;
  offset: number;
  #fields: readonly string[] | undefined;
  #finished: number | undefined;
  readonly encoding: Encoding;
  compression: Compression = 'none';
  /** `leaving`: its name is gone, but what was written can still be read. */
  state: 'live' | 'leaving' | 'gone' = 'gone';
  /** Its bytes were compared with its head in this run. */
  checked = false;
  bytes = 0;
  /** Records and bytes of them so far, for estimates. */
  #records = 0;
  #recordBytes = 0;
  #readTo = -1;
  #changedAt = 0;
  #handle: FileHandle | undefined;

  constructor(part: string, position: FilePosition) {
    this.part = part;
    this.path = position.path;
    this.inode = position.inode;
    this.head = position.head;
    this.offset = position.offset;
    this.#fields = position.fields;
    this.#finished = position.finished;
    this.encoding = position.encoding;
  }

  position(): string {
    return formatPosition({
      offset: this.offset,
      path: this.path,
      inode: this.inode,
      encoding: this.encoding,
      head: this.head,
      ...(this.#fields ? { fields: [...this.#fields] } : {}),
      ...(this.#finished === undefined ? {} : { finished: this.#finished }),
      day: new Date().toISOString().slice(0, 10),
    });
  }

  /** It is where the list says. */
  seen({ path, inode, bytes }: ListedFile, compression: Compression): void {
    if (path !== this.path || inode !== this.inode || compression !== this.compression) {
      this.path = path;
      this.inode = inode;
      this.compression = compression;
      this.#readTo = -1;
    }
    if (bytes !== this.bytes || this.state !== 'live') this.#changedAt = Date.now();
    this.bytes = bytes;
    this.state = 'live';
    this.checked = true;
  }

  /** No file is this one any more; it may come back compressed or as a copy. */
  async leave(): Promise<void> {
    await this.close();
    this.state = 'gone';
    this.inode = '';
    this.bytes = 0;
    this.#readTo = -1;
  }

  /** Its name is gone. What is open can be read to its end. */
  async vanish(): Promise<void> {
    if (this.state === 'leaving') return;
    if (this.#handle === undefined) await this.leave();
    else {
      this.state = 'leaving';
      this.#changedAt = Date.now();
    }
  }

  /** Begins behind its header: its first lines still say what the fields are. */
  async readHeader(layout: Layout): Promise<void> {
    const file = { path: this.path, name: this.path, compression: this.compression };
    const bytes = await readHead(file, Math.min(this.offset, HEADER_BYTES));
    const { records } = cutRecords(bytes, layout.cutting(this.encoding), false);
    this.#fields = layout.take(records, undefined).fields;
  }

  /** It was compressed before anybody read it, and begins at its end. */
  finish(): void {
    this.#finished = this.bytes;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** Records that wait, by the size of those before. */
  get waiting(): number {
    if (this.state === 'gone' || this.compression !== 'none') return 0;
    const bytes = Math.max(0, this.bytes - this.offset);
    return this.#records === 0 ? 0 : Math.round((bytes * this.#records) / this.#recordBytes);
  }

  /** Takes what is new. Returns whether there was something. */
  async read(taker: Taker): Promise<boolean> {
    if (this.state === 'gone') return false;
    if (this.compression !== 'none') return await this.#readCompressed(taker);
    const quiet = await this.#measure();
    const over = this.state === 'leaving' || this.path !== pathOfPart(this.part);
    const ending = quiet > OVER_MS && over;
    const whole = quiet > WHOLE_MS && taker.layout.cutting(this.encoding).start !== undefined;
    const rest = this.bytes > this.offset;
    if (this.bytes === this.#readTo && !((ending || whole) && rest)) {
      if (this.state === 'leaving' && ending) await this.leave();
      else if (quiet > CLOSE_MS) await this.close();
      return false;
    }
    return await this.#readPlain(taker, ending || whole);
  }

  /** Milliseconds since it last grew. */
  async #measure(): Promise<number> {
    if (this.#handle) {
      const { size } = await this.#handle.stat();
      if (size !== this.bytes) this.#changedAt = Date.now();
      this.bytes = size;
    }
    return Date.now() - this.#changedAt;
  }

  async #readPlain(taker: Taker, ending: boolean): Promise<boolean> {
    this.#handle ??= await open(this.path, 'r').catch((error: unknown) => {
      throw fileError(error, this.path);
    });
    const before = this.offset;
    let at = this.offset;
    let pending: Uint8Array = new Uint8Array();
    while (at - before < TURN_BYTES) {
      const buffer = Buffer.allocUnsafe(PIECE_BYTES);
      const { bytesRead } = await this.#handle.read(buffer, 0, PIECE_BYTES, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      const piece = buffer.subarray(0, bytesRead);
      pending = pending.length === 0 ? piece : Buffer.concat([pending, piece]);
      // What was appended leaves the head as it was: then these bytes belong to this file.
      if (!(await this.#isStillItself())) return true;
      pending = await this.#take(pending, pending.length > LONGEST_RECORD, taker);
    }
    if (ending && pending.length > 0 && at - before < TURN_BYTES)
      await this.#take(pending, true, taker);
    this.#readTo = at;
    return this.offset > before;
  }

  async #isStillItself(): Promise<boolean> {
    const bytes = Buffer.alloc(HEAD_BYTES);
    const read = await this.#handle?.read(bytes, 0, HEAD_BYTES, 0);
    const head = bytes.subarray(0, read?.bytesRead ?? 0);
    if (!beginsWith(head, this.head)) {
      await this.leave();
      return false;
    }
    if (head.length > this.head.bytes) this.head = headOf(head);
    return true;
  }

  async #readCompressed(taker: Taker): Promise<boolean> {
    if (this.#finished === this.bytes) return false;
    const { path, compression } = this;
    let skip = this.offset;
    let pending: Uint8Array = new Uint8Array();
    for await (const piece of readBytes({ path, name: path, compression }, taker)) {
      if (skip >= piece.length) {
        skip -= piece.length;
        continue;
      }
      pending = Buffer.concat([pending, piece.subarray(skip)]);
      skip = 0;
      pending = await this.#take(pending, pending.length > LONGEST_RECORD, taker);
    }
    this.#finished = this.bytes;
    if (pending.length > 0) await this.#take(pending, true, taker);
    else await taker.begin(this.part, this.position());
    return true;
  }

  /** Returns what is not whole yet. */
  async #take(bytes: Uint8Array, atEnd: boolean, taker: Taker): Promise<Uint8Array> {
    const from = this.offset;
    const { records: cut, consumed } = cutRecords(
      bytes,
      taker.layout.cutting(this.encoding),
      atEnd,
    );
    if (consumed === 0) return bytes;
    const { records, fields } = taker.layout.take(cut, this.#fields);
    this.#fields = fields;
    this.offset += consumed;
    this.#records += records.length;
    this.#recordBytes += consumed;
    const next = this.position();
    const timestamp = Date.now();
    if (records.length === 0) await taker.begin(this.part, next);
    else
      await taker.deliver(
        records.map(({ at, value }) => ({
          part: this.part,
          position: String(from + at),
          next,
          value,
          key: null,
          timestamp,
          headers: {},
        })),
      );
    return bytes.subarray(consumed);
  }
}

/** How the text of a file is encoded, and where it begins behind the byte order mark. */
export function textBegin(
  head: Uint8Array,
  wanted: Encoding | undefined,
): { readonly encoding: Encoding; readonly offset: number } {
  const { encoding, bom } = detectEncoding(head);
  return { encoding: wanted ?? encoding, offset: bom };
}
