import type { Extent, TableSnapshot } from '../../common/contract/store.ts';
import type { RunOptions, Session } from './database.ts';
import { type ExtentColumn, writeExtents } from './extent-writer.ts';
import { ident } from './quote.ts';
import { scanSql } from './scan.ts';

export interface MergeRequest {
  readonly extents: readonly Extent[];
  /** Columns of the table now; columns that were dropped disappear from the merged file. */
  readonly columns: TableSnapshot['columns'];
  readonly folder: string;
}

/**
 * Rewrites extents as one, rows in the order of the extents and of their files. Tags of all stay; the time of
 * ingestion is the earliest. Replacing them in the catalog is the host's commit.
 */
export async function mergeExtents(
  session: Session,
  request: MergeRequest,
  options: RunOptions = {},
): Promise<Extent[]> {
  const { extents, columns } = request;
  if (extents.length === 0) return [];
  const rows = extents.reduce((sum, e) => sum + e.rowCount, 0);
  const bytes = extents.reduce((sum, e) => sum + e.sizeBytes, 0);
  const scan = scanSql(
    { database: '', table: '', columns, extents: [...extents], extentsTotal: extents.length },
    { inOrder: true },
  );
  // Positional names: two columns may differ in case alone.
  const names = columns.map((_, i) => ident(`c${i}`));
  const list = columns.map(
    (column, i): ExtentColumn => ({ name: column.name, type: column.type, sql: names[i] ?? '' }),
  );
  const written = await writeExtents(
    session,
    {
      columns: list,
      from: `(${scan}) AS t(${names.join(', ')})`,
      folder: request.folder,
      estimatedRows: rows,
      bytesPerRow: rows === 0 ? 0 : (bytes * 4) / rows,
      tags: [...new Set(extents.flatMap((e) => e.tags))],
    },
    options,
  );
  const earliest = extents
    .map((e) => BigInt(e.ingestedAt))
    .reduce((least, ticks) => (ticks < least ? ticks : least));
  return written.map((e) => ({ ...e, ingestedAt: earliest.toString() }));
}
