import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { FileSource } from '../../../../common/contract/stream.ts';
import { asAppError } from '../../../../common/errors/app-error.ts';
import { readAt } from '../../files/byte-stream.ts';
import type { Compression, Encoding } from '../../files/input-file.ts';
import type { RunContext, RunningSource } from '../../streams/stream-source.ts';
import { cutRecords } from './cut-records.ts';
import { FollowedFile, lookAtHead, type Taker, textBegin } from './followed-file.ts';
import { beginsWith, headOf, isSure, related } from './head.ts';
import { layoutOf } from './layouts.ts';
import { type ListedFile, listFiles } from './list-files.ts';
import { parsePosition, partOf, pathOfPart, SEEN_PART } from './position.ts';

const SCAN_MS = 1_000;
const POLL_MS = 200;
/** A log that went away is remembered so long, in case that it comes back compressed. */
const REMEMBER_DAYS = 30;
const LAST_LINE_BYTES = 65_536;

/** Follows text files. Nothing has to be acknowledged: the files keep what they hold. */
export async function follow(source: FileSource, context: RunContext): Promise<RunningSource> {
  const follower = new Follower(source, context);
  return { done: follower.run(), acknowledge: async () => {} };
}

class Follower {
  readonly #source: FileSource;
  readonly #context: RunContext;
  readonly #taker: Taker;
  readonly #files = new Map<string, FollowedFile>();
  /** Files that can't be read as they are now, with the reason. */
  readonly #refused = new Map<string, { readonly version: string; readonly reason: string }>();
  /** Only new files appear from now on: they are read from their start. */
  #seen: boolean;
  /** Milliseconds since 1970: what was rotated away before was never asked for. */
  readonly #began: number;

  constructor(source: FileSource, context: RunContext) {
    this.#source = source;
    this.#context = context;
    const { signal, deliver, begin } = context;
    this.#taker = { layout: layoutOf(source, context.format), signal, deliver, begin };
    const began = context.positions.get(SEEN_PART);
    this.#seen = began !== undefined;
    this.#began = began === undefined ? Date.now() : Date.parse(began);
  }

