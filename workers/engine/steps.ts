import { type DuckDBConnection, DuckDBDataChunk, INTEGER } from '@duckdb/node-api';
import { AppError } from '../../common/errors/app-error.ts';
import { DUCKDB_TYPE } from '../../common/types/duckdb-type.ts';
import type { Column } from '../../common/types/kql-type.ts';
import type { Stage } from '../kql/emit/lower.ts';
import type { Value } from '../kql/functions/define.ts';
import type { Outside } from '../kql/plan/outside.ts';
import type { Row } from '../kql/plan/plan.ts';
import { columnName } from './results.ts';
import { ENGINE_TYPE, fromEngine, toEngine } from './values.ts';

/** Values that one step may hold at a time; at some 50 bytes each this is about 4 GB. */
const MAX_VALUES = 80_000_000;
const CHUNK_ROWS = 2_048;

/** The rows of an engine's table, in order, as values. */
async function* rowsOf(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column[],
): AsyncGenerator<readonly Row[]> {
  const result = await connection.stream(`SELECT * FROM ${table}`);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    const values = columns.map((c, i) =>
      chunk.getColumnValues(i).map((v) => fromEngine(v, c.type)),
    );
    const rows: Value[][] = [];
    for (let r = 0; r < chunk.rowCount; r++) rows.push(values.map((v) => v[r] ?? null));
    yield rows.map((row) =>
      row.map((v, i) => (v === null && columns[i]?.type === 'string' ? '' : v)),
    );
  }
}

export interface StepWorld {
  /** Ticks of `now()`. */
  readonly now: bigint;
  readonly signal: AbortSignal;
  readonly outside: Outside;
}

/** Runs one TypeScript operator: its inputs are tables, its rows go to a new table. */
export async function runStep(
  open: () => Promise<DuckDBConnection>,
  writer: DuckDBConnection,
  stage: Stage & { readonly kind: 'step' },
  { now, signal, outside }: StepWorld,
): Promise<void> {
  const list = stage.columns.map((c, i) => `${columnName(i)} ${DUCKDB_TYPE[c.type]}`);
  await writer.run(`CREATE TABLE ${stage.table} (${list.join(', ') || 'c0 INTEGER'})`);
  // A table without columns has rows all the same; the engine's has one that nobody reads.
  const types =
    stage.columns.length > 0 ? stage.columns.map((c) => ENGINE_TYPE[c.type]) : [INTEGER];
  const appender = await writer.createAppender(stage.table);
  const inputs: AsyncIterable<readonly Row[]>[] = [];
  for (const input of stage.inputs) inputs.push(rowsOf(await open(), input.table, input.columns));
  let held = 0;
  const context = {
    signal,
    now,
    outside,
    check: (): void => {
      if (signal.aborted) throw AppError.cancelled('The query');
    },
    account: (values: number): void => {
      held += values;
      if (held > MAX_VALUES)
        throw new AppError(
          'resource',
          'step_too_large',
          `${stage.name} would hold more than ${MAX_VALUES} values in memory. Filter or summarize its input first.`,
        );
    },
  };
  for await (const batch of stage.run(inputs, context)) {
    context.check();
    for (let start = 0; start < batch.length; start += CHUNK_ROWS) {
      const rows = batch.slice(start, start + CHUNK_ROWS);
      const chunk = DuckDBDataChunk.create(types, rows.length);
      stage.columns.forEach((c, i) => {
        chunk.setColumnValues(
          i,
          rows.map((row) => toEngine(row[i] ?? null, c.type)),
        );
      });
      appender.appendDataChunk(chunk);
    }
    // Lets a cancel message in.
    await new Promise((resolve) => setImmediate(resolve));
  }
  appender.flushSync();
  appender.closeSync();
}
