import type { ColumnWindow } from './body-rows.ts';
import type { GridColumn } from './column-layout.ts';
import { element, setAttribute } from './dom.ts';
import { type GridModel, type GridPort, gutterWidth, TYPE_GLYPH } from './grid-model.ts';

interface HeaderCell {
  readonly node: HTMLElement;
  readonly glyph: HTMLElement;
  readonly name: HTMLElement;
  readonly mark: HTMLElement;
  column: number;
}

/** Pixels that a press may move before it is a drag. */
const DRAG_THRESHOLD = 5;

/** The row of column headers: sort by press, menu, resize at the right edge, reorder by drag. */
export class HeaderRow {
  readonly node: HTMLElement;
  readonly #gutter = element('cg-gutter', 'columnheader');
  readonly #pinned = element('cg-pinned');
  readonly #lane = element('cg-lane');
  readonly #marker = element('cg-drop-marker');
  readonly #cells: HeaderCell[] = [];
  readonly #port: GridPort;
  #model: GridModel | undefined;

  constructor(port: GridPort) {
    this.#port = port;
    this.node = element('cg-header', 'row');
    setAttribute(this.node, 'aria-rowindex', '1');
    setAttribute(this.#gutter, 'aria-colindex', '1');
    setAttribute(this.#gutter, 'aria-label', 'Row number');
    const clip = element('cg-clip');
    clip.append(this.#lane);
    this.#marker.hidden = true;
    this.node.append(this.#gutter, this.#pinned, clip, this.#marker);
    this.node.addEventListener('pointerdown', (event) => this.#pressed(event));
    this.node.addEventListener('contextmenu', (event) => {
      const column = this.#columnAt(event.target);
      if (!column) return;
      event.preventDefault();
      this.#port.onHeaderMenu(column, { x: event.clientX, y: event.clientY });
    });
    this.node.addEventListener('dblclick', (event) => {
      // By position: after a press the captured pointer's events name the whole header as their target.
      const under = document.elementFromPoint(event.clientX, event.clientY);
      const column = this.#columnAt(under);
      if (column && under?.matches('.cg-resize')) this.#port.onAutosize(column);
    });
  }

  cellElement(column: number): HTMLElement | undefined {
    return this.#cells.find((c) => c.column === column)?.node;
  }

  render(model: GridModel, columns: ColumnWindow): void {
    this.#model = model;
    this.#gutter.style.width = `${gutterWidth(model.rowCount, model.fontSize)}px`;
    const { places, offsets, pinnedCount } = columns;
    const pinnedWidth = offsets[pinnedCount] ?? 0;
    this.#pinned.style.width = `${pinnedWidth}px`;
    while (this.#cells.length > places.length) this.#cells.pop()?.node.remove();
    places.forEach((place, i) => {
      const column = model.columns[place];
      if (!column) return;
      const cell = this.#cells[i] ?? this.#create();
      this.#cells[i] = cell;
      const home = place < pinnedCount ? this.#pinned : this.#lane;
      if (cell.node.parentElement !== home) home.append(cell.node);
      cell.column = place;
      const left = (offsets[place] ?? 0) - (place < pinnedCount ? 0 : pinnedWidth);
      cell.node.style.left = `${left}px`;
      cell.node.style.width = `${column.width}px`;
      this.#write(cell, column, place, model);
    });
  }

  #create(): HeaderCell {
    const node = element('cg-head', 'columnheader');
    const glyph = element('cg-glyph', '', 'span');
    const name = element('cg-name', '', 'span');
    const mark = element('cg-sort', '', 'span');
    const menu = element('cg-menu', '', 'span');
    const resize = element('cg-resize', '', 'span');
    menu.textContent = '⌄';
    for (const hidden of [glyph, mark, menu, resize]) setAttribute(hidden, 'aria-hidden', 'true');
    node.append(glyph, name, mark, menu, resize);
    return { node, glyph, name, mark, column: -1 };
  }

  #write(cell: HeaderCell, column: GridColumn, place: number, model: GridModel): void {
    const { node } = cell;
    const at = model.sort.findIndex((key) => key.column === column.name);
    const key = model.sort[at];
    const arrow = key ? (key.descending ? '↓' : '↑') : '';
    const rank = key && model.sort.length > 1 ? String(at + 1) : '';
    const filtered = model.filtered.has(column.name);
    cell.glyph.textContent = TYPE_GLYPH[column.type];
    cell.name.textContent = column.name;
    cell.mark.textContent = `${filtered ? '⏷' : ''}${arrow}${rank}`;
    node.title = `${column.name}: ${column.type}`;
    node.dataset.column = String(place);
    setAttribute(node, 'aria-colindex', String(place + 2));
    setAttribute(
      node,
      'aria-label',
      `${column.name}, ${column.type}${filtered ? ', filtered' : ''}`,
    );
    setAttribute(node, 'aria-sort', key ? (key.descending ? 'descending' : 'ascending') : 'none');
    const { focus } = model.selection;
    const focused = focus.row < 0 && focus.column === place;
    node.classList.toggle('cg-focus', focused);
    node.classList.toggle('cg-current', focus.column === place);
    node.tabIndex = focused ? 0 : -1;
  }

  #columnAt(target: EventTarget | null): GridColumn | undefined {
    const cell = target instanceof Element ? target.closest<HTMLElement>('.cg-head') : null;
    return cell ? this.#model?.columns[Number(cell.dataset.column)] : undefined;
  }

  #pressed(event: PointerEvent): void {
    const column = this.#columnAt(event.target);
    if (!column || event.button !== 0 || !(event.target instanceof HTMLElement)) return;
    event.preventDefault();
    if (event.target.matches('.cg-resize')) this.#resizing(event, column);
    else if (event.target.matches('.cg-menu')) {
      const box = event.target.closest('.cg-head')?.getBoundingClientRect();
      this.#port.onHeaderMenu(column, {
        x: box?.left ?? event.clientX,
        y: box?.bottom ?? event.clientY,
      });
    } else this.#draggingOrSorting(event, column);
  }

