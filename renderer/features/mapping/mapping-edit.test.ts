import { describe, expect, it } from 'vitest';
import type { Inspection } from '../../../common/contract/ingest.ts';
import {
  columnsForTable,
  columnsProblem,
  freeName,
  sourceText,
  tableNameProblem,
  transformsFor,
  withSource,
  withTransform,
} from './mapping-edit.ts';

const column = { name: 'a', type: 'long' as const, ordinal: 0 };

describe('mapping', () => {
  it('reads and writes the source of a column', () => {
    expect(sourceText(column)).toBe('#0');
    expect(withSource(column, '$.a.b')).toEqual({ name: 'a', type: 'long', path: '$.a.b' });
    expect(withSource(column, '= 5 ')).toEqual({ name: 'a', type: 'long', constant: '5' });
    expect(withSource({ ...column, constant: 'x' }, '#12')).toEqual({
      name: 'a',
      type: 'long',
      ordinal: 12,
    });
    expect(sourceText(withSource(column, '= x'))).toBe('= x');
  });

  it('offers the transformations of the format', () => {
    expect(transformsFor('csv')).not.toContain('DropMappedFields');
    expect(transformsFor('avro')).toContain('BytesAsBase64');
    expect(transformsFor('w3clogfile')).toEqual(['SourceLocation', 'SourceLineNumber']);
    expect(withTransform({ ...column, transform: 'SourceLocation' }, '')).toEqual(column);
  });

  it('finds what is wrong with names', () => {
    expect(tableNameProblem('My table-1.2')).toBeUndefined();
    expect(tableNameProblem('a/b')).toMatch(/Letters/);
    expect(columnsProblem([column, column])).toMatch(/two columns/);
    expect(columnsProblem([])).toMatch(/no column/);
    expect(freeName([column, { ...column, name: 'NewColumn' }])).toBe('NewColumn2');
  });

  it('takes the types of an existing table for the names it knows', () => {
    const inspection = {
      columns: [column, { name: 'z', type: 'string', ordinal: 1 }],
    } as unknown as Inspection;
    const table = {
      name: 'T',
      kind: 'table' as const,
      columns: [{ name: 'a', type: 'real' as const }],
      folder: '',
      docstring: '',
      rowCount: 0,
      sizeBytes: 0,
      extentCount: 0,
    };
    expect(columnsForTable(inspection, table)).toEqual([{ name: 'a', type: 'real', ordinal: 0 }]);
    expect(
      columnsForTable(inspection, { ...table, columns: [{ name: 'q', type: 'real' }] }),
    ).toBeUndefined();
  });
});
