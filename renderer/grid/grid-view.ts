import { BodyRows, type ColumnWindow } from './body-rows.ts';
import { columnOffsets, visibleColumns } from './column-layout.ts';
import { element, setAttribute } from './dom.ts';
import {
  type GridModel,
  type GridPort,
  gutterWidth,
  lineHeightOf,
  type Point,
  singleRowHeight,
} from './grid-model.ts';
import { HeaderRow } from './header-row.ts';
import { commandOf } from './keymap.ts';
import { type Place, PointerSelection, placeAt } from './pointer-selection.ts';
import {
  isScaled,
  maxPosition,
  type RowRange,
  type ScrollGeometry,
  type ScrollState,
  scrolledBy,
  scrolledTo,
  scrollToPosition,
  scrollToRow,
  spacerHeight,
  visibleRows,
} from './scroll-model.ts';
import { moveTo } from './selection.ts';

/**
 * The grid on the page: a scroller whose content is a spacer, and inside it a sticky viewport that shows the rows
 * at `position`. The browser never moves rows by itself, so there is nothing to be seen that was not drawn.
 * Everything is drawn at most once per frame.
 */
export class GridView {
  readonly root: HTMLElement;
  readonly #port: GridPort;
  readonly #scroller = element('cg-scroller');
  readonly #spacer = element('cg-spacer');
  readonly #sticky = element('cg-sticky');
  readonly #header: HeaderRow;
  readonly #body: BodyRows;
  readonly #observer: ResizeObserver;
  #model: GridModel;
  #state: ScrollState = { position: 0, scrollTop: 0 };
  #size = { width: 0, height: 0 };
  #frame = 0;
  #laidOut = '';
  #scrolledTo = Number.NaN;
  #shown: RowRange = { first: 0, last: 0, shift: 0 };
  #window: ColumnWindow = { places: [], offsets: [0], pinnedCount: 0 };

