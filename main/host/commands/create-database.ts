import type { Command } from './command.ts';

/** `.create database D [ifnotexists]` */
export const createDatabase: Command = async ({ host, arguments: args }) => {
  const name = args.text('DatabaseName');
  const { databases, journal } = host.catalog;
  const created = !(databases.find(name) && args.has('ifnotexists'));
  if (created) {
    host.catalog.change(() => {
      databases.create(name);
      journal.add({ event: 'CREATE-DATABASE', database: name, entity: name });
    });
    await host.schema.changed();
  }
  return {
    columns: [
      ['DatabaseName', 'string'],
      ['PersistentPath', 'string'],
      ['Created', 'string'],
      ['StoresMetadata', 'bool'],
      ['StoresData', 'bool'],
    ],
    rows: [[name, '', String(created), true, true]],
  };
};
