import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ident, literal, structOf } from './quote.ts';

const text = fc.string({ unit: 'binary' }).filter((t) => !t.includes('\0') && t.isWellFormed());

it('any text comes back from a literal, and any name from an identifier', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await fc.assert(
    fc.asyncProperty(text, text, async (value, name) => {
      fc.pre(name !== '');
      const reader = await connection.runAndReadAll(`SELECT ${literal(value)} AS ${ident(name)}`);
      expect(reader.getRowsJson()).toEqual([[value]]);
      expect(reader.columnNames()).toEqual([name]);
    }),
    { numRuns: 300 },
  );
  connection.closeSync();
});

it('refuses what cannot stand in SQL text', () => {
  expect(() => literal('a\0b')).toThrow(RangeError);
  expect(() => ident('a\0b')).toThrow(RangeError);
});

it('quotes the keys of structs', () => {
  expect(structOf([["it's", '1']])).toBe("{'it''s': 1}");
});