  constructor(host: HTMLElement, port: GridPort, model: GridModel) {
    this.#port = port;
    this.#model = model;
    this.root = element('cg', 'grid');
    setAttribute(this.root, 'aria-multiselectable', 'true');
    setAttribute(this.root, 'aria-readonly', 'true');
    this.#header = new HeaderRow(port);
    this.#body = new BodyRows(port);
    this.#sticky.append(this.#header.node, this.#body.container);
    this.#spacer.append(this.#sticky);
    this.#scroller.append(this.#spacer);
    // A scroller is a tab stop of its own in some browsers; the grid's is the focused cell.
    this.#scroller.tabIndex = -1;
    this.root.append(this.#scroller);
    host.append(this.root);
    this.#scroller.addEventListener('scroll', () => this.#scrolled());
    this.#scroller.addEventListener('wheel', (event) => this.#wheeled(event), { passive: false });
    this.#header.node.addEventListener('pointerdown', (event) => {
      const cell = event.target instanceof Element && event.target.closest<HTMLElement>('.cg-head');
      if (!cell) return;
      const column = Number(cell.dataset.column);
      this.#port.onSelect(moveTo(this.#model.selection, { row: -1, column }, this.size));
      this.focus();
    });
    this.root.addEventListener('keydown', (event) => this.#pressed(event));
    this.root.addEventListener('focusin', (event) => {
      if (event.target === this.root) this.#giveFocus();
    });
    this.#body.container.addEventListener('dblclick', (event) => {
      const place = placeAt(event);
      if (place.kind === 'cell') this.#port.onActivate(place.at);
    });
    this.#body.container.addEventListener('contextmenu', (event) => {
      const place = placeAt(event);
      if (place.kind !== 'cell') return;
      event.preventDefault();
      this.#port.onCellMenu(place.at, { x: event.clientX, y: event.clientY });
    });
    new PointerSelection(this.#body.container, {
      size: () => this.size,
      selection: () => this.#model.selection,
      select: (selection) => this.#port.onSelect(selection),
      pressed: (place: Place, event: PointerEvent) => this.#pointed(place, event),
      scrollBy: (pixels) => this.#scrollBy(pixels),
    });
    this.#observer = new ResizeObserver(() => this.#measure());
    this.#observer.observe(this.#scroller);
    this.#measure();
  }

  get size(): { rows: number; columns: number } {
    return { rows: this.#model.rowCount, columns: this.#model.columns.length };
  }

  /** Rows that PageDown moves by. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.#geometry().viewport / this.#model.rowHeight) - 1);
  }

  /** The rows on screen. */
  get shownRows(): { first: number; last: number } {
    return this.#shown;
  }

  update(model: GridModel): void {
    const before = this.#model;
    this.#model = model;
    const grown = before.rowCount !== model.rowCount || before.rowHeight !== model.rowHeight;
    if (grown) this.#moveTo(scrollToPosition(this.#state.position, this.#geometry()));
    if (before.selection.focus !== model.selection.focus) this.#revealFocus();
    this.#schedule();
  }

  /** Cells that were waiting may be here now. */
  dataArrived(): void {
    this.#schedule();
  }

  /** All cells may be others than before. */
  dataChanged(): void {
    this.#body.invalidate();
    this.#schedule();
  }

  /** The top left corner of a cell on screen, for a menu that a key opened. */
  pointOf(row: number, column: number): Point {
    const cell = row < 0 ? this.#header.cellElement(column) : this.#body.cellElement(row, column);
    const box = (cell ?? this.root).getBoundingClientRect();
    return { x: box.left, y: cell ? box.bottom : box.top };
  }

  scrollToTop(): void {
    this.#moveTo(scrollToPosition(0, this.#geometry()));
  }

  scrollToEnd(): void {
    this.#moveTo(scrollToPosition(Number.MAX_SAFE_INTEGER, this.#geometry()));
  }

  /** Keeps the same rows on screen after so many were taken away at the top (or, negative, added there). */
  shiftRows(rows: number): void {
    const position = this.#state.position - rows * this.#model.rowHeight;
    this.#moveTo(scrollToPosition(position, this.#geometry()));
    this.dataChanged();
  }

  get isAtEnd(): boolean {
    return this.#state.position >= maxPosition(this.#geometry()) - 1;
  }

  get isAtTop(): boolean {
    return this.#state.position < 1;
  }

  focus(): void {
    this.root.tabIndex = 0;
    this.root.focus({ preventScroll: true });
    this.#giveFocus();
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#observer.disconnect();
    this.root.remove();
  }

  #headerHeight(): number {
    return singleRowHeight(this.#model.fontSize) + 4;
  }

  #geometry(): ScrollGeometry {
    return {
      rowCount: this.#model.rowCount,
      rowHeight: this.#model.rowHeight,
      viewport: Math.max(0, this.#size.height - this.#headerHeight()),
    };
  }

  #measure(): void {
    this.#size = { width: this.#scroller.clientWidth, height: this.#scroller.clientHeight };
    this.#moveTo(scrollToPosition(this.#state.position, this.#geometry()));
  }

  #moveTo(state: ScrollState): void {
    this.#state = state;
    this.#layOut();
    if (Math.abs(this.#scroller.scrollTop - state.scrollTop) > 0.5)
      this.#scroller.scrollTop = state.scrollTop;
    this.#schedule();
  }

  #layOut(): void {
    const columns = this.#model.columns;
    const gutter = gutterWidth(this.#model.rowCount, this.#model.fontSize);
    const width = gutter + columns.reduce((sum, c) => sum + c.width, 0);
    const height = spacerHeight(this.#geometry()) + this.#headerHeight();
    // Styles that are written, even as they were, are worked out again for everything below.
    const { fontSize, lines } = this.#model;
    const laidOut = [width, height, this.#size.width, this.#size.height, fontSize, lines].join(' ');
    if (laidOut === this.#laidOut) return;
    this.#laidOut = laidOut;
    this.#spacer.style.width = `${Math.max(width, this.#size.width)}px`;
    this.#spacer.style.height = `${height}px`;
    this.#sticky.style.width = `${this.#size.width}px`;
    this.#sticky.style.height = `${Math.min(this.#size.height, height)}px`;
    this.root.style.setProperty('--cg-header', `${this.#headerHeight()}px`);
    this.root.style.setProperty('--cg-font', `${this.#model.fontSize}px`);
    this.root.style.setProperty('--cg-line', `${lineHeightOf(this.#model.fontSize)}px`);
    this.root.classList.toggle('cg-wrap', this.#model.lines > 1);
  }

  #scrolled(): void {
    this.#state = scrolledTo(this.#state, this.#scroller.scrollTop, this.#geometry());
    this.#schedule();
  }

  /** A scaled scrollbar would turn one notch of the wheel into thousands of rows. */
  #wheeled(event: WheelEvent): void {
    if (event.deltaY === 0 || event.shiftKey || event.ctrlKey || !isScaled(this.#geometry()))
      return;
    event.preventDefault();
    const unit =
      event.deltaMode === 1 ? this.#model.rowHeight : event.deltaMode === 2 ? this.#size.height : 1;
    this.#scrollBy(event.deltaY * unit);
    if (event.deltaX !== 0) this.#scroller.scrollLeft += event.deltaX;
  }

  #scrollBy(pixels: number): void {
    this.#moveTo(scrolledBy(this.#state, pixels, this.#geometry()));
  }

  #pressed(event: KeyboardEvent): void {
    const press = {
      key: event.key,
      ctrl: event.ctrlKey || event.metaKey,
      shift: event.shiftKey,
      alt: event.altKey,
    };
    const { selection } = this.#model;
    const command = commandOf(press, selection.focus, this.size, this.pageRows);
    if (!command) return;
    event.preventDefault();
    event.stopPropagation();
    if (command.kind === 'move')
      this.#port.onSelect(moveTo(selection, command.to, this.size, command.extend));
    else this.#port.onCommand(command, this.pointOf(selection.focus.row, selection.focus.column));
  }

  #pointed(place: Place, event: PointerEvent): void {
    if (!this.root.contains(document.activeElement)) this.focus();
    const withKey = event.ctrlKey || event.metaKey;
    const cell =
      event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('.cg-cell') : null;
    if (withKey && place.kind === 'cell' && cell?.dataset.kind === 'link') {
      const column = this.#model.columns[place.at.column];
      const value = column && this.#port.cell(place.at.row, column.index);
      if (typeof value === 'string') this.#port.onLink(value);
    }
  }

  #revealFocus(): void {
    const { focus } = this.#model.selection;
    if (focus.row >= 0) this.#moveTo(scrollToRow(this.#state, focus.row, this.#geometry()));
    const columns = this.#model.columns;
    const offsets = columnOffsets(columns);
    const pinned = columns.filter((c) => c.pinned).length;
    if (focus.column < pinned) return;
    const gutter = gutterWidth(this.#model.rowCount, this.#model.fontSize);
    const fixed = offsets[pinned] ?? 0;
    const left = (offsets[focus.column] ?? 0) - fixed;
    const right = (offsets[focus.column + 1] ?? 0) - fixed;
    const room = this.#size.width - gutter - fixed;
    if (left < this.#scroller.scrollLeft || right - left > room) this.#scroller.scrollLeft = left;
    else if (right > this.#scroller.scrollLeft + room) this.#scroller.scrollLeft = right - room;
  }

  #schedule(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    const model = this.#model;
    this.#layOut();
    const range = visibleRows(this.#state, this.#geometry());
    const offsets = columnOffsets(model.columns);
    const pinnedCount = model.columns.filter((c) => c.pinned).length;
    const gutter = gutterWidth(model.rowCount, model.fontSize);
    const pinnedWidth = offsets[pinnedCount] ?? 0;
    const scrollLeft = this.#scroller.scrollLeft;
    const inView = visibleColumns(
      offsets,
      scrollLeft + pinnedWidth,
      Math.max(0, this.#size.width - gutter - pinnedWidth),
    );
    const places: number[] = [];
    for (let i = 0; i < pinnedCount; i++) places.push(i);
    for (let i = Math.max(inView.first, pinnedCount); i < inView.last; i++) places.push(i);
    this.#window = { places, offsets, pinnedCount };
    const velocity = range.first - this.#shown.first;
    this.#shown = range;

    const hadFocus = this.root.contains(document.activeElement);
    setAttribute(this.root, 'aria-label', model.label);
    setAttribute(this.root, 'aria-rowcount', String(model.rowCount + 1));
    setAttribute(this.root, 'aria-colcount', String(model.columns.length + 1));
    if (scrollLeft !== this.#scrolledTo) {
      this.#scrolledTo = scrollLeft;
      this.#sticky.style.setProperty('--cg-x', `${-scrollLeft}px`);
    }
    this.#port.onShow({
      firstRow: range.first,
      lastRow: range.last,
      columns: places.flatMap((place) => model.columns[place]?.index ?? []),
      velocity,
    });
    this.#header.render(model, this.#window);
    this.#body.render(model, range, this.#window);
    if (hadFocus) this.#giveFocus();
    else this.root.tabIndex = this.#focusElement() ? -1 : 0;
  }

  #focusElement(): HTMLElement | undefined {
    const { focus } = this.#model.selection;
    return focus.row < 0
      ? this.#header.cellElement(focus.column)
      : this.#body.cellElement(focus.row, focus.column);
  }

  /** The focused cell has the keyboard; the grid itself while that cell is scrolled away. */
  #giveFocus(): void {
    const cell = this.#focusElement();
    this.root.tabIndex = cell ? -1 : 0;
    const target = cell ?? this.root;
    if (document.activeElement !== target) target.focus({ preventScroll: true });
  }
}
