import { describe, expect, it } from 'vitest';
import type { Extent } from '../../../common/contract/store.ts';
import { Pending } from './pending.ts';

function extent(id: string, rowCount: number): Extent {
  return {
    extentId: id,
    path: `/${id}`,
    reader: { kind: 'parquet' },
    rowCount,
    sizeBytes: rowCount * 10,
    columns: [],
    ranges: [{ column: 'n', min: '1', max: '2' }],
    ingestedAt: '0',
    tags: [],
  };
}

function queue(...rows: readonly number[]): { pending: Pending; released: string[] } {
  const released: string[] = [];
  const pending = new Pending((extents) => released.push(...extents.map((e) => e.extentId)));
  for (const [i, count] of rows.entries()) pending.add([extent(`e${i}`, count)]);
  return { pending, released };
}

const ids = (groups: ReturnType<Pending['oldest']>): string[] =>
  groups.flatMap((g) => g.extents.map((e) => e.extentId));

describe('Pending', () => {
  it('gives the oldest groups within a bound, and at least one', () => {
    const { pending, released } = queue(100, 5, 5, 5);
    expect(ids(pending.oldest(50, 10))).toEqual(['e0']);
    pending.take(1);
    expect(released).toEqual(['e0']);
    expect(ids(pending.oldest(11, 10))).toEqual(['e1', 'e2']);
    expect(ids(pending.oldest(1_000, 1))).toEqual(['e1']);
    expect([pending.length, pending.rows]).toEqual([3, 15]);
  });

  it('lets the oldest go when too many rows wait, never the newest', () => {
    const { pending, released } = queue(10, 20, 30);
    expect(ids(pending.trim(50))).toEqual(['e0']);
    expect(ids(pending.trim(1))).toEqual(['e1']);
    expect(pending.trim(1)).toEqual([]);
    expect(released).toEqual(['e0', 'e1']);
    expect(pending.rows).toBe(30);
  });

  it('makes one group of what was counted together, and lets go what nobody can want', () => {
    const { pending, released } = queue(10, 10, 10, 10);
    pending.counted(pending.uncounted(20, 10), 7);
    expect(pending.length).toBe(3);
    expect(pending.matched).toBe(7);
    pending.counted(pending.uncounted(10, 10), 4);
    pending.counted(pending.uncounted(10, 10), 5);
    expect(pending.trimMatched(10)).toEqual([]);
    expect(pending.trimMatched(9).map((g) => g.matched)).toEqual([7]);
    expect(released).toEqual(['e0', 'e1']);
    expect(pending.matched).toBe(9);
  });

  it('does not let go what it has not counted', () => {
    const { pending } = queue(10, 10, 10);
    expect(pending.trimMatched(0)).toEqual([]);
  });
});
