import { rm, stat } from 'node:fs/promises';
import type { DownloadEvent } from '../../../common/contract/storage.ts';
import { AppError, asAppError } from '../../../common/errors/app-error.ts';
import type { SyncedFile } from '../catalog/synced-files-store.ts';
import type { HostContext } from '../context.ts';
import { FileIngestion, removeFiles } from './ingest-files.ts';
import { planSync, type StoredFile } from './plan-sync.ts';
import { damageOf, setAside } from './set-aside.ts';
import { type SyncEntry, syncSecret } from './sync-entry.ts';

export interface RunOptions {
  /** Only these keys; by default all that the store lists. */
  readonly keys?: readonly string[];
  readonly again?: boolean;
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}

/** Files in one request to the worker. */
const CHUNK = 5_000;
const CHECKS = 32;

/** Makes mirror and table what the store is. Throws if the store can't be reached; true if nothing is left to do. */
export async function runSync(
  host: HostContext,
  entry: SyncEntry,
  options: RunOptions,
): Promise<boolean> {
  const { keys, again, signal, onChange } = options;
  const { definition } = entry;
  checkTable(host, entry);
  entry.state = 'listing';
  onChange();
  if (!entry.checked) await checkCopies(entry);
  const listed = keys ? await lookFor(host, entry, keys, signal) : await list(host, entry, signal);
  const plan = planSync({
    definition,
    known: [...entry.files.values()],
    listed,
    scope: keys ? new Set(keys) : undefined,
    again,
    now: Date.now(),
  });
  entry.put(...plan.changed);
  entry.store();
  await removeFiles(host, entry, plan.remove);
  entry.begin(plan.fetch);
  entry.state = 'running';
  onChange();
  const problems = await host.writer.staged(async (folder) => {
    const stopped = new AbortController();
    const all = AbortSignal.any([signal, stopped.signal]);
    const ingestion =
      definition.table && new FileIngestion(host, entry, definition.table, { folder, signal: all });
    for (const file of plan.ingest) ingestion?.add(file.key);
    let failed = 0;
    try {
      failed = await fetchFiles(host, entry, plan.fetch, {
        signal: all,
        onChange,
        onFile: (file) => ingestion?.add(file.key),
      });
    } catch (error) {
      stopped.abort();
      await ingestion?.finish().catch(() => {});
      throw error;
    }
    await ingestion?.finish();
    return failed;
  });
  if (signal.aborted) throw AppError.cancelled(definition.name);
  entry.store();
  await evict(entry);
  return problems === 0;
}

/** A table that was there and is no more was dropped by somebody: its rows are not brought back unasked. */
function checkTable(host: HostContext, { definition, files }: SyncEntry): void {
  const { table: target } = definition;
  if (!target || host.catalog.tables.find(target.database, target.table)) return;
  for (const file of files.values())
    if (file.ingested !== null && file.rowCount > 0)
      throw new AppError('input', 'no_table', `The table ${target.table} was dropped.`, {
        hints: ['Remove the sync, and make it again to fill the table again.'],
      });
}

/** Copies that somebody deleted, or that a power failure cut short. */
async function checkCopies(entry: SyncEntry): Promise<void> {
  const waiting = [...entry.files.values()].filter((f) => f.mirrored !== null).values();
  const check = async (): Promise<void> => {
    for (const file of waiting) {
      const size = await stat(entry.pathOf(file)).then(
        (info) => info.size,
        () => -1,
      );
      const kept = entry.definition.onOverwrite === 'keep' && size >= 0;
      if (!kept && (size === -1 || (file.mirrored === file.etag && size !== file.bytes)))
        entry.put({ ...file, mirrored: null });
    }
  };
  await Promise.all(Array.from({ length: CHECKS }, check));
  entry.checked = true;
}

const openedBy = (host: HostContext, { definition }: SyncEntry) => {
  const secret = host.secrets.get(syncSecret(definition.name));
  return { place: definition.place, ...(secret === undefined ? {} : { secret }) };
};

async function list(
  host: HostContext,
  entry: SyncEntry,
  signal: AbortSignal,
): Promise<StoredFile[]> {
  const { prefix, glob } = entry.definition;
  const files: StoredFile[] = [];
  await host.storageWorker.call(
    'storage.scan',
    { ...openedBy(host, entry), prefix, glob },
    {
      signal,
      onEvent: (event) => {
        if (event.kind === 'files') files.push(...event.files);
        else host.publish('storage.prompt', { message: event.message });
      },
    },
  );
  return files;
}