  #resizing(event: PointerEvent, column: GridColumn): void {
    const start = event.clientX;
    this.#follow(
      event,
      (move) => this.#port.onResize(column, column.width + move.clientX - start),
      () => {},
    );
  }

  #draggingOrSorting(event: PointerEvent, column: GridColumn): void {
    const start = event.clientX;
    let dragging = false;
    let target: GridColumn | undefined;
    const show = (move: PointerEvent): void => {
      if (!dragging && Math.abs(move.clientX - start) < DRAG_THRESHOLD) return;
      dragging = true;
      target = this.#columnAt(document.elementFromPoint(move.clientX, event.clientY));
      const cell =
        target && this.#cells.find((c) => this.#model?.columns[c.column] === target)?.node;
      this.#marker.hidden = !cell || target === column;
      if (!cell) return;
      const box = cell.getBoundingClientRect();
      const after = move.clientX > start;
      this.#marker.style.left = `${(after ? box.right : box.left) - this.node.getBoundingClientRect().left}px`;
    };
    this.#follow(event, show, (up) => {
      this.#marker.hidden = true;
      if (!dragging) this.#port.onSort(column, up.shiftKey || up.ctrlKey || up.metaKey);
      else if (target && target !== column) this.#port.onMove(column, target);
    });
  }

  #follow(
    event: PointerEvent,
    onMove: (event: PointerEvent) => void,
    onUp: (event: PointerEvent) => void,
  ): void {
    const { pointerId } = event;
    this.node.setPointerCapture(pointerId);
    const stop = (up: PointerEvent): void => {
      this.node.removeEventListener('pointermove', onMove);
      this.node.removeEventListener('pointerup', stop);
      this.node.removeEventListener('pointercancel', stop);
      if (this.node.hasPointerCapture(pointerId)) this.node.releasePointerCapture(pointerId);
      if (up.type === 'pointerup') onUp(up);
    };
    this.node.addEventListener('pointermove', onMove);
    this.node.addEventListener('pointerup', stop);
    this.node.addEventListener('pointercancel', stop);
  }
}
