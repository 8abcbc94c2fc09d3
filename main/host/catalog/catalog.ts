import type { Database } from 'better-sqlite3';
import type { Extent } from '../../../common/contract/store.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { type DataFolder, makeFolders } from './data-folder.ts';
import { type DatabaseRow, DatabasesStore } from './databases-store.ts';
import { DefinitionsStore, type EntityKind } from './definitions-store.ts';
import { type CatalogExtent, ExtentsStore } from './extents-store.ts';
import { FailuresStore } from './failures-store.ts';
import { FunctionsStore } from './functions-store.ts';
import { JournalStore } from './journal-store.ts';
import { lockDataFolder } from './lock.ts';
import { copyCatalogFile, MIGRATIONS, openCatalogFile } from './open.ts';
import { OperationsStore } from './operations-store.ts';
import { PipelinesStore } from './pipelines-store.ts';
import { PositionsStore, type SourcePosition } from './positions-store.ts';
import { sweep } from './sweep.ts';
import { SyncedFilesStore } from './synced-files-store.ts';
import {
  type TableKind,
  type TableProperties,
  type TableRow,
  TablesStore,
} from './tables-store.ts';
import { type ViewState, ViewsStore } from './views-store.ts';
import {
  DocumentsStore,
  HistoryStore,
  SavedQueriesStore,
  SettingsStore,
} from './workspace-store.ts';

/** What one commit does to one table; all of it or nothing. */
export interface TableCommit {
  readonly database: DatabaseRow;
  readonly table: string;
  /** What has this name, or will have it; by default a table. */
  readonly kind?: TableKind;
  /** The table's columns after the commit: missing ones are added, others retyped; none is dropped. */
  readonly columns: readonly Column[];
  /** Columns that aren't in `columns` are dropped too. */
  readonly exactColumns?: boolean;
  readonly properties?: TableProperties;
  readonly extents: readonly Extent[];
  /** Files of `extents` were made by Calypso. */
  readonly owned: boolean;
  /** Extents that these take the place of; 'all' empties the table first. */
  readonly replaces?: readonly string[] | 'all';
  /**
   * The rows were in the table before (a merge, rows deleted from an extent): no view takes them in again and no
   * update policy runs. By default true where `replaces` is a list.
   */
  readonly sameRows?: boolean;
  /** The table is a view's: extents of the view's source that went into `extents`, and what is known of it then. */
  readonly takes?: { readonly extents: readonly string[]; readonly state: ViewState };
}

export function bringsNewRows({ replaces, sameRows }: TableCommit): boolean {
  return !(sameRows ?? Array.isArray(replaces));
}

/** By id, what takes in the rows of a table. */
interface Readers {
  readonly views: readonly number[];
  readonly pipelines: readonly { readonly id: number; readonly batch: number }[];
}

export interface CatalogOptions {
  readonly folder: DataFolder;
  /** 'copy' works on a private copy in memory: nothing is locked, and changes are lost. */
  readonly mode: 'owner' | 'copy';
  readonly migrations?: URL;
}

/** The catalog and the stores above it. The only writer of its file. */
export class Catalog {
  readonly databases: DatabasesStore;
  readonly tables: TablesStore;
  readonly extents: ExtentsStore;
  readonly functions: FunctionsStore;
  readonly definitions: DefinitionsStore;
  readonly entities: DefinitionsStore<EntityKind>;
  readonly operations: OperationsStore;
  readonly failures: FailuresStore;
  readonly pipelines: PipelinesStore;
  readonly positions: PositionsStore;
  readonly syncedFiles: SyncedFilesStore;
  readonly history: HistoryStore;
  readonly documents: DocumentsStore;
  readonly savedQueries: SavedQueriesStore;
  readonly settings: SettingsStore;
  readonly journal: JournalStore;
  readonly views: ViewsStore;
  private readonly db: Database;
  private readonly unlock: () => void;

  private constructor(db: Database, folder: DataFolder, unlock: () => void) {
    this.db = db;
    this.unlock = unlock;
    this.databases = new DatabasesStore(db);
    this.tables = new TablesStore(db);
    this.extents = new ExtentsStore(db, folder);
    this.functions = new FunctionsStore(db);
    this.definitions = new DefinitionsStore(db);
    this.entities = new DefinitionsStore<EntityKind>(db, 'entities');
    this.operations = new OperationsStore(db);
    this.failures = new FailuresStore(db);
    this.pipelines = new PipelinesStore(db);
    this.positions = new PositionsStore(db);
    this.syncedFiles = new SyncedFilesStore(db);
    this.history = new HistoryStore(db);
    this.documents = new DocumentsStore(db);
    this.savedQueries = new SavedQueriesStore(db);
    this.settings = new SettingsStore(db);
    this.journal = new JournalStore(db);
    this.views = new ViewsStore(db);
  }

  static open({ folder, mode, migrations = MIGRATIONS }: CatalogOptions): Catalog {
    makeFolders(folder);
    if (mode === 'copy') {
      const db = copyCatalogFile(folder.catalog, migrations);
      // The files belong to whoever owns the folder: nothing that happens to the copy may delete one.
      db.exec('UPDATE extents SET owned = 0');
      return new Catalog(db, folder, () => {});
    }
    const unlock = lockDataFolder(folder.root);
    try {
      const catalog = new Catalog(openCatalogFile(folder.catalog, migrations), folder, unlock);
      sweep(folder, catalog.extents.ownedPaths());
      makeFolders(folder);
      return catalog;
    } catch (error) {
      unlock();
      throw error;
    }
  }

  /** Grows with every change of the schema, over restarts too. */
  get schemaVersion(): number {
    const row = this.db
      .prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'schema_version'")
      .get();
    return Number(row?.value ?? 0);
  }

