import type { DatabaseInfo } from '../../../common/contract/schema.ts';
import { type Command, type CommandAnswer, type CommandCell, databaseOf } from './command.ts';
import { schemaJson } from './schema-json.ts';
import { createFunctionText, createTableText } from './script-text.ts';
import { tableCslAnswer } from './table-rows.ts';

const VERSION = 'v1.0';

type Call = Parameters<Command>[0];

function databases(call: Call): readonly DatabaseInfo[] {
  const { name } = databaseOf(call);
  return call.host.schema.get().databases.filter((database) => database.name === name);
}

const allDatabases = ({ host }: Call): readonly DatabaseInfo[] => host.schema.get().databases;

/** A row per database, per table and per column, the coarser ones with empty names. */
function listing(all: readonly DatabaseInfo[]): CommandAnswer {
  return {
    columns: [
      ['DatabaseName', 'string'],
      ['TableName', 'string'],
      ['ColumnName', 'string'],
      ['ColumnType', 'string'],
      ['IsDefaultTable', 'bool'],
      ['IsDefaultColumn', 'bool'],
      ['PrettyName', 'string'],
      ['Version', 'string'],
      ['Folder', 'string'],
      ['DocString', 'string'],
    ],
    rows: all.flatMap((database): CommandCell[][] => [
      [database.name, '', '', '', false, false, database.prettyName, VERSION, '', ''],
      ...database.tables.flatMap((table): CommandCell[][] => [
        [database.name, table.name, '', '', false, false, '', '', table.folder, table.docstring],
        ...table.columns.map((column): CommandCell[] => [
          database.name,
          table.name,
          column.name,
          column.type,
          false,
          false,
          '',
          '',
          '',
          column.docstring ?? '',
        ]),
      ]),
    ]),
  };
}

/** `.show database schema` */
export const showDatabaseSchema: Command = (call) => listing(databases(call));

/** `.show databases schema` */
export const showDatabasesSchema: Command = (call) => listing(allDatabases(call));

function asJson(all: readonly DatabaseInfo[]): CommandAnswer {
  return { columns: [['DatabaseSchema', 'string']], rows: [[schemaJson(all)]] };
}

/** `.show database schema as json` */
export const showDatabaseSchemaAsJson: Command = (call) => asJson(databases(call));

/** `.show databases schema as json` */
export const showDatabasesSchemaAsJson: Command = (call) => asJson(allDatabases(call));

/** `.show database cslschema` */
export const showDatabaseCslSchema: Command = (call) =>
  tableCslAnswer(call.host.catalog.tables.list(databaseOf(call)));

/** `.show database schema as csl script`: the commands that make the database again. */
export const showDatabaseSchemaAsScript: Command = (call) => ({
  columns: [['DatabaseSchemaScript', 'string']],
  rows: databases(call).flatMap(({ tables, functions }) => [
    ...tables.map((table) => [createTableText(table)]),
    ...functions.map((definition) => [createFunctionText(definition)]),
  ]),
});
