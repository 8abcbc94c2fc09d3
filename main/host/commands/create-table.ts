import { AppError } from '../../../common/errors/app-error.ts';
import type { DatabaseRow } from '../catalog/databases-store.ts';
import type { TableProperties, TableRow } from '../catalog/tables-store.ts';
import type { CommandTable } from './arguments.ts';
import {
  type Command,
  type CommandAnswer,
  changeSchema,
  tableOf,
  writableDatabaseOf,
} from './command.ts';
import { tableListAnswer, tableSchemaAnswer } from './table-rows.ts';

type Call = Parameters<Command>[0];

/** `.create table`, `.create tables`: a table that exists already is left as it is. */
export const createTable: Command = (call) => createAll(call, keepExisting);

/** `.create-merge table`, `.create-merge tables`: missing columns are added to a table that exists. */
export const createMergeTable: Command = (call) => createAll(call, mergeColumns);

type ForExisting = (call: Call, existing: TableRow, wanted: CommandTable) => void;

async function createAll(call: Call, forExisting: ForExisting): Promise<CommandAnswer> {
  const database = writableDatabaseOf(call);
  const wanted = call.arguments.tables();
  await changeSchema(
    call,
    {
      event: 'CREATE-TABLE',
      database: database.name,
      entity: wanted.map((table) => table.name).join(', '),
    },
    () => {
      for (const table of wanted) createOne(call, database, table, forExisting);
    },
  );
  const made = wanted.map((table) => tableOf(call, table.name));
  return call.arguments.has('tables') ? tableListAnswer(made) : tableSchemaAnswer(made);
}

function createOne(
  call: Call,
  database: DatabaseRow,
  wanted: CommandTable,
  forExisting: ForExisting,
): void {
  const { tables } = call.host.catalog;
  const existing = tables.find(database.name, wanted.name);
  if (existing) forExisting(call, existing, wanted);
  else tables.create(database, wanted.name, wanted.columns, propertiesOf(call));
}

function keepExisting(): void {}

/** Adds the columns that the table lacks. A column of another type is an error. */
export function mergeColumns(call: Call, existing: TableRow, wanted: CommandTable): void {
  const { tables } = call.host.catalog;
  for (const column of wanted.columns) {
    const held = existing.columns.find((c) => c.name === column.name);
    if (!held) tables.addColumn(existing, column);
    else if (held.type !== column.type)
      throw new AppError(
        'input',
        'column_type_differs',
        `The column '${column.name}' of '${existing.name}' is ${held.type}, not ${column.type}.`,
        { hints: ['`.alter column` changes the type of a column.'] },
      );
  }
  tables.setProperties(existing, propertiesOf(call));
}

function propertiesOf({ arguments: args }: Call): TableProperties {
  const folder = args.property('folder');
  const docstring = args.property('docstring');
  return {
    ...(folder === undefined ? {} : { folder }),
    ...(docstring === undefined ? {} : { docstring }),
  };
}

/** `.create table B based-on A` */
export const createTableBasedOn: Command = async (call) => {
  const database = writableDatabaseOf(call);
  const name = call.arguments.text('NewTableName');
  const { tables } = call.host.catalog;
  const source = tableOf(call);
  const existing = tables.find(database.name, name);
  if (existing && call.arguments.has('ifnotexists')) return tableSchemaAnswer([existing]);
  await changeSchema(call, { event: 'CREATE-TABLE', database: database.name, entity: name }, () =>
    tables.create(database, name, source.columns, {
      folder: source.folder,
      docstring: source.docstring,
      ...propertiesOf(call),
    }),
  );
  return tableSchemaAnswer([tableOf(call, name)]);
};
