import { Schema, Table, tableFromIPC, type Vector } from 'apache-arrow';
import { type Column, isKqlType, type KqlType } from '../types/kql-type.ts';

/** Key of the field metadata that names a column's KQL type in every Arrow stream of ours. */
export const KQL_TYPE_KEY = 'kql';

/**
 * A cell as it stands in Arrow: int and real as number; long and the ticks of datetime and timespan as
 * bigint; string, guid, decimal and dynamic (JSON) as text.
 */
export type CellValue = null | boolean | number | bigint | string;

/** Read access to a decoded Arrow stream. Cells are looked up on demand; nothing is turned into rows. */
export interface ResultBatch {
  readonly rowCount: number;
  readonly columns: readonly Column[];
  /** The cell of a row and a column by their places in this batch; null outside of it. */
  cell(row: number, column: number): CellValue;
  /** The Arrow vector behind a column, for code that reads whole columns. */
  vector(column: number): Vector | undefined;
}

const ARROW_FALLBACK: readonly (readonly [RegExp, KqlType])[] = [
  [/^Bool/, 'bool'],
  [/^U?Int(8|16|32)$/, 'int'],
  [/^U?Int64/, 'long'],
  [/^Float/, 'real'],
  [/^Decimal/, 'decimal'],
  [/^(Timestamp|Date)/, 'datetime'],
];

/** The KQL type that a field's metadata names, else the nearest one to its Arrow type. */
function kqlTypeOfField(metadata: ReadonlyMap<string, string>, arrowType: string): KqlType {
  const named = metadata.get(KQL_TYPE_KEY);
  if (named !== undefined && isKqlType(named)) return named;
  return ARROW_FALLBACK.find(([pattern]) => pattern.test(arrowType))?.[1] ?? 'string';
}

function asCell(value: unknown): CellValue {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'boolean':
    case 'number':
    case 'bigint':
    case 'string':
      return value;
    default:
      return String(value);
  }
}

/** Decodes an Arrow IPC stream. The bytes stay in use while the batch is. */
export function decodeBatch(bytes: Uint8Array): ResultBatch {
  const table = bytes.byteLength === 0 ? new Table(new Schema([])) : tableFromIPC(bytes);
  const columns = table.schema.fields.map((field) => ({
    name: field.name,
    type: kqlTypeOfField(field.metadata, String(field.type)),
  }));
  const vectors = columns.map((_, i) => table.getChildAt(i) ?? undefined);
  return {
    rowCount: table.numRows,
    columns,
    cell: (row, column) => {
      const vector = vectors[column];
      return vector && row >= 0 && row < table.numRows ? asCell(vector.get(row)) : null;
    },
    vector: (column) => vectors[column],
  };
}
