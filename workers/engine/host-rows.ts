import { DuckDBDataChunk, type DuckDBValue } from '@duckdb/node-api';
import type { ResultInfo } from '../../common/contract/query.ts';
import { AppError } from '../../common/errors/app-error.ts';
import type { Column } from '../../common/types/kql-type.ts';
import { DUCKDB_TYPE } from '../kql/emit/constant.ts';
import type { Value } from '../kql/functions/define.ts';
import { parseDynamic } from '../kql/functions/value/dynamic.ts';
import { parseDatetime, parseTimespan } from '../kql/functions/value/time.ts';
import { GlobalsCache } from '../kql/syntax/globals.ts';
import type { Engine } from './duckdb.ts';
import type { JsFunctions } from './js-functions.ts';
import { movedError } from './moved-error.ts';
import { columnName, type Results } from './results.ts';
import { QueryRunner, type Snapshots } from './run-query.ts';
import { ENGINE_TYPE, toEngine } from './values.ts';

const CHUNK_ROWS = 2_048;
/** What a pipe's rows are called in the text that is compiled. */
const ROWS_NAME = '__rows';

type Cell = string | number | bigint | boolean | null;

export interface HostRows {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly pipe?: string | undefined;
  /** The whole command, whose end `pipe` is; errors point into it. */
  readonly text?: string | undefined;
  readonly database: string;
}

export interface HostRowsParts {
  readonly engine: Engine;
  readonly results: Results;
  readonly functions: JsFunctions;
  readonly globals: GlobalsCache;
  readonly snapshots: Snapshots;
}

function cellValue(cell: Cell, column: Column): DuckDBValue {
  if (cell === null) return column.type === 'string' ? '' : null;
  let value: Value = cell;
  if (typeof cell === 'string' && column.type === 'datetime') value = parseDatetime(cell) ?? null;
  if (typeof cell === 'string' && column.type === 'timespan') value = parseTimespan(cell) ?? null;
  if (column.type === 'dynamic' && typeof cell === 'string') value = parseDynamic(cell);
  if (column.type === 'bool') value = cell === true || cell === 1 || cell === 'true';
  return toEngine(value, column.type);
}

/** Makes results of rows that the host has. */
export class HostRowsRunner {
  readonly #parts: HostRowsParts;

  constructor(parts: HostRowsParts) {
    this.#parts = parts;
  }

  async run(request: HostRows, signal: AbortSignal): Promise<ResultInfo> {
    const { results, engine } = this.#parts;
    const table = await this.#store(request);
    if (request.pipe === undefined || request.pipe.trim() === '') {
      const result = results.add({
        resultId: `rows/${results.newTable('r')}`,
        name: request.name,
        columns: request.columns,
        visualization: undefined,
        table,
        rowCount: request.rows.length,
        complete: true,
      });
      return results.info(result);
    }
    try {
      return await this.#pipe(request, request.pipe, table, signal);
    } finally {
      await engine.main.run(`DROP TABLE IF EXISTS ${table}`);
    }
  }

  async #store({ columns, rows }: HostRows): Promise<string> {
    const { engine, results } = this.#parts;
    const table = results.newTable('res');
    const list = columns.map((c, i) => `${columnName(i)} ${DUCKDB_TYPE[c.type]}`);
    await engine.main.run(`CREATE TABLE ${table} (${list.join(', ') || 'c0 INTEGER'})`);
    if (columns.length === 0 || rows.length === 0) return table;
    const appender = await engine.main.createAppender(table);
    const types = columns.map((c) => ENGINE_TYPE[c.type]);
    for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
      const part = rows.slice(start, start + CHUNK_ROWS);
      const chunk = DuckDBDataChunk.create(types, part.length);
      columns.forEach((c, i) => {
        chunk.setColumnValues(
          i,
          part.map((row) => cellValue(row[i] ?? null, c)),
        );
      });
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    return table;
  }

  /** Runs `__rows | pipe` with the rows as a table beside those of the database. */
  async #pipe(
    request: HostRows,
    pipe: string,
    table: string,
    signal: AbortSignal,
  ): Promise<ResultInfo> {
    const { engine, results, functions, snapshots } = this.#parts;
    const head = `${ROWS_NAME} | `;
    const select = `SELECT ${request.columns.map((_, i) => columnName(i)).join(', ') || '1'} FROM ${table}`;
    const runner = new QueryRunner({
      engine,
      results,
      functions,
      snapshots,
      globals: this.#globalsWith(request),
      ownTable: (scan) =>
        scan.table === ROWS_NAME ? pickColumns(select, request.columns, scan.columns) : undefined,
    });
    try {
      const outcome = await runner.run(
        {
          queryId: `rows/${table}`,
          text: head + pipe,
          database: request.database,
          parameters: {},
          options: {},
        },
        signal,
        () => undefined,
      );
      const [first, ...others] = outcome.results;
      await results.release(others.map((r) => r.resultId));
      if (!first)
        throw new AppError('syntax', 'no_query', 'The text behind the pipe gives no table.');
      return first;
    } catch (error) {
      throw movedError(error, head.length, pipe, request.text);
    }
  }

  #globalsWith({ columns, database }: HostRows): GlobalsCache {
    const { schema } = this.#parts.globals;
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
}

/** A scan may ask for some of the columns only. */
function pickColumns(select: string, all: readonly Column[], wanted: readonly Column[]): string {
  if (wanted.length === all.length) return select;
  const list = wanted.map((c) => columnName(all.findIndex((a) => a.name === c.name)));
  return `SELECT ${list.join(', ') || '1'} FROM (${select})`;
}
