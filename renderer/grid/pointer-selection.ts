import {
  addAt,
  type CellPlace,
  type GridSize,
  moveTo,
  type Selection,
  selectRows,
} from './selection.ts';

export type Place =
  | { readonly kind: 'cell'; readonly at: CellPlace }
  | { readonly kind: 'gutter'; readonly row: number }
  | { readonly kind: 'none' };

/** Which cell or row number an event's target belongs to. */
export function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof Element)) return { kind: 'none' };
  const row = Number(target.closest('.cg-row')?.getAttribute('aria-rowindex') ?? 0) - 2;
  if (row < 0) return { kind: 'none' };
  if (target.closest('.cg-gutter')) return { kind: 'gutter', row };
  const cell = target.closest<HTMLElement>('.cg-cell');
  if (!cell) return { kind: 'none' };
  return { kind: 'cell', at: { row, column: Number(cell.dataset.column) } };
}

/** The same by position: while a pointer is captured, events name the capturing element as their target. */
export function placeAt(event: { readonly clientX: number; readonly clientY: number }): Place {
  return placeOf(document.elementFromPoint(event.clientX, event.clientY));
}

export interface PointerSelectionPort {
  size(): GridSize;
  selection(): Selection;
  select(selection: Selection): void;
  pressed(place: Place, event: PointerEvent): void;
  scrollBy(pixels: number): void;
}

/** Selects with the pointer: press, drag (which scrolls at the edges), Shift to extend, Ctrl to add. */
export class PointerSelection {
  readonly #area: HTMLElement;
  readonly #port: PointerSelectionPort;

  constructor(area: HTMLElement, port: PointerSelectionPort) {
    this.#area = area;
    this.#port = port;
    area.addEventListener('pointerdown', (event) => this.#down(event));
  }

  #down(event: PointerEvent): void {
    const place = placeOf(event.target);
    if (place.kind === 'none' || event.button === 1) return;
    event.preventDefault();
    this.#port.pressed(place, event);
    const add = event.ctrlKey || event.metaKey;
    const size = this.#port.size();
    const before = this.#port.selection();
    if (event.button === 2) {
      const inside = event.target instanceof Element && event.target.closest('.cg-selected');
      if (!inside && place.kind === 'cell') this.#port.select(moveTo(before, place.at, size));
      return;
    }
    if (place.kind === 'gutter')
      this.#port.select(selectRows(before, place.row, size, event.shiftKey));
    else if (add) this.#port.select(addAt(before, place.at, size));
    else this.#port.select(moveTo(before, place.at, size, event.shiftKey));
    this.#drag(event, place.kind === 'gutter');
  }

  #drag(event: PointerEvent, rows: boolean): void {
    const { pointerId } = event;
    let pointer = event;
    this.#area.setPointerCapture(pointerId);
    const extend = (): void => {
      const place = placeAt(pointer);
      const { focus } = this.#port.selection();
      if (place.kind === 'none') return;
      if (rows) {
        const row = place.kind === 'gutter' ? place.row : place.at.row;
        if (row !== focus.row)
          this.#port.select(selectRows(this.#port.selection(), row, this.#port.size(), true));
      } else if (
        place.kind === 'cell' &&
        (place.at.row !== focus.row || place.at.column !== focus.column)
      )
        this.#port.select(moveTo(this.#port.selection(), place.at, this.#port.size(), true));
    };
    const timer = setInterval(() => {
      const box = this.#area.getBoundingClientRect();
      const over =
        pointer.clientY < box.top
          ? pointer.clientY - box.top
          : Math.max(0, pointer.clientY - box.bottom);
      if (over === 0) return;
      this.#port.scrollBy(over);
      const { focus } = this.#port.selection();
      const row = focus.row + (over < 0 ? -1 : 1);
      this.#port.select(
        moveTo(this.#port.selection(), { row, column: focus.column }, this.#port.size(), true),
      );
    }, 30);
    const move = (next: PointerEvent): void => {
      pointer = next;
      extend();
    };
    const stop = (): void => {
      clearInterval(timer);
      this.#area.removeEventListener('pointermove', move);
      this.#area.removeEventListener('lostpointercapture', stop);
    };
    this.#area.addEventListener('pointermove', move);
    this.#area.addEventListener('lostpointercapture', stop);
  }
}
