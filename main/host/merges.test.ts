import { describe, expect, it } from 'vitest';
import type { CatalogExtent } from './catalog/extents-store.ts';
import { mergeCandidates } from './merges.ts';

const extents = (count: number, more: Partial<CatalogExtent> = {}): CatalogExtent[] =>
  Array.from({ length: count }, (_, i) => ({
    extentId: String(i),
    path: '',
    owned: true,
    reader: { kind: 'parquet' },
    rowCount: 1_000,
    sizeBytes: 1,
    columns: [],
    ranges: [],
    ingestedAt: '0',
    tags: [],
    ...more,
  }));

describe('mergeCandidates', () => {
  it('tolerates some small extents', () => {
    expect(mergeCandidates(extents(16))).toEqual([]);
    expect(mergeCandidates(extents(17))).toHaveLength(17);
  });

  it('takes no more than one full extent of rows', () => {
    expect(mergeCandidates(extents(40, { rowCount: 100_000 }))).toHaveLength(10);
  });

  it('leaves big extents, registered files and other tags alone', () => {
    expect(mergeCandidates(extents(40, { rowCount: 500_000 }))).toEqual([]);
    expect(mergeCandidates(extents(40, { owned: false }))).toEqual([]);
    const mixed = [...extents(1, { tags: ['a'] }), ...extents(17, { tags: ['b'] })];
    expect(mergeCandidates(mixed).map((e) => e.tags)).toEqual(Array(17).fill(['b']));
  });

  it('wants at least two', () => {
    const all = extents(17).map((e, i) => ({ ...e, tags: [String(i)] }));
    expect(mergeCandidates(all)).toEqual([]);
  });
});
