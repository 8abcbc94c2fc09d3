import { setTimeout as pause } from 'node:timers/promises';
import type { ReadOptions } from '../../../../common/contract/ingest.ts';
import type { FolderSource } from '../../../../common/contract/stream.ts';
import { asAppError } from '../../../../common/errors/app-error.ts';
import type { RunContext, RunningSource, StreamFile } from '../../streams/stream-source.ts';
import { headOf, Settling, versionOf, type WatchedFile, watchedFiles } from './finished-files.ts';
import { type FolderPosition, formatPosition, parsePosition, SEEN_PART } from './position.ts';

const LOOK_MS = 1_000;
/** A folder with very many files is looked at less often. */
const LOOK_SHARE = 10;
/** Files that go into one commit. */
const GROUP_FILES = 64;
const GROUP_BYTES = 64 << 20;
/** What is gone is remembered so long, in case that it comes back as it was. */
const REMEMBER_DAYS = 30;

/** Takes each finished file in once. Files stay where they are, so that nothing has to be acknowledged. */
export async function watch(source: FolderSource, context: RunContext): Promise<RunningSource> {
  const watcher = new Watcher(source, context);
  return { done: watcher.run(), acknowledge: async () => {} };
}

class Watcher {
  readonly #source: FolderSource;
  readonly #context: RunContext;
  readonly #taken = new Map<string, FolderPosition>();
  readonly #settling: Settling;
  /** Versions that are left alone, with what there is to say about them. */
  readonly #left = new Map<string, { readonly version: string; readonly reason: string }>();
  #seen: boolean;
  #waiting = 0;

  constructor(source: FolderSource, context: RunContext) {
    this.#source = source;
    this.#context = context;
    this.#settling = new Settling(source.settleSeconds);
    this.#seen = context.positions.has(SEEN_PART);
    for (const [part, text] of context.positions) {
      const position = parsePosition(text);
      if (position) this.#taken.set(part, position);
    }
  }

  async run(): Promise<void> {
    const { signal } = this.#context;
    while (!signal.aborted) {
      const started = performance.now();
      const files = await watchedFiles(this.#source.paths);
      const spent = performance.now() - started;
      await this.#forgetGone(files);
      const group: StreamFile[] = [];
      let bytes = 0;
      this.#waiting = 0;
      for (const file of files) {
        if (signal.aborted) return;
        const taken = await this.#wanted(file);
        if (!taken) continue;
        group.push(taken);
        bytes += file.bytes;
        if (group.length < GROUP_FILES && bytes < GROUP_BYTES) continue;
        await this.#take(group.splice(0));
        bytes = 0;
      }
      if (group.length > 0) await this.#take(group);
      if (!this.#seen) await this.#context.begin(SEEN_PART, new Date().toISOString());
      this.#seen = true;
      this.#tell();
      await pause(Math.max(LOOK_MS, spent * LOOK_SHARE), undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  /** The file if it is finished and has to be taken in. */
  async #wanted(file: WatchedFile): Promise<StreamFile | undefined> {
    const { path, bytes, modifiedAt } = file;
    const before = this.#taken.get(path);
    if (before?.bytes === bytes && before.modifiedAt === modifiedAt) return undefined;
    if (this.#left.get(path)?.version === versionOf(file)) return undefined;
    const skipped = before === undefined && !this.#seen && this.#isBeforeStart(file);
    if (!skipped && !this.#settling.isFinished(file)) {
      this.#waiting++;
      return undefined;
    }
    this.#settling.forget(path);
    const head = await headOf(path).catch((error: unknown) => {
      this.#leave(file, asAppError(error).message);
      return undefined;
    });
    if (head === undefined) return undefined;
    const position = { bytes, modifiedAt, head, day: new Date().toISOString().slice(0, 10) };
    if (skipped || (before?.bytes === bytes && before.head === head && !before.aside)) {
      await this.#remember(path, position);
      return undefined;
    }
    if (before && !before.aside && this.#source.overwritten !== 'ingest') {
      const told = this.#source.overwritten === 'report';
      this.#leave(file, told ? `${path} has changed since it was taken in.` : '');
      return undefined;
    }
    return { part: path, name: path, path, next: formatPosition(position) };
  }

  #isBeforeStart({ modifiedAt }: WatchedFile): boolean {
    const { start } = this.#context;
    return (
      start.from === 'latest' || (start.from === 'time' && modifiedAt < Date.parse(start.time))
    );
  }

  async #take(files: readonly StreamFile[]): Promise<void> {
    const { format, options } = this.#source;
    const read: ReadOptions = { ...options, ...(format ? { format } : {}) };
    const outcomes = await this.#context.deliverFiles(files, read);
    for (const [i, file] of files.entries()) {
      const outcome = outcomes.length === files.length ? outcomes[i] : undefined;
      const position = parsePosition(file.next);
      if (!position) continue;
      this.#left.delete(file.path);
      if (outcome === undefined || !('reason' in outcome)) {
        this.#taken.set(file.path, position);
        continue;
      }
      // Another version of it will be tried.
      await this.#remember(file.path, { ...position, aside: outcome.reason });
    }
  }

  async #remember(path: string, position: FolderPosition): Promise<void> {
    this.#taken.set(path, position);
    await this.#context.begin(path, formatPosition(position));
  }

  #leave(file: WatchedFile, reason: string): void {
    this.#left.set(file.path, { version: versionOf(file), reason });
  }

  async #forgetGone(files: readonly WatchedFile[]): Promise<void> {
    const there = new Set(files.map((f) => f.path));
    const oldest = new Date(Date.now() - REMEMBER_DAYS * 86_400_000).toISOString().slice(0, 10);
    for (const [path, { day }] of this.#taken) {
      if (there.has(path) || day >= oldest) continue;
      this.#taken.delete(path);
      await this.#context.begin(path, '');
    }
    for (const path of this.#left.keys()) if (!there.has(path)) this.#left.delete(path);
  }

  #tell(): void {
    const aside = [...this.#taken.values()].filter((p) => p.aside !== undefined);
    const left = [...this.#left.values()].filter((l) => l.reason !== '');
    const messages = [
      ...(aside.length > 0 ? [`${aside.length} set aside, the last: ${aside.at(-1)?.aside}`] : []),
      ...left.slice(-1).map((l) => l.reason),
    ];
    this.#context.status({
      state: 'running',
      lag: this.#waiting > 0 ? -1 : 0,
      lost: 0,
      message: messages.join(' '),
    });
  }
}
