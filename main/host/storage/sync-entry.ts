import { join } from 'node:path';
import type { SyncDefinition, SyncInfo, SyncState } from '../../../common/contract/storage.ts';
import type { SyncedFile } from '../catalog/synced-files-store.ts';
import type { HostContext } from '../context.ts';

/** What of a sync outlives the host, beside its files. */
export interface StoredSync {
  /** Names its files in the catalog: another sync of the same name is another one. */
  readonly id: string;
  readonly definition: SyncDefinition;
  readonly paused: boolean;
  /** A run was under way. */
  readonly unfinished: boolean;
  /** ISO 8601; ''. */
  readonly lastGoodAt: string;
  readonly events: number;
  readonly badEvents: number;
}

const PROBLEMS = 100;
/** Over which the rate is taken. */
const RATE_MS = 10_000;
/** Changes of the ledger are stored together: each transaction waits for the disk. */
const STORE_MS = 250;
const STORE_FILES = 500;

export const syncSecret = (name: string): string => `sync:${name}`;
export const queueSecret = (name: string): string => `sync-queue:${name}`;

/** A sync as the host sees it: its files, and how far the run is. */
export class SyncEntry {
  readonly id: string;
  definition: SyncDefinition;
  paused: boolean;
  unfinished: boolean;
  lastGoodAt: string;
  events: number;
  badEvents: number;
  state: SyncState = 'idle';
  message = '';
  readonly files = new Map<string, SyncedFile>();
  /** Files in use by queries, by how many. */
  readonly pins = new Map<string, number>();
  /** How often a file took the worker down. */
  readonly crashes = new Map<string, number>();
  checked = false;
  /** When a run last ended, whatever came of it; milliseconds since 1970. */
  endedAt = 0;
  readonly folder: string;
  readonly parts: string;
  readonly aside: string;
  readonly #host: HostContext;
  #done = { files: 0, bytes: 0 };
  #total = { files: 0, bytes: 0 };
  #moved: { readonly at: number; readonly bytes: number }[] = [];
  readonly #unstored = new Set<string>();
  #storing: NodeJS.Timeout | undefined;

  constructor(host: HostContext, stored: StoredSync) {
    this.#host = host;
    const { id, definition, paused, unfinished, lastGoodAt, events, badEvents } = stored;
    this.id = id;
    this.definition = definition;
    this.paused = paused;
    this.unfinished = unfinished;
    this.lastGoodAt = lastGoodAt;
    this.events = events;
    this.badEvents = badEvents;
    this.state = paused ? 'paused' : 'idle';
    const mirror = join(host.folder.root, 'mirror');
    // The folder is named for people; the id keeps it apart from an earlier sync of this name.
    const name = `${definition.name.replace(/[^\p{L}\p{N}_-]/gu, '_').slice(0, 60)}-${id.slice(0, 8)}`;
    this.folder = join(mirror, name);
    this.parts = join(mirror, '.parts', name);
    this.aside = join(mirror, '.aside', name);
    for (const file of host.catalog.syncedFiles.ofSync(id)) this.files.set(file.key, file);
  }

  pathOf(file: SyncedFile): string {
    return join(this.folder, ...file.path.split('/'));
  }

