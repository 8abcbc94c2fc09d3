import { AppError } from '../../../common/errors/app-error.ts';
import { DEFAULT_DATABASE } from '../samples.ts';
import {
  type Command,
  type Commands,
  changeSchema,
  journalParts,
  records,
  writableDatabaseOf,
} from './command.ts';

/** `.create database D [ifnotexists]`; where it is kept is not for the command to say. */
const create: Command = async (call) => {
  const { databases } = call.host.catalog;
  const name = call.arguments.text('DatabaseName');
  if (call.arguments.has('persist'))
    throw new AppError(
      'unsupported',
      'persist_not_supported',
      'Databases are kept in the data folder: `persist` with paths is not supported.',
      { hints: [`.create database ${name}`] },
    );
  const lenient =
    call.arguments.has('ifnotexists') || call.arguments.optional('IfNotExists') !== undefined;
  const created = !(databases.find(name) && lenient);
  if (created)
    await changeSchema(call, { event: 'CREATE-DATABASE', database: name, entity: name }, () =>
      databases.create(name),
    );
  return records(call, [
    {
      DatabaseName: name,
      PersistentPath: '',
      Created: String(created),
      StoresMetadata: true,
      StoresData: true,
    },
  ]);
};

/** `.drop database D [ifexists]`, with all that is in it. */
const drop: Command = async (call) => {
  const { catalog, writer } = call.host;
  const name = call.arguments.text('DatabaseName');
  if (!call.arguments.has('drop'))
    throw new AppError(
      'unsupported',
      'command_not_implemented',
      'not implemented in Calypso: .detach database. Databases live in the data folder.',
      { hints: ['`.drop database` deletes one.'] },
    );
  if (name === DEFAULT_DATABASE)
    throw new AppError('input', 'default_database', `The database '${name}' always exists.`, {
      hints: ['`.drop tables (…)` empties it.'],
    });
  const found = catalog.databases.find(name);
  if (!found && call.arguments.has('ifexists')) return records(call, []);
  const tables = catalog.tables.list(catalog.databases.writable(name));
  const rows = tables.map((table) => ({
    Table: table.name,
    NumberOfRemovedExtents: String(call.host.schema.extentsOf(table).length),
  }));
  await writer.dropDatabase(name, journalParts(call));
  return records(call, rows);
};

const setPrettyName =
  (nameOf: (call: Parameters<Command>[0]) => string): Command =>
  async (call) => {
    const database = writableDatabaseOf(call);
    const PrettyName = nameOf(call);
    await changeSchema(
      call,
      { event: 'ALTER-DATABASE-PRETTY-NAME', database: database.name, entity: database.name },
      () => call.host.catalog.databases.setPrettyName(database.name, PrettyName),
    );
    return records(call, [{ DatabaseName: database.name, PrettyName }]);
  };

/** Pages ".create database", ".drop database", ".alter database prettyname". */
export const databaseCommands: Commands = {
  CreateDatabase: create,
  DetachDatabase: drop,
  AlterDatabasePrettyName: setPrettyName((call) => call.arguments.text('PrettyName')),
  DropDatabasePrettyName: setPrettyName(() => ''),
};
