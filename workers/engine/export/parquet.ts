import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import { id, join, type Sql, sql, str } from '../../kql/emit/sql.ts';
import { timestampOf } from '../../kql/functions/value/sql.ts';
import { fieldNames } from '../../store/field-names.ts';
import type { RowsSource } from './rows-source.ts';

/**
 * Types that other readers understand. A datetime becomes a TIMESTAMP of microseconds in UTC: its seventh digit
 * is cut off. A timespan stays a count of 100 ns ticks, as the service exports it. KQL's types stand in the
 * file's metadata under `kql_schema`.
 */
function cell(piece: Sql, type: KqlType): Sql {
  return type === 'datetime' ? sql`CAST(${timestampOf(piece)} AS TIMESTAMPTZ)` : piece;
}

export function kqlSchema(columns: readonly Column[]): string {
  return JSON.stringify(columns.map(({ name, type }) => ({ name, type })));
}

export async function writeParquet(
  connection: DuckDBConnection,
  source: RowsSource,
  path: string,
  compression: string,
): Promise<number> {
  const fields = fieldNames(source.columns.map((c) => c.name));
  const list = source.columns.map(
    (c, i) => sql`${cell(source.cells[i] ?? str(''), c.type)} AS ${id(fields[i] ?? c.name)}`,
  );
  const copy = sql`COPY (SELECT ${join(list)} FROM ${source.from}) TO ${str(path)} (FORMAT parquet, COMPRESSION ${str(compression)}, KV_METADATA {kql_schema: ${str(kqlSchema(source.columns))}})`;
  const written = await connection.runAndReadAll(copy.text);
  return Number(written.getRows()[0]?.[0] ?? 0);
}
