import type { KqlType } from '../../common/types/kql-type.ts';

export interface ColumnName {
  readonly name: string;
  readonly type: KqlType;
}

export interface GridColumn {
  readonly name: string;
  readonly type: KqlType;
  /** Place in the result. */
  readonly index: number;
  /** Pixels. */
  readonly width: number;
  readonly hidden: boolean;
  readonly pinned: boolean;
}

/** Columns in the order of display; a hidden one keeps its place. */
export type ColumnLayout = readonly GridColumn[];

/** What is remembered of a layout; columns are known by name. */
export interface SavedLayout {
  readonly order: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
  readonly hidden: readonly string[];
  readonly pinned: readonly string[];
}

export const MIN_COLUMN_WIDTH = 40;
export const MAX_AUTO_WIDTH = 480;

const TYPE_WIDTH: Readonly<Record<KqlType, number>> = {
  bool: 70,
  int: 90,
  long: 110,
  real: 120,
  decimal: 130,
  string: 170,
  datetime: 180,
  timespan: 130,
  guid: 280,
  dynamic: 260,
};

/** Results with the same set of column names share one remembered layout. */
export function layoutKey(columns: readonly ColumnName[]): string {
  return JSON.stringify(columns.map((c) => c.name).sort());
}

export function createLayout(columns: readonly ColumnName[], saved?: SavedLayout): ColumnLayout {
  const place = new Map(saved?.order.map((name, i) => [name, i]));
  const layout = columns.map((column, index) => ({
    name: column.name,
    type: column.type,
    index,
    width:
      saved?.widths[column.name] ??
      Math.max(TYPE_WIDTH[column.type], Math.ceil(column.name.length * 7.5) + 58),
    hidden: saved?.hidden.includes(column.name) ?? false,
    pinned: saved?.pinned.includes(column.name) ?? false,
  }));
  const order = (c: GridColumn): number => place.get(c.name) ?? columns.length + c.index;
  return layout.sort((a, b) => order(a) - order(b));
}

export function saveLayout(layout: ColumnLayout): SavedLayout {
  return {
    order: layout.map((c) => c.name),
    widths: Object.fromEntries(layout.map((c) => [c.name, c.width])),
    hidden: layout.filter((c) => c.hidden).map((c) => c.name),
    pinned: layout.filter((c) => c.pinned).map((c) => c.name),
  };
}

/** The columns on screen from left to right: the pinned ones first. */
export function shownColumns(layout: ColumnLayout): readonly GridColumn[] {
  const shown = layout.filter((c) => !c.hidden);
  return [...shown.filter((c) => c.pinned), ...shown.filter((c) => !c.pinned)];
}

function change(layout: ColumnLayout, name: string, edit: Partial<GridColumn>): ColumnLayout {
  return layout.map((c) => (c.name === name ? { ...c, ...edit } : c));
}

export const resizeColumn = (layout: ColumnLayout, name: string, width: number): ColumnLayout =>
  change(layout, name, { width: Math.max(MIN_COLUMN_WIDTH, Math.round(width)) });
export const hideColumn = (layout: ColumnLayout, name: string, hidden: boolean): ColumnLayout =>
  change(layout, name, { hidden });
export const pinColumn = (layout: ColumnLayout, name: string, pinned: boolean): ColumnLayout =>
  change(layout, name, { pinned });

export function hideColumns(layout: ColumnLayout, names: readonly string[]): ColumnLayout {
  const set = new Set(names);
  return layout.map((c) => (set.has(c.name) ? { ...c, hidden: true } : c));
}

export const showAllColumns = (layout: ColumnLayout): ColumnLayout =>
  layout.map((c) => (c.hidden ? { ...c, hidden: false } : c));

/** Puts a column at the place of another on screen; it joins the other's pinned or unpinned group. */
export function moveColumn(layout: ColumnLayout, name: string, target: string): ColumnLayout {
  const from = layout.find((c) => c.name === name);
  const to = layout.find((c) => c.name === target);
  if (!from || !to || from === to) return layout;
  const shown = shownColumns(layout);
  const forward = shown.indexOf(from) < shown.indexOf(to);
  const rest = layout.filter((c) => c !== from);
  const at = rest.indexOf(to) + (forward ? 1 : 0);
  return [...rest.slice(0, at), { ...from, pinned: to.pinned }, ...rest.slice(at)];
}

/** Left edges of columns in pixels, with the whole width as the last entry. */
export function columnOffsets(columns: readonly GridColumn[]): readonly number[] {
  const offsets = [0];
  for (const column of columns) offsets.push((offsets.at(-1) ?? 0) + column.width);
  return offsets;
}

/** Columns [first, last) that a window of `width` pixels at `left` touches. */
export function visibleColumns(
  offsets: readonly number[],
  left: number,
  width: number,
): { first: number; last: number } {
  const count = offsets.length - 1;
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle + 1] ?? 0) <= left) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < count && (offsets[last] ?? 0) < left + width) last++;
  return { first: Math.min(low, count), last };
}
