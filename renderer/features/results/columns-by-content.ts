import type { HostClient } from '../../../common/contract/host.ts';
import { hideColumns, showAllColumns } from '../../grid/column-layout.ts';
import type { ResultView } from './result-view.ts';

interface ColumnContent {
  readonly name: string;
  readonly rowCount: number;
  readonly distinct: number;
  readonly empty: number;
  /** The only value, when there is one. */
  readonly value: string;
}

async function readContents(host: HostClient, view: ResultView): Promise<readonly ColumnContent[]> {
  const contents: ColumnContent[] = [];
  for (const { name } of view.getState().shown) {
    const profile = await host.call('query.columnProfile', {
      ...view.address(),
      column: name,
      top: 2,
    });
    contents.push({
      name,
      rowCount: profile.rowCount,
      distinct: profile.distinct,
      empty: profile.empty,
      value: profile.top[0]?.value ?? '',
    });
  }
  return contents;
}

/** Hides the columns in which no row has a value. Returns how many they were. */
export async function hideEmptyColumns(host: HostClient, view: ResultView): Promise<number> {
  const empty = (await readContents(host, view)).filter((c) => c.empty === c.rowCount);
  const names = empty.map((c) => c.name);
  view.setLayout(hideColumns(view.getState().layout, names));
  return names.length;
}

/**
 * Folds away the columns that hold one value only; the pane shows name and value above the grid. The same
 * command unfolds them again.
 */
export async function toggleCollapsed(host: HostClient, view: ResultView): Promise<number> {
  const { collapsed } = view.getState();
  if (collapsed.length > 0) {
    const names = new Set(collapsed.map((c) => c.name));
    view.setCollapsed([]);
    view.setLayout(
      view.getState().layout.map((c) => (names.has(c.name) ? { ...c, hidden: false } : c)),
    );
    return 0;
  }
  const single = (await readContents(host, view)).filter(
    (c) => c.rowCount > 1 && c.distinct === 1 && c.empty === 0,
  );
  view.setCollapsed(single.map(({ name, value }) => ({ name, value })));
  view.setLayout(
    hideColumns(
      view.getState().layout,
      single.map((c) => c.name),
    ),
  );
  return single.length;
}

export function showAll(view: ResultView): void {
  view.setCollapsed([]);
  view.setLayout(showAllColumns(view.getState().layout));
}
