import type { Services } from '../../../client/services.ts';
import { scaleOf } from '../../../grid/colour-scale.ts';
import { type GridColumn, hideColumn, pinColumn } from '../../../grid/column-layout.ts';
import { item, type MenuEntry } from '../../../ui/MenuAt.tsx';
import type { ResultView } from '../result-view.ts';
import { derive } from '../summarize/derived.ts';
import { groupingTitle, summarizeText } from '../summarize/summarize-text.ts';

export interface ColumnMenuActions {
  readonly autosize: (column: GridColumn) => void;
  readonly filter: () => void;
}

/** What can be done with a column of a result. */
export function columnEntries(
  services: Services,
  view: ResultView,
  column: GridColumn,
  { autosize, filter }: ColumnMenuActions,
): readonly (readonly MenuEntry[])[] {
  const { layout, spec, shown, coloured } = view.getState();
  const filtered = spec.filters.some((f) => f.column === column.name);
  const sort = (descending: boolean): void =>
    view.setSpec({ sort: [{ column: column.name, descending }] });
  const group = (): void => {
    const grouping = { rows: [column.name], measures: [] };
    derive(services, view, {
      pipe: summarizeText(grouping),
      title: groupingTitle(grouping),
      by: grouping.rows,
    }).catch(view.fail);
  };
  const colour = (): void => {
    if (column.name in coloured) {
      view.setColoured(column.name, undefined);
      return;
    }
    services.host
      .call('query.columnProfile', { resultId: view.resultId, column: column.name, top: 0 })
      .then(({ min, max }) => view.setColoured(column.name, scaleOf(column.type, min, max)))
      .catch(view.fail);
  };
  return [
    [
      item('Sort ascending', () => sort(false)),
      item('Sort descending', () => sort(true)),
      item('No sort', () => view.setSpec({ sort: [] }), { disabled: spec.sort.length === 0 }),
    ],
    [
      item('Filter and explore values…', filter, { keys: 'Ctrl+U' }),
      item('Clear the filter', () => view.setFilters(column.name, []), { disabled: !filtered }),
      item('Group by this column', group),
      item(column.name in coloured ? 'No colours' : 'Colour by value', colour),
    ],
    [
      item(column.pinned ? 'Unpin' : 'Pin to the left', () =>
        view.setLayout(pinColumn(layout, column.name, !column.pinned)),
      ),
      item('Fit width', () => autosize(column)),
      item('Fit width of all columns', () => {
        for (const each of shown) autosize(each);
      }),
      item('Hide', () => view.setLayout(hideColumn(layout, column.name, true))),
      item('Reset columns', () => view.resetLayout()),
    ],
    [item('Copy column name', () => void navigator.clipboard.writeText(column.name))],
  ];
}
