import type { KqlType } from './kql-type.ts';

/**
 * DuckDB's type of each KQL type, in the files that Calypso writes, in every relation of the store and in the SQL of
 * queries: ticks as BIGINT, dynamic as JSON text.
 */
export const DUCKDB_TYPE: Readonly<Record<KqlType, string>> = {
  bool: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  decimal: 'DECIMAL(38,18)',
  string: 'VARCHAR',
  datetime: 'BIGINT',
  timespan: 'BIGINT',
  guid: 'UUID',
  dynamic: 'VARCHAR',
};
