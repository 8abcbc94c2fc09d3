import { describe, expect, it } from 'vitest';
import { piecesToMerge } from './materialize.ts';

const pieces = (...rowCounts: number[]) => rowCounts.map((rowCount) => ({ rowCount }));

describe('pieces that are put together', () => {
  it('are none while there are few', () => {
    expect(piecesToMerge(pieces(1, 2, 3, 4, 5, 6, 7, 8))).toEqual([]);
  });

  it('are all of them where they are alike', () => {
    expect(piecesToMerge(pieces(1, 1, 1, 1, 1, 1, 1, 1, 1))).toHaveLength(9);
  });

  it('leave a large piece alone until the small ones have come near it', () => {
    const chosen = piecesToMerge(pieces(1_000_000, 5, 5, 5, 5, 5, 5, 5, 5));
    expect(chosen).toHaveLength(8);
    expect(chosen.every(({ rowCount }) => rowCount === 5)).toBe(true);
    expect(piecesToMerge(pieces(150, 5, 5, 5, 5, 5, 5, 5, 5))).toHaveLength(9);
  });
});
