import type { ResultBatch } from '../../../common/arrow/result-batch.ts';
import { type FormatOptions, formatCell } from '../../../common/text/format-value.ts';

/** Rows of this table at most; the grid has them all. */
const MAX_ROWS = 500;

/** The points of a chart as a plain table: for `render table`, and for those who can't see the drawing. */
export function TableView({
  batch,
  options,
  caption,
}: {
  readonly batch: ResultBatch;
  readonly options: FormatOptions;
  readonly caption: string;
}) {
  const rows = Array.from({ length: Math.min(batch.rowCount, MAX_ROWS) }, (_, row) => row);
  return (
    <div className="ch-scroll">
      <table className="ch-data">
        <caption>
          {caption}
          {batch.rowCount > MAX_ROWS &&
            ` (the first ${MAX_ROWS} of ${batch.rowCount.toLocaleString('en-US')})`}
        </caption>
        <thead>
          <tr>
            {batch.columns.map((column) => (
              <th key={column.name} scope="col">
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              {batch.columns.map((column, i) => (
                <td key={column.name}>
                  {formatCell(batch.cell(row, i), column.type, options).text.slice(0, 200)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
