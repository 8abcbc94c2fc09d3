import {
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBMaterializedResult,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  INTEGER,
} from '@duckdb/node-api';
import type { ResultInfo } from '../../common/contract/query.ts';
import { AppError } from '../../common/errors/app-error.ts';
import type { Column } from '../../common/types/kql-type.ts';
import { encode } from './arrow.ts';
import type { Engine } from './duckdb.ts';

/** Rows as the engine gave them, in columns. */
export interface HeldRows {
  readonly types: readonly DuckDBType[];
  readonly columns: readonly (readonly DuckDBValue[])[];
}

/**
 * A result where it was computed: a table `res_N` whose columns are `c0`, `c1`… in order, or a few rows as
 * values until something asks for a table of them (`Results.stored`).
 */
export interface StoredResult {
  readonly resultId: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly visualization: ResultInfo['visualization'];
  /** The engine's table, empty while the rows are held; replaced when a preview gives way to the whole. */
  table: string;
  held?: HeldRows | undefined;
  rowCount: number;
  complete: boolean;
  readonly views: Map<string, StoredView>;
}

/** Row numbers of a result, sorted or filtered: a table with one column `rid` in order. */
export interface StoredView {
  readonly viewId: string;
  readonly table: string;
  /** The result's table that the row numbers belong to. */
  readonly source: string;
  /** A copy of the rows in the view's order, once there is one: its windows cost no look-up. */
  laidOut?: string | undefined;
  /** Ends the making of that copy. */
  readonly drop?: () => void;
  readonly rowCount: number;
}

export interface RowRange {
  readonly start: number;
  readonly end: number;
}

const CHUNK_ROWS = 2_048;

/** The name of the n-th column of a result's table. */
export const columnName = (index: number): string => `c${index}`;

/** Results and views of this worker, read by window until they are released. */
export class Results {
  readonly #engine: Engine;
  readonly #results = new Map<string, StoredResult>();
  readonly #tables = new WeakMap<HeldRows, Promise<string>>();
  #number = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** A table name that no one else has. */
  newTable(prefix: string): string {
    return `${prefix}_${++this.#number}`;
  }

  add(result: Omit<StoredResult, 'views'>): StoredResult {
    const stored: StoredResult = { ...result, views: new Map() };
    this.#results.set(result.resultId, stored);
    return stored;
  }

  get(resultId: string): StoredResult {
    const result = this.#results.get(resultId);
    if (!result)
      throw new AppError(
        'input',
        'result_gone',
        'This result is no longer held. Run the query again to see it.',
      );
    return result;
  }

