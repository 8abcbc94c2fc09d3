import { AppError } from '../../../common/errors/app-error.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';
import type { DatabaseRow } from '../catalog/databases-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import type { HostContext } from '../context.ts';
import type { CommandArguments } from './arguments.ts';

/** datetime and timespan are ticks as bigint, dynamic is JSON text. */
export type CommandCell = string | number | bigint | boolean | null;

export interface CommandAnswer {
  readonly columns: readonly (readonly [name: string, type: KqlType])[];
  readonly rows: readonly (readonly CommandCell[])[];
}

export interface CommandCall {
  readonly host: HostContext;
  readonly queryId: string;
  readonly text: string;
  /** The database that the command is about, unless it names another. */
  readonly database: string;
  readonly signal: AbortSignal;
  readonly arguments: CommandArguments;
  /** What stands behind `<|`. */
  readonly query: string | undefined;
}

export type Command = (call: CommandCall) => Promise<CommandAnswer> | CommandAnswer;

/** The database that the command names, else the one it was sent to. */
export function databaseOf({ host, database, arguments: args }: CommandCall): DatabaseRow {
  return host.catalog.databases.get(args.optional('DatabaseName') ?? database);
}

export function writableDatabaseOf(call: CommandCall): DatabaseRow {
  return call.host.catalog.databases.writable(databaseOf(call).name);
}

export function tableOf(call: CommandCall, name = call.arguments.text('TableName')): TableRow {
  return call.host.catalog.tables.get(databaseOf(call).name, name);
}

/** Runs `change` in one transaction, writes it into the journal, and waits until queries know of it. */
export async function changeSchema<T>(
  { host }: CommandCall,
  entry: { readonly event: string; readonly database: string; readonly entity: string },
  change: () => T,
): Promise<T> {
  const result = host.catalog.change(() => {
    const changed = change();
    host.catalog.journal.add({ ...entry, detail: '' });
    return changed;
  });
  await host.schema.changed();
  return result;
}

export function missingQuery(): AppError {
  return new AppError('syntax', 'missing_query', 'The command lacks what stands behind <|.');
}
