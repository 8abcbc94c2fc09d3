import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type Extent, STORED_RESULT_PREFIX } from '../../common/contract/store.ts';
import { ticksOfUnixMillis } from '../../common/types/ticks.ts';
import { bringsNewRows, type Catalog, type TableCommit } from './catalog/catalog.ts';
import type { DataFolder } from './catalog/data-folder.ts';
import type { NewJournalEntry } from './catalog/journal-store.ts';
import { isRecoverable } from './catalog/policies.ts';
import type { SourcePosition } from './catalog/positions-store.ts';
import type { Snapshots } from './catalog/snapshots.ts';
import type { HiddenTable, TableRow } from './catalog/tables-store.ts';
import type { Schema } from './schema.ts';

/**
 * Adds to commits what follows from them, and commits all of it by the function it is given: files that it makes
 * may be gone once it resolves.
 */
export type Derive = (
  commits: readonly TableCommit[],
  commit: (commits: readonly TableCommit[]) => Promise<void>,
) => Promise<void>;

/** Rows that a table has got with one commit, in files that nobody pins yet. */
export interface Arrival {
  readonly table: TableRow;
  readonly extents: readonly Extent[];
}

const NOTHING_DERIVED: Derive = (commits, commit) => commit(commits);

/** From files that a worker has written to rows that queries see. */
export class TableWriter {
  private readonly folder: DataFolder;
  private readonly catalog: Catalog;
  private readonly snapshots: Snapshots;
  private readonly schema: Schema;
  private readonly afterCommit: (tables: readonly TableRow[]) => void;
  private readonly derive: Derive;
  private readonly arrivalListeners = new Set<(arrivals: readonly Arrival[]) => void>();

  constructor(
    folder: DataFolder,
    catalog: Catalog,
    snapshots: Snapshots,
    schema: Schema,
    afterCommit: (tables: readonly TableRow[]) => void,
    derive: Derive = NOTHING_DERIVED,
  ) {
    this.folder = folder;
    this.catalog = catalog;
    this.snapshots = snapshots;
    this.schema = schema;
    this.afterCommit = afterCommit;
    this.derive = derive;
  }

  /**
   * Tells of new rows as soon as they are stored; merges and other changes of rows that were there are none. The
   * listener is called before anything can drop the files, and must pin those that it will read.
   */
  onArrival(listener: (arrivals: readonly Arrival[]) => void): () => void {
    this.arrivalListeners.add(listener);
    return () => this.arrivalListeners.delete(listener);
  }

  /** Gives `work` an empty folder to write into, which is gone afterwards, with all that wasn't committed. */
  async staged<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = join(this.folder.staging, randomUUID());
    await mkdir(folder, { recursive: true });
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /**
   * All commits together or none of them, with what update policies make of them. Files are moved into the
   * tables' folders first. `also` changes more of the catalog in the same transaction.
   */
  async commit(
    commits: readonly TableCommit[],
    positions: readonly SourcePosition[] = [],
    also: () => void = () => {},
  ): Promise<void> {
    await this.derive(commits, (all) => this.commitAll(all, positions, also));
  }

  private async commitAll(
    commits: readonly TableCommit[],
    positions: readonly SourcePosition[],
    also: () => void,
  ): Promise<void> {
    for (const commit of commits)
      if (commit.owned) for (const extent of commit.extents) syncToDisk(extent.path);
    const placed = new Set(commits.filter((c) => c.owned).flatMap((c) => c.extents));
    const fresh = new Set(commits.filter(bringsNewRows).flatMap((c) => c.extents));
    const arrivals: Arrival[] = [];
    const place = (table: TableRow, extents: readonly Extent[]): readonly Extent[] => {
      const now = extents.map((extent) =>
        placed.has(extent) ? this.place(table, extent) : extent,
      );
      const arrived = now.filter((_, i) => fresh.has(extents[i] as Extent));
      if (arrived.length > 0) arrivals.push({ table, extents: arrived });
      return now;
    };
    const replaced = this.catalog.commit(commits, positions, place, also);
    if (arrivals.length > 0) for (const listener of this.arrivalListeners) listener(arrivals);
    this.snapshots.dropFiles(replaced.filter((e) => e.owned).map((e) => e.path));
    await this.schema.changed();
    this.afterCommit(
      commits.flatMap(
        ({ database, table }) => this.catalog.tables.stored(database.name, table) ?? [],
      ),
    );
  }

  /**
   * Takes a table away. Its extents stay for `.undo drop table` if its retention policy says so, and go when
   * nobody reads them otherwise.
   */
  async dropTable(
    table: TableRow,
    entry: Pick<NewJournalEntry, 'command' | 'requestId'> = {},
  ): Promise<void> {
    const isTable = table.kind === 'table' && !table.name.startsWith(STORED_RESULT_PREFIX);
    const kept = isTable && isRecoverable(this.catalog, table);
    const extents = kept ? [] : this.catalog.extents.ofTable(table.id);
    this.catalog.change(() => {
      this.catalog.journal.add({
        event: 'DROP-TABLE',
        database: table.database,
        entity: table.name,
        ...entry,
      });
      if (kept) this.catalog.tables.hide(table);
      else this.catalog.tables.drop(table);
    });
    this.snapshots.dropFiles(extents.filter((e) => e.owned).map((e) => e.path));
    await this.schema.changed();
  }

  /** Deletes what a dropped table has left. */
  async forgetTable(table: HiddenTable): Promise<void> {
    const extents = this.catalog.extents.ofTable(table.id);
    this.catalog.change(() => this.catalog.tables.drop(table));
    this.snapshots.dropFiles(extents.filter((e) => e.owned).map((e) => e.path));
    await this.schema.changed();
  }

  /** Takes a database away for good, with its files. */
  async dropDatabase(
    name: string,
    entry: Pick<NewJournalEntry, 'command' | 'requestId'> = {},
  ): Promise<void> {
    const paths = this.catalog.extents.ownedPaths(this.catalog.databases.get(name).id);
    this.catalog.change(() => {
      this.catalog.journal.add({ event: 'DROP-DATABASE', database: name, entity: name, ...entry });
      this.catalog.databases.drop(name);
    });
    this.snapshots.dropFiles([...paths]);
    await this.schema.changed();
  }

  /** Folders are named for people; what counts is the path that the catalog keeps. */
  private place(table: TableRow, extent: Extent): Extent {
    const folder = join(this.folder.extents, folderName(table.database), folderName(table.name));
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${extent.extentId}${extname(extent.path)}`);
    renameSync(extent.path, path);
    return { ...extent, path };
  }
}

const MAX_FOLDER_NAME = 60;

function folderName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}_-]/gu, '_').slice(0, MAX_FOLDER_NAME);
  // Windows keeps some names for devices, with any ending.
  return /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(plain) ? `_${plain}` : plain;
}

/** A commit that survives a power failure must not name a file that doesn't. */
function syncToDisk(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

export const ingestionTime = (): string => ticksOfUnixMillis(Date.now()).toString();
