import { singleLine } from '../../common/text/format-value.ts';
import type { GridColumn } from './column-layout.ts';
import { element, setAttribute, setMarkedText } from './dom.ts';
import { type GridModel, type GridPort, gutterWidth, isNumeric } from './grid-model.ts';
import type { RowRange } from './scroll-model.ts';
import { isSelected, type Rectangle, rectangles } from './selection.ts';

interface CellElement {
  readonly node: HTMLElement;
  /** Place among the shown columns, -1 while unused. */
  column: number;
  /** How it was painted last; undefined before that. */
  paint: Paint | undefined;
}

type Paint = 'plain' | 'selected' | 'focused' | 'focusedSelected';

interface RowElement {
  readonly node: HTMLElement;
  readonly gutter: HTMLElement;
  readonly pinned: HTMLElement;
  readonly lane: HTMLElement;
  readonly cells: CellElement[];
  row: number;
  /** Which columns the cells show; other text, other columns. */
  shape: string;
  /** Whether all cells have got their values. */
  filled: boolean;
  severity: string | undefined;
}

export interface ColumnWindow {
  /** Places among the shown columns: all pinned ones, then the scrolled ones in view. */
  readonly places: readonly number[];
  readonly offsets: readonly number[];
  readonly pinnedCount: number;
}

/** `toLocaleString` makes a formatter for each call. */
const ROW_NUMBER = new Intl.NumberFormat('en-US');

/** Characters of a cell that wraps; more would not be seen and takes long to lay out. */
const MAX_WRAPPED = 2_048;

/** Pixels; grid.css has the same. */
const SHEET_HEIGHT = 200_000;

/** Both sides and the line, in pixels. */
const CELL_PADDING = 17;
const PLAIN_TEXT = /^[\x20-\x7e]*$/;
const DIGITS = /^[-\d.,: ]*$/;

const URL_CELL = /^https?:\/\/\S+$/;

/**
 * Whether a text may be wider than its column. A cell that clips costs the browser a layer of its own to think
 * about in every frame, so only those clip that have to; the guess errs on the safe side.
 */
function mayOverflow(text: string, kind: string, width: number, fontSize: number): boolean {
  const room = width - CELL_PADDING;
  if (text.length * fontSize <= room) return !PLAIN_TEXT.test(text);
  const plain = PLAIN_TEXT.test(text);
  const widest = kind === 'value' && DIGITS.test(text) ? 0.58 : 0.78;
  return !plain || text.length * fontSize * widest > room;
}

/**
 * The rows on screen: a pool of elements that are written anew only when their row, their columns or their
 * data change. Values are formatted here, for visible cells alone.
 */
export class BodyRows {
  readonly container: HTMLElement;
  /**
   * What the rows lie on. It is moved as a whole, as a layer of its own, so that rows which stay on screen are
   * not painted again; it is far longer than the screen because a layer that changes its size is.
   */
  readonly #sheet = element('cg-sheet');
  readonly #port: GridPort;
  /** The row at the top of the sheet. */
  #base = 0;
  #sheetAt = '';
  readonly #rows = new Map<number, RowElement>();
  readonly #free: RowElement[] = [];
  #shapeVersion = 0;
  #lastModel: GridModel | undefined;

  constructor(port: GridPort) {
    this.#port = port;
    this.container = element('cg-rows', 'rowgroup');
    this.container.append(this.#sheet);
  }

  /** Cells hold other data than before under the same places (another view, another format). */
  invalidate(): void {
    this.#shapeVersion++;
  }

  /** The cell's element if it is on screen. */
  cellElement(row: number, column: number): HTMLElement | undefined {
    return this.#rows.get(row)?.cells.find((c) => c.column === column)?.node;
  }

  render(model: GridModel, range: RowRange, columns: ColumnWindow): void {
    const last = this.#lastModel;
    if (
      last &&
      (last.columns !== model.columns || last.search !== model.search || last.lines !== model.lines)
    )
      this.invalidate();
    const recolour = last?.selection !== model.selection;
    this.#lastModel = model;
    for (const [row, element] of this.#rows)
      if (row < range.first || row >= range.last) {
        this.#rows.delete(row);
        this.#free.push(element);
      }
    const rebased = this.#move(range, model.rowHeight) || last?.rowHeight !== model.rowHeight;
    const gutter = gutterWidth(model.rowCount, model.fontSize);
    const shape = `${this.#shapeVersion}:${gutter}:${model.rowHeight}:${columns.places.join(',')}`;
    const selected = rectangles(model.selection);
    for (let row = range.first; row < range.last; row++) {
      const known = this.#rows.get(row);
      const element = known ?? this.#take(row);
      if (!known || rebased) element.node.style.top = `${(row - this.#base) * model.rowHeight}px`;
      const reshaped = element.shape !== shape;
      if (reshaped) this.#reshape(element, model, columns, shape);
      if (!known) this.#rename(element);
      if (reshaped || !element.filled) this.#fill(element, model);
      if (reshaped || !known || recolour) this.#paint(element, model, selected);
    }
    for (const unused of this.#free) if (unused.node.isConnected) unused.node.remove();
  }

  /** Puts the sheet where its rows are seen; true if they have to be laid on it anew. */
  #move({ first, last, shift }: RowRange, rowHeight: number): boolean {
    const outside = first < this.#base || (last - this.#base) * rowHeight > SHEET_HEIGHT;
    if (outside) this.#base = Math.max(0, first - Math.floor(SHEET_HEIGHT / 2 / rowHeight));
    const at = `translateY(${shift - (first - this.#base) * rowHeight}px)`;
    if (at !== this.#sheetAt) {
      this.#sheetAt = at;
      this.#sheet.style.transform = at;
    }
    return outside;
  }

  #take(row: number): RowElement {
    const taken = this.#free.pop() ?? this.#create();
    taken.row = row;
    taken.filled = false;
    this.#rows.set(row, taken);
    if (!taken.node.isConnected) this.#sheet.append(taken.node);
    return taken;
  }

  #create(): RowElement {
    const node = element('cg-row', 'row');
    const gutter = element('cg-gutter', 'rowheader');
    const pinned = element('cg-pinned');
    const lane = element('cg-lane');
    const clip = element('cg-clip');
    clip.append(lane);
    node.append(gutter, pinned, clip);
    return {
      node,
      gutter,
      pinned,
      lane,
      cells: [],
      row: -1,
      shape: '',
      filled: false,
      severity: undefined,
    };
  }

