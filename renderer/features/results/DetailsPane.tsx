import { Input, Switch } from '@fluentui/react-components';
import { useState } from 'react';
import { formatCell } from '../../../common/text/format-value.ts';
import { useServices } from '../../client/services.ts';
import { openCell } from './cell/CellDialog.tsx';
import { formatOptions } from './preferences.ts';
import { useActiveResultView, useView } from './result-views.ts';
import './results.css';

/** Text of a value that is shown here; the cell's own window shows it whole. */
const MAX_TEXT = 4_000;

/** All cells of the row that has the focus, one under the other. */
export function DetailsPane() {
  const services = useServices();
  const view = useActiveResultView();
  const row = useView(view, (s) => s.selection.focus.row) ?? -1;
  const layout = useView(view, (s) => s.layout) ?? [];
  const rowCount = useView(view, (s) => s.rowCount) ?? 0;
  useView(view, (s) => s.data + s.content);
  const [search, setSearch] = useState('');
  const [skipEmpty, setSkipEmpty] = useState(false);
  if (!view || row < 0 || row >= rowCount)
    return <div className="rs-details rs-message">Select a row to see all of its fields.</div>;
  const options = formatOptions(services);
  const needle = search.toLowerCase();
  const fields = layout
    .map((column) => {
      const value = view.loader().cell(row, column.index);
      return {
        column,
        ...(value === undefined
          ? { text: '…', kind: 'value' as const }
          : formatCell(value, column.type, options)),
      };
    })
    .filter(({ kind }) => !skipEmpty || (kind !== 'null' && kind !== 'empty'))
    .filter(
      ({ column, text }) =>
        needle === '' ||
        column.name.toLowerCase().includes(needle) ||
        text.toLowerCase().includes(needle),
    );
  return (
    <section className="rs-details" aria-label={`Fields of row ${row + 1}`}>
      <div className="rs-find">
        <Input
          size="small"
          aria-label="Search in the row"
          placeholder="Search in the row"
          value={search}
          onChange={(_event, data) => setSearch(data.value)}
        />
        <Switch
          label="Skip empty"
          checked={skipEmpty}
          onChange={(_event, data) => setSkipEmpty(data.checked)}
        />
      </div>
      <dl>
        {fields.map(({ column, text, kind }) => (
          <div key={column.name} style={{ display: 'contents' }}>
            <dt title={column.type}>{column.name}</dt>
            <dd
              title="Double-click to open"
              onDoubleClick={() => openCell(services, view, row, column)}
            >
              {kind === 'null' || kind === 'nan' ? (
                <em className="rs-quiet">{text}</em>
              ) : (
                text.slice(0, MAX_TEXT)
              )}
              {text.length > MAX_TEXT ? '…' : ''}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
