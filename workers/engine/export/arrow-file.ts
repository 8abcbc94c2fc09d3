import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { RecordBatchFileWriter } from 'apache-arrow';
import { join, sql } from '../../kql/emit/sql.ts';
import { arrowSchema, recordBatch } from '../arrow.ts';
import { chunksOf, type RowsSource } from './rows-source.ts';

/** Rows of one record batch. */
const BATCH_ROWS = 65_536;

/** An Arrow IPC file (Feather v2) with KQL's types in the fields' metadata; written batch by batch. */
export async function writeArrowFile(
  connection: DuckDBConnection,
  source: RowsSource,
  path: string,
  signal: AbortSignal,
  onRows: (rows: number) => void,
): Promise<number> {
  const out = createWriteStream(path);
  const closed = once(out, 'close');
  const failed = once(out, 'error').then(([error]) => {
    throw error;
  });
  failed.catch(() => undefined);
  closed.catch(() => undefined);
  const writer = new RecordBatchFileWriter();
  writer.reset(out, arrowSchema(source.columns));
  let rows = 0;
  let held: unknown[][] = source.columns.map(() => []);
  const flush = async (): Promise<void> => {
    const values = held as Parameters<typeof recordBatch>[1];
    writer.write(recordBatch(source.columns, values));
    held = source.columns.map(() => []);
    onRows(rows);
    do await Promise.race([new Promise((resolve) => setImmediate(resolve)), failed]);
    while (out.writableNeedDrain);
  };
  try {
    const statement = sql`SELECT ${join(source.cells)} FROM ${source.from}`;
    for await (const columns of chunksOf(connection, statement.text, signal)) {
      columns.forEach((values, i) => {
        const column = held[i];
        for (const value of values) column?.push(value);
      });
      rows += columns[0]?.length ?? 0;
      if ((held[0]?.length ?? 0) >= BATCH_ROWS) await flush();
    }
    if ((held[0]?.length ?? 0) > 0 || rows === 0) await flush();
    writer.finish();
    await Promise.race([closed, failed]);
    return rows;
  } catch (error) {
    out.destroy();
    throw error;
  }
}
