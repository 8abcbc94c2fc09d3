import { basename } from 'node:path';
import type {
  Extent,
  ExtentReader,
  PruningRange,
  StoredColumn,
  TableSnapshot,
} from '../../common/contract/store.ts';
import { DUCKDB_TYPE } from '../../common/types/duckdb-type.ts';
import { constantToKql, storedToKql } from './convert-stored.ts';
import { storedPredicate } from './predicate.ts';
import { ident, literal, pathList, structOf } from './quote.ts';

type Column = TableSnapshot['columns'][number];

export interface ScanOptions {
  /** The columns wanted, in this order. Absent: all of the table. */
  readonly columns?: readonly string[];
  /** Bounds that all wanted rows keep; they prune row groups and never remove a wanted row. */
  readonly ranges?: readonly PruningRange[];
  /** Keep the order of the extents, at the price of more readers where their shapes alternate. */
  readonly inOrder?: boolean;
}

/** Bytes of a JSON record that any file may hold, and of the largest that is read in place. */
const USUAL_JSON_RECORD = 16_777_216;
const LARGEST_JSON_RECORD = 268_435_456;

/**
 * SELECT statement (no trailing semicolon) that yields a table's rows as KQL holds them: datetime and timespan
 * as BIGINT ticks, dynamic as JSON text, strings without NULL. Output columns stand in the order asked for, so
 * `FROM (scan) AS t(a, b)` renames them by position. Extents that are stored alike share one reader.
 */
export function scanSql(snapshot: TableSnapshot, options: ScanOptions = {}): string {
  const columns = wantedColumns(snapshot, options.columns);
  const ranges = options.ranges ?? [];
  if (columns.length === 0 && ranges.length === 0 && snapshot.extents.every(isOwn))
    return countedRows(snapshot.extents);
  const groups = groupAlike(snapshot.extents, columns, options.inOrder ?? false);
  const selects = groups.map((extents) => selectGroup(extents, columns, ranges));
  return selects.length === 0 ? emptyRelation(columns) : selects.join('\nUNION ALL\n');
}

function groupAlike(
  extents: readonly Extent[],
  columns: readonly Column[],
  inOrder: boolean,
): (readonly Extent[])[] {
  let run = 0;
  let last: string | undefined;
  const groups = Map.groupBy(extents, (extent) => {
    const key = shapeKey(extent, columns);
    if (!inOrder) return key;
    if (key !== last) run++;
    last = key;
    return `${run} ${key}`;
  });
  return [...groups.values()];
}

function wantedColumns(snapshot: TableSnapshot, names?: readonly string[]): readonly Column[] {
  if (names === undefined) return snapshot.columns;
  return names.map((name) => {
    const column = snapshot.columns.find((c) => c.name === name);
    if (column === undefined)
      throw new RangeError(`Table ${snapshot.table} has no column ${name}.`);
    return column;
  });
}

/** Written by this store, so that its file can't have changed: files in place have ids of their own. */
function isOwn(extent: Extent): boolean {
  return extent.reader.kind === 'parquet' && basename(extent.path) === `${extent.extentId}.parquet`;
}

/** Where only the number of rows matters, the catalog has it. */
function countedRows(extents: readonly Extent[]): string {
  const rows = extents.reduce((sum, e) => sum + e.rowCount, 0);
  return `SELECT ${ROW_MARKER} FROM range(${rows})`;
}

/** With no column wanted (a bare count) each row still has to be there. */
const ROW_MARKER = 'true AS "row"';

function emptyRelation(columns: readonly Column[]): string {
  const list = columns.map((c) => `CAST(NULL AS ${DUCKDB_TYPE[c.type]}) AS ${ident(c.name)}`);
  return `SELECT ${list.join(', ') || ROW_MARKER} WHERE false`;
}

/** A column that readers add; a file with one of that name hides it. */
const FILE_INDEX = 'file_index';

function shapeKey(extent: Extent, columns: readonly Column[]): string {
  const { reader, columns: stored } = extent;
  const fields = [...stored.map((c) => c.field), ...(reader.kind === 'csv' ? reader.fields : [])];
  const hidden = fields.some((field) => field.toLowerCase() === FILE_INDEX);
  const shape = columns.map((c) => {
    const s = storedOf(extent, c);
    if (s === undefined) return null;
    // Constants differ from file to file within one reader, which tells the file by its number.
    if (s.constant !== undefined) return [s.type, hidden ? s.constant : null];
    return [s.field, s.type, s.storage, s.mayBeNull, s.format ?? '', s.names ?? null];
  });
  return JSON.stringify([reader, shape, extent.deletedRows !== undefined]);
}