  /** The result with a table, for statements over it: rows that were held get one now. */
  async stored(resultId: string): Promise<StoredResult> {
    const result = this.get(resultId);
    const { held } = result;
    if (!held || result.table !== '') return result;
    let making = this.#tables.get(held);
    if (!making) {
      making = this.#tableOf(held);
      this.#tables.set(held, making);
    }
    const table = await making;
    // Meanwhile the whole may have taken the place of a preview, or the result may be gone.
    if (result.held === held && this.#results.get(resultId) === result) result.table = table;
    else await this.#engine.main.run(`DROP TABLE IF EXISTS ${table}`);
    return this.get(resultId);
  }

  async #tableOf(held: HeldRows): Promise<string> {
    const table = this.newTable('res');
    const types = held.types.map((t) => (t.typeId === DuckDBTypeId.SQLNULL ? INTEGER : t));
    const list = types.map((t, i) => `${columnName(i)} ${t}`).join(', ');
    return this.#engine.use(undefined, async (connection) => {
      await connection.run(`CREATE TABLE ${table} (${list})`);
      const rows = held.columns[0]?.length ?? 0;
      if (rows === 0) return table;
      const appender = await connection.createAppender(table);
      for (let start = 0; start < rows; start += CHUNK_ROWS) {
        const chunk = DuckDBDataChunk.create(types, Math.min(CHUNK_ROWS, rows - start));
        held.columns.forEach((values, i) => {
          chunk.setColumnValues(i, values.slice(start, start + CHUNK_ROWS));
        });
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
      return table;
    });
  }

  /** All rows, in columns; for small results. */
  async values(resultId: string): Promise<readonly (readonly DuckDBValue[])[]> {
    const { held, table } = this.get(resultId);
    if (held) return held.columns;
    return this.#engine.use(undefined, (connection) =>
      readColumns(connection, `SELECT * FROM ${table}`),
    );
  }

  view(result: StoredResult, viewId: string | undefined): StoredView | undefined {
    if (viewId === undefined) return undefined;
    const view = result.views.get(viewId);
    // A preview's views go with it.
    if (!view || view.source !== result.table)
      throw new AppError('input', 'view_gone', 'This view of the result is no longer held.');
    return view;
  }

  info(result: StoredResult): ResultInfo {
    return {
      resultId: result.resultId,
      name: result.name,
      columns: result.columns.map((c) => ({ name: c.name, type: c.type })),
      rowCount: result.rowCount,
      complete: result.complete,
      ...(result.visualization ? { visualization: result.visualization } : {}),
    };
  }

  /** Places of the named columns in a result, all of them if no names are given. */
  indexes(result: StoredResult, names: readonly string[] | undefined): number[] {
    if (!names) return result.columns.map((_, i) => i);
    return names.map((name) => {
      const at = result.columns.findIndex((c) => c.name === name);
      if (at < 0) throw new AppError('input', 'no_column', `The result has no column '${name}'.`);
      return at;
    });
  }

  /**
   * `SELECT` of rows [offset, offset+limit) of a result or view, in order. Row ids of a table that was made in one
   * go count from 0 without gaps, so a window of a result is a range of them.
   */
  windowSql(
    result: StoredResult,
    view: StoredView | undefined,
    list: string,
    offset: number,
    limit: number,
  ): string {
    if (!view || view.laidOut)
      return `SELECT ${list} FROM ${view?.laidOut ?? result.table} WHERE rowid >= ${offset} AND rowid < ${offset + limit}`;
    return `SELECT ${list} FROM (SELECT rowid AS ord, rid FROM ${view.table} WHERE rowid >= ${offset} AND rowid < ${offset + limit}) v JOIN ${result.table} t ON t.rowid = v.rid ORDER BY v.ord`;
  }

  /** The place of a row of `rowsSql` in its result or view. */
  placeSql(view: StoredView | undefined): string {
    return view && !view.laidOut ? 'v.ord' : 't.rowid';
  }

  /**
   * What stands behind FROM for the rows of a result or view, in order, with columns c0, c1… of the result's
   * table `t`. `ranges` are places in the view.
   */
  rowsSql(
    result: StoredResult,
    view: StoredView | undefined,
    ranges?: readonly RowRange[],
  ): string {
    const within = (place: string): string =>
      ranges
        ? ` WHERE ${ranges.map((r) => `(${place} >= ${r.start} AND ${place} < ${r.end})`).join(' OR ') || 'false'}`
        : '';
    if (!view) return `${result.table} t${within('t.rowid')}`;
    if (view.laidOut) return `${view.laidOut} t${within('t.rowid')}`;
    return `(SELECT rowid AS ord, rid FROM ${view.table}${within('rowid')}) v JOIN ${result.table} t ON t.rowid = v.rid ORDER BY v.ord`;
  }

  async window(
    resultId: string,
    viewId: string | undefined,
    offset: number,
    limit: number,
    names: readonly string[] | undefined,
    signal?: AbortSignal,
  ): Promise<{ offset: number; rowCount: number; batch: Uint8Array<ArrayBuffer> }> {
    const result = this.get(resultId);
    const view = this.view(result, viewId);
    const indexes = this.indexes(result, names);
    const columns = indexes.map((i) => result.columns[i]).filter((c) => c !== undefined);
    const { held } = result;
    const values =
      held && !view
        ? (indexes.length > 0 ? indexes : [0]).map(
            (i) => held.columns[i]?.slice(offset, offset + limit) ?? [],
          )
        : await this.#readWindow(result, view, indexes, offset, limit, signal);
    return { offset, rowCount: values[0]?.length ?? 0, batch: encode(columns, values) };
  }

  #readWindow(
    result: StoredResult,
    view: StoredView | undefined,
    indexes: readonly number[],
    offset: number,
    limit: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly (readonly DuckDBValue[])[]> {
    const list = indexes.length > 0 ? indexes.map(columnName).join(', ') : '1';
    const statement = this.windowSql(result, view, list, offset, limit);
    return this.#engine.use(signal, (connection) => readColumns(connection, statement));
  }

  /** Forgets a view and all that was made for it. */
  async dropView(result: StoredResult, view: StoredView): Promise<void> {
    result.views.delete(view.viewId);
    view.drop?.();
    for (const table of [view.table, view.laidOut])
      if (table) await this.#engine.main.run(`DROP TABLE IF EXISTS ${table}`);
  }

  async release(resultIds: readonly string[]): Promise<void> {
    for (const resultId of resultIds) {
      const result = this.#results.get(resultId);
      if (!result) continue;
      this.#results.delete(resultId);
      for (const view of [...result.views.values()]) await this.dropView(result, view);
      if (result.table !== '') await this.#engine.main.run(`DROP TABLE IF EXISTS ${result.table}`);
    }
  }
}

/** Runs a statement and gives its columns of values. */
export async function readColumns(
  connection: DuckDBConnection,
  text: string,
): Promise<readonly (readonly DuckDBValue[])[]> {
  return columnsOf(await connection.run(text));
}

/** The columns of a finished statement; its chunks are at hand, reading them waits for nothing. */
export function columnsOf(result: DuckDBMaterializedResult): readonly (readonly DuckDBValue[])[] {
  const columns = Array.from({ length: result.columnCount }, (): DuckDBValue[] => []);
  for (let i = 0; i < result.chunkCount; i++) result.getChunk(i).appendToColumns(columns);
  return columns;
}
