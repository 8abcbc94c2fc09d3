import { type RefObject, useEffect, useMemo, useState } from 'react';
import { formatCell } from '../../../common/text/format-value.ts';
import { useServices, useSetting } from '../../client/services.ts';
import { SETTINGS } from '../../client/settings-store.ts';
import { shadeOf } from '../../grid/colour-scale.ts';
import { type GridColumn, moveColumn, resizeColumn } from '../../grid/column-layout.ts';
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
import { selectAll, selectColumn, selectRows } from '../../grid/selection.ts';
import { severityColumn, severityOf } from '../../grid/severity.ts';
import { MenuAt } from '../../ui/MenuAt.tsx';
import { filterBySelection, goToRow, openLink } from './actions.ts';
import { fitLayout, fittingWidth } from './autosize.ts';
import { openCell } from './cell/CellDialog.tsx';
import { copySelection } from './clipboard.ts';
import { FilterPopover } from './FilterPopover.tsx';
import { cellEntries } from './menus/cell-menu.ts';
import { columnEntries } from './menus/column-menu.ts';
import { formatOptions, GRID_SETTINGS } from './preferences.ts';
import { titleForFile } from './result-title.ts';
import type { ResultView } from './result-view.ts';
import { useView } from './result-views.ts';
import { originOf, showRowsOf } from './summarize/derived.ts';

type Popup =
  | { readonly kind: 'column'; readonly column: GridColumn; readonly at: Point }
  | { readonly kind: 'cell'; readonly at: Point }
  | { readonly kind: 'filter'; readonly column: GridColumn; readonly at: Point };

interface ResultGridProps {
  readonly view: ResultView;
  readonly viewRef: RefObject<GridView | null>;
  readonly onFind: () => void;
}

const fontOf = (view: GridView | null): string =>
  view ? getComputedStyle(view.root).fontFamily : 'sans-serif';