  #reshape(row: RowElement, model: GridModel, columns: ColumnWindow, shape: string): void {
    row.shape = shape;
    row.filled = false;
    row.node.style.height = `${model.rowHeight}px`;
    row.gutter.style.width = `${gutterWidth(model.rowCount, model.fontSize)}px`;
    setAttribute(row.gutter, 'aria-colindex', '1');
    const pinnedWidth = columns.offsets[columns.pinnedCount] ?? 0;
    row.pinned.style.width = `${pinnedWidth}px`;
    const { places, offsets, pinnedCount } = columns;
    while (row.cells.length > places.length) row.cells.pop()?.node.remove();
    places.forEach((place, i) => {
      const column = model.columns[place];
      if (!column) return;
      let cell = row.cells[i];
      if (!cell) {
        cell = { node: element('cg-cell', 'gridcell'), column: -1, paint: undefined };
        row.cells.push(cell);
      }
      const home = place < pinnedCount ? row.pinned : row.lane;
      if (cell.node.parentElement !== home) home.append(cell.node);
      cell.column = place;
      const left = (offsets[place] ?? 0) - (place < pinnedCount ? 0 : pinnedWidth);
      cell.node.style.left = `${left}px`;
      cell.node.style.width = `${column.width}px`;
      cell.node.dataset.column = String(place);
      setAttribute(cell.node, 'aria-colindex', String(place + 2));
    });
  }

  /** The element stands for another row than before. */
  #rename(row: RowElement): void {
    setAttribute(row.node, 'aria-rowindex', String(row.row + 2));
    row.node.classList.toggle('cg-odd', row.row % 2 === 1);
    row.gutter.textContent = ROW_NUMBER.format(row.row + 1);
  }

  #fill(row: RowElement, model: GridModel): void {
    let filled = true;
    for (const cell of row.cells) {
      const column = model.columns[cell.column];
      if (column && !this.#fillCell(cell.node, row.row, column, model)) filled = false;
    }
    row.filled = filled;
    if (filled) row.node.removeAttribute('aria-busy');
    else setAttribute(row.node, 'aria-busy', 'true');
    const severity = filled ? this.#port.severity(row.row) : undefined;
    if (severity === row.severity) return;
    row.severity = severity;
    if (severity) row.node.dataset.severity = severity;
    else delete row.node.dataset.severity;
  }

  #fillCell(node: HTMLElement, row: number, column: GridColumn, model: GridModel): boolean {
    const value = this.#port.cell(row, column.index);
    if (value === undefined) {
      node.textContent = '';
      node.dataset.kind = 'waiting';
      node.classList.remove('cg-shaded');
      return false;
    }
    const { text, kind } = this.#port.format(value, column.type);
    const shown = model.lines > 1 ? text.slice(0, MAX_WRAPPED) : singleLine(text);
    setMarkedText(node, shown, model.search);
    node.classList.toggle('cg-long', mayOverflow(shown, kind, column.width, model.fontSize));
    const shownAs = kind !== 'value' ? kind : this.#valueKind(text, column);
    if (node.dataset.kind !== shownAs) node.dataset.kind = shownAs;
    const shade = this.#port.shade(row, column);
    if (shade) node.style.setProperty('--cg-shade', shade);
    else if (node.classList.contains('cg-shaded')) node.style.removeProperty('--cg-shade');
    node.classList.toggle('cg-shaded', shade !== undefined);
    return true;
  }

  #valueKind(text: string, column: GridColumn): string {
    if (isNumeric(column.type)) return 'number';
    if (column.type === 'dynamic') return 'dynamic';
    return column.type === 'string' && URL_CELL.test(text) ? 'link' : 'text';
  }

  #paint(row: RowElement, model: GridModel, selected: readonly Rectangle[]): void {
    const { focus } = model.selection;
    for (const cell of row.cells) {
      const { node, column } = cell;
      const on = isSelected(selected, row.row, column);
      const focused = focus.row === row.row && focus.column === column;
      const paint: Paint = focused
        ? on
          ? 'focusedSelected'
          : 'focused'
        : on
          ? 'selected'
          : 'plain';
      if (cell.paint === paint) continue;
      cell.paint = paint;
      node.classList.toggle('cg-selected', on);
      node.classList.toggle('cg-focus', focused);
      setAttribute(node, 'aria-selected', on ? 'true' : 'false');
      setAttribute(node, 'tabindex', focused ? '0' : '-1');
    }
    row.gutter.classList.toggle('cg-current', focus.row === row.row);
  }
}
