import type { QueryOutcome } from '../../../common/contract/query.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { KqlType } from '../../../common/types/kql-type.ts';
import type { DatabaseRow } from '../catalog/databases-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import type { HostContext } from '../context.ts';
import { clientIdOf } from '../running-queries.ts';
import { hideSecrets } from '../services/hide-secrets.ts';
import type { CommandArguments } from './arguments.ts';

/** datetime and timespan are ticks as bigint, dynamic is JSON text. */
export type CommandCell = string | number | bigint | boolean | null;

export type CommandRecord = Readonly<Record<string, CommandCell | undefined>>;

export interface CommandAnswer {
  readonly columns: readonly (readonly [name: string, type: KqlType])[];
  readonly rows: readonly (readonly CommandCell[])[];
  /** Tables that follow the first, each with its name. */
  readonly more?: readonly (CommandAnswer & { readonly name: string })[];
}

export interface CommandCall {
  readonly host: HostContext;
  /** Kusto.Language's name of the command. */
  readonly kind: string;
  /** The columns of the answer, as Kusto.Language knows them; empty where it doesn't. */
  readonly schema: CommandAnswer['columns'];
  readonly queryId: string;
  readonly text: string;
  /** The database that the command is about, unless it names another. */
  readonly database: string;
  readonly signal: AbortSignal;
  /** Of the operation that the command is, for those that change something; else ''. */
  readonly operationId: string;
  readonly arguments: CommandArguments;
  /** What stands behind `<|`. */
  readonly query: string | undefined;
  /** Runs another command or a query, under this command's id or its own; its results are the caller's to release. */
  run(text: string, queryId?: string): Promise<QueryOutcome>;
}

export type Command = (call: CommandCall) => Promise<CommandAnswer> | CommandAnswer;
/** By the name that Kusto.Language gives to the kind of command, or `own-grammar.ts` to those it doesn't know. */
export type Commands = Readonly<Record<string, Command>>;

/** An answer with the columns that the command has, from rows by name; what a row lacks is null. */
export function records(
  { schema, kind }: Pick<CommandCall, 'schema' | 'kind'>,
  rows: readonly CommandRecord[],
): CommandAnswer {
  const known = new Set(schema.map(([name]) => name));
  const stray = rows.flatMap((row) => Object.keys(row)).find((name) => !known.has(name));
  if (stray !== undefined)
    throw new AppError('internal', 'stray_column', `${kind} has no column ${stray}.`);
  return { columns: schema, rows: rows.map((row) => schema.map(([name]) => row[name] ?? null)) };
}

/** The same for a command whose columns are given here. */
export function table(
  columns: CommandAnswer['columns'],
  rows: readonly CommandRecord[],
): CommandAnswer {
  return records({ schema: columns, kind: 'table' }, rows);
}

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
  call: CommandCall,
  entry: SchemaChange,
  change: () => T,
): Promise<T> {
  const { catalog, schema } = call.host;
  const result = catalog.change(() => {
    const changed = change();
    catalog.journal.add({ ...entry, ...journalParts(call) });
    return changed;
  });
  await schema.changed();
  return result;
}

export interface SchemaChange {
  readonly event: string;
  readonly database: string;
  readonly entity: string;
  /** Its name afterwards, where that is another. */
  readonly updatedEntity?: string;
}

/** What the journal says of the command itself. */
export function journalParts({ text, queryId }: CommandCall): {
  readonly command: string;
  readonly requestId: string;
} {
  return { command: hideSecrets(text).slice(0, MAX_JOURNAL_TEXT), requestId: clientIdOf(queryId) };
}

const MAX_JOURNAL_TEXT = 20_000;

/** What stands behind `<|`. */
export function queryOf({ query }: CommandCall): string {
  if (query !== undefined) return query;
  throw missingQuery();
}

export function missingQuery(): AppError {
  return new AppError('syntax', 'missing_query', 'The command lacks what stands behind <|.');
}