  /** Changes files of the ledger, now in memory and soon on disk. */
  put(...files: readonly SyncedFile[]): void {
    for (const file of files) {
      this.files.set(file.key, file);
      this.#unstored.add(file.key);
    }
    if (this.#unstored.size >= STORE_FILES) this.store();
    else
      this.#storing ??= setTimeout(() => {
        try {
          this.store();
        } catch (error) {
          this.#host.logger.error(`the files of ${this.definition.name} could not be noted`, error);
        }
      }, STORE_MS);
  }

  store(): void {
    clearTimeout(this.#storing);
    this.#storing = undefined;
    if (this.#unstored.size === 0) return;
    const { syncedFiles } = this.#host.catalog;
    syncedFiles.together(() => {
      for (const key of this.#unstored) {
        const file = this.files.get(key);
        if (file) syncedFiles.put(this.id, file);
      }
    });
    this.#unstored.clear();
  }

  /** Inside of the transaction that takes their rows away. */
  forget(files: readonly SyncedFile[]): void {
    for (const { key } of files) this.#host.catalog.syncedFiles.remove(this.id, key);
  }

  forgotten(files: readonly SyncedFile[]): void {
    for (const { key } of files) {
      this.files.delete(key);
      this.#unstored.delete(key);
    }
  }

  save(): void {
    const { id, definition, paused, unfinished, lastGoodAt, events, badEvents } = this;
    const stored: StoredSync = {
      id,
      definition,
      paused,
      unfinished,
      lastGoodAt,
      events,
      badEvents,
    };
    this.#host.catalog.entities.put('storageSync', {
      owner: '',
      name: definition.name,
      definition: stored,
    });
  }

  begin(files: readonly { readonly bytes: number }[]): void {
    this.#done = { files: 0, bytes: 0 };
    this.#total = { files: files.length, bytes: files.reduce((sum, f) => sum + f.bytes, 0) };
    this.#moved = [];
  }

  fileDone(): void {
    this.#done.files++;
  }

  bytesMoved(bytes: number): void {
    this.#done.bytes += bytes;
    const now = performance.now();
    this.#moved.push({ at: now, bytes });
    this.#moved = this.#moved.filter((m) => m.at > now - RATE_MS);
  }

  /** 0…1; -1 while unknown. */
  get share(): number {
    return this.#total.bytes > 0 ? Math.min(1, this.#done.bytes / this.#total.bytes) : -1;
  }

  get progressText(): string {
    return `${this.#done.files} of ${this.#total.files} files`;
  }

  get mirroredBytes(): number {
    let sum = 0;
    for (const file of this.files.values()) if (file.mirrored !== null) sum += file.bytes;
    return sum;
  }

  info(): SyncInfo {
    const files = [...this.files.values()];
    const mirrored = files.filter((f) => f.mirrored !== null);
    const bytes = (of: readonly SyncedFile[]): number => of.reduce((sum, f) => sum + f.bytes, 0);
    const first = this.#moved[0]?.at ?? 0;
    const span = Math.max(1, performance.now() - first);
    const rate =
      this.state === 'running'
        ? (this.#moved.reduce((sum, m) => sum + m.bytes, 0) / span) * 1_000
        : 0;
    const left = Math.max(0, this.#total.bytes - this.#done.bytes);
    return {
      definition: this.definition,
      state: this.state,
      files: files.length,
      bytes: bytes(files),
      mirroredFiles: mirrored.length,
      mirroredBytes: bytes(mirrored),
      ingestedFiles: files.filter((f) => f.ingested !== null).length,
      rows: files.reduce((sum, f) => sum + f.rowCount, 0),
      failedFiles: files.filter((f) => f.failed !== null).length,
      progress: {
        filesDone: this.#done.files,
        filesTotal: this.#total.files,
        bytesDone: Math.min(this.#done.bytes, this.#total.bytes),
        bytesTotal: this.#total.bytes,
        bytesPerSecond: Math.round(rate),
        secondsLeft: this.state === 'running' && rate > 0 ? Math.ceil(left / rate) : -1,
      },
      lastGoodAt: this.lastGoodAt,
      ageSeconds:
        this.lastGoodAt === ''
          ? -1
          : Math.max(0, Math.round((Date.now() - Date.parse(this.lastGoodAt)) / 1_000)),
      message: this.message,
      problems: files
        .filter((f) => f.message !== '')
        .slice(0, PROBLEMS)
        .map(({ key, message }) => ({ key, message })),
      events: this.events,
      badEvents: this.badEvents,
      folder: this.folder,
    };
  }
}
