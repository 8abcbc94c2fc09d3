import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Extent } from '../common/contract/store.ts';
import { DUCKDB_TYPE } from '../common/types/duckdb-type.ts';
import type { Column } from '../common/types/kql-type.ts';

/** Tables of the benches: generated once, as extents of a million rows, and found again by the next run. */

export interface BenchTable {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: number;
  /** SQL of the columns, in order, over `i`, the number of the row, and `h`, its hash. */
  readonly select: string;
}

const ROWS_OF_AN_EXTENT = 1_000_000;

/** Where the benches keep what they made; free to be deleted. */
export const benchFolder = join(tmpdir(), 'calypso-bench');

export async function extentsOf(
  connection: DuckDBConnection,
  table: BenchTable,
): Promise<Extent[]> {
  const key = createHash('sha256').update(table.select).digest('hex').slice(0, 12);
  const folder = join(benchFolder, `${table.name}-${table.rows}-${key}`);
  if (!(await exists(folder))) await generate(connection, table, folder);
  const extents: Extent[] = [];
  for (const file of (await readdir(folder)).toSorted()) {
    const path = join(folder, file);
    const start = Number(file.slice(0, file.indexOf('.')));
    extents.push({
      extentId: basename(file, '.parquet'),
      path,
      reader: { kind: 'parquet' },
      rowCount: Math.min(ROWS_OF_AN_EXTENT, table.rows - start),
      sizeBytes: (await stat(path)).size,
      columns: table.columns.map((c) => ({
        column: c.name,
        field: c.name,
        type: c.type,
        storage: DUCKDB_TYPE[c.type],
        mayBeNull: false,
      })),
      ranges: [],
      ingestedAt: '0',
      tags: [],
    });
  }
  return extents;
}

async function generate(
  connection: DuckDBConnection,
  table: BenchTable,
  folder: string,
): Promise<void> {
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  for (let start = 0; start < table.rows; start += ROWS_OF_AN_EXTENT) {
    const end = Math.min(table.rows, start + ROWS_OF_AN_EXTENT);
    const path = join(part, `${String(start).padStart(10, '0')}.parquet`);
    await connection.run(
      `COPY (SELECT ${table.select} FROM (SELECT range AS i, hash(range) AS h FROM range(${start}, ${end}))) TO '${path}' (FORMAT parquet, COMPRESSION lz4_raw, PARQUET_VERSION v2)`,
    );
  }
  await rename(part, folder);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
