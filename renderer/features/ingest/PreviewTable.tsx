import { Dropdown, Option } from '@fluentui/react-components';
import type { Inspection, MappedColumn } from '../../../common/contract/ingest.ts';
import { KQL_TYPES } from '../../../common/types/kql-type.ts';
import type { Wizard } from './use-wizard.ts';

/** Columns and characters that are drawn at most; the rest is imported all the same. */
const MAX_COLUMNS = 60;
const MAX_TEXT = 200;

const NUMBERS = new Set<string>(['int', 'long', 'real', 'decimal']);

/** The first rows as they will be; names and types are edited in the head. */
export function PreviewTable({
  wizard,
  inspection,
}: {
  readonly wizard: Wizard;
  readonly inspection: Inspection;
}) {
  const shown = wizard.columns.slice(0, MAX_COLUMNS);
  const places = new Map(inspection.columns.map((c, i) => [c.name, i]));
  const change = (index: number, column: MappedColumn): void =>
    wizard.setColumns(wizard.columns.with(index, column));
  return (
    <div className="wz-preview">
      <table>
        <caption className="wz-hidden">First rows of the data</caption>
        <thead>
          <tr>
            {shown.map((column, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column keeps its place while its name is typed
              <th key={i} scope="col">
                <input
                  className="in-name"
                  aria-label={`Name of column ${i + 1}`}
                  value={column.name}
                  onChange={(event) => change(i, { ...column, name: event.target.value })}
                />
                <Dropdown
                  size="small"
                  appearance="underline"
                  aria-label={`Type of ${column.name}`}
                  value={column.type}
                  selectedOptions={[column.type]}
                  onOptionSelect={(_event, data) => {
                    const type = KQL_TYPES.find((t) => t === data.optionValue);
                    if (type) change(i, { ...column, type });
                  }}
                  style={{ minWidth: 0 }}
                >
                  {KQL_TYPES.map((type) => (
                    <Option key={type} value={type}>
                      {type}
                    </Option>
                  ))}
                </Dropdown>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {inspection.preview.map((row, r) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a preview have no other name
            <tr key={r}>
              {shown.map((column, i) => {
                const cell = row[places.get(column.name) ?? i];
                return (
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  <td key={i} className={NUMBERS.has(column.type) ? 'wz-number' : ''}>
                    {cell === null || cell === undefined ? <em>null</em> : cell.slice(0, MAX_TEXT)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {wizard.columns.length > MAX_COLUMNS && (
        <p className="wz-note">
          {wizard.columns.length - MAX_COLUMNS} more columns are imported but not drawn here.
        </p>
      )}
      {inspection.preview.length === 0 && (
        <p className="wz-note">There are no rows in this data.</p>
      )}
    </div>
  );
}
