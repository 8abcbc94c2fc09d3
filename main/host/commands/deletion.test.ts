import { describe, expect, it } from 'vitest';
import type { TableRow } from '../catalog/tables-store.ts';
import { deletionOf } from './deletion.ts';

const table: TableRow = {
  id: 1,
  databaseId: 1,
  database: 'D',
  name: 'T',
  kind: 'table',
  folder: '',
  docstring: '',
  columns: [
    { id: 1, name: 'a', type: 'long', docstring: '' },
    { id: 2, name: 'b c', type: 'string', docstring: '' },
  ],
};

describe('a predicate of rows to delete', () => {
  it('is turned round, conditions together', () => {
    expect(
      deletionOf('let x = 1; T | where a > x // | old\n | where ["b c"] has "|"', table).kept,
    ).toBe(
      'let x = 1;\nT | where not(coalesce(( a > x  \n ) and ( ["b c"] has "|"), false)) | project a, ["b c"]',
    );
  });

  it('may compute columns of its own, and no other', () => {
    expect(deletionOf('T | extend d = a * 2 | where d > 4', table).count).toBe(
      'T | extend  d = a * 2  | where ( d > 4) | count',
    );
    expect(() => deletionOf('T | extend a = 1 | where a == 1', table)).toThrow(/another value/);
  });

  it.each([
    ['U | where a > 1', /not with the table 'T'/],
    ['T', /has no where/],
    ['T | take 5', /uses 'take'/],
    ['T | where a > 1 | join U on a', /uses 'join'/],
  ])('refuses %s', (text, message) => {
    expect(() => deletionOf(text, table)).toThrow(message);
  });
});
