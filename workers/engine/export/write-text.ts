import type { DuckDBConnection } from '@duckdb/node-api';
import { sql } from '../../kql/emit/sql.ts';
import { chunksOf, type RowsSource } from './rows-source.ts';
import type { TextFormat, TextOptions } from './text-format.ts';

const PIECE_CHARS = 1 << 20;

/** The text of rows in pieces of about a megabyte, each with the number of rows written so far. */
export async function* textPieces(
  connection: DuckDBConnection,
  source: RowsSource,
  format: TextFormat,
  options: TextOptions,
  signal: AbortSignal,
): AsyncGenerator<{ readonly text: string; readonly rows: number }> {
  let rows = 0;
  let text = format.head(source.columns, options);
  const statement = sql`SELECT ${format.row(source.columns, source.cells)} FROM ${source.from}`;
  for await (const [lines = []] of chunksOf(connection, statement.text, signal)) {
    if (rows > 0) text += format.separator;
    text += lines.join(format.separator);
    rows += lines.length;
    if (text.length >= PIECE_CHARS) {
      yield { text, rows };
      text = '';
    }
  }
  yield { text: text + format.foot(rows), rows };
}
