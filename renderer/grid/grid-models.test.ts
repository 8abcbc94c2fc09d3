import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column } from '../../common/types/kql-type.ts';
import {
  columnOffsets,
  createLayout,
  hideColumn,
  layoutKey,
  moveColumn,
  pinColumn,
  resizeColumn,
  saveLayout,
  shownColumns,
  visibleColumns,
} from './column-layout.ts';
import { commandOf } from './keymap.ts';
import { addAt, moveTo, NO_SELECTION, selectAll, selectedArea, selectRows } from './selection.ts';
import { severityColumn, severityOf } from './severity.ts';

const columns: Column[] = [
  { name: 'a', type: 'long' },
  { name: 'b', type: 'string' },
  { name: 'c', type: 'datetime' },
  { name: 'd', type: 'real' },
];
const names = (layout: ReturnType<typeof createLayout>): string[] =>
  shownColumns(layout).map((c) => c.name);

describe('column layout', () => {
  it('moves, hides and pins', () => {
    const layout = createLayout(columns);
    expect(names(moveColumn(layout, 'a', 'c'))).toEqual(['b', 'c', 'a', 'd']);
    expect(names(moveColumn(layout, 'd', 'b'))).toEqual(['a', 'd', 'b', 'c']);
    expect(names(hideColumn(layout, 'b', true))).toEqual(['a', 'c', 'd']);
    expect(names(pinColumn(layout, 'c', true))).toEqual(['c', 'a', 'b', 'd']);
  });

  it('comes back as it was saved, and finds a place for new columns', () => {
    const layout = resizeColumn(
      pinColumn(moveColumn(createLayout(columns), 'd', 'a'), 'c', true),
      'b',
      333,
    );
    const saved = saveLayout(hideColumn(layout, 'a', true));
    const again = createLayout([...columns, { name: 'e', type: 'int' }], saved);
    expect(names(again)).toEqual(['c', 'd', 'b', 'e']);
    expect(again.find((c) => c.name === 'b')?.width).toBe(333);
  });

  it('knows a result by its set of column names', () => {
    expect(layoutKey(columns)).toBe(layoutKey([...columns].reverse()));
    expect(layoutKey(columns)).not.toBe(layoutKey(columns.slice(1)));
  });

  it('finds exactly the columns that a window touches', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 40, max: 500 }), { minLength: 1, maxLength: 60 }),
        fc.nat({ max: 20_000 }),
        fc.integer({ min: 1, max: 3_000 }),
        (widths, at, width) => {
          const offsets = columnOffsets(
            widths.map((w, index) => ({
              name: `${index}`,
              type: 'long' as const,
              index,
              width: w,
              hidden: false,
              pinned: false,
            })),
          );
          const left = at % (offsets.at(-1) ?? 1);
          const { first, last } = visibleColumns(offsets, left, width);
          const touched = widths
            .map((_, i) => i)
            .filter((i) => (offsets[i + 1] ?? 0) > left && (offsets[i] ?? 0) < left + width);
          expect([first, last]).toEqual([touched[0], (touched.at(-1) ?? 0) + 1]);
        },
      ),
    );
  });
});

describe('selection', () => {
  const size = { rows: 100, columns: 4 };

  it('grows from its anchor and starts anew', () => {
    const a = moveTo(NO_SELECTION, { row: 10, column: 1 }, size);
    const b = moveTo(a, { row: 5, column: 3 }, size, true);
    expect(selectedArea(b)).toEqual({ ranges: [{ start: 5, end: 11 }], columns: [1, 2, 3] });
    expect(selectedArea(moveTo(b, { row: 0, column: 0 }, size)).columns).toEqual([0]);
  });

  it('joins rectangles that overlap or touch', () => {
    let s = selectRows(NO_SELECTION, 3, size, false);
    s = addAt(s, { row: 4, column: 0 }, size);
    s = addAt(s, { row: 50, column: 2 }, size);
    expect(selectedArea(s).ranges).toEqual([
      { start: 3, end: 5 },
      { start: 50, end: 51 },
    ]);
  });

  it('takes everything, and never leaves the grid', () => {
    expect(selectedArea(selectAll(NO_SELECTION, size)).ranges).toEqual([{ start: 0, end: 100 }]);
    expect(moveTo(NO_SELECTION, { row: 1e9, column: 77 }, size).focus).toEqual({
      row: 99,
      column: 3,
    });
  });
});

describe('keys', () => {
  const press = (key: string, mods: Partial<Record<'ctrl' | 'shift' | 'alt', boolean>> = {}) => ({
    key,
    ctrl: false,
    shift: false,
    alt: false,
    ...mods,
  });
  const size = { rows: 10_000_000, columns: 50 };
  const at = { row: 5, column: 5 };

  it.each([
    ['ArrowDown', {}, { row: 6, column: 5 }],
    ['PageDown', {}, { row: 45, column: 5 }],
    ['End', {}, { row: 5, column: 49 }],
    ['End', { ctrl: true }, { row: 9_999_999, column: 49 }],
    ['Home', { ctrl: true }, { row: 0, column: 0 }],
  ] as const)('%s %o moves', (key, mods, to) => {
    expect(commandOf(press(key, mods), at, size, 40)).toEqual({ kind: 'move', to, extend: false });
  });

  it('means other things in the header', () => {
    const header = { row: -1, column: 2 };
    expect(commandOf(press('Enter'), header, size, 40)).toEqual({ kind: 'sort' });
    expect(commandOf(press('ArrowDown', { alt: true }), header, size, 40)).toEqual({
      kind: 'menu',
    });
    expect(commandOf(press('ArrowRight', { ctrl: true, shift: true }), header, size, 40)).toEqual({
      kind: 'moveColumnRight',
    });
    expect(commandOf(press('Enter'), at, size, 40)).toEqual({ kind: 'activate' });
  });

  it('leaves other keys alone', () => {
    expect(commandOf(press('F5'), at, size, 40)).toBeUndefined();
    expect(commandOf(press('x'), at, size, 40)).toBeUndefined();
  });
});

describe('severity', () => {
  it('reads a numeric column named Level', () => {
    expect(
      severityColumn([
        { name: 'x', type: 'long' },
        { name: 'Level', type: 'long' },
      ]),
    ).toBe(1);
    expect(severityOf(1n, 'long')).toBe('critical');
    expect(severityOf(5, 'int')).toBe('verbose');
    expect(severityOf(9, 'int')).toBeUndefined();
  });

  it('reads words of any case, and nothing else', () => {
    expect(severityOf('FATAL', 'string')).toBe('critical');
    expect(severityOf('w', 'string')).toBe('warning');
    expect(severityOf('warnings galore', 'string')).toBeUndefined();
    expect(severityOf(null, 'string')).toBeUndefined();
    expect(severityColumn([{ name: 'State', type: 'string' }])).toBe(-1);
  });
});
