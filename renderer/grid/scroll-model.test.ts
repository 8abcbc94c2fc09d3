import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contentHeight,
  MAX_SCROLL_PIXELS,
  maxPosition,
  type ScrollGeometry,
  type ScrollState,
  scrolledBy,
  scrolledTo,
  scrollToPosition,
  scrollToRow,
  spacerHeight,
  visibleRows,
} from './scroll-model.ts';

const geometry = fc.record({
  rowCount: fc.integer({ min: 1, max: 100_000_000 }),
  rowHeight: fc.integer({ min: 18, max: 60 }),
  viewport: fc.integer({ min: 60, max: 3_000 }),
});

function isWhollyVisible(row: number, state: ScrollState, g: ScrollGeometry): boolean {
  return (
    row * g.rowHeight >= state.position && (row + 1) * g.rowHeight <= state.position + g.viewport
  );
}

describe('scroll model', () => {
  it('reaches every row of up to 100 million exactly', () => {
    fc.assert(
      fc.property(geometry, fc.nat(), fc.nat(), (g, a, b) => {
        const from = scrollToPosition(a % (contentHeight(g) + 1), g);
        const row = b % g.rowCount;
        const state = scrollToRow(from, row, g);
        expect(isWhollyVisible(row, state, g)).toBe(true);
        const range = visibleRows(state, g);
        expect(row).toBeGreaterThanOrEqual(range.first);
        expect(row).toBeLessThan(range.last);
      }),
    );
  });

  it('never lets the browser lay out more than its limit', () => {
    fc.assert(
      fc.property(geometry, fc.nat(), (g, at) => {
        expect(spacerHeight(g)).toBeLessThanOrEqual(MAX_SCROLL_PIXELS);
        const { scrollTop } = scrollToPosition(at % (contentHeight(g) + 1), g);
        expect(scrollTop).toBeGreaterThanOrEqual(0);
        expect(scrollTop).toBeLessThanOrEqual(Math.max(0, spacerHeight(g) - g.viewport));
      }),
    );
  });

  it('moves by exact pixels, one row down is one row down', () => {
    const g = { rowCount: 10_000_000, rowHeight: 24, viewport: 600 };
    let state = scrollToRow(scrollToPosition(0, g), 7_654_321, g);
    const before = visibleRows(state, g).first;
    for (let i = 0; i < 1_000; i++) state = scrolledBy(state, g.rowHeight, g);
    expect(visibleRows(state, g).first).toBe(before + 1_000);
  });

  it('takes its own scroll events for echoes', () => {
    fc.assert(
      fc.property(geometry, fc.nat(), (g, at) => {
        const state = scrollToPosition(at % (contentHeight(g) + 1), g);
        expect(scrolledTo(state, state.scrollTop, g).position).toBe(state.position);
      }),
    );
  });

  it('maps the ends of the scrollbar to the first and the last row', () => {
    const g = { rowCount: 50_000_000, rowHeight: 24, viewport: 600 };
    const middle = scrollToRow(scrollToPosition(0, g), 25_000_000, g);
    const bottom = scrolledTo(middle, spacerHeight(g) - g.viewport, g);
    expect(bottom.position).toBe(maxPosition(g));
    expect(visibleRows(bottom, g).last).toBe(g.rowCount);
    expect(visibleRows(scrolledTo(bottom, 0, g), g).first).toBe(0);
  });

  it('treats a small move of a scaled scrollbar as pixels', () => {
    const g = { rowCount: 50_000_000, rowHeight: 24, viewport: 600 };
    const middle = scrollToRow(scrollToPosition(0, g), 25_000_000, g);
    expect(scrolledTo(middle, middle.scrollTop + 120, g).position).toBe(middle.position + 120);
  });

  it('has no rows for an empty result', () => {
    const g = { rowCount: 0, rowHeight: 24, viewport: 600 };
    expect(visibleRows(scrollToPosition(100, g), g)).toEqual({ first: 0, last: 0, shift: 0 });
  });
});
