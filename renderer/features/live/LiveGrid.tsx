import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { type FormatOptions, formatCell } from '../../../common/text/format-value.ts';
import { useServices, useSetting } from '../../client/services.ts';
import { SETTINGS } from '../../client/settings-store.ts';
import {
  type ColumnLayout,
  createLayout,
  type GridColumn,
  hideColumn,
  moveColumn,
  pinColumn,
  resizeColumn,
  showAllColumns,
  shownColumns,
} from '../../grid/column-layout.ts';
import { Grid } from '../../grid/Grid.tsx';
import {
  type GridModel,
  type GridPort,
  lineHeightOf,
  type Point,
  singleRowHeight,
} from '../../grid/grid-model.ts';
import type { GridView } from '../../grid/grid-view.ts';
import type { GridCommand } from '../../grid/keymap.ts';
import {
  NO_SELECTION,
  type Selection,
  selectAll,
  selectColumn,
  selectedArea,
  selectRows,
} from '../../grid/selection.ts';
import { severityColumn, severityOf } from '../../grid/severity.ts';
import { item, MenuAt } from '../../ui/MenuAt.tsx';
import { PageDialog } from '../../ui/PageDialog.tsx';
import { fitLayout, formatOptions, GRID_SETTINGS } from '../results/index.ts';
import { rowsAsText } from './copy-rows.ts';
import { type Highlight, highlighterOf } from './highlights.ts';
import type { LiveTail } from './live-tail.ts';

/** A scroll this soon after a key, the wheel or a press is the person's. */
const INTENT_MS = 2_000;

export interface LiveGridProps {
  readonly tail: LiveTail;
  readonly viewRef: RefObject<GridView | null>;
  readonly highlights: readonly Highlight[];
  readonly newestOnTop: boolean;
}

