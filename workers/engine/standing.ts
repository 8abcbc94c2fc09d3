import type { ResultInfo } from '../../common/contract/query.ts';
import type { TableSnapshot } from '../../common/contract/store.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { nameReference } from '../../common/text/kql-literal.ts';
import type { Column } from '../../common/types/kql-type.ts';
import { compile } from '../kql/compile.ts';
import { checkStandingSyntax } from '../kql/standing/check-standing.ts';
import { parse } from '../kql/syntax/parse.ts';
import { withGiven } from './given-extents.ts';
import { movedError } from './moved-error.ts';
import { QueryRunner } from './run-query.ts';
import type { RunnerParts } from './write-extents.ts';

export interface StandingQuery {
  readonly database: string;
  readonly table: string;
  /** What follows the table, with or without its first bar. */
  readonly pipe: string;
}

/** `table | pipe`, and how many characters of it stand before the pipe. */
function textOf({ table, pipe }: StandingQuery): { readonly text: string; readonly head: number } {
  const name = nameReference(table);
  const own = pipe.replace(/^\s*\|/, (bar) => ' '.repeat(bar.length));
  if (own.trim() === '') return { text: name, head: name.length };
  return { text: `${name} | ${own}`, head: name.length + 3 };
}

/** The columns of a standing query's rows. Throws where it doesn't compile or needs more than single rows. */
export function checkStanding(
  { globals }: Pick<RunnerParts, 'globals'>,
  query: StandingQuery,
): { columns: Column[] } {
  const { text, head } = textOf(query);
  try {
    const { results } = compile(text, globals, {
      database: query.database,
      now: 0n,
      parameters: {},
      values: [],
    });
    checkStandingSyntax(parse(text, query.database, globals).root, query.table);
    const columns = results[0]?.plan.columns ?? [];
    return { columns: columns.map(({ name, type }) => ({ name, type })) };
  } catch (error) {
    throw movedError(error, head, query.pipe, undefined);
  }
}

/** Runs a standing query that was checked over the given extents of its table. */
export async function runStanding(
  parts: RunnerParts,
  query: StandingQuery & { readonly queryId: string; readonly given: TableSnapshot },
  signal: AbortSignal,
): Promise<ResultInfo> {
  const { text, head } = textOf(query);
  const { sides: _, ...rest } = parts;
  const runner = new QueryRunner({ ...rest, snapshots: withGiven(parts.snapshots, [query.given]) });
  try {
    const { results } = await runner.run(
      { queryId: query.queryId, text, database: query.database, parameters: {}, options: {} },
      signal,
      () => undefined,
    );
    const [first] = results;
    if (!first) throw new AppError('internal', 'no_result', 'A standing query gave no rows.');
    return first;
  } catch (error) {
    throw movedError(error, head, query.pipe, undefined);
  }
}
