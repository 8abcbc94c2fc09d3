import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { ParsedParamsOf, ResultOf } from '../../common/contract/rpc.ts';
import type { QueryWorkerContract } from '../../common/contract/worker.ts';
import { AppError } from '../../common/errors/app-error.ts';
import type { Column, KqlType } from '../../common/types/kql-type.ts';
import { count, type Sql, sql, str } from '../kql/emit/sql.ts';
import { cellOf, exactText, shownText } from './cell-sql.ts';
import type { Engine } from './duckdb.ts';
import type { Results, StoredResult, StoredView } from './results.ts';
import { translateError } from './translate-error.ts';
import type { Views } from './views.ts';

type Params<N extends keyof QueryWorkerContract['calls'] & string> = ParsedParamsOf<
  QueryWorkerContract,
  N
>;
type Result<N extends keyof QueryWorkerContract['calls'] & string> = ResultOf<
  QueryWorkerContract,
  N
>;

const NUMERIC: ReadonlySet<KqlType> = new Set(['int', 'long', 'real', 'decimal']);
const ORDERED: ReadonlySet<KqlType> = new Set([
  ...NUMERIC,
  'datetime',
  'timespan',
  'string',
  'bool',
]);

/** Questions about the cells of results, answered in the engine. */
export class Profiles {
  readonly #engine: Engine;
  readonly #results: Results;
  readonly #views: Views;

  constructor(engine: Engine, results: Results, views: Views) {
    this.#engine = engine;
    this.#results = results;
    this.#views = views;
  }

  async #find(address: {
    readonly resultId: string;
    readonly viewId?: string | undefined;
  }): Promise<{ result: StoredResult; view: StoredView | undefined }> {
    const result = await this.#results.stored(address.resultId);
    return { result, view: this.#results.view(result, address.viewId) };
  }

  #column(result: StoredResult, name: string): { column: Column; cell: Sql } {
    const [at = 0] = this.#results.indexes(result, [name]);
    const column = result.columns[at];
    if (!column) throw new AppError('input', 'no_column', `The result has no column '${name}'.`);
    return { column, cell: cellOf(at) };
  }

  async columnProfile(
    params: Params<'query.columnProfile'>,
    signal: AbortSignal,
  ): Promise<Result<'query.columnProfile'>> {
    const { result, view } = await this.#find(params);
    const { column, cell } = this.#column(result, params.column);
    const { type } = column;
    const from = this.#results.rowsSql(result, view);
    const isEmpty = type === 'string' ? sql`${cell} = ''` : sql`${cell} IS NULL`;
    const bound = (name: 'min' | 'max'): Sql =>
      ORDERED.has(type)
        ? sql`CASE WHEN count(${cell}) > 0 THEN ${exactText(name === 'min' ? sql`min(${cell})` : sql`max(${cell})`, type)} END`
        : sql`NULL`;
    const average = NUMERIC.has(type) ? sql`avg(CAST(${cell} AS DOUBLE))` : sql`NULL`;
    const figures = sql`SELECT CAST(count(*) AS DOUBLE), CAST(count(DISTINCT ${cell}) AS DOUBLE), CAST(count(*) FILTER (WHERE ${isEmpty}) AS DOUBLE), ${bound('min')}, ${bound('max')}, ${average}`;
    const text = shownText(cell, type);
    const held =
      params.contains === ''
        ? ''
        : ` WHERE contains(lower(${text}), ${str(params.contains.toLowerCase())})`;
    const groups = `SELECT ${cell}, count(*) AS n FROM (SELECT ${cell} FROM ${from}) GROUP BY 1`;
    const most = `SELECT * FROM (${groups})${held} ORDER BY n DESC, ${cell} LIMIT ${count(params.top)}`;
    const top = `SELECT ${exactText(cell, type)}, CAST(n AS DOUBLE) FROM (${most})`;
    return this.#engine.use(signal, async (connection) => {
      const [row = []] = await rowsOf(connection, `${figures} FROM (SELECT ${cell} FROM ${from})`);
      const values = await rowsOf(connection, top);
      return {
        rowCount: Number(row[0]),
        distinct: Number(row[1]),
        empty: Number(row[2]),
        ...optional('min', row[3]),
        ...optional('max', row[4]),
        ...(typeof row[5] === 'number' ? { avg: row[5] } : {}),
        top: values.map(([value, n]) => ({ value: String(value), count: Number(n) })),
      };
    });
  }

  /** Sums of integers are exact: they are added as 128-bit integers and rounded once, at the end. */
  async selectionStats(
    params: Params<'query.selectionStats'>,
    signal: AbortSignal,
  ): Promise<Result<'query.selectionStats'>> {
    const { result, view } = await this.#find(params);
    const columns = params.columns.map((name) => this.#column(result, name));
    if (columns.length === 0) return { count: 0, numeric: 0 };
    const from = this.#results.rowsSql(result, view, params.ranges);
    const figures = columns.map(({ column, cell }) => {
      const text = (piece: Sql): Sql => exactText(piece, column.type);
      const total = NUMERIC.has(column.type)
        ? sql`CAST(sum(${cell}) AS VARCHAR)`
        : sql`CAST(NULL AS VARCHAR)`;
      const ordered = ORDERED.has(column.type) && column.type !== 'string';
      const edges = ordered
        ? sql`${text(sql`min(${cell})`)}, ${text(sql`max(${cell})`)}`
        : sql`'', ''`;
      return sql`CAST(count(*) AS DOUBLE), CAST(count(${cell}) AS DOUBLE), ${total}, ${edges}`;
    });
    const list = figures.map((f) => f.text).join(', ');
    const cells = columns.map(({ cell }) => cell.text);
    const [row = []] = await this.#engine.use(signal, (connection) =>
      rowsOf(
        connection,
        `SELECT ${list} FROM (SELECT ${[...new Set(cells)].join(', ')} FROM ${from})`,
      ),
    );
    return combine(
      columns.map(({ column }, i) => ({
        type: column.type,
        count: Number(row[i * 5]),
        filled: Number(row[i * 5 + 1]),
        sum: row[i * 5 + 2] === null ? undefined : String(row[i * 5 + 2]),
        min: String(row[i * 5 + 3] ?? ''),
        max: String(row[i * 5 + 4] ?? ''),
      })),
    );
  }

  async find(params: Params<'query.find'>, signal: AbortSignal): Promise<Result<'query.find'>> {
    const { result, view } = await this.#find(params);
    if (params.text === '') return { row: -1, matches: 0 };
    const matches = await this.#views.matches(result, view, params.text, signal);
    if (matches.rowCount === 0) return { row: -1, matches: 0 };
    const from = count(Math.trunc(params.from));
    const select = params.backwards
      ? `SELECT coalesce(max(rid) FILTER (WHERE rid <= ${from}), max(rid))`
      : `SELECT coalesce(min(rid) FILTER (WHERE rid >= ${from}), min(rid))`;
    const [row = []] = await this.#engine.use(signal, (connection) =>
      rowsOf(connection, `${select} FROM ${matches.table}`),
    );
    return { row: Number(row[0] ?? -1), matches: matches.rowCount };
  }

  async cell(params: Params<'query.cell'>, signal: AbortSignal): Promise<Result<'query.cell'>> {
    const { result, view } = await this.#find(params);
    const { column, cell } = this.#column(result, params.column);
    const from = this.#results.rowsSql(result, view, [{ start: params.row, end: params.row + 1 }]);
    const select = `SELECT ${exactText(cell, column.type)}, ${cell} IS NULL FROM ${from}`;
    const [row] = await this.#engine.use(signal, (connection) => rowsOf(connection, select));
    if (!row) throw new AppError('input', 'no_row', `The result has no row ${params.row}.`);
    return { text: String(row[0]), isNull: row[1] === true && column.type !== 'string' };
  }
}

