import type { Services } from '../../../client/services.ts';
import { item, type MenuEntry } from '../../../ui/MenuAt.tsx';
import { filterBySelection, filterViewBySelection } from '../actions.ts';
import { openCell } from '../cell/CellDialog.tsx';
import { type CopyFormat, copySelection } from '../clipboard.ts';
import { exportResult } from '../export.ts';
import type { ResultView } from '../result-view.ts';
import { originOf, showRowsOf } from '../summarize/derived.ts';

/** What can be done with the selected cells. */
export function cellEntries(
  services: Services,
  view: ResultView,
): readonly (readonly MenuEntry[])[] {
  const copy = (label: string, format: CopyFormat, headers: boolean, keys?: string): MenuEntry =>
    item(label, () => void copySelection(services, view, format, { headers }), {
      ...(keys === undefined ? {} : { keys }),
    });
  const { focus } = view.getState().selection;
  const column = view.getState().shown[focus.column];
  const named = column ? column.name : 'the column';
  const group = originOf(view.resultId);
  return [
    group ? [item('Show the rows of this group', () => showRowsOf(services, view, focus.row))] : [],
    [
      copy('Copy', 'tsv', false, 'Ctrl+C'),
      copy('Copy with headers', 'tsv', true, 'Ctrl+Shift+C'),
      copy('Copy as CSV', 'csv', true),
      copy('Copy as HTML', 'html', true),
      copy('Copy as Markdown', 'markdown', true),
      copy('Copy as datatable', 'datatable', true),
    ],
    [
      item(`Show only this value of ${named}`, () => filterViewBySelection(view, 'keep')),
      item(`Hide this value of ${named}`, () => filterViewBySelection(view, 'exclude')),
      item('Add selection as filters', () => filterBySelection(services, view), {
        keys: 'Ctrl+Shift+Space',
      }),
      item('Exclude selection in the query', () => filterBySelection(services, view, 'exclude')),
    ],
    [
      item('Open the cell', () => {
        if (column) openCell(services, view, focus.row, column);
      }),
      item('Row details', () => services.panes.reveal('details')),
    ],
    [
      item('Export selection to CSV', () => void exportResult(services, view, 'csv', true)),
      item('Export selection to Excel', () => void exportResult(services, view, 'xlsx', true)),
    ],
  ];
}
