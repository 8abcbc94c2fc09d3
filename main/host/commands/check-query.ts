import { AppError, spanOf } from '../../../common/errors/app-error.ts';
import { type CommandCall, missingQuery } from './command.ts';

/** The query behind `<|`, once it compiles; what is wrong with it is told at its place in the command. */
export async function checkedQuery({
  host,
  query,
  text,
  database,
  signal,
}: CommandCall): Promise<string> {
  if (query === undefined) throw missingQuery();
  const { diagnostics } = await host.queryWorker.call(
    'query.check',
    { text: query, database },
    { signal },
  );
  const problem = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  if (!problem) return query;
  const { start, length } = problem.span;
  throw new AppError('semantic', problem.code, problem.message, {
    span: spanOf(text, start + Math.max(0, text.lastIndexOf(query)), length),
  });
}
