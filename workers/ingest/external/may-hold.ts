import type { Partition } from '../../../common/contract/external.ts';
import type { PruningRange } from '../../../common/contract/store.ts';
import { type PartitionValues, partitionEnd, type Span } from './path-format.ts';

/** Whether files with these values may hold rows within the ranges; yes where it can't be told. */
export function mayHoldValues(
  partitions: readonly Partition[],
  values: PartitionValues,
  ranges: readonly PruningRange[],
): boolean {
  return partitions.every((partition) => {
    const value = values.get(partition.name);
    if (value === undefined) return true;
    if (partition.type !== 'datetime') return mayHoldText(partition, value, ranges);
    const start = BigInt(value);
    return mayHoldMoments(partition, { start, end: start }, ranges);
  });
}

/** A text as it is meant, or the digits of a number. */
export function mayHoldText(
  partition: Partition,
  value: string,
  ranges: readonly PruningRange[],
): boolean {
  // Rows of a hash partition can't be told from its number without Kusto's own hash.
  if (partition.source?.function === 'hash') return true;
  return rangesOf(partition, ranges).every((range) => {
    if (partition.type === 'string') return range.values?.includes(value) ?? true;
    return !/^-?\d+$/.test(value) || within(BigInt(value), BigInt(value), range);
  });
}

/** The moments that a partition's value may still be, both ends included. */
export function mayHoldMoments(
  partition: Partition,
  { start, end }: Span,
  ranges: readonly PruningRange[],
): boolean {
  return rangesOf(partition, ranges).every((range) => {
    // A range of the column that the partition was cut from reaches to the partition's end.
    const own = partition.source === undefined || range.column === partition.name;
    return within(start, own ? end : (partitionEnd(partition, end) ?? end), range);
  });
}

const rangesOf = ({ name, source }: Partition, ranges: readonly PruningRange[]) =>
  ranges.filter((range) => range.column === name || range.column === source?.column);

const within = (least: bigint, greatest: bigint, { min, max }: PruningRange): boolean =>
  (min === undefined || greatest >= BigInt(min)) && (max === undefined || least <= BigInt(max));
