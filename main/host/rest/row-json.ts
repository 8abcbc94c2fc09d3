import type { CellValue, ResultBatch } from '../../../common/arrow/result-batch.ts';
import { formatReal } from '../../../common/text/format-value.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';
import { formatDatetime, formatTimespan } from '../../../common/types/ticks.ts';

type Writer = (value: Exclude<CellValue, null>) => string;

/**
 * One JSON array per row, without what stands between them. long keeps all its digits, datetime has seven
 * fraction digits, timespan and decimal are text, real says NaN and the infinities as text, dynamic is the
 * JSON that it is. With `bitBools` bool is 0 and 1. The engine prints longer results the same way
 * (`workers/engine/json-rows.ts`).
 */
export function* rowsAsJson(batch: ResultBatch, bitBools: boolean): Generator<string> {
  const writers = batch.columns.map((column) => writerFor(column.type, bitBools));
  for (let row = 0; row < batch.rowCount; row++) {
    const cells = writers.map((write, column) => {
      const value = batch.cell(row, column);
      if (value !== null) return write(value);
      return batch.columns[column]?.type === 'string' ? '""' : 'null';
    });
    yield `[${cells.join(',')}]`;
  }
}

function writerFor(type: KqlType, bitBools: boolean): Writer {
  switch (type) {
    case 'bool':
      return (value) => (bitBools ? (value ? '1' : '0') : value ? 'true' : 'false');
    case 'int':
    case 'long':
      return String;
    case 'real':
      return (value) => {
        if (typeof value !== 'number') return String(value);
        return Number.isFinite(value) ? jsonReal(value) : `"${formatReal(value)}"`;
      };
    case 'datetime':
      return (value) => quote(typeof value === 'bigint' ? formatDatetime(value) : String(value));
    case 'timespan':
      return (value) => quote(typeof value === 'bigint' ? formatTimespan(value) : String(value));
    case 'dynamic':
      return (value) => (typeof value === 'string' ? jsonOrText(value) : String(value));
    default:
      return (value) => quote(String(value));
  }
}

const quote = (text: string): string => JSON.stringify(text);

/** A real without a fraction keeps a `.0`, so that a reader still sees a real. */
function jsonReal(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value).replace('e+', 'e');
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function jsonOrText(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return quote(text);
  }
}
