import type { Command } from '../../client/command.ts';
import type { Services } from '../../client/services.ts';
import { filterBySelection, goToRow } from './actions.ts';
import { chartCommands } from './chart/commands.ts';
import { type CopyFormat, copySelection } from './clipboard.ts';
import { hideEmptyColumns, toggleCollapsed } from './columns-by-content.ts';
import { EXPORT_FORMATS, exportResult, FILE_FORMATS } from './export.ts';
import { openGrid } from './open-grid.ts';
import type { ResultView } from './result-view.ts';
import { activeResultView } from './result-views.ts';
import { copyQueryAndResults } from './share.ts';

const hasResult = (services: Services): boolean => activeResultView(services) !== undefined;

function onView(run: (services: Services, view: ResultView) => unknown): Command['run'] {
  return (services) => {
    const view = activeResultView(services);
    if (view) void run(services, view);
  };
}

const copyAs = (format: CopyFormat, title: string, keys: readonly string[] = []): Command => ({
  id: `results.copyAs-${format}`,
  title,
  category: 'Results',
  keys,
  menu: 2,
  when: hasResult,
  run: onView((services, view) =>
    copySelection(services, view, format, { headers: true, everything: true }),
  ),
});

/** What can be done with the results of the active document. */
export const resultsCommands: readonly Command[] = [
  {
    id: 'results.find',
    title: 'Search in results',
    category: 'Results',
    menu: 1,
    when: hasResult,
    run: (services) => {
      services.panes.reveal('results');
      openGrid(services)?.find();
    },
  },
  {
    id: 'results.goToRow',
    title: 'Go to row…',
    category: 'Results',
    menu: 1,
    when: hasResult,
    run: onView(goToRow),
  },
  {
    id: 'results.filterBySelection',
    title: 'Add selection as filters',
    category: 'Results',
    keys: ['Ctrl+Shift+Space'],
    where: 'results',
    menu: 1,
    when: hasResult,
    run: onView(filterBySelection),
  },
  {
    id: 'results.rowDetails',
    title: 'Row details',
    category: 'Results',
    keys: ['Ctrl+F10'],
    menu: 1,
    when: hasResult,
    run: (services) => services.panes.toggle('details'),
  },
  {
    id: 'results.hideEmptyColumns',
    title: 'Hide empty columns',
    category: 'Results',
    keys: ['Alt+Shift+H'],
    menu: 1,
    when: hasResult,
    run: onView((services, view) => hideEmptyColumns(services.host, view).catch(view.fail)),
  },
  {
    id: 'results.foldSingleValueColumns',
    title: 'Fold or unfold single-value columns',
    category: 'Results',
    keys: ['Ctrl+Shift+J'],
    menu: 1,
    when: hasResult,
    run: onView((services, view) => toggleCollapsed(services.host, view).catch(view.fail)),
  },
  {
    id: 'results.hideDuplicates',
    title: 'Hide or show duplicate rows',
    category: 'Results',
    keys: ['Ctrl+Shift+D'],
    menu: 1,
    when: hasResult,
    run: onView((_services, view) =>
      view.setSpec({ distinct: view.getState().spec.distinct !== true }),
    ),
  },
  {
    id: 'results.excludeSelection',
    title: 'Exclude selection in the query',
    category: 'Results',
    menu: 1,
    when: hasResult,
    run: onView((services, view) => filterBySelection(services, view, 'exclude')),
  },
  {
    id: 'results.resetColumns',
    title: 'Reset columns',
    category: 'Results',
    menu: 1,
    when: hasResult,
    run: onView((_services, view) => view.resetLayout()),
  },
  {
    id: 'results.copyWithQuery',
    title: 'Copy query and rows',
    category: 'Results',
    keys: ['Alt+Shift+C'],
    menu: 2,
    when: hasResult,
    run: onView(copyQueryAndResults),
  },
  copyAs('tsv', 'Copy all rows as tab-separated text'),
  copyAs('html', 'Copy all rows as an HTML table'),
  copyAs('markdown', 'Copy all rows as Markdown', ['Alt+Shift+R']),
  copyAs('datatable', 'Copy all rows as a datatable'),
  ...FILE_FORMATS.map(
    (format): Command => ({
      id: `results.export-${format}`,
      title: `Export results as ${EXPORT_FORMATS[format].label}…`,
      category: 'Results',
      menu: 3,
      when: hasResult,
      run: onView((services, view) => exportResult(services, view, format)),
    }),
  ),
  ...chartCommands,
];
