import type { ResultBatch } from '../../../common/arrow/result-batch.ts';
import { type FormatOptions, formatCell } from '../../../common/text/format-value.ts';

/** The first record as cards (page "visualization-card"). */
export function CardView({
  batch,
  options,
}: {
  readonly batch: ResultBatch;
  readonly options: FormatOptions;
}) {
  return (
    <dl className="ch-cards">
      {batch.columns.map((column, i) => (
        <div key={column.name} className="ch-card">
          <dt>{column.name}</dt>
          <dd>{formatCell(batch.cell(0, i), column.type, { ...options, thousands: true }).text}</dd>
        </div>
      ))}
    </dl>
  );
}
