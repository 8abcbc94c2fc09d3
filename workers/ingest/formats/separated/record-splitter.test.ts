import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DIALECTS } from './dialects.ts';
import { RecordSplitter, splitRecords } from './record-splitter.ts';

const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`;
const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '😀') });
const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), {
  minLength: 1,
  maxLength: 8,
});

it('quoted records come back whatever the pieces that the text arrives in', () => {
  fc.assert(
    fc.property(
      table,
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 9 }),
      (rows, end, size) => {
        const text = rows.map((r) => r.map(quoted).join(',')).join(end);
        const found: string[][] = [];
        const splitter = new RecordSplitter(DIALECTS.csv, (fields) => found.push(fields));
        for (let i = 0; i < text.length; i += size) splitter.push(text.slice(i, i + size));
        splitter.end();
        expect(found).toEqual(rows);
      },
    ),
  );
});

it('forgives what is found in the wild', () => {
  expect(splitRecords('a,b\r\rc,"d"e\n\n"f""g",h"i\n"open,\n', DIALECTS.csv)).toEqual([
    ['a', 'b'],
    ['c', 'de'],
    ['f"g', 'h"i'],
    ['open,\n'],
  ]);
});

it('backslashes of TSVE', () => {
  expect(splitRecords('a\\tb\tc\\\\d\t\\n\n', DIALECTS.tsve)).toEqual([['a\tb', 'c\\d', '\n']]);
});
