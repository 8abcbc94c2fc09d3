import { randomUUID } from 'node:crypto';
import type { ResultInfo } from '../../../common/contract/query.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { HostContext } from '../context.ts';
import { runCommand } from './run-command.ts';

/** Runs a `.show` command that a query asks for with `execute_show_command`; no other, for a query changes nothing. */
export async function showForQuery(
  host: HostContext,
  { text, database }: { readonly text: string; readonly database: string },
  signal: AbortSignal,
): Promise<{ result: ResultInfo }> {
  if (!/^\s*\.\s*show\b/i.test(text))
    throw new AppError(
      'semantic',
      'show_command_needed',
      'execute_show_command runs commands that begin with .show, and no others.',
    );
  host.catalog.databases.get(database);
  const outcome = await runCommand(host, { queryId: randomUUID(), text, database, signal });
  const [result, ...others] = outcome.results;
  await host.queryWorker.call('query.release', { resultIds: others.map((r) => r.resultId) });
  if (!result) throw new AppError('internal', 'no_result', 'The command gave no table.');
  return { result };
}
