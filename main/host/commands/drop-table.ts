import { AppError } from '../../../common/errors/app-error.ts';
import {
  type Command,
  type Commands,
  changeSchema,
  journalParts,
  records,
  tableOf,
  writableDatabaseOf,
} from './command.ts';

/** `.drop table T [ifexists]`, `.drop tables (A, B) [ifexists]`; answers with the tables that are left. */
const dropTable: Command = async (call) => {
  const { catalog, writer } = call.host;
  const database = writableDatabaseOf(call);
  const lenient = call.arguments.has('ifexists');
  const tables = call.arguments
    .list('TableName')
    .flatMap((name) =>
      lenient && !catalog.tables.find(database.name, name) ? [] : [tableOf(call, name)],
    );
  for (const table of tables) await writer.dropTable(table, journalParts(call));
  return {
    columns: [
      ['TableName', 'string'],
      ['DatabaseName', 'string'],
    ],
    rows: catalog.tables.list(database).map((table) => [table.name, table.database]),
  };
};

/** `.undo drop table T [as New] version="v1.2"`, the version as the journal tells it (page ".undo drop table"). */
const undoDropTable: Command = async (call) => {
  const { catalog } = call.host;
  const database = writableDatabaseOf(call);
  const dropped = call.arguments.optional('Name') ?? call.arguments.text('TableName');
  const name = call.arguments.optional('TableName') ?? dropped;
  const version = call.arguments.text('Version').replace(/^v/i, '').replace(/^1\./, '');
  const all = catalog.tables.hidden(database.id).filter((table) => table.name === dropped);
  const hidden = all.find((table) => String(table.version) === version);
  if (!hidden)
    throw new AppError(
      'semantic',
      'unknown_table',
      `No table '${dropped}' that was dropped at the version '${version}' can be brought back.`,
      {
        hints: [
          all.length > 0
            ? `Versions: ${all.map((table) => `v1.${table.version}`).join(', ')}`
            : 'Dropped tables stay for 14 days; a table whose retention policy has Recoverability Disabled is gone at once.',
        ],
      },
    );
  const table = await changeSchema(
    call,
    { event: 'UNDO-DROP-TABLE', database: database.name, entity: dropped, updatedEntity: name },
    () => catalog.tables.restore(hidden, name),
  );
  return records(
    call,
    call.host.schema.extentsOf(table).map((extent) => ({
      ExtentId: extent.extentId,
      NumberOfRecords: extent.rowCount,
      Status: 'Recovered',
      FailureReason: '',
    })),
  );
};

/** `.clear table T data` */
const clearTableData: Command = async (call) => {
  const database = writableDatabaseOf(call);
  const table = tableOf(call);
  await call.host.writer.commit([
    { database, table: table.name, columns: [], extents: [], owned: true, replaces: 'all' },
  ]);
  return { columns: [['Status', 'string']], rows: [['Table data cleared successfully']] };
};

/** Pages ".drop table", ".undo drop table", ".clear table data". */
export const dropTableCommands: Commands = {
  DropTable: dropTable,
  DropTables: dropTable,
  UndoDropTable: undoDropTable,
  ClearTableData: clearTableData,
};
