import { describe, expect, it } from 'vitest';
import type { DatabaseInfo, TableInfo } from '../../../common/contract/schema.ts';
import { type TreeState, treeRows } from './tree-model.ts';

const table = (name: string, more: Partial<TableInfo> = {}): TableInfo => ({
  name,
  kind: 'table',
  columns: [
    { name: 'Time', type: 'datetime' },
    { name: 'Place', type: 'string' },
  ],
  folder: '',
  docstring: '',
  rowCount: 1,
  sizeBytes: 1,
  extentCount: 1,
  ...more,
});

const database: DatabaseInfo = {
  name: 'Samples',
  prettyName: '',
  readOnly: true,
  tables: [table('Flights'), table('Birds', { folder: 'nature/air' })],
  functions: [
    { name: 'Late', parameters: '(x: long)', body: '{}', folder: '', docstring: '', isView: false },
  ],
};

const rows = (state: Partial<TreeState> = {}) =>
  treeRows(
    { version: 1, databases: [database] },
    {
      toggled: new Set(),
      filter: '',
      streams: [],
      syncs: [],
      ...state,
    },
  );
const shown = (state: Partial<TreeState> = {}) =>
  rows(state).map((row) => `${' '.repeat(row.level - 1)}${row.label}`);

describe('treeRows', () => {
  it('opens databases and tables, folders first, and hides empty groups', () => {
    expect(shown()).toEqual(['Samples', ' Tables', '  nature', '  Flights', ' Functions']);
  });

  it('shows the streams of a database below its tables, in order', () => {
    const streams = [
      { name: 'orders', database: 'Samples' },
      { name: 'clicks', database: 'Samples' },
      { name: 'other', database: 'Elsewhere' },
    ];
    expect(shown({ streams }).slice(-4)).toEqual([
      ' Streams',
      '  clicks',
      '  orders',
      ' Functions',
    ]);
    expect(shown({ streams, filter: 'click' })).toEqual(['Samples', ' Streams', '  clicks']);
  });

  it('shows columns of an opened table in their own order', () => {
    const id = rows().find((row) => row.label === 'Flights')?.id ?? '';
    expect(shown({ toggled: new Set([id]) })).toEqual([
      'Samples',
      ' Tables',
      '  nature',
      '  Flights',
      '   Time',
      '   Place',
      ' Functions',
    ]);
  });

  it('keeps the way down to what a filter finds, through folders', () => {
    expect(shown({ filter: 'bird' })).toEqual([
      'Samples',
      ' Tables',
      '  nature',
      '   air',
      '    Birds',
    ]);
  });

  it('finds columns', () => {
    expect(shown({ filter: 'place' }).filter((line) => line.includes('Place'))).toHaveLength(2);
  });

  it('says the place of a row among its siblings', () => {
    const flights = rows().find((row) => row.label === 'Flights');
    expect([flights?.position, flights?.siblings, flights?.level]).toEqual([2, 2, 3]);
  });

  it('is empty when nothing matches', () => {
    expect(rows({ filter: 'zzz' })).toEqual([]);
  });
});
