import type { ParsedParamsOf, ResultOf } from '../../common/contract/rpc.ts';
import type { QueryWorkerContract } from '../../common/contract/worker.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { compileViewStep } from '../kql/compile.ts';
import { Session } from '../store/database.ts';
import { writeExtents } from '../store/extent-writer.ts';
import type { Engine } from './duckdb.ts';
import { withGiven } from './given-extents.ts';
import { movedError } from './moved-error.ts';
import { columnName, type Results } from './results.ts';
import { QueryRunner } from './run-query.ts';

type Params = ParsedParamsOf<QueryWorkerContract, 'engine.writeExtents'>;

type Written = ResultOf<QueryWorkerContract, 'engine.writeExtents'>;

export type RunnerParts = ConstructorParameters<typeof QueryRunner>[0];

/** Runs a query and writes its first result as extents; nothing is left in the folder if that fails. */
export function writeQueryExtents(
  parts: RunnerParts,
  params: Params,
  signal: AbortSignal,
): Promise<Written> {
  const { text, command, given } = params;
  const runner = new QueryRunner({ ...parts, snapshots: withGiven(parts.snapshots, given) });
  return writeResult({ ...parts, runner }, params, signal).catch((error: unknown) => {
    throw movedError(error, 0, text, command);
  });
}

/** The same for a piece of work on a materialized view. */
export function writeView(
  parts: RunnerParts,
  params: ParsedParamsOf<QueryWorkerContract, 'engine.writeView'>,
  signal: AbortSignal,
): Promise<Written> {
  const { given, database, name, step } = params;
  const runner = new QueryRunner({
    ...parts,
    snapshots: withGiven(parts.snapshots, given),
    plans: (now) => compileViewStep(parts.globals, { database, name, step }, now),
  });
  return writeResult({ ...parts, runner }, { ...params, text: '' }, signal);
}

async function writeResult(
  parts: { readonly engine: Engine; readonly results: Results; readonly runner: QueryRunner },
  params: Pick<Params, 'queryId' | 'text' | 'database' | 'folder'>,
  signal: AbortSignal,
): Promise<Written> {
  const { engine, results, runner } = parts;
  const { queryId, text, database, folder } = params;
  const outcome = await runner.run(
    { queryId, text, database, parameters: {}, options: {} },
    signal,
    () => undefined,
  );
  try {
    const [info] = outcome.results;
    if (!info) throw new AppError('semantic', 'no_result', 'The query gives no table to store.');
    const result = await results.stored(info.resultId);
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