async function lookFor(
  host: HostContext,
  entry: SyncEntry,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<StoredFile[]> {
  const { files } = await host.storageWorker.call(
    'storage.stat',
    { ...openedBy(host, entry), keys: [...keys] },
    { signal },
  );
  return files;
}

/** How many files could not be fetched. */
export async function fetchFiles(
  host: HostContext,
  entry: SyncEntry,
  files: readonly SyncedFile[],
  options: {
    readonly signal: AbortSignal;
    readonly onChange: () => void;
    readonly onFile: (file: SyncedFile) => void;
  },
): Promise<number> {
  const { signal, onChange, onFile } = options;
  const { parallel, bytesPerSecond, table } = entry.definition;
  let failed = 0;
  const gone: SyncedFile[] = [];
  const checks: Promise<void>[] = [];
  const arrived = async (file: SyncedFile): Promise<void> => {
    const damage = table ? undefined : await damageOf(entry.pathOf(file));
    if (damage !== undefined) await setAside(entry, file, damage);
    if (!table) entry.fileDone();
  };
  const onEvent = (event: DownloadEvent): void => {
    if (event.kind === 'bytes') entry.bytesMoved(event.bytes);
    else if (event.kind === 'prompt') host.publish('storage.prompt', { message: event.message });
    else {
      const file = entry.files.get(event.kind === 'done' ? event.file.key : event.key);
      if (!file) return;
      if (event.kind === 'done') {
        const { etag, bytes, md5, modifiedAt } = event.file;
        const now: SyncedFile = {
          ...file,
          etag,
          bytes,
          modifiedAt: modifiedAt || file.modifiedAt,
          md5: md5 ?? file.md5,
          mirrored: etag,
          failed: null,
          message: '',
          usedAt: Date.now(),
        };
        entry.put(now);
        checks.push(arrived(now));
        onFile(now);
      } else if (event.kind === 'missing') gone.push(file);
      else {
        failed++;
        entry.put({ ...file, message: event.message });
      }
    }
    onChange();
  };
  try {
    for (let at = 0; at < files.length; at += CHUNK)
      await host.storageWorker.call(
        'storage.download',
        {
          ...openedBy(host, entry),
          files: files.slice(at, at + CHUNK).map((file) => ({
            key: file.key,
            etag: file.etag,
            bytes: file.bytes,
            ...(file.md5 === null ? {} : { md5: file.md5 }),
            path: entry.pathOf(file),
          })),
          parts: entry.parts,
          parallel,
          ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
        },
        { signal, onEvent },
      );
  } finally {
    await Promise.all(checks);
    entry.store();
  }
  // Deleted since it was listed.
  if (entry.definition.onDelete === 'remove') await removeFiles(host, entry, gone);
  else {
    const seen = gone.filter((f) => f.mirrored !== null || f.ingested !== null);
    entry.put(...seen.map((file) => ({ ...file, gone: true })));
    await removeFiles(
      host,
      entry,
      gone.filter((f) => !seen.includes(f)),
    );
  }
  return failed;
}

/** Deletes copies until they fit into the budget, what was least used first. Those that are being read stay. */
export async function evict(entry: SyncEntry): Promise<void> {
  const { budgetBytes, table } = entry.definition;
  if (budgetBytes === undefined) return;
  let over = entry.mirroredBytes - budgetBytes;
  if (over <= 0) return;
  const candidates = [...entry.files.values()]
    .filter((f) => f.mirrored !== null && !entry.pins.has(f.key))
    .filter((f) => !table || f.ingested === f.mirrored)
    // What the store has no longer can't be fetched again.
    .filter((f) => !f.gone)
    .sort((a, b) => a.usedAt - b.usedAt || a.modifiedAt - b.modifiedAt);
  for (const file of candidates) {
    if (over <= 0) break;
    over -= file.bytes;
    entry.put({ ...file, mirrored: null });
    // Noted first: a copy that nobody knows of is fetched again, one that is missing would be an error.
    entry.store();
    await rm(entry.pathOf(file), { force: true });
  }
}

export const failureText = (error: unknown): string => {
  const { message, hints } = asAppError(error);
  return [message, ...hints].join(' ');
};
