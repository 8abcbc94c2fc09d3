import { type Command, tableOf, writableDatabaseOf } from './command.ts';

/** `.drop table T [ifexists]`, `.drop tables (A, B) [ifexists]`; answers with the tables that are left. */
export const dropTable: Command = async (call) => {
  const { catalog, writer } = call.host;
  const database = writableDatabaseOf(call);
  const lenient = call.arguments.has('ifexists');
  const tables = call.arguments
    .list('TableName')
    .flatMap((name) =>
      lenient && !catalog.tables.find(database.name, name) ? [] : [tableOf(call, name)],
    );
  for (const table of tables) await writer.dropTable(table);
  return {
    columns: [
      ['TableName', 'string'],
      ['DatabaseName', 'string'],
    ],
    rows: catalog.tables.list(database).map((table) => [table.name, table.database]),
  };
};

/** `.clear table T data` */
export const clearTableData: Command = async (call) => {
  const database = writableDatabaseOf(call);
  const table = tableOf(call);
  await call.host.writer.commit([
    { database, table: table.name, columns: [], extents: [], owned: true, replaces: 'all' },
  ]);
  return { columns: [['Status', 'string']], rows: [['Table data cleared successfully']] };
};
