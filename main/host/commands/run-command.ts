import type { QueryOutcome } from '../../../common/contract/query.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { HostContext } from '../context.ts';
import { CommandArguments } from './arguments.ts';
import type { CommandCall } from './command.ts';
import { COMMANDS } from './index.ts';

export interface CommandRequest {
  readonly queryId: string;
  readonly text: string;
  readonly database: string;
  readonly signal: AbortSignal;
}

/** Blank lines and comments may stand before a command. */
const COMMAND = /^(?:\s|\/\/[^\n]*(?:\n|$))*\./;

export function isCommand(text: string): boolean {
  return COMMAND.test(text);
}

/** Parses a management command, runs it, and leaves its rows as a result in the query worker. */
export async function runCommand(
  host: HostContext,
  { queryId, text, database, signal }: CommandRequest,
): Promise<QueryOutcome> {
  const started = performance.now();
  const parsed = await host.queryWorker.call('command.parse', { text, database }, { signal });
  const compileMs = performance.now() - started;
  const problem = parsed.diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  if (problem) throw new AppError('syntax', problem.code, problem.message, { span: problem.span });
  const args = new CommandArguments(parsed.arguments);
  const command = COMMANDS[parsed.kind];
  if (!command)
    throw new AppError(
      'unsupported',
      'command_not_implemented',
      `not implemented in Calypso: .${args.list('words').join(' ')}`,
    );
  const call: CommandCall = {
    host,
    queryId,
    text,
    database,
    signal,
    arguments: args,
    query: parsed.query,
  };
  const answer = await command(call);
  const result = await host.queryWorker.call(
    'engine.rows',
    {
      name: 'PrimaryResult',
      columns: answer.columns.map(([name, type]) => ({ name, type })),
      rows: answer.rows.map((row) => [...row]),
      database,
      ...(parsed.pipe === undefined ? {} : { pipe: parsed.pipe, text }),
    },
    { signal },
  );
  const { bytes } = await host.queryWorker.call('engine.memory', {}, { signal });
  return {
    queryId,
    results: [result],
    stats: {
      elapsedMs: performance.now() - started,
      compileMs,
      bytesScanned: 0,
      rowsScanned: 0,
      extentsScanned: 0,
      extentsTotal: 0,
      memoryBytes: bytes,
    },
    warnings: parsed.diagnostics,
  };
}