/** A column whose value is the same in all rows of a file, for several files. */
function constants(extents: readonly Extent[], column: Column): string {
  const values = extents.map((extent) =>
    constantToKql(storedOf(extent, column)?.constant ?? '', column.type),
  );
  const [first = 'NULL'] = values;
  return values.every((v) => v === first)
    ? first
    : `[${values.join(', ')}][CAST(${FILE_INDEX} AS BIGINT) + 1]`;
}

function storedOf(extent: Extent, column: Column): StoredColumn | undefined {
  return extent.columns.find((c) => c.column === column.name);
}

function selectGroup(
  extents: readonly Extent[],
  columns: readonly Column[],
  ranges: readonly PruningRange[],
): string {
  const [first] = extents;
  if (first === undefined) throw new RangeError('A scan needs at least one extent.');
  const list = columns.map((column) => {
    const stored = storedOf(first, column);
    const value =
      stored === undefined
        ? absent(column)
        : stored.constant !== undefined
          ? constants(extents, column)
          : storedToKql(ident(stored.field), { ...stored, type: column.type });
    return `${value} AS ${ident(column.name)}`;
  });
  const conditions =
    first.reader.kind === 'parquet'
      ? ranges.flatMap((range) => {
          const stored = first.columns.find((c) => c.column === range.column);
          return stored === undefined || stored.constant !== undefined
            ? []
            : (storedPredicate(ident(stored.field), stored, range) ?? []);
        })
      : [];
  const where = conditions.length === 0 ? '' : `\nWHERE ${conditions.join(' AND ')}`;
  const fields = columns.flatMap((column) => {
    const stored = storedOf(first, column);
    return stored === undefined || stored.constant !== undefined ? [] : [stored];
  });
  const from = readerSql(
    first.reader,
    extents.map((e) => e.path),
    fields,
    extents.reduce((most, e) => Math.max(most, e.sizeBytes), 0),
  );
  return `SELECT ${list.join(', ') || ROW_MARKER}\nFROM ${withoutDeleted(from, extents)}${where}`;
}

/** A reader without the rows that were taken out of its files. */
function withoutDeleted(reader: string, extents: readonly Extent[]): string {
  const deleted = extents.flatMap((e) => (e.deletedRows === undefined ? [] : [e.deletedRows]));
  if (deleted.length === 0) return reader;
  // Both lists have the same order, so a file and its deleted rows have the same number.
  return `${reader} AS rows_of ANTI JOIN read_parquet(${pathList(deleted)}) AS deleted ON deleted.${FILE_INDEX} = rows_of.${FILE_INDEX} AND deleted."row" = rows_of.file_row_number`;
}

function absent(column: Column): string {
  return column.type === 'string' ? `''` : `CAST(NULL AS ${DUCKDB_TYPE[column.type]})`;
}

/** Table function that reads files as they are, every setting said, nothing detected. */
export function readerSql(
  reader: ExtentReader,
  paths: readonly string[],
  fields: readonly StoredColumn[],
  /** The largest file bounds the largest record, for which the engine keeps a buffer per thread. */
  largestFile = LARGEST_JSON_RECORD,
): string {
  const list = pathList(paths);
  switch (reader.kind) {
    case 'parquet':
      return `read_parquet(${list}, hive_partitioning = false)`;
    case 'csv': {
      const columns = structOf(reader.fields.map((field) => [field, `'VARCHAR'`]));
      return `read_csv(${list}, auto_detect = false, columns = ${columns}, delim = ${literal(reader.delimiter)}, quote = ${literal(reader.quote)}, escape = ${literal(reader.escape)}, header = ${reader.header}, encoding = ${literal(reader.encoding)}, compression = ${literal(reader.compression)}, hive_partitioning = false)`;
    }
    case 'json': {
      const named = fields.length > 0 ? fields : [];
      const columns = structOf(
        named.map((f) => [f.field, literal(f.storage === 'TEXT' ? 'VARCHAR' : f.storage)]),
      );
      const shape =
        named.length > 0 ? `columns = ${columns}` : `columns = {'no column': 'VARCHAR'}`;
      return `read_json(${list}, auto_detect = false, ${shape}, format = ${literal(reader.layout)}, compression = ${literal(reader.compression === 'none' ? 'uncompressed' : reader.compression)}, maximum_object_size = ${Math.min(LARGEST_JSON_RECORD, Math.max(USUAL_JSON_RECORD, largestFile + 1))}, hive_partitioning = false)`;
    }
  }
}
