import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ColumnRange, Extent, StoredColumn } from '../../common/contract/store.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { DUCKDB_TYPE } from '../../common/types/duckdb-type.ts';
import type { KqlType } from '../../common/types/kql-type.ts';
import { ticksOfUnixMillis } from '../../common/types/ticks.ts';
import type { RunOptions, Session } from './database.ts';
import { fieldNames } from './field-names.ts';
import { ident, literal } from './quote.ts';

export interface ExtentColumn {
  readonly name: string;
  readonly type: KqlType;
  /** SQL that yields the column in its own storage type; strings without NULL. */
  readonly sql: string;
}

export interface WriteExtentsRequest {
  readonly columns: readonly ExtentColumn[];
  /** What stands after FROM. */
  readonly from: string;
  readonly folder: string;
  /** A guess; more than one extent's worth lets DuckDB write several files at a time. */
  readonly estimatedRows: number;
  /** A guess at the text size of a row, in bytes; wide rows get smaller row groups. */
  readonly bytesPerRow?: number;
  readonly tags?: readonly string[];
}

const ROW_GROUP_ROWS = 122_880;
const ROW_GROUPS_PER_EXTENT = 8;
const ROW_GROUP_BYTES = 192 * 1024 ** 2;
const SMALLEST_ROW_GROUP = 2_048;
/** Up to this many rows go into one extent and keep their order. */
const ROWS_OF_ONE_EXTENT = 1_250_000;

/**
 * Writes a relation as Parquet extents: v2 pages, lz4_raw, synced to disk, in `folder` under names that nobody
 * had before. Each file holds about a million rows. Up to 1.25 million (estimated) rows keep the order of the
 * relation; more are written by several threads and keep it only roughly. No rows: no extent.
 * On any error, or a cancel, nothing is left in the folder.
 */
export async function writeExtents(
  session: Session,
  request: WriteExtentsRequest,
  options: RunOptions = {},
): Promise<Extent[]> {
  const fields = fieldNames(request.columns.map((c) => c.name));
  const workFolder = join(request.folder, `.writing-${randomUUID()}`);
  await diskErrors(mkdir(workFolder, { recursive: true }));
  const placed: string[] = [];
  try {
    const rows = await session.rows(
      copyStatement(request, fields, workFolder, session.rowGroupBytes),
      options,
    );
    const extents: Extent[] = [];
    for (const row of rows) {
      const file = fileStats(row);
      if (file.rowCount === 0) continue;
      if (options.signal?.aborted) throw AppError.cancelled();
      const path = join(request.folder, basename(file.path));
      await diskErrors(sync(file.path));
      await diskErrors(rename(file.path, path));
      placed.push(path);
      extents.push(describeExtent(file, path, request, fields));
    }
    await diskErrors(sync(request.folder));
    return extents;
  } catch (error) {
    for (const path of placed) await rm(path, { force: true });
    throw error;
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

function copyStatement(
  request: WriteExtentsRequest,
  fields: readonly string[],
  workFolder: string,
  rowGroupBytes: number | undefined,
): string {
  const list = request.columns.map((c, i) => `${c.sql} AS ${ident(fields[i] ?? c.name)}`);
  const rowGroup = rowGroupRows(request);
  const one = request.estimatedRows <= ROWS_OF_ONE_EXTENT;
  const target = one ? join(workFolder, `${randomUUID()}.parquet`) : workFolder;
  const split = one
    ? ''
    : `, ROW_GROUPS_PER_FILE ${Math.ceil((ROW_GROUP_ROWS * ROW_GROUPS_PER_EXTENT) / rowGroup)}, FILENAME_PATTERN '{uuidv7}', OVERWRITE_OR_IGNORE true`;
  const bytes = rowGroupBytes === undefined ? '' : `, ROW_GROUP_SIZE_BYTES ${rowGroupBytes}`;
  return `COPY (SELECT ${list.join(', ')} FROM ${request.from}) TO ${literal(target)} (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION lz4_raw, ROW_GROUP_SIZE ${rowGroup}, RETURN_STATS true${bytes}${split})`;
}

function rowGroupRows(request: WriteExtentsRequest): number {
  const bytes = Math.max(request.bytesPerRow ?? 0, request.columns.length * 8, 1);
  const rows = Math.floor(ROW_GROUP_BYTES / bytes);
  return Math.max(SMALLEST_ROW_GROUP, Math.min(ROW_GROUP_ROWS, rows));
}

interface FileStats {
  readonly path: string;
  readonly rowCount: number;
  readonly sizeBytes: number;
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

interface Entry<V> {
  readonly key: string;
  readonly value: V;
}

/** A row of RETURN_STATS: filename, count, file_size_bytes, footer_size_bytes, column_statistics, …. */
function fileStats(row: readonly unknown[]): FileStats {
  const statistics = row[4] as readonly Entry<readonly Entry<string>[]>[];
  return {
    path: String(row[0]),
    rowCount: Number(row[1]),
    sizeBytes: Number(row[2]),
    columns: new Map(
      statistics.map((e) => [e.key, new Map(e.value.map((s) => [s.key, s.value] as const))]),
    ),
  };
}

const RANGED: ReadonlySet<KqlType> = new Set(['datetime', 'timespan', 'long', 'int']);

function describeExtent(
  file: FileStats,
  path: string,
  request: WriteExtentsRequest,
  fields: readonly string[],
): Extent {
  const columns: StoredColumn[] = [];
  const ranges: ColumnRange[] = [];
  request.columns.forEach((column, i) => {
    const field = fields[i] ?? column.name;
    const stats = file.columns.get(ident(field));
    columns.push({
      column: column.name,
      field,
      type: column.type,
      storage: DUCKDB_TYPE[column.type],
      mayBeNull: column.type !== 'string' && stats?.get('null_count') !== '0',
    });
    const min = stats?.get('min');
    const max = stats?.get('max');
    if (RANGED.has(column.type) && min !== undefined && max !== undefined)
      ranges.push({ column: column.name, min, max });
  });
  return {
    extentId: basename(path, '.parquet'),
    path,
    reader: { kind: 'parquet' },
    rowCount: file.rowCount,
    sizeBytes: file.sizeBytes,
    columns,
    ranges,
    ingestedAt: ticksOfUnixMillis(Date.now()).toString(),
    tags: [...(request.tags ?? [])],
  };
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    // Windows cannot open a folder; its renames are durable without.
    if (error.code === 'EISDIR' || error.code === 'EPERM') return undefined;
    throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}

async function diskErrors<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new AppError('resource', 'disk_full', 'The disk is full. Nothing was stored.', {
        hints: ['Free some space, or choose another data folder, and try again.'],
        cause: error,
      });
    throw error;
  }
}
