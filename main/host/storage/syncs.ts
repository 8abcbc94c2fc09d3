import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import {
  type SyncDefinition,
  type SyncInfo,
  syncDefinition,
} from '../../../common/contract/storage.ts';
import { AppError, asAppError } from '../../../common/errors/app-error.ts';
import type { SyncedFile } from '../catalog/synced-files-store.ts';
import type { HostContext } from '../context.ts';
import { listenToQueue } from './listen.ts';
import type { StoredFile } from './plan-sync.ts';
import { evict, failureText, fetchFiles, runSync } from './run-sync.ts';
import { queueSecret, SyncEntry, syncSecret } from './sync-entry.ts';

const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 300_000;
const PUBLISH_MS = 500;
const HOLD_MS = 5_000;

const stored = z.object({
  id: z.string(),
  definition: syncDefinition,
  paused: z.boolean(),
  unfinished: z.boolean(),
  lastGoodAt: z.string(),
  events: z.number(),
  badEvents: z.number(),
});

interface Running {
  readonly entry: SyncEntry;
  /** Ends its timers and its queue. */
  readonly ended: AbortController;
  readonly loops: Promise<void>[];
  /** Runs of one sync follow each other. */
  last: Promise<unknown>;
  run: AbortController | undefined;
  wake: () => void;
}

/** The syncs of this host: made, run by their interval and by the queue's messages, tried again, and taken up. */
export class Syncs {
  readonly #all = new Map<string, Running>();
  readonly #publishing = new Map<string, NodeJS.Timeout>();
  #closed = false;
  #readOnly = false;

  /** Takes up what was there when the host was closed. Works without the network. */
  resume(host: HostContext): void {
    for (const { name, definition } of host.catalog.entities.list('storageSync', '')) {
      const read = stored.safeParse(definition);
      if (read.success) this.#start(host, new SyncEntry(host, read.data));
      else host.logger.error(`the sync ${name} can't be read: ${read.error.message}`);
    }
  }

  /** For a host beside the owner of the folder: the copies are read, and nothing is changed. */
  open(host: HostContext): void {
    this.#readOnly = true;
    for (const { definition } of host.catalog.entities.list('storageSync', '')) {
      const read = stored.safeParse(definition);
      if (read.success) this.#start(host, new SyncEntry(host, { ...read.data, paused: true }));
    }
  }

