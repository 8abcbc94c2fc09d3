/**
 * Scrolling over more rows than a browser can lay out. Browsers cap the height of an element (Chromium at about
 * 33.5 M px, Firefox at 17.9 M), so above MAX_SCROLL_PIXELS the scrollbar is scaled: it says where we are, while
 * `position` (exact pixels from the first row, below 2^53) says what is shown. Small moves are exact pixels, moves
 * of the thumb are proportional, and every row can be reached by key, wheel or number.
 */
export const MAX_SCROLL_PIXELS = 8_000_000;

/** Scaled scrolling keeps this far from the ends, so that there is always room to scroll on. */
const EDGE = 2_000;

export interface ScrollGeometry {
  readonly rowCount: number;
  /** Pixels. */
  readonly rowHeight: number;
  /** Height of the part that shows rows, in pixels. */
  readonly viewport: number;
}

export interface ScrollState {
  /** Pixels from the top of row 0 to the top of the viewport. */
  readonly position: number;
  /** Where the scrollbar stands for that position. */
  readonly scrollTop: number;
}

export interface RowRange {
  /** First row that is at least partly visible. */
  readonly first: number;
  /** One past the last such row. */
  readonly last: number;
  /** Pixels from the viewport's top to the first row's top; zero or negative. */
  readonly shift: number;
}

const clamp = (n: number, low: number, high: number): number => Math.min(Math.max(n, low), high);

export const contentHeight = (g: ScrollGeometry): number => g.rowCount * g.rowHeight;
export const spacerHeight = (g: ScrollGeometry): number =>
  Math.min(contentHeight(g), MAX_SCROLL_PIXELS);
export const isScaled = (g: ScrollGeometry): boolean => contentHeight(g) > MAX_SCROLL_PIXELS;
export const maxPosition = (g: ScrollGeometry): number =>
  Math.max(0, contentHeight(g) - g.viewport);
const maxScrollTop = (g: ScrollGeometry): number => Math.max(0, spacerHeight(g) - g.viewport);

function scrollTopOf(position: number, g: ScrollGeometry): number {
  if (!isScaled(g)) return position;
  const max = maxScrollTop(g);
  if (position <= 0) return 0;
  if (position >= maxPosition(g)) return max;
  return clamp(Math.round((position / maxPosition(g)) * max), EDGE, max - EDGE);
}

/** The state for a position, which is held within the content. */
export function scrollToPosition(position: number, g: ScrollGeometry): ScrollState {
  const exact = clamp(position, 0, maxPosition(g));
  return { position: exact, scrollTop: scrollTopOf(exact, g) };
}

/** What a scroll event of the browser means; the same state when it only echoes what we have set. */
export function scrolledTo(state: ScrollState, scrollTop: number, g: ScrollGeometry): ScrollState {
  if (!isScaled(g)) return { position: clamp(scrollTop, 0, maxPosition(g)), scrollTop };
  const delta = scrollTop - state.scrollTop;
  if (Math.abs(delta) <= 1) return state;
  const max = maxScrollTop(g);
  if (Math.abs(delta) > 2 * g.viewport) {
    const position = Math.round((clamp(scrollTop, 0, max) / max) * maxPosition(g));
    return { position, scrollTop };
  }
  return { position: clamp(state.position + delta, 0, maxPosition(g)), scrollTop };
}

export function scrolledBy(state: ScrollState, pixels: number, g: ScrollGeometry): ScrollState {
  return scrollToPosition(state.position + pixels, g);
}

/** The nearest state in which a row is wholly visible (its top at least, in a viewport lower than a row). */
export function scrollToRow(state: ScrollState, row: number, g: ScrollGeometry): ScrollState {
  const top = clamp(row, 0, Math.max(0, g.rowCount - 1)) * g.rowHeight;
  const bottom = top + g.rowHeight;
  if (top < state.position || g.viewport < g.rowHeight) return scrollToPosition(top, g);
  if (bottom > state.position + g.viewport) return scrollToPosition(bottom - g.viewport, g);
  return state;
}

export function visibleRows(state: ScrollState, g: ScrollGeometry): RowRange {
  if (g.rowCount === 0 || g.rowHeight <= 0) return { first: 0, last: 0, shift: 0 };
  const first = Math.min(Math.floor(state.position / g.rowHeight), g.rowCount - 1);
  const last = Math.min(Math.ceil((state.position + g.viewport) / g.rowHeight), g.rowCount);
  return { first, last: Math.max(last, first + 1), shift: first * g.rowHeight - state.position };
}
