import { ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import { type Command, databaseOf } from './command.ts';

const MAX_LISTED = 10_000;

type Call = Parameters<Command>[0];

function answer({ host }: Call, database?: string): ReturnType<Command> {
  return {
    columns: [
      ['Event', 'string'],
      ['EventTimestamp', 'datetime'],
      ['Database', 'string'],
      ['EntityName', 'string'],
    ],
    rows: host.catalog.journal
      .list(MAX_LISTED)
      .filter((entry) => database === undefined || entry.database === database)
      .map((entry) => [
        entry.event,
        ticksOfUnixMillis(Date.parse(entry.at)),
        entry.database,
        entry.entity,
      ]),
  };
}

/** `.show journal` */
export const showJournal: Command = (call) => answer(call);

/** `.show database journal` */
export const showDatabaseJournal: Command = (call) => answer(call, databaseOf(call).name);