  async run(): Promise<void> {
    const { signal } = this.#context;
    try {
      await this.#remember();
      for (let scanned = Number.NEGATIVE_INFINITY; !signal.aborted; ) {
        if (performance.now() - scanned >= SCAN_MS) {
          await this.#scan();
          scanned = performance.now();
          this.#tell();
        }
        let busy = false;
        for (const file of [...this.#files.values()]) {
          if (signal.aborted) break;
          busy = (await this.#read(file)) || busy;
        }
        if (!busy) await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      for (const file of this.#files.values()) await file.close();
    }
  }

  async #remember(): Promise<void> {
    const oldest = new Date(Date.now() - REMEMBER_DAYS * 86_400_000).toISOString().slice(0, 10);
    for (const [part, text] of this.#context.positions) {
      const position = parsePosition(text);
      if (!position) continue;
      if (position.inode === '' && position.day < oldest) {
        await this.#context.begin(part, '');
        continue;
      }
      this.#files.set(part, new FollowedFile(part, position));
    }
  }

  async #read(file: FollowedFile): Promise<boolean> {
    const version = `${file.inode} ${file.bytes}`;
    if (this.#refused.get(file.part)?.version === version) return false;
    try {
      const taken = await file.read(this.#taker);
      this.#refused.delete(file.part);
      return taken;
    } catch (error) {
      const { kind, code, message } = asAppError(error);
      if (kind !== 'input' && code !== 'file_missing' && code !== 'file_denied') throw error;
      // The others go on; this one is tried again once it has changed.
      this.#refused.set(file.part, { version, reason: message });
      return false;
    }
  }

  /** Finds each known log again, by its inode or by its first bytes, and what is new. */
  async #scan(): Promise<void> {
    const listed = await listFiles(this.#source.paths);
    const byInode = new Map<string, FollowedFile>();
    for (const file of this.#files.values()) if (file.inode !== '') byInode.set(file.inode, file);
    const found = new Set<FollowedFile>();
    const unknown: ListedFile[] = [];
    for (const entry of listed) {
      const file = byInode.get(entry.inode);
      if (file && found.has(file)) continue;
      if (file && (await this.#isStill(file, entry))) found.add(file);
      else unknown.push(entry);
    }
    for (const file of this.#files.values())
      if (file.state !== 'gone' && !found.has(file)) await file.vanish();
    for (const entry of unknown.toSorted((a, b) => a.modifiedAt - b.modifiedAt))
      await this.#meet(entry);
    if (!this.#seen) await this.#context.begin(SEEN_PART, new Date(this.#began).toISOString());
    this.#seen = true;
  }

  /** Whether the file with the inode of a log still is that log. */
  async #isStill(file: FollowedFile, entry: ListedFile): Promise<boolean> {
    const plain = file.compression === 'none';
    if (file.checked && entry.path === file.path && !(plain && entry.bytes < file.offset)) {
      file.seen(entry, file.compression);
      return true;
    }
    const look = await this.#look(entry);
    const same =
      look !== undefined &&
      beginsWith(look.bytes, file.head) &&
      (look.compression !== 'none' || entry.bytes >= file.offset);
    if (same) file.seen(entry, look.compression);
    else await file.leave();
    return same;
  }

  /** A file that no log is known to be: a copy, a log that was compressed, or a new one. */
  async #meet(entry: ListedFile): Promise<void> {
    if (entry.bytes === 0) return;
    const look = await this.#look(entry);
    if (!look || look.bytes.length === 0) return;
    const alike = [...this.#files.values()].filter(
      (file) =>
        beginsWith(look.bytes, file.head) && (isSure(file.head) || related(file.path, entry.path)),
    );
    const packed = look.compression !== 'none';
    const isCopy = alike.some((file) => {
      if (file.state === 'gone') return false;
      const moved = pathOfPart(file.part) === entry.path && file.path !== entry.path;
      return !moved && (packed || entry.bytes <= file.bytes);
    });
    // It is read where it was; if that goes away, the copy is read on.
    if (isCopy) return;
    const again = alike
      .filter((file) => file.state === 'gone')
      .toSorted((a, b) => b.head.bytes - a.head.bytes)
      .find((file) => packed || !isRecreated(file, entry));
    if (again) {
      again.seen(entry, look.compression);
      await this.#context.begin(again.part, again.position());
    } else if (entry.own || entry.modifiedAt >= this.#began) await this.#add(entry, look);
  }

  async #look(
    entry: ListedFile,
  ): Promise<{ readonly compression: Compression; readonly bytes: Uint8Array } | undefined> {
    const version = `${entry.inode} ${entry.bytes}`;
    if (this.#refused.get(entry.path)?.version === version) return undefined;
    try {
      const { compression, bytes } = await lookAtHead(entry.path);
      if (compression !== 'zip') {
        this.#refused.delete(entry.path);
        return { compression, bytes };
      }
      this.#refused.set(entry.path, { version, reason: `${entry.path} is a zip archive.` });
    } catch (error) {
      this.#refused.set(entry.path, { version, reason: asAppError(error).message });
    }
    return undefined;
  }

  async #add(
    entry: ListedFile,
    look: { readonly compression: Compression; readonly bytes: Uint8Array },
  ): Promise<void> {
    const { encoding, offset } = textBegin(look.bytes, this.#source.encoding);
    const begin = await this.#beginning(entry, look.compression, encoding);
    const part = partOf(entry.path, randomBytes(4).toString('hex'));
    const head = headOf(look.bytes);
    const { path, inode } = entry;
    const place = { path, inode, head, encoding, day: '' };
    const file = new FollowedFile(part, { ...place, offset: Math.max(offset, begin) });
    file.seen(entry, look.compression);
    if (begin > offset) await file.readHeader(this.#taker.layout);
    if (begin === entry.bytes && look.compression !== 'none') file.finish();
    this.#files.set(part, file);
    await this.#context.begin(part, file.position());
  }

  /** Where a log begins that nobody has read yet. */
  async #beginning(
    entry: ListedFile,
    compression: Compression,
    encoding: Encoding,
  ): Promise<number> {
    const { start } = this.#context;
    if (start.from === 'positions') return Number(start.positions[entry.path] ?? 0);
    const skipped =
      !this.#seen &&
      (start.from === 'latest' ||
        (start.from === 'time' && entry.modifiedAt < Date.parse(start.time)));
    if (!skipped) return 0;
    if (compression !== 'none') return entry.bytes;
    const from = Math.max(0, entry.bytes - LAST_LINE_BYTES);
    const last = await readAt({ path: entry.path, name: entry.path }, from, LAST_LINE_BYTES);
    return from + cutRecords(last, { encoding }, false).consumed;
  }

  #tell(): void {
    const files = [...this.#files.values()];
    const refused = [...this.#refused.values()].at(-1);
    const following = files.some((f) => f.state !== 'gone');
    const message = refused
      ? `set aside: ${refused.reason}`
      : following
        ? ''
        : `Nothing is there yet: ${this.#source.paths.join(', ')}.`;
    this.#context.status({
      state: 'running',
      lag: files.reduce((sum, f) => sum + f.waiting, 0),
      lost: 0,
      message,
    });
  }
}

/** A file of the same name that only begins like the one that was there. */
function isRecreated(file: FollowedFile, entry: ListedFile): boolean {
  return entry.bytes < file.offset || (entry.path === file.path && !isSure(file.head));
}
