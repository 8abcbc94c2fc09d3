import type { Database } from 'better-sqlite3';
import type { Extent, ExtentReader } from '../../../common/contract/store.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';
import { absolutePath, type DataFolder, storedPath } from './data-folder.ts';
import type { TableRow } from './tables-store.ts';

export interface NewExtent {
  readonly extent: Extent;
  /** Calypso made the file and deletes it when the extent is gone. */
  readonly owned: boolean;
}

/** An extent of the catalog, with the file's absolute path. */
export interface CatalogExtent extends Extent {
  readonly owned: boolean;
}

interface Stored {
  id: number;
  extent_id: string;
  path: string;
  owned: number;
  reader: string;
  row_count: number;
  size_bytes: number;
  ingested_at: string;
  created_at: string | null;
  tags: string;
}

interface StoredExtentColumn {
  extent_row: number;
  column: string;
  field: string;
  type: KqlType;
  storage: string;
  may_be_null: number;
  constant: string | null;
  min: string | null;
  max: string | null;
}

const SELECT_EXTENT =
  'SELECT id, extent_id, path, owned, reader, row_count, size_bytes, CAST(ingested_at AS TEXT) AS ingested_at, CAST(created_at AS TEXT) AS created_at, tags FROM extents';

/** Ticks of the newest row, as retention counts. */
export const createdTicks = ({ createdAt, ingestedAt }: Extent): bigint =>
  BigInt(createdAt ?? ingestedAt);

export class ExtentsStore {
  private readonly db: Database;
  private readonly folder: DataFolder;

  constructor(db: Database, folder: DataFolder) {
    this.db = db;
    this.folder = folder;
  }

  /** In the order of ingestion. Columns that the table no longer has are left out. */
  ofTable(tableId: number): readonly CatalogExtent[] {
    const rows = this.db
      .prepare<[number], Stored>(`${SELECT_EXTENT} WHERE table_id = ? ORDER BY id`)
      .all(tableId);
    const columns = Map.groupBy(
      this.db
        .prepare<[number], StoredExtentColumn>(
          `SELECT ec.extent_row, c.name AS column, ec.field, ec.type, ec.storage, ec.may_be_null, ec.constant, ec.min, ec.max
           FROM extent_columns ec
           JOIN extents e ON e.id = ec.extent_row
           JOIN columns c ON c.id = ec.column_id
           WHERE e.table_id = ? AND c.dropped_at IS NULL
           ORDER BY ec.extent_row, c.position, c.id`,
        )
        .all(tableId),
      (column) => column.extent_row,
    );
    return rows.map((row) => this.fromStored(row, columns.get(row.id) ?? []));
  }

  /** Columns are matched to the table's by name, now; from then on by id. */
  insert(table: TableRow, { extent, owned }: NewExtent): void {
    const { lastInsertRowid } = this.db
      .prepare(
        `INSERT INTO extents (extent_id, table_id, path, owned, reader, row_count, size_bytes, ingested_at, created_at, tags)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        extent.extentId,
        table.id,
        storedPath(this.folder, extent.path),
        owned ? 1 : 0,
        JSON.stringify(extent.reader),
        extent.rowCount,
        extent.sizeBytes,
        BigInt(extent.ingestedAt),
        extent.createdAt === undefined ? null : BigInt(extent.createdAt),
        JSON.stringify(extent.tags),
      );
    const ids = new Map(table.columns.map((column) => [column.name, column.id]));
    const ranges = new Map(extent.ranges.map((range) => [range.column, range]));
    const insert = this.db.prepare(
      `INSERT INTO extent_columns (extent_row, column_id, field, type, storage, may_be_null, constant, min, max)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    for (const column of extent.columns) {
      const columnId = ids.get(column.column);
      if (columnId === undefined) continue;
      const range = ranges.get(column.column);
      insert.run(
        lastInsertRowid,
        columnId,
        column.field,
        column.type,
        column.storage,
        column.mayBeNull ? 1 : 0,
        column.constant ?? null,
        range?.min ?? null,
        range?.max ?? null,
      );
    }
  }

  setTags(extentId: string, tags: readonly string[]): void {
    this.db
      .prepare('UPDATE extents SET tags = ? WHERE extent_id = ?')
      .run(JSON.stringify(tags), extentId);
  }

  /** Returns how many of them there were. */
  remove(extentIds: readonly string[]): number {
    const remove = this.db.prepare('DELETE FROM extents WHERE extent_id = ?');
    return extentIds.reduce((sum, id) => sum + remove.run(id).changes, 0);
  }

  /** Absolute paths of all files that Calypso owns, of one database or of all; dropped tables' too. */
  ownedPaths(databaseId?: number): ReadonlySet<string> {
    const rows = this.db
      .prepare<[number | null, number | null], { path: string }>(
        `SELECT e.path FROM extents e JOIN tables t ON t.id = e.table_id
         WHERE e.owned = 1 AND (? IS NULL OR t.database_id = ?)`,
      )
      .all(databaseId ?? null, databaseId ?? null);
    return new Set(rows.map((row) => absolutePath(this.folder, row.path)));
  }

  private fromStored(row: Stored, columns: readonly StoredExtentColumn[]): CatalogExtent {
    return {
      extentId: row.extent_id,
      path: absolutePath(this.folder, row.path),
      owned: row.owned === 1,
      reader: JSON.parse(row.reader) as ExtentReader,
      rowCount: row.row_count,
      sizeBytes: row.size_bytes,
      ingestedAt: row.ingested_at,
      ...(row.created_at === null ? {} : { createdAt: row.created_at }),
      tags: JSON.parse(row.tags) as string[],
      columns: columns.map((c) => ({
        column: c.column,
        field: c.field,
        type: c.type,
        storage: c.storage,
        mayBeNull: c.may_be_null === 1,
        ...(c.constant === null ? {} : { constant: c.constant }),
      })),
      ranges: columns.flatMap((c) =>
        c.min === null || c.max === null ? [] : [{ column: c.column, min: c.min, max: c.max }],
      ),
    };
  }
}
