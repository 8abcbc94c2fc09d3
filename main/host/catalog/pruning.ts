import type { ColumnRange, Extent, PruningRange } from '../../../common/contract/store.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';

/**
 * Whether an extent can hold rows within all ranges. Says yes whenever it can't be sure: an extent without
 * figures for a column, or whose column was retyped since, is read.
 */
export function mayMatch(extent: Extent, ranges: readonly PruningRange[]): boolean {
  return ranges.every((wanted) => {
    const held = extent.ranges.find((range) => range.column === wanted.column);
    const type = extent.columns.find((column) => column.column === wanted.column)?.type;
    return !held || !type || overlaps(held, wanted, type);
  });
}

function overlaps(held: ColumnRange, wanted: PruningRange, type: KqlType): boolean {
  if (wanted.min !== undefined && compare(held.max, wanted.min, type) < 0) return false;
  if (wanted.max !== undefined && compare(held.min, wanted.max, type) > 0) return false;
  return true;
}

const INTEGER = /^-?\d+$/;

/** 0 for values that have no order here, which prunes nothing. */
function compare(a: string, b: string, type: KqlType): number {
  switch (type) {
    case 'int':
    case 'long':
    case 'datetime':
    case 'timespan': {
      if (!INTEGER.test(a) || !INTEGER.test(b)) return 0;
      const [x, y] = [BigInt(a), BigInt(b)];
      return x < y ? -1 : x > y ? 1 : 0;
    }
    case 'string':
      // By bytes of UTF-8, as the engine compares; UTF-16 units would order emoji before some letters.
      return Buffer.compare(Buffer.from(a), Buffer.from(b));
    default:
      return 0;
  }
}
