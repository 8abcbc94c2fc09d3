import type { ParsedParamsOf, ResultOf } from '../../common/contract/rpc.ts';
import type { QueryWorkerContract } from '../../common/contract/worker.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { Session } from '../store/database.ts';
import { writeExtents } from '../store/extent-writer.ts';
import type { Engine } from './duckdb.ts';
import { movedError } from './moved-error.ts';
import { columnName, type Results } from './results.ts';
import type { QueryRunner } from './run-query.ts';

type Params = ParsedParamsOf<QueryWorkerContract, 'engine.writeExtents'>;

/** Runs a query and writes its first result as extents; nothing is left in the folder if that fails. */
export async function writeQueryExtents(
  parts: { readonly engine: Engine; readonly results: Results; readonly runner: QueryRunner },
  params: Params,
  signal: AbortSignal,
): Promise<ResultOf<QueryWorkerContract, 'engine.writeExtents'>> {
  const { engine, results, runner } = parts;
  const { queryId, text, database, folder, command } = params;
  const outcome = await runner
    .run({ queryId, text, database, parameters: {}, options: {} }, signal, () => undefined)
    .catch((error: unknown) => {
      throw movedError(error, 0, text, command);
    });
  try {
    const [info] = outcome.results;
    if (!info) throw new AppError('semantic', 'no_result', 'The query gives no table to store.');
    const result = results.get(info.resultId);
    const columns = result.columns.map((c, i) => ({
      name: c.name,
      type: c.type,
      sql: c.type === 'string' ? `coalesce(${columnName(i)}, '')` : columnName(i),
    }));
    const extents = await engine.use(signal, (connection) =>
      writeExtents(
        new Session(connection),
        { columns, from: result.table, folder, estimatedRows: result.rowCount },
        { signal },
      ),
    );
    return {
      columns: columns.map(({ name, type }) => ({ name, type })),
      extents,
      rows: result.rowCount,
    };
  } finally {
    await results.release(outcome.results.map((r) => r.resultId));
  }
}
