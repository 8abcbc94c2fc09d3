import type { CellValue } from '../../../common/arrow/result-batch.ts';
import { plainText } from '../../../common/text/format-value.ts';
import type { GridColumn } from '../../grid/column-layout.ts';
import type { SelectedArea } from '../../grid/selection.ts';

/** Selected cells as tab-separated text; a single one is bare. */
export function rowsAsText(
  area: SelectedArea,
  columns: readonly GridColumn[],
  cell: (row: number, column: number) => CellValue,
  headers: boolean,
): string {
  const chosen = area.columns.flatMap((place) => columns[place] ?? []);
  const [first] = area.ranges;
  const one = area.ranges.length === 1 && first && first.end - first.start === 1;
  const text = (row: number, { index, type }: GridColumn): string =>
    plainText(cell(row, index), type);
  if (one && chosen.length === 1 && !headers) return chosen.map((c) => text(first.start, c)).join();
  const lines = headers ? [chosen.map((c) => field(c.name)).join('\t')] : [];
  for (const { start, end } of area.ranges)
    for (let row = start; row < end; row++)
      lines.push(chosen.map((c) => field(text(row, c))).join('\t'));
  return lines.map((line) => `${line}\n`).join('');
}

/** As spreadsheets paste it: what would break a line or a field stands in quotes. */
const field = (text: string): string =>
  /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
