import { Button } from '@fluentui/react-components';
import { AddRegular, DeleteRegular } from '@fluentui/react-icons';
import type { FormatName, MappedColumn } from '../../../common/contract/ingest.ts';
import { KQL_TYPES } from '../../../common/types/kql-type.ts';
import { freeName, sourceText, transformsFor, withSource, withTransform } from './mapping-edit.ts';
import type { Wizard } from './use-wizard.ts';

/** The mapping, one line per column: name, type, where it comes from, what is done to it. */
export function ColumnsTable({
  wizard,
  format,
}: {
  readonly wizard: Wizard;
  readonly format: FormatName;
}) {
  const { columns } = wizard;
  const change = (index: number, column: MappedColumn): void =>
    wizard.setColumns(columns.with(index, column));
  const transforms = transformsFor(format);
  return (
    <div className="in-preview">
      <table className="in-mapping">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col" title="#3 is the fourth field, $.a.b a path, = text a constant">
              Source
            </th>
            <th scope="col">Transformation</th>
            <th scope="col" aria-label="Remove" />
          </tr>
        </thead>
        <tbody>
          {columns.map((column, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a column keeps its place while its name is typed
            <tr key={i}>
              <td>
                <input
                  aria-label={`Name of column ${i + 1}`}
                  value={column.name}
                  onChange={(event) => change(i, { ...column, name: event.target.value })}
                />
              </td>
              <td>
                <select
                  aria-label={`Type of ${column.name}`}
                  value={column.type}
                  onChange={(event) => {
                    const type = KQL_TYPES.find((t) => t === event.target.value);
                    if (type) change(i, { ...column, type });
                  }}
                >
                  {KQL_TYPES.map((type) => (
                    <option key={type}>{type}</option>
                  ))}
                </select>
              </td>
              <td>
                <input
                  aria-label={`Source of ${column.name}`}
                  defaultValue={sourceText(column)}
                  key={sourceText(column)}
                  onBlur={(event) => {
                    if (event.target.value.trim() !== sourceText(column))
                      change(i, withSource(column, event.target.value));
                  }}
                />
              </td>
              <td>
                <select
                  aria-label={`Transformation of ${column.name}`}
                  value={column.transform ?? ''}
                  onChange={(event) => change(i, withTransform(column, event.target.value))}
                >
                  <option value="">none</option>
                  {transforms.map((transform) => (
                    <option key={transform}>{transform}</option>
                  ))}
                </select>
              </td>
              <td>
                <Button
                  size="small"
                  appearance="subtle"
                  icon={<DeleteRegular />}
                  aria-label={`Remove ${column.name}`}
                  onClick={() => wizard.setColumns(columns.toSpliced(i, 1))}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button
        size="small"
        appearance="subtle"
        icon={<AddRegular />}
        onClick={() =>
          wizard.setColumns([...columns, { name: freeName(columns), type: 'string', constant: '' }])
        }
      >
        Add a column
      </Button>
    </div>
  );
}