interface ColumnFigures {
  readonly type: KqlType;
  readonly count: number;
  readonly filled: number;
  readonly sum: string | undefined;
  readonly min: string;
  readonly max: string;
}

function combine(columns: readonly ColumnFigures[]): Result<'query.selectionStats'> {
  const cells = columns.reduce((sum, c) => sum + c.count, 0);
  const numbers = columns.filter((c) => NUMERIC.has(c.type) && c.filled > 0);
  const numeric = numbers.reduce((sum, c) => sum + c.filled, 0);
  // Edges make sense over numbers, or over columns that are all of one type.
  const one = columns.every((c) => c.type === columns[0]?.type);
  const edged = (numbers.length > 0 ? numbers : one ? columns : []).filter((c) => c.min !== '');
  const by = (sign: 1 | -1, key: 'min' | 'max') =>
    edged.map((c) => c[key]).reduce((a, b) => (sign * order(a, b) <= 0 ? a : b));
  const edges = edged.length > 0 ? { min: by(1, 'min'), max: by(-1, 'max') } : {};
  if (numeric === 0) return { count: cells, numeric, ...edges };
  let whole = 0n;
  let rest = 0;
  for (const c of numbers) {
    if (c.sum === undefined) continue;
    if (c.type === 'int' || c.type === 'long') whole += BigInt(c.sum);
    else rest += Number(c.sum);
  }
  const sum = Number(whole) + rest;
  return { count: cells, numeric, sum, avg: sum / numeric, ...edges };
}

/** Order of two numbers by their text, 64-bit integers exactly; of other texts by code unit. */
function order(a: string, b: string): number {
  const integer = /^-?\d+$/;
  if (integer.test(a) && integer.test(b)) return BigInt(a) < BigInt(b) ? -1 : 1;
  const [x, y] = [Number(a), Number(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return a < b ? -1 : 1;
}

function optional(
  name: 'min' | 'max',
  value: DuckDBValue | undefined,
): { [K in 'min' | 'max']?: string } {
  return value === null || value === undefined ? {} : { [name]: String(value) };
}

async function rowsOf(
  connection: DuckDBConnection,
  statement: string,
): Promise<readonly (readonly DuckDBValue[])[]> {
  try {
    return (await connection.runAndReadAll(statement)).getRows();
  } catch (error) {
    throw translateError(error, statement);
  }
}
