import { decodeBatch, type ResultBatch } from '../../common/arrow/result-batch.ts';
import type { HostHandlers } from '../../common/contract/host.ts';
import type { ResultInfo } from '../../common/contract/query.ts';
import { plainText, singleLine } from '../../common/text/format-value.ts';
import type { KqlType } from '../../common/types/kql-type.ts';

const WINDOW_ROWS = 5_000;
/** Longer texts are cut; the other formats have them whole. */
const MAX_WIDTH = 120;
const RIGHT_ALIGNED: ReadonlySet<KqlType> = new Set(['int', 'long', 'real', 'decimal']);

/** A result as an aligned table, line by line; widths fit the first window and grow with each later one. */
export async function* tableLines(
  handlers: HostHandlers,
  { resultId, columns, rowCount }: ResultInfo,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let widths = columns.map((column) => width(column.name));
  let offset = 0;
  do {
    const window = await handlers['query.window'](
      { resultId, offset, limit: WINDOW_ROWS },
      { signal, emit: () => {} },
    );
    const batch = decodeBatch(window.batch);
    const rows = Array.from({ length: batch.rowCount }, (_, row) => cellTexts(batch, row));
    widths = widths.map((w, i) => rows.reduce((max, row) => Math.max(max, width(row[i] ?? '')), w));
    const line = (cells: readonly string[]): string =>
      cells
        .map((cell, i) =>
          pad(cell, widths[i] ?? 0, RIGHT_ALIGNED.has(columns[i]?.type ?? 'string')),
        )
        .join('  ')
        .trimEnd();
    if (offset === 0) {
      yield line(columns.map((column) => column.name));
      yield widths.map((w) => '-'.repeat(w)).join('  ');
    }
    for (const row of rows) yield line(row);
    if (batch.rowCount === 0) return;
    offset += batch.rowCount;
  } while (offset < rowCount);
}

function cellTexts(batch: ResultBatch, row: number): string[] {
  return batch.columns.map(({ type }, column) => {
    const text = singleLine(plainText(batch.cell(row, column), type));
    return text.length > MAX_WIDTH ? `${text.slice(0, MAX_WIDTH - 1)}…` : text;
  });
}

/** Characters, not UTF-16 units. */
const width = (text: string): number => [...text].length;

function pad(text: string, to: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return right ? space + text : text + space;
}
