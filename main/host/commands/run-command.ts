import type { QueryOutcome, ResultInfo } from '../../../common/contract/query.ts';
import { AppError, spanOf } from '../../../common/errors/app-error.ts';
import type { HostContext } from '../context.ts';
import { answerJson } from './answer-json.ts';
import { CommandArguments } from './arguments.ts';
import type { Command, CommandAnswer, CommandCall } from './command.ts';
import { COMMANDS } from './index.ts';
import { meaninglessReason } from './meaningless.ts';

export interface CommandRequest {
  readonly queryId: string;
  readonly text: string;
  readonly database: string;
  readonly signal: AbortSignal;
  /** Told the kind of the command once it is known. */
  readonly onKind?: (kind: string) => void;
}

/** Blank lines and comments may stand before a command. */
const COMMAND = /^(?:\s|\/\/[^\n]*(?:\n|$))*\./;

export function isCommand(text: string): boolean {
  return COMMAND.test(text);
}

/** Parses a management command, runs it, and leaves its rows as a result in the query worker. */
export async function runCommand(
  host: HostContext,
  request: CommandRequest,
): Promise<QueryOutcome> {
  const { queryId, text, database, signal } = request;
  const started = performance.now();
  const parsed = await host.queryWorker.call('command.parse', { text, database }, { signal });
  const compileMs = performance.now() - started;
  const problem = parsed.diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  if (problem) throw new AppError('syntax', problem.code, problem.message, { span: problem.span });
  request.onKind?.(parsed.kind);
  const args = new CommandArguments(parsed.arguments);
  const command = COMMANDS[parsed.kind];
  if (!command) throw notImplemented(parsed.kind, args);
  const call: Omit<CommandCall, 'signal' | 'operationId'> = {
    host,
    kind: parsed.kind,
    schema: parsed.schema.map(({ name, type }) => [name, type] as const),
    queryId,
    text,
    database,
    arguments: args,
    query: parsed.query,
    run: (inner, innerId = queryId) =>
      runInner(host, { queryId: innerId, text: inner, database, signal }).catch(
        (error: unknown) => {
          throw placedIn(text, inner, error);
        },
      ),
  };
  const answer = await answerOf(command, call, signal);
  const results: ResultInfo[] = [];
  for (const each of [{ name: 'PrimaryResult', ...answer }, ...(answer.more ?? [])])
    results.push(
      await host.queryWorker.call(
        'engine.rows',
        {
          name: each.name,
          columns: each.columns.map(([name, type]) => ({ name, type })),
          rows: each.rows.map((row) => [...row]),
          database,
          // A pipe goes on from the first table.
          ...(parsed.pipe === undefined || results.length > 0 ? {} : { pipe: parsed.pipe, text }),
        },
        { signal },
      ),
    );
  const { bytes } = await host.queryWorker.call('engine.memory', {}, { signal });
  return {
    queryId,
    results,
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

function runInner(host: HostContext, request: CommandRequest): Promise<QueryOutcome> {
  if (isCommand(request.text)) return runCommand(host, request);
  const { signal, ...query } = request;
  return host.queryWorker.call(
    'query.run',
    { ...query, record: false, options: { notruncation: true } },
    { signal },
  );
}

/** The error at its place in the whole command, of which `inner` is a part. */
function placedIn(text: string, inner: string, error: unknown): unknown {
  const offset = text.lastIndexOf(inner);
  if (!(error instanceof AppError) || !error.span || offset < 0) return error;
  return new AppError(error.kind, error.code, error.message, {
    span: spanOf(text, error.span.start + offset, error.span.length),
    hints: error.hints,
    cause: error.cause,
  });
}

/** What only tells, or is over at once and is no work. */
const NO_OPERATION = /^(?:Show|Cancel|Execute|StoredQueryResults?Show|Graph\w*Show)/;

/** Commands with `async` answer with the id of an operation that runs on; others are operations as they run. */
async function answerOf(
  command: Command,
  call: Omit<CommandCall, 'signal' | 'operationId'>,
  signal: AbortSignal,
): Promise<CommandAnswer> {
  if (NO_OPERATION.test(call.kind)) return command({ ...call, signal, operationId: '' });
  const { operations } = call.host;
  const work = async (operationId: string, inner: AbortSignal): Promise<CommandAnswer> =>
    command({ ...call, signal: inner, operationId });
  if (!call.arguments.has('async')) return operations.run(call, signal, work);
  const id = operations.inBackground(call, work, answerJson);
  return { columns: [['OperationId', 'guid']], rows: [[id]] };
}

function notImplemented(kind: string, args: CommandArguments): AppError {
  const name = `.${args.list('words').join(' ')}`;
  const reason = meaninglessReason(kind);
  return reason === undefined
    ? new AppError('unsupported', 'command_not_implemented', `not implemented in Calypso: ${name}`)
    : new AppError(
        'unsupported',
        'command_not_implemented',
        `not implemented in Calypso: ${name}. It has no meaning here: ${reason}`,
      );
}
