import type { KqlType } from '../../../common/types/kql-type.ts';
import type { HostContext } from '../context.ts';
import type { CommandArguments } from './arguments.ts';

export type CommandCell = string | number | bigint | boolean | null;

/** datetime and timespan cells are KQL text, as are dynamic ones (JSON). */
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
