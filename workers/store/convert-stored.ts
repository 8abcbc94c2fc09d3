import type { StoredColumn } from '../../common/contract/store.ts';
import { DUCKDB_TYPE } from '../../common/types/duckdb-type.ts';
import type { KqlType } from '../../common/types/kql-type.ts';
import { TICKS_PER_DAY, UNIX_EPOCH_TICKS } from '../../common/types/ticks.ts';
import { type OnBadText, type TextShape, textToKql } from './convert-text.ts';
import { storageFamily } from './kql-storage.ts';
import { literal } from './quote.ts';

/** SQL for a column of a file as KQL holds it. Own columns stay plain names, so that filters reach the file. */
export function storedToKql(name: string, column: StoredColumn): string {
  if (column.constant !== undefined)
    return textToKql(`CAST(${literal(column.constant)} AS VARCHAR)`, column.type);
  if (column.type === 'string' && column.storage === 'VARCHAR')
    return column.mayBeNull ? `coalesce(${name}, '')` : name;
  return convertStorage(name, column.storage, column.type, { format: column.format });
}

/**
 * True when the file already holds what KQL wants: no conversion, and predicates need no rewriting. Raw text of
 * unknown content has the storage `TEXT`, so `VARCHAR` under a dynamic column is JSON that was checked before.
 */
export function isOwnStorage(column: Pick<StoredColumn, 'type' | 'storage'>): boolean {
  return column.storage.toUpperCase() === DUCKDB_TYPE[column.type];
}

export function convertStorage(
  name: string,
  storage: string,
  type: KqlType,
  shape: TextShape = {},
  onBad: OnBadText = 'null',
): string {
  if (isOwnStorage({ type, storage })) return type === 'string' ? `coalesce(${name}, '')` : name;
  const family = storageFamily(storage);
  if (family === 'text') return textToKql(name, type, shape, onBad);
  if (family === 'json' && type !== 'dynamic')
    return textToKql(`(${name} ->> '$')`, type, shape, onBad);
  switch (type) {
    case 'datetime':
      return ticksOfStorage(name, family) ?? textToKql(`CAST(${name} AS VARCHAR)`, type);
    case 'timespan':
      return durationOfStorage(name, family) ?? textToKql(`CAST(${name} AS VARCHAR)`, type);
    case 'dynamic':
      return family === 'json' ? `nullif(CAST(${name} AS VARCHAR), 'null')` : jsonOf(name, family);
    case 'string':
      return `coalesce(${textOf(name, family)}, '')`;
    default:
      return `${onBad === 'null' ? 'TRY_CAST' : 'CAST'}(${name} AS ${DUCKDB_TYPE[type]})`;
  }
}

type Family = ReturnType<typeof storageFamily>;

/** Values outside of what a datetime can say (year 9999 at most) become null instead of failing the query. */
function ticksOfStorage(name: string, family: Family): string | undefined {
  switch (family) {
    case 'date':
    case 'timestamp':
    case 'timestampTz':
      return `TRY(epoch_us(${name}) * 10 + ${UNIX_EPOCH_TICKS})`;
    case 'timestampNs':
      return `(${floorHundred(`epoch_ns(${name})`)} + ${UNIX_EPOCH_TICKS})`;
    case 'smallInt':
    case 'bigInt':
      return `CAST(${name} AS BIGINT)`;
    default:
      return undefined;
  }
}

function durationOfStorage(name: string, family: Family): string | undefined {
  switch (family) {
    case 'time':
    case 'interval':
      return `TRY(epoch_us(${name}) * 10)`;
    case 'timeNs':
      return floorHundred(`epoch_ns(${name})`);
    case 'smallInt':
    case 'bigInt':
      return `CAST(${name} AS BIGINT)`;
    case 'float':
      return `CAST(round(${name} * ${TICKS_PER_DAY}) AS BIGINT)`;
    default:
      return undefined;
  }
}

/** `//` truncates; ticks before 1970 need the floor. */
function floorHundred(nanos: string): string {
  return `((${nanos} - ((${nanos} % 100 + 100) % 100)) // 100)`;
}

function jsonOf(name: string, family: Family): string {
  return family === 'blob'
    ? `CAST(to_json(to_base64(${name})) AS VARCHAR)`
    : `CAST(to_json(${name}) AS VARCHAR)`;
}

function textOf(name: string, family: Family): string {
  if (family === 'blob') return `to_base64(${name})`;
  if (family === 'nested') return jsonOf(name, family);
  return `CAST(${name} AS VARCHAR)`;
}
