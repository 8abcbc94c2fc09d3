import { createStore, type StoreApi } from 'zustand/vanilla';
import { decodeBatch } from '../../../common/arrow/result-batch.ts';
import type { HostClient } from '../../../common/contract/host.ts';
import type { ResultInfo, ViewFilter, ViewSpec } from '../../../common/contract/query.ts';
import type { Visualization } from '../../../common/contract/values.ts';
import { asAppError } from '../../../common/errors/app-error.ts';
import type { SettingsStore } from '../../client/settings-store.ts';
import type { ColourScale } from '../../grid/colour-scale.ts';
import { type ColumnLayout, type GridColumn, shownColumns } from '../../grid/column-layout.ts';
import { NO_SELECTION, type Selection, selectedArea } from '../../grid/selection.ts';
import { WindowLoader } from '../../grid/window-loader.ts';
import {
  forgetLayout,
  hasRememberedLayout,
  rememberedLayout,
  rememberLayout,
} from './layout-memory.ts';
import type { Grouping } from './summarize/summarize-text.ts';

export interface ResultViewState {
  readonly result: ResultInfo;
  readonly spec: ViewSpec;
  /** Absent while the result is looked at as it is. */
  readonly viewId: string | undefined;
  /** Rows of the view. */
  readonly rowCount: number;
  /** A view is being made; the one before is still shown. */
  readonly busy: boolean;
  readonly layout: ColumnLayout;
  readonly shown: readonly GridColumn[];
  readonly selection: Selection;
  /** Text that is marked in cells. */
  readonly search: string;
  /** Columns that are folded away because they hold one value only, with that value. */
  readonly collapsed: readonly { readonly name: string; readonly value: string }[];
  /** The last thing that went wrong while reading. */
  readonly error: string;
  /** Grows when cells arrived (`data`) or when all may differ (`content`). */
  readonly data: number;
  readonly content: number;
  /** Grows when another run's rows have taken the place of these. */
  readonly refreshed: number;
  /** The chart that the person chose for this result; the query's own `render` else. */
  readonly chart: Visualization | undefined;
  /** The panel that is open beside the rows. */
  readonly side: SidePanel | undefined;
  /** What the panel for groups was last set to. */
  readonly grouping: Grouping;
  /** Columns whose cells are coloured by their values. */
  readonly coloured: Readonly<Record<string, ColourScale>>;
}

export type SidePanel = 'columns' | 'summarize';

/** One result as it is looked at: sorted, filtered, laid out, selected. */
export interface ResultView extends StoreApi<ResultViewState> {
  /** Stays while results take each other's place. */
  readonly key: string;
  readonly resultId: string;
  readonly loader: () => WindowLoader;
  setResult(result: ResultInfo): void;
  /**
   * Puts another run's result with the same columns in the place of this one: sorted and filtered as before, at the same place, and only
   * when the rows on screen are here. Until then the old ones are shown.
   */
  replace(result: ResultInfo): void;
  setSpec(change: Partial<ViewSpec>): void;
  setFilters(column: string, filters: readonly ViewFilter[]): void;
  /** Sorts by a column, then the other way round, then not; `additive` keeps the other keys. */
  toggleSort(column: string, additive: boolean): void;
  setLayout(layout: ColumnLayout): void;
  /** Widths that fit the first rows, unless the person has laid out such columns before. Once per view. */
  fitOnce(widths: (layout: ColumnLayout) => ColumnLayout): void;
  resetLayout(): void;
  select(selection: Selection): void;
  setSearch(search: string): void;
  setCollapsed(collapsed: ResultViewState['collapsed']): void;
  setChart(chart: Visualization | undefined): void;
  setSide(side: SidePanel | undefined): void;
  setGrouping(grouping: Grouping): void;
  /** Without a scale the column is plain again. */
  setColoured(column: string, scale: ColourScale | undefined): void;
  fail(error: unknown): void;
  /** What `query.*` calls need to know of the selection. */
  area(): { ranges: { start: number; end: number }[]; columns: string[] };
  /** What names this view in `query.*` calls. */
  address(): { resultId: string; viewId?: string };
  dispose(): void;
}

