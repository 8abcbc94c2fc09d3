import type { Column } from '../../../common/types/kql-type.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import type { CommandAnswer } from './command.ts';
import { columnJson } from './schema-json.ts';
import { cslSchema } from './script-text.ts';

/** A table of any kind, as its schema is told. */
export type Described = Pick<TableRow, 'name' | 'database' | 'folder' | 'docstring'> & {
  readonly columns: readonly (Column & { readonly docstring: string })[];
};

/** What commands that make or change a table answer: its schema as JSON. */
export function tableSchemaAnswer(tables: readonly Described[]): CommandAnswer {
  return {
    columns: [
      ['TableName', 'string'],
      ['Schema', 'string'],
      ['DatabaseName', 'string'],
      ['Folder', 'string'],
      ['DocString', 'string'],
    ],
    rows: tables.map((t) => [t.name, tableJson(t), t.database, t.folder, t.docstring]),
  };
}

/** The same with the schema in the form that `.create table` takes. */
export function tableCslAnswer(tables: readonly Described[]): CommandAnswer {
  const { columns } = tableSchemaAnswer([]);
  return {
    columns,
    rows: tables.map((t) => [t.name, cslSchema(t.columns), t.database, t.folder, t.docstring]),
  };
}

export function tableListAnswer(tables: readonly TableRow[]): CommandAnswer {
  return {
    columns: [
      ['TableName', 'string'],
      ['DatabaseName', 'string'],
      ['Folder', 'string'],
      ['DocString', 'string'],
    ],
    rows: tables.map((t) => [t.name, t.database, t.folder, t.docstring]),
  };
}

function tableJson({ name, columns }: Described): string {
  return JSON.stringify({ Name: name, OrderedColumns: columns.map(columnJson) });
}
