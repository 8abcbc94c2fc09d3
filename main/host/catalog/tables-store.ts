import type { Database } from 'better-sqlite3';
import { STORED_RESULT_PREFIX } from '../../../common/contract/store.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import type { DatabaseRow } from './databases-store.ts';
import { DefinitionsStore, tableOwner } from './definitions-store.ts';
import { checkName } from './names.ts';

/** What is stored like a table: a table, or the materialized part of a view. */
export type TableKind = 'table' | 'materializedView';

export interface TableRow {
  readonly id: number;
  readonly databaseId: number;
  readonly database: string;
  readonly name: string;
  readonly kind: TableKind;
  readonly folder: string;
  readonly docstring: string;
  readonly columns: readonly ColumnRow[];
}

export interface ColumnRow extends Column {
  readonly id: number;
  readonly docstring: string;
}

export interface TableStats {
  readonly rowCount: number;
  readonly sizeBytes: number;
  readonly extentCount: number;
}

export interface TableProperties {
  readonly folder?: string;
  readonly docstring?: string;
}

/** A dropped table whose extents are still there. */
export interface HiddenTable {
  readonly id: number;
  readonly database: string;
  readonly name: string;
  /** ISO text. */
  readonly droppedAt: string;
  /** The catalog's version at the drop. */
  readonly version: number;
}

interface StoredTable {
  id: number;
  database_id: number;
  database: string;
  name: string;
  kind: TableKind;
  folder: string;
  docstring: string;
}

const SELECT_TABLE = `SELECT t.*, d.name AS database FROM tables t
   JOIN databases d ON d.id = t.database_id AND t.dropped_at IS NULL`;