const PLAIN: ViewSpec = { sort: [], filters: [], search: '' };

const isPlain = (spec: ViewSpec): boolean =>
  spec.sort.length === 0 &&
  spec.filters.length === 0 &&
  spec.search === '' &&
  spec.distinct !== true;

export function createResultView(
  host: HostClient,
  settings: SettingsStore,
  first: ResultInfo,
): ResultView {
  let result = first;
  const layout = rememberedLayout(settings, result.columns);
  let fitted = hasRememberedLayout(settings, result.columns);
  const store = createStore<ResultViewState>(() => ({
    result,
    spec: PLAIN,
    viewId: undefined,
    rowCount: result.rowCount,
    busy: false,
    layout,
    shown: shownColumns(layout),
    selection: NO_SELECTION,
    search: '',
    collapsed: [],
    error: '',
    data: 0,
    content: 0,
    refreshed: 0,
    chart: undefined,
    side: undefined,
    coloured: {},
    grouping: { rows: [], measures: [{ aggregate: 'count', column: '' }] },
  }));
  const { getState, setState } = store;
  const fail = (error: unknown): void => {
    const { kind, message } = asAppError(error);
    if (kind !== 'cancelled') setState({ error: message });
  };

  const address = (): { resultId: string; viewId?: string } => {
    const { viewId } = getState();
    return viewId === undefined
      ? { resultId: result.resultId }
      : { resultId: result.resultId, viewId };
  };

  function open(
    rowCount: number,
    where = address(),
    onLoaded = (): void => setState((s) => ({ data: s.data + 1, error: '' })),
    onError = fail,
  ): WindowLoader {
    const names = result.columns.map((column) => column.name);
    return new WindowLoader({
      columnCount: names.length,
      rowCount,
      now: () => performance.now(),
      onLoaded,
      onError,
      fetch: async ({ offset, limit, columns }, signal) => {
        const all = columns.length === names.length;
        const wanted = columns.map((i) => names[i] ?? '');
        const answer = await host.call(
          'query.window',
          { ...where, offset, limit, ...(all ? {} : { columns: wanted }) },
          { signal },
        );
        return decodeBatch(answer.batch);
      },
    });
  }

  let loader = open(result.rowCount);
  let viewRequest: AbortController | undefined;
  /** The spec of the rows on screen. */
  let applied = PLAIN;

  function show(spec: ViewSpec, viewId: string | undefined, rowCount: number): void {
    loader.dispose();
    applied = spec;
    const { selection } = getState();
    const column = selection.focus.column;
    setState((s) => ({
      spec,
      viewId,
      rowCount,
      busy: false,
      error: '',
      selection: { focus: { row: 0, column }, anchor: { row: 0, column }, extra: [] },
      content: s.content + 1,
    }));
    loader = open(rowCount);
    if (successor) replace(successor);
  }

  function setSpec(change: Partial<ViewSpec>): void {
    const spec = { ...getState().spec, ...change };
    viewRequest?.abort();
    viewRequest = undefined;
    // It would be of another order; it is taken up again when the rows are here.
    replacing?.abort();
    if (isPlain(spec)) {
      show(spec, undefined, getState().result.rowCount);
      return;
    }
    const controller = new AbortController();
    viewRequest = controller;
    // The new sort and filter marks are seen at once, the rows when they are there.
    setState({ spec, busy: true });
    host
      .call('query.view', { resultId: result.resultId, spec }, { signal: controller.signal })
      .then(
        (view) => {
          if (viewRequest !== controller) return;
          viewRequest = undefined;
          show(spec, view.viewId, view.rowCount);
        },
        (error: unknown) => {
          if (viewRequest !== controller) return;
          viewRequest = undefined;
          // What is on screen is still the view before.
          setState({ busy: false, spec: applied });
          fail(error);
          if (successor) replace(successor);
        },
      );
  }

  /** What is to be shown in place of the result, and the work on it. */
  let successor: ResultInfo | undefined;
  let replacing: AbortController | undefined;

  function replace(next: ResultInfo): void {
    replacing?.abort();
    successor = next;
    if (viewRequest) return;
    const controller = new AbortController();
    replacing = controller;
    takeOver(next, controller.signal).then(
      () => {
        if (replacing === controller) replacing = undefined;
      },
      (error: unknown) => {
        if (!controller.signal.aborted) fail(error);
      },
    );
  }

  async function takeOver(next: ResultInfo, signal: AbortSignal): Promise<void> {
    const spec = applied;
    const { resultId } = next;
    const view = isPlain(spec)
      ? undefined
      : await host.call('query.view', { resultId, spec }, { signal });
    const rowCount = view?.rowCount ?? next.rowCount;
    const where = view ? { resultId, viewId: view.viewId } : { resultId };
    let fresh: WindowLoader | undefined;
    const { viewport } = loader;
    await new Promise<void>((resolve, reject) => {
      const loading = open(
        rowCount,
        where,
        () => {
          if (loader === loading) setState((s) => ({ data: s.data + 1, error: '' }));
          else if (loading.isFilled) resolve();
        },
        (error) => (loader === loading ? fail(error) : reject(error)),
      );
      fresh = loading;
      if (viewport) loading.show(viewport);
      if (loading.isFilled) resolve();
    });
    if (signal.aborted || !fresh) {
      fresh?.dispose();
      return;
    }
    loader.dispose();
    loader = fresh;
    result = next;
    successor = undefined;
    setState((s) => ({
      result: next,
      viewId: view?.viewId,
      rowCount,
      error: '',
      data: s.data + 1,
      refreshed: s.refreshed + 1,
    }));
  }

  function applyLayout(next: ColumnLayout): void {
    setState({ layout: next, shown: shownColumns(next) });
  }

  return {
    ...store,
    key: first.resultId,
    get resultId() {
      return result.resultId;
    },
    replace,
    loader: () => loader,
    setSpec,
    address,
    fail,
    setResult(next) {
      // Another one takes its place only when it can be shown.
      if (next === getState().result || next.resultId !== result.resultId) return;
      result = next;
      const { viewId } = getState();
      setState({ result: next, ...(viewId === undefined ? { rowCount: next.rowCount } : {}) });
      if (viewId === undefined) loader.setRowCount(next.rowCount);
    },
    setFilters(column, filters) {
      const others = getState().spec.filters.filter((filter) => filter.column !== column);
      setSpec({ filters: [...others, ...filters] });
    },
    toggleSort(column, additive) {
      const { sort } = getState().spec;
      const old = sort.find((key) => key.column === column);
      const next = old
        ? old.descending
          ? []
          : [{ column, descending: true }]
        : [{ column, descending: false }];
      if (!additive) setSpec({ sort: next });
      else if (old && next.length > 0)
        setSpec({ sort: sort.map((key) => (key === old ? { column, descending: true } : key)) });
      else setSpec({ sort: [...sort.filter((key) => key !== old), ...next] });
    },
    setLayout(next) {
      applyLayout(next);
      rememberLayout(settings, result.columns, next);
    },
    fitOnce(widths) {
      if (fitted) return;
      fitted = true;
      applyLayout(widths(getState().layout));
    },
    resetLayout() {
      setState({ collapsed: [] });
      applyLayout(forgetLayout(settings, result.columns));
    },
    select: (selection) => setState({ selection }),
    setSearch: (search) => setState({ search }),
    setCollapsed: (collapsed) => setState({ collapsed }),
    setChart: (chart) => setState({ chart }),
    setSide: (side) => setState({ side }),
    setGrouping: (grouping) => setState({ grouping }),
    setColoured(column, scale) {
      const { [column]: _old, ...others } = getState().coloured;
      setState({ coloured: scale ? { ...others, [column]: scale } : others });
    },
    area() {
      const { selection, shown } = getState();
      const area = selectedArea(selection);
      return {
        ranges: area.ranges.map((range) => ({ ...range })),
        columns: area.columns.flatMap((place) => shown[place]?.name ?? []),
      };
    },
    dispose() {
      viewRequest?.abort();
      replacing?.abort();
      loader.dispose();
    },
  };
}
