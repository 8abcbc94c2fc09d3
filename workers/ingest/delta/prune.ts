import type { PruningRange } from '../../../common/contract/store.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';
import { parseDatetime } from '../../../common/types/time-text.ts';
import { type Add, statisticsOf } from './actions.ts';
import type { DeltaColumn } from './schema.ts';

/** Statistics cut moments to milliseconds. */
const MILLISECOND = 10_000n;

/** Whether a file may hold a row within the ranges, by its partition and its statistics; yes where they don't tell. */
export function mayHold(
  file: Add,
  columns: readonly DeltaColumn[],
  partitionColumns: ReadonlySet<string>,
  ranges: readonly PruningRange[],
): boolean {
  if (ranges.length === 0) return true;
  const statistics = statisticsOf(file);
  return ranges.every((range) => {
    const column = columns.find((c) => c.name === range.column);
    if (!column) return true;
    if (partitionColumns.has(column.name)) {
      const value = file.partitionValues[column.physical] ?? '';
      // A missing value is no number and no moment, and an empty text.
      if (value === '' && column.type !== 'string') return false;
      return overlaps(column.type, value, value, 0n, range);
    }
    const { numRecords, nullCount, minValues, maxValues } = statistics ?? {};
    const nulls = nullCount?.[column.physical];
    if (column.type !== 'string' && numRecords !== undefined && nulls === numRecords) return false;
    // Missing texts read as empty ones, of which bounds know nothing.
    if (range.values?.includes('') && nulls !== 0) return true;
    return overlaps(
      column.type,
      minValues?.[column.physical],
      maxValues?.[column.physical],
      MILLISECOND,
      range,
    );
  });
}

function overlaps(
  type: KqlType,
  least: unknown,
  greatest: unknown,
  slack: bigint,
  range: PruningRange,
): boolean {
  if (type === 'string') {
    if (range.values === undefined) return true;
    return range.values.some(
      (text) =>
        (typeof least !== 'string' || inBytes(least, text) <= 0) &&
        (typeof greatest !== 'string' || inBytes(text, greatest) <= 0 || text.startsWith(greatest)),
    );
  }
  const low = bound(type, least);
  const high = bound(type, greatest);
  return (
    (range.min === undefined ||
      high === undefined ||
      high + (type === 'datetime' ? slack : 0n) >= BigInt(range.min)) &&
    (range.max === undefined || low === undefined || low <= BigInt(range.max))
  );
}

/** Order of texts in files: by their bytes in UTF-8. */
const inBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function bound(type: KqlType, value: unknown): bigint | undefined {
  if (type === 'datetime') return typeof value === 'string' ? momentOf(value) : undefined;
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return (type === 'int' || type === 'long') && /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}

/** A day, or a moment with `T` or a blank; without a zone it is UTC, as the engine reads it. */
function momentOf(text: string): bigint | undefined {
  return /^\d{4}-\d\d-\d\d/.test(text) ? parseDatetime(text) : undefined;
}
