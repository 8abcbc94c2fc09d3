import type { CellValue } from '../../../common/arrow/result-batch.ts';
import { plainText } from '../../../common/text/format-value.ts';
import type { Services } from '../../client/services.ts';
import type { CellPlace } from '../../grid/selection.ts';
import { moveTo } from '../../grid/selection.ts';
import {
  conditionsOf,
  type SelectedColumn,
  withFilters,
  withOperators,
} from './filters-to-query.ts';
import type { ResultView } from './result-view.ts';

/** Cells that are turned into a filter at most. */
const MAX_FILTER_ROWS = 1_000;

/** Writes conditions into the query that made the result, at its end, and says so. */
export function addFiltersToQuery(services: Services, conditions: readonly string[]): void {
  if (conditions.length > 0) changeQuery(services, (query) => withFilters(query, conditions));
}

/** Writes a further operator at the end of the query that made the result. */
export function appendToQuery(services: Services, operator: string): void {
  changeQuery(services, (query) => withOperators(query, [operator]));
}

function changeQuery(services: Services, change: (query: string) => string): void {
  const run = services.session.activeRun();
  const text = services.session.active()?.text ?? '';
  const unchanged =
    run !== undefined && text.slice(run.offset, run.offset + run.text.length) === run.text;
  const unit = unchanged ? { text: run.text, offset: run.offset } : services.editor.runUnit();
  if (!unit) return;
  services.editor.replace(unit, change(unit.text));
  services.editor.focus();
}

/** The values of the selected cells, by column. */
function selectedValues(view: ResultView): readonly SelectedColumn[] {
  const { ranges, columns } = view.area();
  const rows = ranges
    .flatMap(({ start, end }) =>
      Array.from({ length: Math.min(end - start, MAX_FILTER_ROWS) }, (_, i) => start + i),
    )
    .slice(0, MAX_FILTER_ROWS);
  const loader = view.loader();
  return columns.flatMap((name) => {
    const column = view.getState().shown.find((c) => c.name === name);
    if (!column) return [];
    const values = rows
      .map((row) => loader.cell(row, column.index))
      .filter((value): value is CellValue => value !== undefined);
    return [{ name, type: column.type, values }];
  });
}

/** The selected cells as `where` conditions, one per column; or the rows that are other in one of them. */
export function filterBySelection(
  services: Services,
  view: ResultView,
  mode: 'keep' | 'exclude' = 'keep',
): void {
  const conditions = conditionsOf(selectedValues(view));
  if (mode === 'keep') addFiltersToQuery(services, conditions);
  else if (conditions.length > 0) addFiltersToQuery(services, [`not(${conditions.join(' and ')})`]);
}

/** Shows only, or hides, the rows with the selected values of one column; the query stays as it is. */
export function filterViewBySelection(view: ResultView, mode: 'keep' | 'exclude'): void {
  const { focus } = view.getState().selection;
  const column = view.getState().shown[focus.column];
  if (column && view.loader().cell(focus.row, column.index) === undefined) {
    onceLoaded(view, () => filterViewBySelection(view, mode));
    return;
  }
  const selected = selectedValues(view).find((c) => c.name === column?.name);
  if (!column || !selected) return;
  const texts = selected.values.map((v) => (v === null ? '' : plainText(v, column.type)));
  const others = view.getState().spec.filters.filter((f) => f.column === column.name);
  view.setFilters(column.name, [
    ...(mode === 'exclude' ? others : []),
    {
      column: column.name,
      operator: mode === 'keep' ? 'in' : 'notIn',
      values: [...new Set(texts)],
    },
  ]);
}

/** The cells that were asked for are on their way: a person may be faster than they are. */
function onceLoaded(view: ResultView, act: () => void): void {
  const { content } = view.getState();
  const stop = view.subscribe((now, before) => {
    if (now.data === before.data && now.content === content) return;
    stop();
    if (now.content === content) act();
  });
}

export async function goToRow(services: Services, view: ResultView): Promise<void> {
  const { rowCount, selection, shown } = view.getState();
  if (rowCount === 0) return;
  const parse = (text: string): number => Number(text.replace(/[,\s_]/g, ''));
  const answer = await services.dialogs.prompt({
    title: 'Go to row',
    label: `Row number, 1 to ${rowCount.toLocaleString('en-US')}`,
    value: String(selection.focus.row + 1),
    action: 'Go',
    check: (text) => {
      const row = parse(text);
      return Number.isInteger(row) && row >= 1 && row <= rowCount
        ? undefined
        : `A whole number from 1 to ${rowCount.toLocaleString('en-US')}.`;
    },
  });
  if (answer === undefined) return;
  const size = { rows: rowCount, columns: shown.length };
  const row = parse(answer) - 1;
  view.select(moveTo(selection, { row, column: selection.focus.column }, size));
}

export async function openLink(services: Services, url: string): Promise<void> {
  if (!/^https?:\/\//i.test(url)) return;
  const yes = await services.dialogs.confirm({
    title: 'Open this link?',
    body: url,
    action: 'Open in the browser',
  });
  if (yes) services.shell.openExternal(url);
}

/** Looks for the next row that holds the text and puts the focus there. Returns the number of matching rows. */
export async function findNext(
  services: Services,
  view: ResultView,
  text: string,
  direction: 'here' | 'next' | 'previous',
): Promise<number> {
  const { selection, rowCount, shown } = view.getState();
  const at = Math.max(0, selection.focus.row);
  const step = direction === 'here' ? 0 : direction === 'next' ? 1 : -1;
  const from = rowCount === 0 ? 0 : (at + step + rowCount) % rowCount;
  const found = await services.host.call('query.find', {
    ...view.address(),
    text,
    from,
    backwards: direction === 'previous',
  });
  if (found.row >= 0) {
    const place: CellPlace = { row: found.row, column: selection.focus.column };
    view.select(moveTo(selection, place, { rows: rowCount, columns: shown.length }));
  }
  return found.matches;
}
