import { describe, expect, it } from 'vitest';
import { decodeBatch } from '../../common/arrow/result-batch.ts';
import { encode } from './arrow.ts';

describe('record batches', () => {
  it('carry text of every plane, empty text, nulls and long texts', () => {
    const texts = ['', 'a', 'ü', '漢字', '🦕', 'x'.repeat(100_000), null, '\0'];
    const batch = decodeBatch(
      encode(
        [
          { name: 'd', type: 'dynamic' },
          { name: 's', type: 'string' },
        ],
        [texts, texts],
      ),
    );
    expect(texts.map((_, i) => batch.cell(i, 0))).toEqual(texts);
    // KQL's strings are never null.
    expect(batch.cell(6, 1)).toBe('');
    expect(batch.columns.map((c) => c.type)).toEqual(['dynamic', 'string']);
  });

  it('carry 64-bit integers whole, and nulls at any place', () => {
    const values = Array.from({ length: 130 }, (_, i) =>
      i % 9 === 0 ? null : 2n ** 62n + BigInt(i),
    );
    const batch = decodeBatch(encode([{ name: 'l', type: 'long' }], [values]));
    expect(values.map((_, i) => batch.cell(i, 0))).toEqual(values);
  });

  it('have a schema without rows', () => {
    const batch = decodeBatch(encode([{ name: 'a', type: 'guid' }], [[]]));
    expect(batch.rowCount).toBe(0);
    expect(batch.columns).toEqual([{ name: 'a', type: 'guid' }]);
  });
});
