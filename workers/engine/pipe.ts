import type { ResultInfo } from '../../common/contract/query.ts';
import { AppError } from '../../common/errors/app-error.ts';
import type { Column } from '../../common/types/kql-type.ts';
import type { Outside } from '../kql/plan/outside.ts';
import { GlobalsCache } from '../kql/syntax/globals.ts';
import type { Engine } from './duckdb.ts';
import type { JsFunctions } from './js-functions.ts';
import { movedError } from './moved-error.ts';
import { columnName, type Results } from './results.ts';
import { QueryRunner, type Snapshots } from './run-query.ts';

/** What a pipe's rows are called in the text that is compiled. */
const ROWS_NAME = '__rows';

export interface PipeParts {
  readonly engine: Engine;
  readonly results: Results;
  readonly functions: JsFunctions;
  readonly globals: GlobalsCache;
  readonly snapshots: Snapshots;
  readonly outside?: Outside;
}

export interface PipeRequest {
  readonly columns: readonly Column[];
  /** Selects the rows as columns c0, c1… */
  readonly select: string;
  /** Query text that goes on from the rows: `where x > 1 | count`. */
  readonly pipe: string;
  /** The whole command whose end `pipe` is; errors point into it. */
  readonly text?: string | undefined;
  readonly database: string;
}

let pipes = 0;

/** Runs `__rows | pipe` with rows of the engine as a table beside those of the database. */
export async function runPipe(
  parts: PipeParts,
  { columns, select, pipe, text, database }: PipeRequest,
  signal: AbortSignal,
): Promise<ResultInfo> {
  const { engine, results, functions, snapshots } = parts;
  const head = `${ROWS_NAME} | `;
  const runner = new QueryRunner({
    engine,
    results,
    functions,
    snapshots,
    ...(parts.outside ? { outside: parts.outside } : {}),
    globals: globalsWith(parts.globals, columns, database),
    ownTable: (scan) =>
      scan.table === ROWS_NAME ? pickColumns(select, columns, scan.columns) : undefined,
  });
  try {
    const outcome = await runner.run(
      { queryId: `pipe/${++pipes}`, text: head + pipe, database, parameters: {}, options: {} },
      signal,
      () => undefined,
    );
    const [first, ...others] = outcome.results;
    await results.release(others.map((r) => r.resultId));
    if (!first)
      throw new AppError('syntax', 'no_query', 'The text behind the pipe gives no table.');
    return first;
  } catch (error) {
    throw movedError(error, head.length, pipe, text);
  }
}

/** Goes on from the rows of a result, or of a view of it. The new result doesn't depend on the old one. */
export async function pipeResult(
  parts: PipeParts,
  request: {
    readonly resultId: string;
    readonly viewId?: string | undefined;
    readonly pipe: string;
    readonly database: string;
  },
  signal: AbortSignal,
): Promise<ResultInfo> {
  const result = await parts.results.stored(request.resultId);
  const view = parts.results.view(result, request.viewId);
  const list = result.columns.map((_, i) => `t.${columnName(i)}`).join(', ') || '1';
  return runPipe(
    parts,
    {
      columns: result.columns,
      select: `SELECT ${list} FROM ${parts.results.rowsSql(result, view)}`,
      pipe: request.pipe,
      database: request.database,
    },
    signal,
  );
}

function globalsWith(
  { schema }: GlobalsCache,
  columns: readonly Column[],
  database: string,
): GlobalsCache {
  const rows = {
    name: ROWS_NAME,
    kind: 'table' as const,
    columns: columns.map((c) => ({ name: c.name, type: c.type })),
    folder: '',
    docstring: '',
    rowCount: 0,
    sizeBytes: 0,
    extentCount: 0,
  };
  const empty = { name: database, prettyName: '', readOnly: true, tables: [], functions: [] };
  const home = schema.databases.find((d) => d.name === database) ?? empty;
  const globals = new GlobalsCache();
  globals.set({
    version: schema.version,
    databases: [
      { ...home, tables: [...home.tables, rows] },
      ...schema.databases.filter((d) => d.name !== database),
    ],
  });
  return globals;
}

/** A scan may ask for some of the columns only. */
function pickColumns(select: string, all: readonly Column[], wanted: readonly Column[]): string {
  if (wanted.length === all.length) return select;
  const list = wanted.map((c) => columnName(all.findIndex((a) => a.name === c.name)));
  return `SELECT ${list.join(', ') || '1'} FROM (${select})`;
}