/** The rows of a live view. It stays at the newest one until the person looks at others. */
export function LiveGrid({ tail, viewRef, highlights, newestOnTop }: LiveGridProps) {
  const services = useServices();
  const [fontSize] = useSetting(SETTINGS.gridFontSize);
  const [lines] = useSetting(GRID_SETTINGS.lines);
  const [colours] = useSetting(GRID_SETTINGS.severityColours);
  const rows = useStore(tail, (s) => s.rows);
  const columnsVersion = useStore(tail, (s) => s.columns);
  const evicted = useStore(tail, (s) => s.evicted);
  const pause = useStore(tail, (s) => s.pause);
  const table = useStore(tail, (s) => s.target.table);
  const [layout, setLayout] = useState<ColumnLayout>([]);
  const [selection, setSelection] = useState<Selection>(NO_SELECTION);
  const [popup, setPopup] = useState<
    { readonly at: Point; readonly column?: GridColumn } | undefined
  >();
  const wrapper = useRef<HTMLDivElement>(null);
  const intent = useRef(Number.NEGATIVE_INFINITY);
  const shown = useMemo(() => shownColumns(layout), [layout]);
  const options = useFormatOptions();
  const highlighter = useMemo(() => highlighterOf(highlights), [highlights]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the columns are read from the ring when they change
  const severity = useMemo(
    () => (colours ? severityColumn(tail.ring.columns) : -1),
    [tail, colours, columnsVersion],
  );
  /** What the port reads when it is asked: another port would be another grid, at its top again. */
  const now = useRef({ shown, selection, options, highlighter, severity, newestOnTop });
  now.current = { shown, selection, options, highlighter, severity, newestOnTop };
  const fitted = useRef(-1);

  /** The grid's row as a row of the ring. */
  const placeOf = useCallback(
    (row: number): number => (now.current.newestOnTop ? tail.ring.rowCount - 1 - row : row),
    [tail],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: the columns are read from the ring when they change
  useEffect(() => {
    setLayout((before) => {
      const widths = Object.fromEntries(before.map((c) => [c.name, c.width]));
      const hidden = before.filter((c) => c.hidden).map((c) => c.name);
      const pinned = before.filter((c) => c.pinned).map((c) => c.name);
      return createLayout(tail.ring.columns, {
        order: before.map((c) => c.name),
        widths,
        hidden,
        pinned,
      });
    });
  }, [tail, columnsVersion]);

  const fitColumns = useCallback(
    (columns: ColumnLayout): ColumnLayout => {
      const root = viewRef.current?.root;
      const fontFamily = root ? getComputedStyle(root).fontFamily : 'sans-serif';
      const cells = { loader: () => ({ cell: (row: number, c: number) => cellFromEnd(row, c) }) };
      const cellFromEnd = (row: number, column: number) =>
        tail.ring.cell(tail.ring.rowCount - 1 - row, column);
      return fitLayout(cells, columns, { ...formatOptions(services), fontSize, fontFamily });
    },
    [services, tail, viewRef, fontSize],
  );

  const port = useMemo<GridPort>(() => {
    const cell = (row: number, column: number) => tail.ring.cell(placeOf(row), column);
    const textOf = (row: number, column: GridColumn): string =>
      formatCell(cell(row, column.index), column.type, now.current.options).text;
    const copy = (headers: boolean): void => {
      const { shown: columns, selection: selected } = now.current;
      const text = rowsAsText(selectedArea(selected), columns, cell, headers);
      navigator.clipboard.writeText(text).catch((error: unknown) =>
        services.dialogs.notify({
          intent: 'error',
          title: 'Nothing was copied',
          body: String(error),
        }),
      );
    };
    const open = (row: number, column: GridColumn): void =>
      services.dialogs.show((close) => (
        <PageDialog title={column.name} width={860} onClose={close}>
          <pre className="rs-cell-text">{textOf(row, column)}</pre>
        </PageDialog>
      ));
    const command = (given: GridCommand, at: Point): void => {
      const { shown: columns, selection: selected } = now.current;
      const size = { rows: tail.ring.rowCount, columns: columns.length };
      const { focus } = selected;
      const column = columns[focus.column];
      switch (given.kind) {
        case 'copy':
        case 'copyWithHeaders':
          copy(given.kind === 'copyWithHeaders');
          break;
        case 'selectAll':
          setSelection(selectAll(selected, size));
          break;
        case 'selectRow':
          setSelection(selectRows(selected, focus.row, size, false));
          break;
        case 'selectColumn':
          setSelection(selectColumn(selected, focus.column, size));
          break;
        case 'activate':
          if (column) open(focus.row, column);
          break;
        case 'menu':
          if (column) setPopup(focus.row < 0 ? { at, column } : { at });
          break;
        default:
          break;
      }
    };
    return {
      cell,
      format: (value, type) => formatCell(value, type, now.current.options),
      severity: (row) => {
        const place = now.current.severity;
        const column = tail.ring.columns[place];
        return column && severityOf(cell(row, place), column.type);
      },
      shade: (row) => {
        const { highlighter: marks, shown: columns } = now.current;
        if (marks.isEmpty) return undefined;
        const colour = marks.colourOf(columns.map((column) => textOf(row, column)));
        return colour && `var(--lv-${colour})`;
      },
      onShow: () => follow(),
      onSelect: setSelection,
      onCommand: command,
      onActivate: ({ row, column }) => {
        const chosen = now.current.shown[column];
        if (chosen) open(row, chosen);
      },
      // Rows come in their own order; another one would have to look at all of them.
      onSort: () => undefined,
      onHeaderMenu: (column, at) => setPopup({ at, column }),
      onCellMenu: (_place, at) => setPopup({ at }),
      onResize: (column, width) => setLayout((l) => resizeColumn(l, column.name, width)),
      onAutosize: (column) =>
        setLayout((l) => l.map((c) => (c.name === column.name ? (fitColumns([c])[0] ?? c) : c))),
      onMove: (column, target) => setLayout((l) => moveColumn(l, column.name, target.name)),
      onLink: (url) => void services.shell.openExternal(url),
    };

    /** Follows the newest row, or stops because the person has scrolled away from it, or goes on again. */
    function follow(): void {
      const view = viewRef.current;
      if (!view || tail.ring.rowCount === 0) return;
      const { newestOnTop: onTop } = now.current;
      const atNewest = onTop ? view.isAtTop : view.isAtEnd;
      const meant = performance.now() - intent.current < INTENT_MS;
      const { pause: paused } = tail.getState();
      if (!paused && !atNewest && meant) tail.pause('scroll');
      else if (paused === 'scroll' && atNewest && meant) tail.resume('catchUp');
      else if (!paused && !atNewest) requestAnimationFrame(() => toNewest(view, onTop));
    }
  }, [services, tail, viewRef, placeOf, fitColumns]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are in the ring, counted by `rows`
  const model = useMemo<GridModel>(
    () => ({
      label: `Live rows of ${table}`,
      rowCount: tail.ring.rowCount,
      columns: shown,
      sort: [],
      filtered: new Set(),
      selection,
      search: '',
      fontSize,
      rowHeight: singleRowHeight(fontSize) + (lines - 1) * lineHeightOf(fontSize),
      lines,
    }),
    [tail, table, rows, shown, selection, fontSize, lines],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: with these, the same rows look different
  useEffect(() => viewRef.current?.dataChanged(), [viewRef, options, highlighter, severity]);

  const before = useRef(evicted);
  useEffect(() => {
    const view = viewRef.current;
    const gone = evicted - before.current;
    before.current = evicted;
    if (!view) return;
    if (gone > 0) setSelection((s) => shifted(s, newestOnTop ? 0 : gone));
    if (tail.getState().pause === undefined) toNewest(view, newestOnTop);
    else if (gone > 0 && !newestOnTop) view.shiftRows(gone);
    view.dataChanged();
  }, [tail, viewRef, evicted, newestOnTop]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are in the ring, counted by `rows`
  useEffect(() => {
    const view = viewRef.current;
    if (!view) return;
    if (fitted.current !== columnsVersion && tail.ring.rowCount > 0 && layout.length > 0) {
      fitted.current = columnsVersion;
      setLayout(fitColumns);
    }
    if (newestOnTop) view.dataChanged();
    if (pause === undefined) toNewest(view, newestOnTop);
  }, [tail, viewRef, rows, pause, newestOnTop, columnsVersion, layout.length, fitColumns]);

  useEffect(() => {
    const node = wrapper.current;
    if (!node) return;
    const mark = (): void => {
      intent.current = performance.now();
    };
    const events = ['wheel', 'pointerdown', 'keydown', 'touchmove'] as const;
    for (const name of events) node.addEventListener(name, mark, { capture: true, passive: true });
    return () => {
      for (const name of events) node.removeEventListener(name, mark, { capture: true });
    };
  }, []);

  const column = popup?.column;
  return (
    <div ref={wrapper} className="lv-grid">
      <Grid model={model} port={port} viewRef={viewRef} />
      {popup && (
        <MenuAt
          {...popup.at}
          onClose={() => setPopup(undefined)}
          groups={
            column
              ? [
                  [
                    item('Fit width', () => port.onAutosize(column)),
                    item(column.pinned ? 'Unpin' : 'Pin to the left', () =>
                      setLayout((l) => pinColumn(l, column.name, !column.pinned)),
                    ),
                  ],
                  [
                    item('Hide column', () => setLayout((l) => hideColumn(l, column.name, true)), {
                      disabled: shown.length < 2,
                    }),
                    item('Show all columns', () => setLayout(showAllColumns), {
                      disabled: shown.length === layout.length,
                    }),
                  ],
                ]
              : [
                  [
                    item('Copy', () => port.onCommand({ kind: 'copy' }, popup.at), {
                      keys: 'Ctrl+C',
                    }),
                    item(
                      'Copy with headers',
                      () => port.onCommand({ kind: 'copyWithHeaders' }, popup.at),
                      { keys: 'Ctrl+Shift+C' },
                    ),
                    item('Show the whole cell', () =>
                      port.onCommand({ kind: 'activate' }, popup.at),
                    ),
                  ],
                ]
          }
        />
      )}
    </div>
  );
}

/** How cells are written; others when the settings are. */
function useFormatOptions(): FormatOptions {
  const services = useServices();
  const [timeZone] = useSetting(SETTINGS.timeZone);
  const [thousands] = useSetting(GRID_SETTINGS.thousands);
  // biome-ignore lint/correctness/useExhaustiveDependencies: both are read through the services
  return useMemo(() => formatOptions(services), [services, timeZone, thousands]);
}

function toNewest(view: GridView, newestOnTop: boolean): void {
  if (newestOnTop) view.scrollToTop();
  else view.scrollToEnd();
}

/** The same rows after so many went at the top. */
function shifted({ focus, anchor, extra }: Selection, gone: number): Selection {
  const up = (row: number): number => Math.max(0, row - gone);
  return {
    focus: focus.row < 0 ? focus : { ...focus, row: up(focus.row) },
    anchor: { ...anchor, row: up(anchor.row) },
    extra: extra
      .filter((r) => r.bottom >= gone)
      .map((r) => ({ ...r, top: up(r.top), bottom: up(r.bottom) })),
  };
}
