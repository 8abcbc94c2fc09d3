import type { ParsedParamsOf, ResultOf } from '../../common/contract/rpc.ts';
import type { QueryWorkerContract } from '../../common/contract/worker.ts';
import { AppError, spanOf } from '../../common/errors/app-error.ts';
import { ticksOfUnixMillis } from '../../common/types/ticks.ts';
import type { GlobalsCache } from '../kql/syntax/globals.ts';
import { ViewBinder } from '../kql/views/bind-view.ts';

/** What a view's query gives and keeps; an error stands at its place in the command. */
export function describeView(
  params: ParsedParamsOf<QueryWorkerContract, 'views.describe'>,
  globals: GlobalsCache,
): ResultOf<QueryWorkerContract, 'views.describe'> {
  const { command, query } = params;
  try {
    const binder = new ViewBinder(globals, ticksOfUnixMillis(Date.now()));
    const { columns, keys, stored, dedup } = binder.describe(params);
    return { columns: [...columns], keys: [...keys], stored: [...stored], dedup };
  } catch (error) {
    const at = command?.lastIndexOf(query) ?? -1;
    if (!(error instanceof AppError) || !error.span || !command || at < 0) throw error;
    throw new AppError(error.kind, error.code, error.message, {
      span: spanOf(command, at + error.span.start, error.span.length),
      hints: error.hints,
      cause: error,
    });
  }
}
