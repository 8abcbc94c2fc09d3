import type { CellValue } from '../../common/arrow/result-batch.ts';
import type { SortKey } from '../../common/contract/query.ts';
import type { FormattedCell } from '../../common/text/format-value.ts';
import type { KqlType } from '../../common/types/kql-type.ts';
import type { GridColumn } from './column-layout.ts';
import type { GridCommand } from './keymap.ts';
import type { CellPlace, Selection } from './selection.ts';
import type { Severity } from './severity.ts';
import type { Viewport } from './window-plan.ts';

/** All that a grid draws apart from its cells. Immutable: each change is a new object. */
export interface GridModel {
  /** Name for screen readers. */
  readonly label: string;
  readonly rowCount: number;
  /** Shown columns from left to right, pinned ones first. */
  readonly columns: readonly GridColumn[];
  readonly sort: readonly SortKey[];
  /** Names of columns that a filter narrows. */
  readonly filtered: ReadonlySet<string>;
  readonly selection: Selection;
  /** Text whose occurrences are marked; empty for none. */
  readonly search: string;
  /** Pixels. */
  readonly rowHeight: number;
  /** Lines of text that a row shows; more than one wraps. */
  readonly lines: number;
  readonly fontSize: number;
}

export interface Point {
  /** Pixels from the window's top left corner. */
  readonly x: number;
  readonly y: number;
}

/** What a grid needs from whoever holds the data, and what it tells of the person's doings. */
export interface GridPort {
  /** The cell, by row of the view and place of the column in the result; undefined while it is loaded. */
  cell(row: number, column: number): CellValue | undefined;
  format(value: CellValue, type: KqlType): FormattedCell;
  severity(row: number): Severity | undefined;
  /** A CSS colour behind the cell; undefined for none. */
  shade(row: number, column: GridColumn): string | undefined;
  onShow(viewport: Viewport): void;
  onSelect(selection: Selection): void;
  /** A key press that asks for more than a move of the focus. */
  onCommand(command: GridCommand, at: Point): void;
  onActivate(place: CellPlace): void;
  onSort(column: GridColumn, additive: boolean): void;
  onHeaderMenu(column: GridColumn, at: Point): void;
  onCellMenu(place: CellPlace, at: Point): void;
  onResize(column: GridColumn, width: number): void;
  onAutosize(column: GridColumn): void;
  onMove(column: GridColumn, target: GridColumn): void;
  onLink(url: string): void;
}

/** Glyphs before a column's name; its type is said in words to screen readers. */
export const TYPE_GLYPH: Readonly<Record<KqlType, string>> = {
  bool: '⊤⊥',
  int: '12',
  long: '12',
  real: '1.2',
  decimal: '1.2',
  string: 'Aa',
  datetime: '◷',
  timespan: '⧗',
  guid: '#',
  dynamic: '{}',
};

export const isNumeric = (type: KqlType): boolean =>
  type === 'int' || type === 'long' || type === 'real' || type === 'decimal';

/** Height of one of several lines of text in a row, in pixels. */
export const lineHeightOf = (fontSize: number): number => Math.round(fontSize * 1.35);

/** Height of a row with one line, in pixels. */
export const singleRowHeight = (fontSize: number): number => Math.round(fontSize * 1.9);

/** Width of the column of row numbers, in pixels. */
export function gutterWidth(rowCount: number, fontSize: number): number {
  return Math.ceil(rowCount.toLocaleString('en-US').length * fontSize * 0.62) + 18;
}
