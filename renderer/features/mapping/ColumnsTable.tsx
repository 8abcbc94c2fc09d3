import { Button } from '@fluentui/react-components';
import { AddRegular, DeleteRegular } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import type { FormatName, MappedColumn } from '../../../common/contract/ingest.ts';
import { KQL_TYPES } from '../../../common/types/kql-type.ts';
import { freeName, sourceText, transformsFor, withSource, withTransform } from './mapping-edit.ts';
import './mapping.css';

export interface ColumnsTableProps {
  readonly columns: readonly MappedColumn[];
  readonly format: FormatName;
  /** A value of the first record for each source text, shown beside it. */
  readonly examples?: ReadonlyMap<string, string>;
  readonly onChange: (columns: readonly MappedColumn[]) => void;
  /** Stands beside "Add a column". */
  readonly more?: ReactNode;
}

/** The mapping, one line per column: name, type, where it comes from, what is done to it. */
export function ColumnsTable({ columns, format, examples, onChange, more }: ColumnsTableProps) {
  const change = (index: number, column: MappedColumn): void =>
    onChange(columns.with(index, column));
  const transforms = transformsFor(format);
  return (
    <div className="wz-preview">
      <table className="mp-columns" aria-label="Columns">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col" title="#3 is the fourth field, $.a.b a path, = text a constant">
              Source
            </th>
            <th scope="col">Transformation</th>
            {examples ? <th scope="col">First record</th> : null}
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
              {examples ? (
                <td className="mp-example" title={examples.get(sourceText(column))}>
                  {examples.get(sourceText(column)) ?? ''}
                </td>
              ) : null}
              <td>
                <Button
                  size="small"
                  appearance="subtle"
                  icon={<DeleteRegular />}
                  aria-label={`Remove ${column.name}`}
                  onClick={() => onChange(columns.toSpliced(i, 1))}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="mp-actions">
        <Button
          size="small"
          appearance="subtle"
          icon={<AddRegular />}
          onClick={() =>
            onChange([...columns, { name: freeName(columns), type: 'string', constant: '' }])
          }
        >
          Add a column
        </Button>
        {more}
      </div>
    </div>
  );
}