/** A result in the grid, with the menus that belong to it. */
export function ResultGrid({ view, viewRef, onFind }: ResultGridProps) {
  const services = useServices();
  const [popup, setPopup] = useState<Popup>();
  const [fontSize] = useSetting(SETTINGS.gridFontSize);
  const [timeZone] = useSetting(SETTINGS.timeZone);
  const [thousands] = useSetting(GRID_SETTINGS.thousands);
  const [colours] = useSetting(GRID_SETTINGS.severityColours);
  const [lines] = useSetting(GRID_SETTINGS.lines);
  const rowCount = useView(view, (s) => s.rowCount) ?? 0;
  const shown = useView(view, (s) => s.shown) ?? [];
  const spec = useView(view, (s) => s.spec);
  const selection = useView(view, (s) => s.selection);
  const search = useView(view, (s) => s.search) ?? '';
  const result = useView(view, (s) => s.result);
  const name = result ? titleForFile(services, result) : '';

  const autosize = useMemo(
    () =>
      (column: GridColumn): void => {
        const rows = viewRef.current?.shownRows ?? { first: 0, last: 0 };
        const options = {
          ...formatOptions(services),
          fontSize,
          fontFamily: fontOf(viewRef.current),
        };
        const width = fittingWidth(view, column, rows, options);
        view.setLayout(resizeColumn(view.getState().layout, column.name, width));
      },
    [services, view, viewRef, fontSize],
  );

  const port = useMemo<GridPort>(() => {
    const columns = view.getState().result.columns;
    const severity = colours ? severityColumn(columns) : -1;
    const options = { timeZone, thousands };
    const zone = timeZone === 'local' ? formatOptions(services) : options;
    const setLayout = view.setLayout;
    const focused = (): GridColumn | undefined => {
      const { shown: now, selection: selected } = view.getState();
      return now[selected.focus.column];
    };
    /** A group opens its rows, any other row the cell. */
    const activate = (row: number, column: GridColumn): void => {
      if (originOf(view.resultId)) showRowsOf(services, view, row);
      else openCell(services, view, row, column);
    };
    const shift = (by: -1 | 1): void => {
      const state = view.getState();
      const column = focused();
      const target = state.shown[state.selection.focus.column + by];
      if (!column || !target) return;
      setLayout(moveColumn(state.layout, column.name, target.name));
      const at = view.getState().shown.findIndex((c) => c.name === column.name);
      view.select({ ...state.selection, focus: { row: state.selection.focus.row, column: at } });
    };
    const command = (given: GridCommand, at: Point): void => {
      const state = view.getState();
      const size = { rows: state.rowCount, columns: state.shown.length };
      const { focus } = state.selection;
      const column = focused();
      switch (given.kind) {
        case 'copy':
          void copySelection(services, view, 'tsv', { headers: false });
          break;
        case 'copyWithHeaders':
          void copySelection(services, view, 'tsv', { headers: true });
          break;
        case 'selectAll':
          view.select(selectAll(state.selection, size));
          break;
        case 'selectRow':
          view.select(selectRows(state.selection, focus.row, size, false));
          break;
        case 'selectColumn':
          view.select(selectColumn(state.selection, focus.column, size));
          break;
        case 'goToRow':
          void goToRow(services, view);
          break;
        case 'find':
          onFind();
          break;
        case 'activate':
          if (column && size.rows > 0) activate(focus.row, column);
          break;
        case 'filterSelection':
          filterBySelection(services, view);
          break;
        case 'filterColumn':
          if (column) setPopup({ kind: 'filter', column, at });
          break;
        case 'sort':
          if (column) view.toggleSort(column.name, false);
          break;
        case 'menu':
          if (column)
            setPopup(focus.row < 0 ? { kind: 'column', column, at } : { kind: 'cell', at });
          break;
        case 'moveColumnLeft':
          shift(-1);
          break;
        case 'moveColumnRight':
          shift(1);
          break;
        case 'narrower':
        case 'wider':
          if (column)
            setLayout(
              resizeColumn(
                state.layout,
                column.name,
                column.width + (given.kind === 'wider' ? 16 : -16),
              ),
            );
          break;
        case 'move':
          break;
      }
    };
    return {
      cell: (row, column) => view.loader().cell(row, column),
      format: (value, type) => formatCell(value, type, zone),
      severity: (row) => {
        const column = columns[severity];
        const value = column && view.loader().cell(row, severity);
        return column && value !== undefined ? severityOf(value, column.type) : undefined;
      },
      shade: (row, column) => {
        const scale = view.getState().coloured[column.name];
        const value = scale && view.loader().cell(row, column.index);
        return scale && value !== undefined ? shadeOf(scale, value) : undefined;
      },
      onShow: (viewport) => view.loader().show(viewport),
      onSelect: view.select,
      onCommand: command,
      onActivate: (place) => {
        const column = view.getState().shown[place.column];
        if (column) activate(place.row, column);
      },
      onSort: (column, additive) => view.toggleSort(column.name, additive),
      onHeaderMenu: (column, at) => setPopup({ kind: 'column', column, at }),
      onCellMenu: (_place, at) => setPopup({ kind: 'cell', at }),
      onResize: (column, width) =>
        setLayout(resizeColumn(view.getState().layout, column.name, width)),
      onAutosize: autosize,
      onMove: (column, target) =>
        setLayout(moveColumn(view.getState().layout, column.name, target.name)),
      onLink: (url) => void openLink(services, url),
    };
  }, [services, view, autosize, onFind, timeZone, thousands, colours]);

  const model = useMemo<GridModel>(
    () => ({
      label: `Results of ${name}`,
      rowCount,
      columns: shown,
      sort: spec?.sort ?? [],
      filtered: new Set(spec?.filters.map((f) => f.column)),
      selection: selection ?? view.getState().selection,
      search,
      fontSize,
      rowHeight: singleRowHeight(fontSize) + (lines - 1) * lineHeightOf(fontSize),
      lines,
    }),
    [view, name, rowCount, shown, spec, selection, search, fontSize, lines],
  );

  useEffect(
    () =>
      view.subscribe((state, before) => {
        if (state.content !== before.content) {
          viewRef.current?.scrollToTop();
          viewRef.current?.dataChanged();
        } else if (state.data !== before.data) {
          const fontFamily = fontOf(viewRef.current);
          const options = { ...formatOptions(services), fontSize, fontFamily };
          // Blocks arrive in any order; the first rows are what is fitted to.
          if (view.loader().cell(0, 0) !== undefined)
            view.fitOnce((layout) => fitLayout(view, layout, options));
          viewRef.current?.dataArrived();
        }
        if (state.coloured !== before.coloured || state.refreshed !== before.refreshed)
          viewRef.current?.dataChanged();
      }),
    [services, view, viewRef, fontSize],
  );

  const close = (): void => setPopup(undefined);
  return (
    <>
      <Grid model={model} port={port} viewRef={viewRef} />
      {popup?.kind === 'column' && (
        <MenuAt
          {...popup.at}
          groups={columnEntries(services, view, popup.column, {
            autosize,
            filter: () => setPopup({ ...popup, kind: 'filter' }),
          })}
          onClose={close}
        />
      )}
      {popup?.kind === 'cell' && (
        <MenuAt {...popup.at} onClose={close} groups={cellEntries(services, view)} />
      )}
      {popup?.kind === 'filter' && (
        <FilterPopover view={view} column={popup.column} at={popup.at} onClose={close} />
      )}
    </>
  );
}
