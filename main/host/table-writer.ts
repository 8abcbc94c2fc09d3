import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Extent } from '../../common/contract/store.ts';
import { ticksOfUnixMillis } from '../../common/types/ticks.ts';
import type { Catalog, TableCommit } from './catalog/catalog.ts';
import type { DataFolder } from './catalog/data-folder.ts';
import type { SourcePosition } from './catalog/positions-store.ts';
import type { Snapshots } from './catalog/snapshots.ts';
import type { TableRow } from './catalog/tables-store.ts';
import type { Schema } from './schema.ts';

/** From files that a worker has written to rows that queries see. */
export class TableWriter {
  private readonly folder: DataFolder;
  private readonly catalog: Catalog;
  private readonly snapshots: Snapshots;
  private readonly schema: Schema;
  private readonly afterCommit: (tables: readonly TableRow[]) => void;

  constructor(
    folder: DataFolder,
    catalog: Catalog,
    snapshots: Snapshots,
    schema: Schema,
    afterCommit: (tables: readonly TableRow[]) => void,
  ) {
    this.folder = folder;
    this.catalog = catalog;
    this.snapshots = snapshots;
    this.schema = schema;
    this.afterCommit = afterCommit;
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

  /** All commits together or none of them. Files are moved into the tables' folders first. */
  async commit(
    commits: readonly TableCommit[],
    positions: readonly SourcePosition[] = [],
  ): Promise<void> {
    for (const commit of commits)
      if (commit.owned) for (const extent of commit.extents) syncToDisk(extent.path);
    const placed = new Set(commits.filter((c) => c.owned).flatMap((c) => c.extents));
    const replaced = this.catalog.commit(commits, positions, (table, extents) =>
      extents.map((extent) => (placed.has(extent) ? this.place(table, extent) : extent)),
    );
    this.snapshots.dropFiles(replaced.filter((e) => e.owned).map((e) => e.path));
    await this.schema.changed();
    this.afterCommit(
      commits.map(({ database, table }) => this.catalog.tables.get(database.name, table)),
    );
  }

  /** Takes a table away; its files go when no query reads them. */
  async dropTable(table: TableRow): Promise<void> {
    const extents = this.catalog.extents.ofTable(table.id);
    this.catalog.change(() => {
      this.catalog.tables.drop(table);
      this.catalog.journal.add({
        event: 'DROP-TABLE',
        database: table.database,
        entity: table.name,
      });
    });
    this.snapshots.dropFiles(extents.filter((e) => e.owned).map((e) => e.path));
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
