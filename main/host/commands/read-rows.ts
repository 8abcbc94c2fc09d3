import { type CellValue, decodeBatch } from '../../../common/arrow/result-batch.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import type { CommandCall } from './command.ts';

export interface InnerRows {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly CellValue[])[];
}

const WINDOW_ROWS = 5_000;
const MAX_ROWS = 1_000_000;

/** Runs the query or command that stands inside of another, and reads its first result whole. */
export async function readRows(
  call: Pick<CommandCall, 'host' | 'run' | 'signal'>,
  text: string,
): Promise<InnerRows> {
  const { queryWorker } = call.host;
  const outcome = await call.run(text);
  try {
    const [result] = outcome.results;
    if (!result) return { columns: [], rows: [] };
    if (result.rowCount > MAX_ROWS)
      throw new AppError(
        'resource',
        'too_many_rows',
        `The query behind the command gives ${result.rowCount} rows; the limit is ${MAX_ROWS}.`,
      );
    const rows: CellValue[][] = [];
    for (let offset = 0; offset < result.rowCount; offset += WINDOW_ROWS) {
      const { batch: bytes } = await queryWorker.call(
        'query.window',
        { resultId: result.resultId, offset, limit: WINDOW_ROWS },
        { signal: call.signal },
      );
      const batch = decodeBatch(bytes);
      for (let row = 0; row < batch.rowCount; row++)
        rows.push(batch.columns.map((_, column) => batch.cell(row, column)));
    }
    return { columns: result.columns, rows };
  } finally {
    await queryWorker.call('query.release', {
      resultIds: outcome.results.map((result) => result.resultId),
    });
  }
}

/** The cells of one column, by its name. */
export function columnOf(inner: InnerRows, name: string): readonly CellValue[] {
  const at = inner.columns.findIndex((column) => column.name === name);
  if (at < 0)
    throw new AppError(
      'semantic',
      'missing_column',
      `The query behind the command gives no column '${name}'.`,
      { hints: [`Its columns: ${inner.columns.map((column) => column.name).join(', ')}`] },
    );
  return inner.rows.map((row) => row[at] ?? null);
}