  /** Runs `change` in one transaction that also raises the schema's version. */
  change<T>(change: () => T): T {
    return this.db
      .transaction(() => {
        const result = change();
        this.db.exec(
          "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'schema_version'",
        );
        return result;
      })
      .immediate();
  }

  /**
   * Makes extents visible, with the columns they need and the positions of their source, in one transaction.
   * `place` moves the files to where the table's extents live and is called inside of it, when the table is
   * known: a crash before the end leaves files that no commit names, which the next start sweeps. `also` changes
   * more of the catalog in the same transaction.
   * Returns the extents that were replaced; their files are the caller's to delete.
   */
  commit(
    commits: readonly TableCommit[],
    positions: readonly SourcePosition[],
    place: (table: TableRow, extents: readonly Extent[]) => readonly Extent[],
    also: () => void = () => {},
  ): readonly CatalogExtent[] {
    return this.change(() => {
      const replaced = commits.flatMap((commit) => this.commitTable(commit, place));
      for (const position of positions) this.positions.put(position);
      also();
      return replaced;
    });
  }

  close(): void {
    this.db.close();
    this.unlock();
  }

  private commitTable(
    commit: TableCommit,
    place: (table: TableRow, extents: readonly Extent[]) => readonly Extent[],
  ): readonly CatalogExtent[] {
    const table = this.mergeTable(commit);
    const current = commit.replaces === undefined ? [] : this.extents.ofTable(table.id);
    const { replaces } = commit;
    const replaced =
      replaces === 'all' ? current : current.filter((e) => replaces?.includes(e.extentId));
    if (Array.isArray(replaces) && replaced.length !== replaces.length)
      throw extentsChanged(commit);
    const waiting = bringsNewRows(commit) ? this.readersOf(table) : this.waitedFor(table, replaced);
    if (commit.takes) {
      if (!this.views.take(table.id, commit.takes.extents)) throw extentsChanged(commit);
      this.views.setState(table.id, commit.takes.state);
    }
    this.extents.remove(replaced.map((extent) => extent.extentId));
    const placed = place(table, commit.extents);
    for (const extent of placed) this.extents.insert(table, { extent, owned: commit.owned });
    this.await(
      table,
      waiting,
      placed.map((extent) => extent.extentId),
    );
    return replaced;
  }

  /** Tells the views and pipelines of a table that it has got these extents. */
  awaitRows(table: TableRow, extentIds: readonly string[]): void {
    this.await(table, this.readersOf(table), extentIds);
  }

  /** By extent id, a key that is equal for extents which the same views and pipelines have still to take in. */
  waitingKeys(table: TableRow): ReadonlyMap<string, string> {
    const views = this.views.waitingFor(table.id);
    const pipelines = this.pipelines.waitingFor(table.id);
    return new Map(
      [...new Set([...views.keys(), ...pipelines.keys()])].map((id) => [
        id,
        `${views.get(id) ?? ''};${pipelines.get(id) ?? ''}`,
      ]),
    );
  }

  private readersOf(table: TableRow): Readers {
    return {
      views: this.views.ofSource(table.id).map((view) => view.id),
      pipelines: this.pipelines.ofTable(table.id).map((id) => ({ id, batch: 0 })),
    };
  }

  private await(table: TableRow, readers: Readers, extentIds: readonly string[]): void {
    for (const view of readers.views) this.views.await(view, table.id, extentIds);
    for (const { id, batch } of readers.pipelines) this.pipelines.await(id, extentIds, batch);
  }

  /** The views and pipelines that have still to take in the rows of extents: all of these rows, or none of them. */
  private waitedFor(table: TableRow, extents: readonly CatalogExtent[]): Readers {
    const waiting = this.waitingKeys(table);
    const [key = ';', ...others] = new Set(extents.map((e) => waiting.get(e.extentId) ?? ';'));
    if (others.length > 0)
      throw new AppError(
        'resource',
        'extents_changed',
        `Materialized views, pipelines or exports have taken in some of the rows of '${table.name}' that this changes, and not the others.`,
        { hints: ['Try again when they have caught up.'] },
      );
    const [views = [], pipelines = []] = key
      .split(';')
      .map((readers) => (readers === '' ? [] : readers.split(',')));
    return {
      views: views.map(Number),
      pipelines: pipelines.map((reader) => {
        const [id = 0, batch = 0] = reader.split(':').map(Number);
        return { id, batch };
      }),
    };
  }

  /** The table with at least these columns, made if need be (`.create-merge table`). */
  mergeTable(
    commit: Pick<
      TableCommit,
      'database' | 'table' | 'kind' | 'columns' | 'exactColumns' | 'properties'
    >,
  ): TableRow {
    const { database, table: name, kind = 'table', columns, exactColumns, properties } = commit;
    const existing = this.tables.stored(database.name, name);
    if (existing?.kind !== kind)
      return this.tables.create(database, name, columns, properties, kind);
    for (const column of columns) {
      const held = existing.columns.find((c) => c.name === column.name);
      if (!held) this.tables.addColumn(existing, column);
      else this.tables.retypeColumn(existing, column.name, column.type);
    }
    if (exactColumns) {
      const names = columns.map((column) => column.name);
      for (const column of existing.columns)
        if (!names.includes(column.name)) this.tables.dropColumn(existing, column.name);
      this.tables.orderColumns(this.tables.byId(existing.id) ?? existing, names);
    }
    if (properties) this.tables.setProperties(existing, properties);
    return this.tables.byId(existing.id) ?? existing;
  }
}

function extentsChanged({ table }: TableCommit): AppError {
  return new AppError(
    'resource',
    'extents_changed',
    `Extents of the table '${table}' were dropped meanwhile.`,
  );
}