/** Tables and their columns. Columns are told apart by id, so that a rename or a drop rewrites no extent. */
export class TablesStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  /** Tables only, unless another kind is asked for. */
  list(database: DatabaseRow, kind: TableKind = 'table'): readonly TableRow[] {
    return this.all(database, kind).filter(({ name }) => !name.startsWith(STORED_RESULT_PREFIX));
  }

  /** Rows of stored query results, under their names among the tables. */
  listStoredResults(database: DatabaseRow): readonly TableRow[] {
    return this.all(database, 'table').filter(({ name }) => name.startsWith(STORED_RESULT_PREFIX));
  }

  private all(database: DatabaseRow, kind: TableKind): readonly TableRow[] {
    const rows = this.db
      .prepare<[number, string], StoredTable>(
        `${SELECT_TABLE} WHERE t.database_id = ? AND t.kind = ? ORDER BY t.name`,
      )
      .all(database.id, kind);
    return rows.map((row) => this.withColumns(row));
  }

  /** A table of this name; views are found by `stored` only. */
  find(database: string, name: string): TableRow | undefined {
    const found = this.stored(database, name);
    return found?.kind === 'table' ? found : undefined;
  }

  /** Whatever is stored under this name. */
  stored(database: string, name: string): TableRow | undefined {
    const row = this.db
      .prepare<[string, string], StoredTable>(`${SELECT_TABLE} WHERE d.name = ? AND t.name = ?`)
      .get(database, name);
    return row && this.withColumns(row);
  }

  byId(id: number): TableRow | undefined {
    const row = this.db.prepare<[number], StoredTable>(`${SELECT_TABLE} WHERE t.id = ?`).get(id);
    return row && this.withColumns(row);
  }

  get(database: string, name: string): TableRow {
    const found = this.find(database, name);
    if (found) return found;
    throw new AppError(
      'semantic',
      'unknown_table',
      `There is no table named '${name}' in the database '${database}'.`,
    );
  }

  create(
    database: DatabaseRow,
    name: string,
    columns: readonly Column[],
    properties: TableProperties = {},
    kind: TableKind = 'table',
  ): TableRow {
    checkName('table', name);
    checkColumns(columns);
    this.checkFree(database.name, name);
    const { lastInsertRowid } = this.db
      .prepare(
        'INSERT INTO tables (database_id, name, kind, folder, docstring, created_at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(database.id, name, kind, properties.folder ?? '', properties.docstring ?? '', now());
    const id = Number(lastInsertRowid);
    const table = this.present(id);
    for (const column of columns) this.addColumn(table, column);
    return this.present(id);
  }

  /** Takes the table away for good, with all that belongs to it. */
  drop(table: { readonly id: number }): void {
    for (const entities of ['definitions', 'entities'] as const)
      new DefinitionsStore(this.db, entities).removeOwner(tableOwner(table));
    this.db.prepare('DELETE FROM tables WHERE id = ?').run(table.id);
  }

  /** Takes the table out of sight, its extents stay; until `drop` it can come back. */
  hide(table: TableRow): void {
    this.db
      .prepare(
        `UPDATE tables SET dropped_at = ?, dropped_name = name, name = ?,
           dropped_version = (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'schema_version')
         WHERE id = ?`,
      )
      .run(now(), `\u0000${table.id}`, table.id);
  }

  /** Hidden tables of a database, the latest first; of all databases without one. */
  hidden(databaseId?: number): readonly HiddenTable[] {
    return this.db
      .prepare<[number | null, number | null], HiddenTable>(
        `SELECT t.id, d.name AS database, dropped_name AS name, dropped_at AS droppedAt, dropped_version AS version
         FROM tables t JOIN databases d ON d.id = t.database_id
         WHERE dropped_at IS NOT NULL AND (? IS NULL OR t.database_id = ?)
         ORDER BY dropped_version DESC, t.id DESC`,
      )
      .all(databaseId ?? null, databaseId ?? null);
  }

  /** Brings a hidden table back under a name that is free. */
  restore(hidden: HiddenTable, name: string): TableRow {
    checkName('table', name);
    this.checkFree(hidden.database, name);
    this.db
      .prepare(
        'UPDATE tables SET name = ?, dropped_at = NULL, dropped_name = NULL, dropped_version = NULL WHERE id = ?',
      )
      .run(name, hidden.id);
    return this.present(hidden.id);
  }

  rename(table: TableRow, to: string): void {
    checkName('table', to);
    if (to === table.name) return;
    this.checkFree(table.database, to);
    this.db.prepare('UPDATE tables SET name = ? WHERE id = ?').run(to, table.id);
  }

  setProperties(table: TableRow, properties: TableProperties): void {
    this.db
      .prepare('UPDATE tables SET folder = ?, docstring = ? WHERE id = ?')
      .run(properties.folder ?? table.folder, properties.docstring ?? table.docstring, table.id);
  }

  addColumn(table: TableRow, column: Column): void {
    checkName('column', column.name);
    const { last } = this.db
      .prepare<[number], { last: number | null }>(
        'SELECT max(position) AS last FROM columns WHERE table_id = ? AND dropped_at IS NULL',
      )
      .get(table.id) ?? { last: null };
    const { lastInsertRowid } = this.db
      .prepare(
        'INSERT INTO columns (table_id, name, type, docstring, position, added_at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(table.id, column.name, column.type, column.docstring ?? '', (last ?? -1) + 1, now());
    this.record(Number(lastInsertRowid), 'add', '', `${column.name}:${column.type}`);
  }

  dropColumn(table: TableRow, name: string): void {
    const column = columnOf(table, name);
    this.db.prepare('UPDATE columns SET dropped_at = ? WHERE id = ?').run(now(), column.id);
    this.record(column.id, 'drop', name, '');
  }

  renameColumn(table: TableRow, name: string, to: string): void {
    checkName('column', to);
    const column = columnOf(table, name);
    if (table.columns.some((other) => other.name === to && other.id !== column.id))
      throw new AppError('input', 'column_exists', `A column named '${to}' exists already.`);
    this.db.prepare('UPDATE columns SET name = ? WHERE id = ?').run(to, column.id);
    this.record(column.id, 'rename', name, to);
  }

  /** Extents keep what they hold; the reader converts from the type that an extent was written with. */
  retypeColumn(table: TableRow, name: string, type: KqlType): void {
    const column = columnOf(table, name);
    if (column.type === type) return;
    this.db.prepare('UPDATE columns SET type = ? WHERE id = ?').run(type, column.id);
    this.record(column.id, 'retype', column.type, type);
  }

  describeColumn(table: TableRow, name: string, docstring: string): void {
    this.db
      .prepare('UPDATE columns SET docstring = ? WHERE id = ?')
      .run(docstring, columnOf(table, name).id);
  }

  /** Columns in the order of `names`; others keep their order behind them. */
  orderColumns(table: TableRow, names: readonly string[]): void {
    const place = (name: string): number => {
      const index = names.indexOf(name);
      return index < 0 ? names.length : index;
    };
    const ordered = [...table.columns].sort((a, b) => place(a.name) - place(b.name));
    const update = this.db.prepare('UPDATE columns SET position = ? WHERE id = ?');
    ordered.forEach((column, index) => void update.run(index, column.id));
  }

  stats(): ReadonlyMap<number, TableStats> {
    const rows = this.db
      .prepare<[], { id: number; rows: number; bytes: number; extents: number }>(
        'SELECT table_id AS id, sum(row_count) AS rows, sum(size_bytes) AS bytes, count(*) AS extents FROM extents GROUP BY table_id',
      )
      .all();
    return new Map(
      rows.map((row) => [
        row.id,
        { rowCount: row.rows, sizeBytes: row.bytes, extentCount: row.extents },
      ]),
    );
  }

  private present(id: number): TableRow {
    const table = this.byId(id);
    if (!table) throw new AppError('internal', 'table_gone', `The table ${id} has gone.`);
    return table;
  }

  private checkFree(database: string, name: string): void {
    const held = this.stored(database, name);
    if (!held) return;
    const what = held.kind === 'table' ? 'table' : 'materialized view';
    throw new AppError(
      'input',
      'table_exists',
      `A ${what} named '${name}' exists already in the database '${database}'.`,
    );
  }

  private withColumns(row: StoredTable): TableRow {
    const columns = this.db
      .prepare<[number], ColumnRow>(
        'SELECT id, name, type, docstring FROM columns WHERE table_id = ? AND dropped_at IS NULL ORDER BY position, id',
      )
      .all(row.id);
    return {
      id: row.id,
      databaseId: row.database_id,
      database: row.database,
      name: row.name,
      kind: row.kind,
      folder: row.folder,
      docstring: row.docstring,
      columns,
    };
  }

  private record(columnId: number, change: string, before: string, after: string): void {
    this.db
      .prepare(
        'INSERT INTO column_history (column_id, at, change, before, after) VALUES (?, ?, ?, ?, ?)',
      )
      .run(columnId, now(), change, before, after);
  }
}

function columnOf(table: TableRow, name: string): ColumnRow {
  const column = table.columns.find((c) => c.name === name);
  if (column) return column;
  throw new AppError(
    'semantic',
    'unknown_column',
    `There is no column named '${name}' in the table '${table.name}'.`,
  );
}

function checkColumns(columns: readonly Column[]): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    checkName('column', name);
    if (seen.has(name))
      throw new AppError('input', 'duplicate_column', `The column name '${name}' occurs twice.`);
    seen.add(name);
  }
}

const now = (): string => new Date().toISOString();
