import type { DatabaseRow } from '../catalog/databases-store.ts';
import { type Command, type CommandAnswer, databaseOf } from './command.ts';
import { guidOf } from './guid.ts';

const VERSION = 'v1.0';

function answer(databases: readonly DatabaseRow[], current: string): CommandAnswer {
  return {
    columns: [
      ['DatabaseName', 'string'],
      ['PersistentStorage', 'string'],
      ['Version', 'string'],
      ['IsCurrent', 'bool'],
      ['DatabaseAccessMode', 'string'],
      ['PrettyName', 'string'],
      ['ReservedSlot1', 'bool'],
      ['DatabaseId', 'guid'],
      ['InTransitionTo', 'string'],
    ],
    rows: databases.map((d) => [
      d.name,
      '',
      VERSION,
      d.name === current,
      d.readOnly ? 'ReadOnly' : 'ReadWrite',
      d.prettyName,
      null,
      guidOf('database', d.id),
      '',
    ]),
  };
}

/** `.show databases` */
export const showDatabases: Command = ({ host, database }) =>
  answer(host.catalog.databases.list(), database);

/** `.show database` */
export const showDatabase: Command = (call) => answer([databaseOf(call)], call.database);
