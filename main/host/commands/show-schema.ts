import type { DatabaseInfo } from '../../../common/contract/schema.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandCell,
  type Commands,
  databaseOf,
  records,
  table,
} from './command.ts';
import { schemaJson } from './schema-json.ts';
import { createFunctionText, createTableText, createViewText, cslSchema } from './script-text.ts';
import { tableCslAnswer } from './table-rows.ts';

const VERSION = 'v1.0';

type Call = Parameters<Command>[0];

function databases(call: Call): readonly DatabaseInfo[] {
  const { name } = databaseOf(call);
  return isKnown(call)
    ? []
    : call.host.schema.get().databases.filter((database) => database.name === name);
}

/** All databases, or those that the command names. */
function severalDatabases({ host, arguments: args }: Call): readonly DatabaseInfo[] {
  const names = new Set(args.list('DatabaseName'));
  for (const name of names) host.catalog.databases.get(name);
  return host.schema.get().databases.filter(({ name }) => names.size === 0 || names.has(name));
}

/** `if_later_than "v1.2"`: the asker has this version, and wants no answer unless there is a later one. */
function isKnown({ arguments: args }: Call): boolean {
  const has = args.optional('Version');
  if (has === undefined) return false;
  const parts = (text: string): readonly number[] => text.replace(/^v/i, '').split('.').map(Number);
  const [major = 0, minor = 0] = parts(has);
  const [ownMajor = 0, ownMinor = 0] = parts(VERSION);
  return major > ownMajor || (major === ownMajor && minor >= ownMinor);
}

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

function asJson(all: readonly DatabaseInfo[]): CommandAnswer {
  return { columns: [['DatabaseSchema', 'string']], rows: [[schemaJson(all)]] };
}

/** `.show database cslschema` */
const showDatabaseCslSchema: Command = (call) =>
  tableCslAnswer(call.host.catalog.tables.list(databaseOf(call)));

/** `.show database schema as csl script`: the commands that make the database again. */
const showDatabaseSchemaAsScript: Command = (call) => ({
  columns: [['DatabaseSchemaScript', 'string']],
  rows: databases(call).flatMap(({ tables, functions }) => [
    ...tables.filter(({ kind }) => kind === 'table').map((table) => [createTableText(table)]),
    ...functions.map((definition) => [createFunctionText(definition)]),
    ...tables.filter(({ view }) => view !== undefined).map((view) => [createViewText(view)]),
  ]),
});

const KINDS = {
  table: 'Table',
  materializedView: 'MaterializedView',
  externalTable: 'ExternalTable',
};

/** `.show databases entities`: tables, views, external tables and functions in one list. */
function entities(call: Call, all: readonly DatabaseInfo[]): CommandAnswer {
  const schema: CommandAnswer['columns'] = [
    ['DatabaseName', 'string'],
    ['EntityType', 'string'],
    ['EntityName', 'string'],
    ['DocString', 'string'],
    ['Folder', 'string'],
    ['CslInputSchema', 'string'],
    ['Content', 'string'],
    ['CslOutputSchema', 'string'],
    ['Properties', 'dynamic'],
  ];
  const wanted = call.arguments.optional('EntityName');
  const rows = all.flatMap((database) => [
    ...database.tables.map((entry) => ({
      DatabaseName: database.name,
      EntityType: KINDS[entry.kind],
      EntityName: entry.name,
      DocString: entry.docstring,
      Folder: entry.folder,
      CslInputSchema: '',
      Content: '',
      CslOutputSchema: cslSchema(entry.columns),
      Properties: '{}',
    })),
    ...database.functions.map((entry) => ({
      DatabaseName: database.name,
      EntityType: 'Function',
      EntityName: entry.name,
      DocString: entry.docstring,
      Folder: entry.folder,
      CslInputSchema: entry.parameters,
      Content: entry.body,
      CslOutputSchema: '',
      Properties: '{}',
    })),
  ]);
  return table(
    schema,
    rows.filter((row) => wanted === undefined || row.EntityName === wanted),
  );
}

/** Pages ".show database schema", ".show databases schema", ".show databases entities". */
export const schemaCommands: Commands = {
  ShowDatabaseSchema: (call) => listing(databases(call)),
  ShowDatabasesSchema: (call) => listing(severalDatabases(call)),
  ShowSchema: (call) =>
    call.arguments.has('json') ? asJson(severalDatabases(call)) : listing(severalDatabases(call)),
  ShowDatabaseSchemaAsJson: (call) => asJson(databases(call)),
  ShowDatabasesSchemaAsJson: (call) => asJson(severalDatabases(call)),
  ShowDatabaseSchemaAsCslScript: showDatabaseSchemaAsScript,
  ShowDatabaseCslSchema: (call) =>
    call.arguments.optional('Script') === undefined
      ? showDatabaseCslSchema(call)
      : showDatabaseSchemaAsScript(call),
  // Names are checked when they are given: nothing can break the rules.
  ShowDatabaseSchemaViolations: (call) => records(call, []),
  ShowDatabasesEntities: (call) => entities(call, severalDatabases(call)),
  ShowDatabaseEntities: (call) => entities(call, databases(call)),
  ShowDatabaseEntity: (call) => entities(call, databases(call)),
};
