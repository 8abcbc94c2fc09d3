import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Extent } from '../../../common/contract/store.ts';
import { type AppError, asAppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import type { TableCommit } from '../catalog/catalog.ts';
import type { SyncedFile } from '../catalog/synced-files-store.ts';
import type { HostContext } from '../context.ts';
import { pathColumns, pathColumnTypes } from './path-columns.ts';
import { setAside } from './set-aside.ts';
import type { SyncEntry } from './sync-entry.ts';

/** Files that are read at the same time; each load has threads of its own. */
const LOADS = 2;
/** Files whose rows become visible together: each commit tells all of the catalog to the engine. */
const FILES_PER_COMMIT = 200;
/** A file that takes the worker down so often is set aside. */
const CRASHES = 2;
const COMMIT_ATTEMPTS = 5;

interface Written {
  readonly file: SyncedFile;
  readonly columns: readonly Column[];
  readonly extents: readonly Extent[];
  readonly errorColumns: readonly Column[];
  readonly errorExtents: readonly Extent[];
}

/** By this tag the extents of a file are found again; they are never merged with those of another one. */
export const fileTag = (sync: string, key: string): string => `drop-by:sync/${sync}/${key}`;

/**
 * Takes mirrored files into the sync's table, each in place of what an earlier version of it had brought, in one
 * transaction with the ledger. A file that can't be read is set aside; the others go on.
 */
export class FileIngestion {
  readonly #host: HostContext;
  readonly #entry: SyncEntry;
  readonly #target: { readonly database: string; readonly table: string };
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #types: readonly Column[];
  readonly #queue: string[] = [];
  readonly #written: Written[] = [];
  readonly #attempts = new Map<string, number>();
  #number = 0;
  #running = 0;
  #committing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #idle: (() => void) | undefined;

  constructor(
    host: HostContext,
    entry: SyncEntry,
    target: { readonly database: string; readonly table: string },
    options: { readonly folder: string; readonly signal: AbortSignal },
  ) {
    this.#host = host;
    this.#entry = entry;
    this.#target = target;
    this.#folder = options.folder;
    this.#signal = options.signal;
    this.#types = entry.definition.pathColumns ? pathColumnTypes(entry.files.keys()) : [];
  }

  add(key: string): void {
    this.#queue.push(key);
    this.#fill();
  }

  /** Resolves when all that was added is in the table or set aside. */
  async finish(): Promise<void> {
    while (!this.#failure && (this.#running > 0 || this.#committing || this.#queue.length > 0)) {
      const idle = new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
      this.#fill();
      await idle;
    }
    // What is being written must have ended before its folder is deleted.
    while (this.#running > 0 || this.#committing)
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    if (this.#failure) throw this.#failure.error;
  }

  #fill(): void {
    const { database, table } = this.#target;
    // The first file makes the table: the others have to fit into it.
    const limit = this.#host.catalog.tables.find(database, table) ? LOADS : 1;
    while (this.#running < limit && !this.#stopped) {
      if (limit === 1 && this.#committing) return;
      const key = this.#queue.shift();
      if (key === undefined) return;
      this.#running++;
      this.#load(key)
        .catch((error: unknown) => {
          this.#failure ??= { error };
        })
        .finally(() => {
          this.#running--;
          this.#commitSoon();
          this.#fill();
          this.#idle?.();
        });
    }
  }

  get #stopped(): boolean {
    return this.#failure !== undefined || this.#signal.aborted;
  }

  async #load(key: string): Promise<void> {
    const file = this.#entry.files.get(key);
    if (!file || file.mirrored === null || file.ingested === file.mirrored) return;
    try {
      this.#written.push(await this.#write(file));
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error.code === 'empty_file' || error.code === 'no_data') {
        this.#written.push({ file, ...NOTHING });
        return;
      }
      if (error.kind === 'internal') {
        const crashes = (this.#entry.crashes.get(key) ?? 0) + 1;
        this.#entry.crashes.set(key, crashes);
        if (crashes < CRASHES) throw error;
      } else if (!isOfFile(error)) throw error;
      await setAside(this.#entry, file, [error.message, ...error.hints].join(' '));
      this.#host.logger.error(`sync ${this.#entry.definition.name}: ${key}: ${error.message}`);
    }
  }

  async #write(file: SyncedFile): Promise<Written> {
    const { definition } = this.#entry;
    const folder = join(this.#folder, String(++this.#number), 'rows');
    const errorFolder = join(this.#folder, String(this.#number), 'errors');
    await mkdir(folder, { recursive: true });
    await mkdir(errorFolder);
    const table = this.#host.catalog.tables.find(this.#target.database, this.#target.table);
    const known = [...(table?.columns ?? []), ...this.#types];
    const constants = definition.pathColumns ? pathColumns(file.key, known) : [];
    const { columns, extents, errorColumns, errorExtents } = await this.#host.ingestWorker.call(
      'ingest.write',
      {
        source: { paths: [this.#entry.pathOf(file)], names: [file.key] },
        options: {
          nestedLevels: 1,
          ...(definition.format ? { format: definition.format } : {}),
          ...(definition.header === undefined ? {} : { header: definition.header }),
        },
        ...(definition.columns ? { columns: definition.columns } : {}),
        ...(constants.length > 0 ? { constants } : {}),
        ...(table ? { target: [...table.columns] } : {}),
        onBadCell: table ? 'keep' : 'widen',
        maxErrors: Number.MAX_SAFE_INTEGER,
        folder,
        errorFolder,
      },
      { signal: this.#signal },
    );
    return { file, columns, extents, errorColumns, errorExtents };
  }

  #commitSoon(): void {
    if (this.#committing || this.#written.length === 0 || this.#failure) return;
    this.#committing = this.#commitAll()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#committing = undefined;
        this.#fill();
        this.#idle?.();
      });
  }

  async #commitAll(): Promise<void> {
    while (this.#written.length > 0) {
      const batch = this.#written.splice(0, FILES_PER_COMMIT);
      try {
        await this.#commit(batch);
      } catch (error) {
        if (asAppError(error).code !== 'extents_changed') throw error;
        // A merge was faster. The files may have been moved already: they are read once more.
        for (const { file } of batch) {
          const attempts = (this.#attempts.get(file.key) ?? 0) + 1;
          if (attempts === COMMIT_ATTEMPTS) throw error;
          this.#attempts.set(file.key, attempts);
          this.#queue.push(file.key);
        }
      }
    }
  }

  async #commit(batch: readonly Written[]): Promise<void> {
    const { name } = this.#entry.definition;
    const tags = new Set(batch.map(({ file }) => fileTag(name, file.key)));
    const { table } = this.#target;
    const commits = [
      this.#commitOf(table, tags, batch, (w) => w),
      this.#commitOf(`${table}_errors`, tags, batch, (w) => ({
        columns: w.errorColumns,
        extents: w.errorExtents,
      })),
    ].filter((commit) => commit !== undefined);
    const files = batch.map(
      ({ file, extents }): SyncedFile => ({
        ...(this.#entry.files.get(file.key) ?? file),
        ingested: file.mirrored,
        failed: null,
        message: '',
        rowCount: extents.reduce((sum, e) => sum + e.rowCount, 0),
      }),
    );
    await this.#host.writer.commit(commits, [], () => {
      for (const file of files) this.#host.catalog.syncedFiles.put(this.#entry.id, file);
    });
    this.#entry.put(...files);
    for (const _ of files) this.#entry.fileDone();
  }

  #commitOf(
    table: string,
    tags: ReadonlySet<string>,
    batch: readonly Written[],
    part: (written: Written) => Pick<Written, 'columns' | 'extents'>,
  ): TableCommit | undefined {
    const columns = new Map<string, Column>();
    for (const written of batch)
      for (const column of part(written).columns)
        if (part(written).extents.length > 0) columns.set(column.name, column);
    const extents = batch.flatMap((written) =>
      part(written).extents.map((extent) => ({
        ...extent,
        tags: [...extent.tags, fileTag(this.#entry.definition.name, written.file.key)],
      })),
    );
    const replaces = extentsOfFiles(this.#host, { ...this.#target, table }, tags);
    if (extents.length === 0 && replaces.length === 0) return undefined;
    return {
      database: this.#host.catalog.databases.writable(this.#target.database),
      table,
      columns: [...columns.values()],
      extents,
      owned: true,
      replaces,
      sameRows: false,
    };
  }
}

const NOTHING = { columns: [], extents: [], errorColumns: [], errorExtents: [] };

/** Whether other files may fare better. */
const isOfFile = ({ kind }: AppError): boolean =>
  kind === 'input' || kind === 'source' || kind === 'unsupported' || kind === 'semantic';

export function extentsOfFiles(
  host: HostContext,
  target: { readonly database: string; readonly table: string },
  tags: ReadonlySet<string>,
): string[] {
  const table = host.catalog.tables.find(target.database, target.table);
  if (!table) return [];
  return host.schema
    .extentsOf(table)
    .filter((extent) => extent.tags.some((tag) => tags.has(tag)))
    .map((extent) => extent.extentId);
}

/** Takes away files that the store has no longer, with their rows, and then their copies. */
export async function removeFiles(
  host: HostContext,
  entry: SyncEntry,
  files: readonly SyncedFile[],
): Promise<void> {
  if (files.length === 0) return;
  entry.store();
  const { name, table: target } = entry.definition;
  for (let attempt = 1; ; attempt++) {
    const commits: TableCommit[] = [];
    const tags = new Set(files.map((file) => fileTag(name, file.key)));
    if (target)
      for (const table of [target.table, `${target.table}_errors`]) {
        const replaces = extentsOfFiles(host, { ...target, table }, tags);
        if (replaces.length > 0)
          commits.push({
            database: host.catalog.databases.writable(target.database),
            table,
            columns: [],
            extents: [],
            owned: true,
            replaces,
            sameRows: false,
          });
      }
    try {
      if (commits.length > 0) await host.writer.commit(commits, [], () => entry.forget(files));
      else host.catalog.syncedFiles.together(() => entry.forget(files));
      break;
    } catch (error) {
      if (asAppError(error).code !== 'extents_changed' || attempt === COMMIT_ATTEMPTS) throw error;
    }
  }
  entry.forgotten(files);
  for (const file of files) await rm(entry.pathOf(file), { force: true });
}
