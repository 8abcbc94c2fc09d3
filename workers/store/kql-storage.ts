import type { KqlType } from '../../common/types/kql-type.ts';

/** Families of DuckDB types that are converted alike. */
export type StorageFamily =
  | 'bool'
  | 'smallInt'
  | 'bigInt'
  | 'wideInt'
  | 'float'
  | 'decimal'
  | 'text'
  | 'json'
  | 'date'
  | 'timestamp'
  | 'timestampTz'
  | 'timestampNs'
  | 'time'
  | 'timeNs'
  | 'interval'
  | 'uuid'
  | 'blob'
  | 'nested'
  | 'other';

const FAMILIES: Readonly<Record<string, StorageFamily>> = {
  BOOLEAN: 'bool',
  TINYINT: 'smallInt',
  SMALLINT: 'smallInt',
  INTEGER: 'smallInt',
  UTINYINT: 'smallInt',
  USMALLINT: 'smallInt',
  UINTEGER: 'bigInt',
  BIGINT: 'bigInt',
  UBIGINT: 'wideInt',
  HUGEINT: 'wideInt',
  UHUGEINT: 'wideInt',
  FLOAT: 'float',
  DOUBLE: 'float',
  DECIMAL: 'decimal',
  VARCHAR: 'text',
  TEXT: 'text',
  JSON: 'json',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  TIMESTAMP_NS: 'timestampNs',
  'TIMESTAMP WITH TIME ZONE': 'timestampTz',
  TIMESTAMPTZ: 'timestampTz',
  TIME: 'time',
  TIME_NS: 'timeNs',
  INTERVAL: 'interval',
  UUID: 'uuid',
  BLOB: 'blob',
  STRUCT: 'nested',
  MAP: 'nested',
  UNION: 'nested',
};

/** Family of a DuckDB type name as DESCRIBE prints it: `DECIMAL(18,3)`, `STRUCT(a INTEGER)`, `INTEGER[]`… */
export function storageFamily(storage: string): StorageFamily {
  const name = storage.trim().toUpperCase();
  if (name.endsWith(']')) return 'nested';
  const parenthesis = name.indexOf('(');
  const head = parenthesis < 0 ? name : name.slice(0, parenthesis).trim();
  return FAMILIES[name] ?? FAMILIES[head] ?? 'other';
}

const NATURAL: Readonly<Record<StorageFamily, KqlType>> = {
  bool: 'bool',
  smallInt: 'int',
  bigInt: 'long',
  wideInt: 'decimal',
  float: 'real',
  decimal: 'decimal',
  text: 'string',
  json: 'dynamic',
  date: 'datetime',
  timestamp: 'datetime',
  timestampTz: 'datetime',
  timestampNs: 'datetime',
  time: 'timespan',
  timeNs: 'timespan',
  interval: 'timespan',
  uuid: 'guid',
  blob: 'string',
  nested: 'dynamic',
  other: 'string',
};

/** The KQL type that a column of a foreign file is opened with, unless someone says otherwise. */
export function kqlTypeOfStorage(storage: string): KqlType {
  return NATURAL[storageFamily(storage)];
}
