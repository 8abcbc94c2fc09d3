import type { z } from 'zod';
import type { SyncDefinition } from '../../../common/contract/storage.ts';
import type { storedFile } from '../../../common/contract/storage-place.ts';
import type { SyncedFile } from '../catalog/synced-files-store.ts';
import { mirrorPath, TakenPaths } from './mirror-path.ts';

export type StoredFile = z.infer<typeof storedFile>;

export interface SyncPlan {
  /** Rows of the ledger that differ from what was stored. */
  readonly changed: readonly SyncedFile[];
  /** To be fetched, in this order. */
  readonly fetch: readonly SyncedFile[];
  /** In the mirror, with rows that are not in the table yet. */
  readonly ingest: readonly SyncedFile[];
  /** No longer in the store: rows and copies go. */
  readonly remove: readonly SyncedFile[];
}

export interface PlanRequest {
  readonly definition: Pick<SyncDefinition, 'table' | 'onOverwrite' | 'onDelete' | 'budgetBytes'>;
  readonly known: readonly SyncedFile[];
  readonly listed: readonly StoredFile[];
  /** Only these keys were looked for; by default all were. */
  readonly scope?: ReadonlySet<string> | undefined;
  /** Versions that could not be read are tried again. */
  readonly again?: boolean | undefined;
  readonly now: number;
}

/** What has to be done so that mirror and table are as the store is. Asks nobody. */
export function planSync(request: PlanRequest): SyncPlan {
  const { definition, known, listed, scope, again = false, now } = request;
  const before = new Map(known.map((file) => [file.key, file]));
  const there = new Set(listed.map((file) => file.key));
  const taken = new TakenPaths();
  for (const { path } of known) taken.add(path);
  const changed: SyncedFile[] = [];
  const files: SyncedFile[] = [];
  for (const file of listed) {
    const old = before.get(file.key);
    const next = old ? seenAgain(old, file, definition, again) : seenFirst(file, taken, now);
    if (next !== old) changed.push(next);
    files.push(next);
  }
  const remove: SyncedFile[] = [];
  for (const file of known) {
    if (there.has(file.key) || (scope && !scope.has(file.key))) continue;
    if (definition.onDelete === 'remove') remove.push(file);
    else if (!file.gone) changed.push({ ...file, gone: true });
  }
  const toTable = definition.table !== undefined;
  const ingest = toTable
    ? files.filter((f) => f.mirrored === f.etag && f.ingested !== f.etag && f.failed !== f.etag)
    : [];
  const missing = files.filter(
    (f) => f.mirrored !== f.etag && f.failed !== f.etag && (toTable ? f.ingested !== f.etag : true),
  );
  return {
    changed,
    fetch: toTable ? missing : withinBudget(missing, files, definition.budgetBytes),
    ingest,
    remove,
  };
}

function seenFirst(file: StoredFile, taken: TakenPaths, now: number): SyncedFile {
  const path = mirrorPath(file.key, taken.has);
  taken.add(path);
  return {
    ...versionOf(file),
    key: file.key,
    path,
    mirrored: null,
    ingested: null,
    failed: null,
    rowCount: 0,
    message: '',
    gone: false,
    usedAt: now,
  };
}

function seenAgain(
  old: SyncedFile,
  file: StoredFile,
  { onOverwrite }: PlanRequest['definition'],
  again: boolean,
): SyncedFile {
  const failed = again && old.failed !== null ? { failed: null, message: '' } : {};
  if (old.etag === file.etag)
    return old.gone || 'failed' in failed ? { ...old, ...failed, gone: false } : old;
  // What was never taken in has no earlier version that could be kept.
  if (onOverwrite === 'keep' && (old.mirrored !== null || old.ingested !== null)) {
    const { etag } = file;
    return {
      ...old,
      ...failed,
      ...versionOf(file),
      mirrored: old.mirrored === null ? null : etag,
      ingested: old.ingested === null ? null : etag,
      gone: false,
    };
  }
  return { ...old, ...versionOf(file), message: '', gone: false };
}

const versionOf = ({ etag, bytes, modifiedAt, md5 }: StoredFile) => ({
  etag,
  bytes,
  modifiedAt,
  md5: md5 ?? null,
});

/** The newest that there is room for; the rest is fetched when somebody reads it. */
function withinBudget(
  missing: readonly SyncedFile[],
  all: readonly SyncedFile[],
  budget: number | undefined,
): readonly SyncedFile[] {
  if (budget === undefined) return missing;
  let room = budget - all.reduce((sum, f) => sum + (f.mirrored === f.etag ? f.bytes : 0), 0);
  // An overwritten copy is replaced whatever room there is: it would be wrong, not only absent.
  const chosen: SyncedFile[] = missing.filter((f) => f.mirrored !== null);
  room -= chosen.reduce((sum, f) => sum + f.bytes, 0);
  const rest = missing.filter((f) => f.mirrored === null);
  for (const file of rest.toSorted((a, b) => b.modifiedAt - a.modifiedAt)) {
    if (file.bytes > room) continue;
    room -= file.bytes;
    chosen.push(file);
  }
  return chosen;
}
