import type {
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBResult,
  DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api';
import type { Lowered } from '../kql/emit/lower.ts';
import type { Engine } from './duckdb.ts';
import {
  columnName,
  columnsOf,
  type HeldRows,
  type Results,
  type StoredResult,
} from './results.ts';

/** Rows that are held as values, and that a query which streams shows while the rest is on its way. */
const HELD_ROWS = 1_000;
/**
 * A stream that took longer for its first rows goes on into the table: to ask again, which writes a table with
 * all threads, would take as long once more.
 */
const AGAIN_MS = 50;

export interface Filling {
  readonly engine: Engine;
  readonly results: Results;
  readonly connection: DuckDBConnection;
  readonly signal: AbortSignal;
  /** Keep no more rows than this. */
  readonly take: number | undefined;
  /** The first rows can be read. */
  readonly onPreview: () => void;
}

/**
 * Runs a plan's last statement for its result. A few rows stay as values; more go to a table, the first ones shown
 * early where the statement gives them early.
 */
export async function materialize(
  lowered: Lowered,
  result: StoredResult,
  filling: Filling,
): Promise<void> {
  const all = named(lowered.sql, lowered.columns.length);
  const statement = filling.take === undefined ? all : `${all} LIMIT ${filling.take}`;
  const most = Math.min(lowered.mostRows, filling.take ?? Number.POSITIVE_INFINITY);
  if (most <= HELD_ROWS) {
    const answer = await filling.connection.run(statement);
    hold(result, { types: answer.columnTypes(), columns: columnsOf(answer) });
    result.complete = true;
  } else if (!lowered.streams || !(await stream(statement, result, filling)))
    await fillTable(statement, result, filling);
}

async function fillTable(
  statement: string,
  result: StoredResult,
  { results, connection }: Filling,
): Promise<void> {
  const table = results.newTable('res');
  const counted = columnsOf(await connection.run(`CREATE TABLE ${table} AS ${statement}`));
  await replace(result, table, Number(counted[0]?.[0] ?? 0), connection);
}

/** Takes rows as they come. False, with the first ones held, if it is better to ask again for a table of all. */
async function stream(statement: string, result: StoredResult, filling: Filling): Promise<boolean> {
  const { connection, signal, onPreview } = filling;
  const started = performance.now();
  const answer = await connection.stream(statement);
  const types = answer.columnTypes();
  const first: DuckDBDataChunk[] = [];
  let rows = 0;
  while (rows < HELD_ROWS) {
    const chunk = await nextChunk(answer);
    if (!chunk) break;
    first.push(chunk);
    rows += chunk.rowCount;
  }
  const columns = types.map((): DuckDBValue[] => []);
  for (const chunk of first) chunk.appendToColumns(columns);
  hold(result, { types, columns });
  if (rows < HELD_ROWS) {
    result.complete = true;
    return true;
  }
  onPreview();
  signal.throwIfAborted();
  if (performance.now() - started < AGAIN_MS) return false;
  await drain(answer, types, first, result, filling);
  return true;
}

/** Appends the rows of a stream to a table, which then takes the place of the preview. */
async function drain(
  answer: DuckDBResult,
  types: readonly DuckDBType[],
  first: readonly DuckDBDataChunk[],
  result: StoredResult,
  { engine, results, connection, signal }: Filling,
): Promise<void> {
  const table = results.newTable('res');
  // A connection that streams can run nothing else.
  const rowCount = await engine.use(signal, async (writer) => {
    const list = types.map((t, i) => `${columnName(i)} ${t}`).join(', ');
    await writer.run(`CREATE TABLE ${table} (${list})`);
    try {
      const appender = await writer.createAppender(table);
      let rows = 0;
      const append = (chunk: DuckDBDataChunk): void => {
        appender.appendDataChunk(chunk);
        rows += chunk.rowCount;
      };
      for (const chunk of first) append(chunk);
      for (let chunk = await nextChunk(answer); chunk; chunk = await nextChunk(answer)) {
        signal.throwIfAborted();
        append(chunk);
      }
      appender.closeSync();
      return rows;
    } catch (error) {
      await writer.run(`DROP TABLE IF EXISTS ${table}`);
      throw error;
    }
  });
  await replace(result, table, rowCount, connection);
}

async function nextChunk(answer: DuckDBResult): Promise<DuckDBDataChunk | undefined> {
  const chunk = await answer.fetchChunk();
  return chunk && chunk.rowCount > 0 ? chunk : undefined;
}

function hold(result: StoredResult, held: HeldRows): void {
  result.held = held;
  result.rowCount = held.columns[0]?.length ?? 0;
}

async function replace(
  result: StoredResult,
  table: string,
  rowCount: number,
  connection: DuckDBConnection,
): Promise<void> {
  const preview = result.table;
  result.held = undefined;
  result.table = table;
  result.rowCount = rowCount;
  result.complete = true;
  if (preview) await connection.run(`DROP TABLE IF EXISTS ${preview}`);
}

/** The statement with its columns named c0, c1… as tables between stages and results have them. */
export function named(statement: string, width: number): string {
  if (width === 0) return `SELECT 1 AS c0 FROM (${statement})`;
  const names = Array.from({ length: width }, (_, i) => columnName(i)).join(', ');
  return `SELECT * FROM (${statement}) AS t(${names})`;
}
