/** A place on screen: row of the view, column among the shown ones. Row -1 is the header. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

export interface Rectangle {
  readonly top: number;
  readonly left: number;
  /** Inclusive. */
  readonly bottom: number;
  readonly right: number;
}

export interface Selection {
  readonly focus: CellPlace;
  /** Where a selection that grows with Shift began. */
  readonly anchor: CellPlace;
  /** Further rectangles, added with Ctrl. */
  readonly extra: readonly Rectangle[];
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
}

export const NO_SELECTION: Selection = {
  focus: { row: 0, column: 0 },
  anchor: { row: 0, column: 0 },
  extra: [],
};

const clamp = (n: number, low: number, high: number): number => Math.min(Math.max(n, low), high);

function within(place: CellPlace, size: GridSize): CellPlace {
  return {
    row: clamp(place.row, size.rows > 0 ? 0 : -1, Math.max(-1, size.rows - 1)),
    column: clamp(place.column, 0, Math.max(0, size.columns - 1)),
  };
}

export function rectangleOf(a: CellPlace, b: CellPlace): Rectangle {
  return {
    top: Math.min(a.row, b.row),
    left: Math.min(a.column, b.column),
    bottom: Math.max(a.row, b.row),
    right: Math.max(a.column, b.column),
  };
}

/** All selected rectangles; none while the focus is in the header. */
export function rectangles(selection: Selection): readonly Rectangle[] {
  if (selection.focus.row < 0) return selection.extra;
  const main = rectangleOf(selection.anchor, selection.focus);
  return [...selection.extra, { ...main, top: Math.max(0, main.top) }];
}

/** Moves the focus; with `extend` the selection grows from its anchor, otherwise it starts anew. */
export function moveTo(
  selection: Selection,
  place: CellPlace,
  size: GridSize,
  extend = false,
): Selection {
  if (place.row < 0 && !extend)
    return { ...selection, focus: { row: -1, column: within(place, size).column } };
  const focus = within(place, size);
  if (extend && selection.focus.row >= 0) return { ...selection, focus };
  return { focus, anchor: focus, extra: [] };
}

/** Keeps what is selected and begins a new rectangle (Ctrl+click). */
export function addAt(selection: Selection, place: CellPlace, size: GridSize): Selection {
  const focus = within(place, size);
  return { focus, anchor: focus, extra: rectangles(selection) };
}

export function selectAll(selection: Selection, size: GridSize): Selection {
  if (size.rows === 0 || size.columns === 0) return selection;
  return {
    anchor: { row: 0, column: 0 },
    focus: { row: size.rows - 1, column: size.columns - 1 },
    extra: [],
  };
}

export function selectRows(
  selection: Selection,
  row: number,
  size: GridSize,
  extend: boolean,
): Selection {
  const from = extend ? selection.anchor.row : row;
  return {
    anchor: { row: clamp(from, 0, size.rows - 1), column: 0 },
    focus: { row: clamp(row, 0, size.rows - 1), column: Math.max(0, size.columns - 1) },
    extra: [],
  };
}

export function selectColumn(selection: Selection, column: number, size: GridSize): Selection {
  if (size.rows === 0) return selection;
  return { anchor: { row: 0, column }, focus: { row: size.rows - 1, column }, extra: [] };
}

export function isSelected(list: readonly Rectangle[], row: number, column: number): boolean {
  return list.some((r) => row >= r.top && row <= r.bottom && column >= r.left && column <= r.right);
}

export interface SelectedArea {
  /** [start, end) in rows, ascending, not touching each other. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  /** Places among the shown columns, ascending. */
  readonly columns: readonly number[];
}

/** Rows and columns that the selection touches: what is copied, exported and counted. */
export function selectedArea(selection: Selection): SelectedArea {
  const list = rectangles(selection);
  const columns = new Set<number>();
  for (const r of list) for (let c = r.left; c <= r.right; c++) columns.add(c);
  const ranges: { start: number; end: number }[] = [];
  for (const r of [...list].sort((a, b) => a.top - b.top)) {
    const last = ranges.at(-1);
    if (last && r.top <= last.end) last.end = Math.max(last.end, r.bottom + 1);
    else ranges.push({ start: r.top, end: r.bottom + 1 });
  }
  return { ranges, columns: [...columns].sort((a, b) => a - b) };
}
