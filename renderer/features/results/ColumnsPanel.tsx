import { Button, Checkbox, SearchBox } from '@fluentui/react-components';
import {
  ArrowDownRegular,
  ArrowUpRegular,
  DismissRegular,
  PinOffRegular,
  PinRegular,
} from '@fluentui/react-icons';
import { useState } from 'react';
import { hideColumn, moveColumn, pinColumn, shownColumns } from '../../grid/column-layout.ts';
import { showAll } from './columns-by-content.ts';
import type { ResultView } from './result-view.ts';
import { useView } from './result-views.ts';

/** All columns of a result: show, hide, pin, move. */
export function ColumnsPanel({
  view,
  onClose,
}: {
  readonly view: ResultView;
  readonly onClose: () => void;
}) {
  const layout = useView(view, (s) => s.layout) ?? [];
  const [search, setSearch] = useState('');
  const listed = layout.filter((c) => c.name.toLowerCase().includes(search.toLowerCase()));
  const shift = (name: string, by: -1 | 1): void => {
    const shown = shownColumns(layout);
    const target = shown[shown.findIndex((c) => c.name === name) + by];
    if (target) view.setLayout(moveColumn(layout, name, target.name));
  };
  return (
    <aside className="rs-columns" aria-label="Columns">
      <header>
        <strong>Columns</strong>
        <Button
          size="small"
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label="Close the columns panel"
          onClick={onClose}
        />
      </header>
      <SearchBox
        size="small"
        placeholder="Find a column"
        value={search}
        onChange={(_event, data) => setSearch(data.value)}
        style={{ maxWidth: 'none' }}
      />
      <div className="rs-columns-actions">
        <Button size="small" onClick={() => showAll(view)}>
          Show all
        </Button>
        <Button size="small" onClick={() => view.resetLayout()}>
          Reset
        </Button>
      </div>
      <ul>
        {listed.map((column) => (
          <li key={column.name}>
            <Checkbox
              label={column.name}
              checked={!column.hidden}
              onChange={(_event, data) =>
                view.setLayout(hideColumn(layout, column.name, data.checked !== true))
              }
            />
            <span className="rs-columns-tools">
              <Button
                size="small"
                appearance="subtle"
                icon={<ArrowUpRegular />}
                aria-label={`Move ${column.name} to the left`}
                onClick={() => shift(column.name, -1)}
              />
              <Button
                size="small"
                appearance="subtle"
                icon={<ArrowDownRegular />}
                aria-label={`Move ${column.name} to the right`}
                onClick={() => shift(column.name, 1)}
              />
              <Button
                size="small"
                appearance="subtle"
                icon={column.pinned ? <PinOffRegular /> : <PinRegular />}
                aria-label={column.pinned ? `Unpin ${column.name}` : `Pin ${column.name}`}
                onClick={() => view.setLayout(pinColumn(layout, column.name, !column.pinned))}
              />
            </span>
          </li>
        ))}
      </ul>
    </aside>
  );
}
