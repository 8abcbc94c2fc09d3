import type { CellValue } from '../../../common/arrow/result-batch.ts';
import { type FormatOptions, formatCell } from '../../../common/text/format-value.ts';
import {
  type ColumnLayout,
  type GridColumn,
  MAX_AUTO_WIDTH,
  MIN_COLUMN_WIDTH,
} from '../../grid/column-layout.ts';

/** Rows that can be measured. */
export interface Cells {
  loader(): { cell(row: number, column: number): CellValue | undefined };
}

export interface FitOptions extends FormatOptions {
  /** Pixels. */
  readonly fontSize: number;
  readonly fontFamily: string;
}

/** Dynamic values stand in a monospaced font, which is wider by about so much. */
const MONOSPACE_STRETCH = 1.15;

let measuring: CanvasRenderingContext2D | null = null;

function textWidth(text: string, font: string): number {
  measuring ??= document.createElement('canvas').getContext('2d');
  if (!measuring) return text.length * 7;
  measuring.font = font;
  return measuring.measureText(text).width;
}

/** Beside the text of a header: glyph, marks and gaps; beside that of a cell: its padding. Pixels. */
const HEADER_EXTRA = 56;
const CELL_EXTRA = 20;
/** Text that can still matter for a width of MAX_AUTO_WIDTH. */
const MAX_TEXT = 120;

/** The width at which the header and the cells of some rows are wholly seen, within bounds. Pixels. */
export function fittingWidth(
  view: Cells,
  column: GridColumn,
  rows: { readonly first: number; readonly last: number },
  options: FitOptions,
): number {
  const font = `${options.fontSize}px ${options.fontFamily}`;
  const stretch = column.type === 'dynamic' ? MONOSPACE_STRETCH : 1;
  let width = textWidth(column.name, `600 ${font}`) + HEADER_EXTRA;
  for (let row = rows.first; row < rows.last; row++) {
    const value = view.loader().cell(row, column.index);
    if (value === undefined) continue;
    const { text } = formatCell(value, column.type, options);
    width = Math.max(width, textWidth(text.slice(0, MAX_TEXT), font) * stretch + CELL_EXTRA);
  }
  return Math.min(Math.max(Math.ceil(width), MIN_COLUMN_WIDTH), MAX_AUTO_WIDTH);
}

/** Columns that are fitted at once at most: nobody waits for 5,000. */
const MAX_COLUMNS = 100;
const ROWS = { first: 0, last: 30 };

export function fitLayout(view: Cells, layout: ColumnLayout, options: FitOptions): ColumnLayout {
  return layout.map((column, i) =>
    i < MAX_COLUMNS ? { ...column, width: fittingWidth(view, column, ROWS, options) } : column,
  );
}
