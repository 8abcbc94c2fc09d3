import { describe, expect, it } from 'vitest';
import type { ResultBatch } from '../../../common/arrow/result-batch.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { Ring } from './ring.ts';

const N: Column = { name: 'n', type: 'long' };

function batch(rows: readonly number[], columns: readonly Column[] = [N]): ResultBatch {
  return {
    rowCount: rows.length,
    columns,
    cell: (row, column) => (rows[row] ?? 0) * (column === 0 ? 1 : -1),
    vector: () => undefined,
  };
}

const all = (ring: Ring, column = 0): unknown[] =>
  Array.from({ length: ring.rowCount }, (_, row) => ring.cell(row, column));

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('Ring', () => {
  it('holds rows in order and drops the oldest beyond its bound', () => {
    const ring = new Ring(10);
    expect(ring.append(batch([1, 2, 3]))).toBe(0);
    expect(ring.append(batch(numbers(4, 12)))).toBe(2);
    expect(all(ring)).toEqual(numbers(3, 12));
    expect(ring.cell(-1, 0)).toBe(null);
    expect(ring.cell(10, 0)).toBe(null);
  });

  it('takes the end of a batch that is longer than itself', () => {
    const ring = new Ring(5);
    ring.append(batch([1, 2]));
    expect(ring.append(batch(numbers(3, 20)))).toBe(15);
    expect(all(ring)).toEqual(numbers(16, 20));
  });

  it('never grows beyond its bound, however many rows come', () => {
    const ring = new Ring(10_000);
    for (let i = 0; i < 2_000; i++) ring.append(batch(numbers(i * 500, i * 500 + 499)));
    expect(ring.rowCount).toBe(10_000);
    expect(ring.blockCount).toBeLessThanOrEqual(11);
    expect([ring.cell(0, 0), ring.cell(9_999, 0)]).toEqual([990_000, 999_999]);
  });

  it('keeps earlier rows when a column comes or changes its type', () => {
    const ring = new Ring(100);
    ring.append(batch([1, 2]));
    ring.append(batch([3], [N, { name: 'extra', type: 'real' }]));
    ring.append(batch([4], [{ name: 'n', type: 'string' }]));
    expect(ring.columns.map((c) => `${c.name}:${c.type}`)).toEqual([
      'n:long',
      'extra:real',
      'n:string',
    ]);
    expect([all(ring, 0), all(ring, 1), all(ring, 2)]).toEqual([
      [1, 2, 3, null],
      [null, null, -3, null],
      [null, null, null, 4],
    ]);
  });

  it('is empty after clear, and keeps its columns', () => {
    const ring = new Ring(10);
    ring.append(batch([1, 2]));
    ring.clear();
    expect([ring.rowCount, ring.blockCount, ring.columns.length]).toEqual([0, 0, 1]);
  });
});
