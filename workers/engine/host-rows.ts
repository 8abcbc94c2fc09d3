import { DuckDBDataChunk, type DuckDBValue } from '@duckdb/node-api';
import type { ResultInfo } from '../../common/contract/query.ts';
import { DUCKDB_TYPE } from '../../common/types/duckdb-type.ts';
import type { Column } from '../../common/types/kql-type.ts';
import { parseDatetime, parseTimespan } from '../../common/types/time-text.ts';
import type { Value } from '../kql/functions/define.ts';
import { parseDynamic } from '../kql/functions/value/dynamic.ts';
import { type PipeParts, runPipe } from './pipe.ts';
import { columnName } from './results.ts';
import { ENGINE_TYPE, toEngine } from './values.ts';

const CHUNK_ROWS = 2_048;

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
  readonly #parts: PipeParts;

  constructor(parts: PipeParts) {
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
    const list = request.columns.map((_, i) => columnName(i)).join(', ') || '1';
    try {
      return await runPipe(
        this.#parts,
        {
          columns: request.columns,
          select: `SELECT ${list} FROM ${table}`,
          pipe: request.pipe,
          text: request.text,
          database: request.database,
        },
        signal,
      );
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
}
