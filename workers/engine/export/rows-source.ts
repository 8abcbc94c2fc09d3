import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { Column } from '../../../common/types/kql-type.ts';
import { type Sql, trusted } from '../../kql/emit/sql.ts';
import { cellOf } from '../cell-sql.ts';
import type { Results, RowRange } from '../results.ts';

export interface ExportRequest {
  readonly resultId: string;
  readonly viewId?: string | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly ranges?: readonly RowRange[] | undefined;
}

/** What is to be written: columns, the cells that hold them, and what stands behind FROM. */
export interface RowsSource {
  readonly columns: readonly Column[];
  readonly cells: readonly Sql[];
  readonly from: Sql;
  readonly total: number;
}

export async function rowsSource(results: Results, request: ExportRequest): Promise<RowsSource> {
  const result = await results.stored(request.resultId);
  const view = results.view(result, request.viewId);
  const indexes = results.indexes(result, request.columns);
  const all = view?.rowCount ?? result.rowCount;
  const total = request.ranges
    ? request.ranges.reduce((sum, r) => sum + Math.max(0, Math.min(all, r.end) - r.start), 0)
    : all;
  return {
    columns: indexes.map((i) => result.columns[i]).filter((c) => c !== undefined),
    cells: indexes.map(cellOf),
    from: trusted(results.rowsSql(result, view, request.ranges)),
    total,
  };
}

/** Rows of a statement as they come, some 2,048 at a time: memory stays flat whatever the result's size. */
export async function* chunksOf(
  connection: DuckDBConnection,
  statement: string,
  signal: AbortSignal,
): AsyncGenerator<readonly (readonly DuckDBValue[])[]> {
  const stream = await connection.stream(statement);
  for (;;) {
    signal.throwIfAborted();
    const chunk = await stream.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    yield chunk.getColumns();
  }
}