  list(): SyncInfo[] {
    return [...this.#all.values()].map(({ entry }) => entry.info());
  }

  entries(): SyncEntry[] {
    return [...this.#all.values()].map(({ entry }) => entry);
  }

  entry(name: string): SyncEntry {
    return this.#running(name).entry;
  }

  find(name: string): SyncEntry | undefined {
    return this.#all.get(name)?.entry;
  }

  create(
    host: HostContext,
    definition: SyncDefinition,
    secrets: { readonly place?: string | undefined; readonly queue?: string | undefined },
  ): SyncInfo {
    this.#mustOwn();
    if (this.#all.has(definition.name))
      throw new AppError('input', 'sync_exists', `There is a sync ${definition.name} already.`, {
        hints: ['Give this one another name, or remove the other one.'],
      });
    check(host, definition);
    if (secrets.place !== undefined) host.secrets.set(syncSecret(definition.name), secrets.place);
    if (secrets.queue !== undefined) host.secrets.set(queueSecret(definition.name), secrets.queue);
    const entry = new SyncEntry(host, {
      id: randomUUID(),
      definition,
      paused: false,
      unfinished: true,
      lastGoodAt: '',
      events: 0,
      badEvents: 0,
    });
    entry.save();
    this.#start(host, entry);
    return entry.info();
  }

  /** The next run goes by it. */
  async change(host: HostContext, definition: SyncDefinition): Promise<SyncInfo> {
    const running = this.#running(definition.name);
    const { entry } = running;
    const fixed = ({ place, prefix, table }: SyncDefinition): string =>
      JSON.stringify([place, prefix, table ?? null]);
    if (fixed(definition) !== fixed(entry.definition))
      throw new AppError(
        'input',
        'sync_fixed',
        'The place, the prefix and the table of a sync stay as they are: make another one.',
      );
    check(host, definition);
    await this.#end(running);
    entry.definition = definition;
    entry.unfinished = !entry.paused;
    entry.save();
    this.#start(host, entry);
    return entry.info();
  }

  /** One run, now; throws what it fails with. */
  async run(
    host: HostContext,
    name: string,
    again: boolean,
    signal: AbortSignal,
  ): Promise<SyncInfo> {
    const running = this.#running(name);
    this.#mustOwn();
    const abort = (): void => running.run?.abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      await this.#once(host, running, { again });
    } finally {
      signal.removeEventListener('abort', abort);
      running.wake();
    }
    return running.entry.info();
  }

  async cancel(name: string): Promise<SyncInfo> {
    const running = this.#running(name);
    running.entry.unfinished = false;
    running.run?.abort();
    await running.last.catch(() => {});
    return running.entry.info();
  }

  async pause(host: HostContext, name: string): Promise<SyncInfo> {
    const running = this.#running(name);
    await this.#end(running);
    const { entry } = running;
    entry.paused = true;
    entry.state = 'paused';
    entry.save();
    this.#tell(host, name);
    return entry.info();
  }

  resumeOne(host: HostContext, name: string): SyncInfo {
    const { entry } = this.#running(name);
    this.#mustOwn();
    if (!entry.paused) return entry.info();
    entry.paused = false;
    entry.unfinished = true;
    entry.state = 'idle';
    entry.save();
    this.#start(host, entry);
    return entry.info();
  }

  async remove(host: HostContext, name: string): Promise<void> {
    const running = this.#running(name);
    this.#mustOwn();
    await this.#end(running);
    const { entry } = running;
    entry.store();
    this.#all.delete(name);
    host.catalog.syncedFiles.together(() => {
      host.catalog.entities.remove('storageSync', '', name);
      host.catalog.syncedFiles.forget(entry.id);
    });
    host.secrets.remove(syncSecret(name));
    host.secrets.remove(queueSecret(name));
    for (const folder of [entry.folder, entry.parts, entry.aside])
      await rm(folder, { recursive: true, force: true });
    host.publish('storage.changed', { name });
  }

  /** What a query finds in a sync: all that can be read, here or in the store. */
  files(name: string, prefix: string): StoredFile[] {
    const { entry } = this.#running(name);
    return [...entry.files.values()]
      .filter((file) => file.key.startsWith(prefix) && file.failed !== file.etag)
      .map(({ key, bytes, etag, modifiedAt }) => ({ key, bytes, etag, modifiedAt }));
  }

  /**
   * Where copies lie, those that were let go fetched again: only that needs the network. They stay for some
   * seconds, for whoever asked to make links to them.
   */
  async fetch(
    host: HostContext,
    name: string,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<string[]> {
    const { entry } = this.#running(name);
    for (const key of keys) entry.pins.set(key, (entry.pins.get(key) ?? 0) + 1);
    try {
      const missing = keys.map((key) => known(entry, key)).filter((f) => f.mirrored === null);
      if (missing.length > 0) {
        this.#mustOwn();
        await fetchFiles(host, entry, missing, {
          signal,
          onChange: () => this.#tell(host, name),
          onFile: () => {},
        });
      }
      const files = keys.map((key) => {
        const file = known(entry, key);
        if (file.mirrored !== null) return { ...file, usedAt: Date.now() };
        throw new AppError('source', 'file_not_here', `${key} can't be read: ${file.message}`);
      });
      entry.put(...files);
      return files.map((file) => entry.pathOf(file));
    } finally {
      setTimeout(() => this.#release(host, entry, keys), HOLD_MS).unref();
    }
  }

  /** Room is made at the cost of what was used longest ago. */
  #release(host: HostContext, entry: SyncEntry, keys: readonly string[]): void {
    for (const key of keys) {
      const left = (entry.pins.get(key) ?? 1) - 1;
      if (left > 0) entry.pins.set(key, left);
      else entry.pins.delete(key);
    }
    if (this.#closed || this.#readOnly) return;
    evict(entry).then(
      () => this.#tell(host, entry.definition.name),
      (error: unknown) => host.logger.error('a mirror could not be made smaller', error),
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#publishing.values()) clearTimeout(timer);
    await Promise.all([...this.#all.values()].map((running) => this.#end(running)));
    for (const { entry } of this.#all.values()) entry.store();
  }

  #mustOwn(): void {
    if (this.#readOnly)
      throw new AppError(
        'input',
        'folder_in_use',
        'Storage is synced by the program that has opened this data folder.',
      );
  }

  #running(name: string): Running {
    const running = this.#all.get(name);
    if (running) return running;
    throw new AppError('input', 'no_sync', `There is no sync ${name}.`, {
      hints: [`There are: ${[...this.#all.keys()].join(', ') || 'none'}.`],
    });
  }

  #start(host: HostContext, entry: SyncEntry): void {
    const running: Running = {
      entry,
      ended: new AbortController(),
      loops: [],
      last: Promise.resolve(),
      run: undefined,
      wake: () => {},
    };
    this.#all.set(entry.definition.name, running);
    this.#tell(host, entry.definition.name);
    if (entry.paused) return;
    running.loops.push(this.#keepCurrent(host, running));
    if (entry.definition.queue)
      running.loops.push(
        listenToQueue(host, entry, {
          signal: running.ended.signal,
          run: (keys) => this.#once(host, running, { keys }),
          onChange: () => this.#tell(host, entry.definition.name),
        }),
      );
  }

  async #end(running: Running): Promise<void> {
    running.ended.abort();
    running.run?.abort();
    running.wake();
    await Promise.all(running.loops);
    await running.last.catch(() => {});
  }

  /** Runs when it is due; a run that failed is tried again, later each time. */
  async #keepCurrent(host: HostContext, running: Running): Promise<void> {
    const { entry, ended } = running;
    const { signal } = ended;
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      if (dueInMs(entry) <= 0) {
        try {
          await this.#once(host, running, {});
          retryMs = FIRST_RETRY_MS;
        } catch (thrown) {
          if (signal.aborted) return;
          const { kind } = asAppError(thrown);
          if (kind === 'cancelled') entry.unfinished = false;
          else {
            // What the definition says wrong, no second try puts right.
            if (kind === 'input' || kind === 'semantic' || kind === 'unsupported') {
              await waitFor(running, LONGEST_WAIT_MS);
              continue;
            }
            await waitFor(running, retryMs);
            retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
            continue;
          }
        }
      }
      await waitFor(running, Math.max(100, dueInMs(entry)));
    }
  }

  /** One run after those that are under way. */
  async #once(
    host: HostContext,
    running: Running,
    options: { readonly keys?: readonly string[]; readonly again?: boolean },
  ): Promise<void> {
    const before = running.last;
    const run = (async () => {
      await before.catch(() => {});
      if (running.ended.signal.aborted) throw AppError.cancelled('The sync');
      await this.#runNow(host, running, options);
    })();
    running.last = run;
    await run;
  }

  async #runNow(
    host: HostContext,
    running: Running,
    options: { readonly keys?: readonly string[]; readonly again?: boolean },
  ): Promise<void> {
    const { entry } = running;
    const { name } = entry.definition;
    const controller = new AbortController();
    running.run = controller;
    if (!options.keys) {
      entry.unfinished = true;
      entry.save();
    }
    const tell = (): void => this.#tell(host, name);
    try {
      const good = await host.jobs.run('sync', `Sync ${name}`, controller.signal, (job) =>
        runSync(host, entry, {
          ...options,
          signal: job.signal,
          onChange: () => {
            job.update(entry.share, entry.progressText);
            tell();
          },
        }),
      );
      entry.state = 'idle';
      entry.message = good
        ? ''
        : 'Some files could not be fetched; they are tried again with the next run.';
      if (!options.keys) {
        entry.unfinished = false;
        if (good) entry.lastGoodAt = new Date().toISOString();
      }
      entry.save();
    } catch (thrown) {
      const { kind } = asAppError(thrown);
      const cancelled = controller.signal.aborted || kind === 'cancelled';
      entry.state = cancelled
        ? 'idle'
        : kind === 'input' || kind === 'semantic' || kind === 'unsupported'
          ? 'failed'
          : 'waiting';
      entry.message = cancelled ? 'The run was stopped.' : failureText(thrown);
      if (!cancelled) host.logger.error(`sync ${name}: ${entry.message}`);
      if (cancelled && !running.ended.signal.aborted) entry.unfinished = false;
      if (!this.#closed) entry.save();
      throw cancelled ? AppError.cancelled('The sync') : thrown;
    } finally {
      running.run = undefined;
      entry.endedAt = Date.now();
      tell();
    }
  }

  #tell(host: HostContext, name: string): void {
    if (this.#closed || this.#publishing.has(name)) return;
    const timer = setTimeout(() => {
      this.#publishing.delete(name);
      host.publish('storage.changed', { name });
    }, PUBLISH_MS);
    timer.unref();
    this.#publishing.set(name, timer);
  }
}

function check(host: HostContext, { table, place, queue }: SyncDefinition): void {
  if (table) host.catalog.databases.writable(table.database);
  if ((place.kind === 'azure' && !place.container) || (place.kind === 's3' && !place.bucket))
    throw new AppError('input', 'no_container', 'A sync needs a container or bucket.');
  if (queue && place.kind !== 'azure')
    throw new AppError('input', 'no_queue', 'Only Azure Storage tells of changes by a queue.');
}

function known(entry: SyncEntry, key: string): SyncedFile {
  const file = entry.files.get(key);
  if (file) return file;
  throw new AppError('source', 'blob_missing', `${key} is not in ${entry.definition.name}.`);
}

/** Infinity if nothing but a person or a message starts a run. */
function dueInMs({ unfinished, definition, lastGoodAt, endedAt }: SyncEntry): number {
  if (unfinished) return 0;
  if (definition.intervalSeconds === undefined) return Number.POSITIVE_INFINITY;
  const last = Math.max(endedAt, Date.parse(lastGoodAt) || 0);
  return last + definition.intervalSeconds * 1_000 - Date.now();
}

/** Node's timers take no more. */
const LONGEST_WAIT_MS = 2_000_000_000;

async function waitFor(running: Running, ms: number): Promise<void> {
  if (running.ended.signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => running.wake(), Math.min(ms, LONGEST_WAIT_MS));
    running.wake = () => {
      clearTimeout(timer);
      running.wake = () => {};
      resolve();
    };
  });
}
