import type { NestedNames, StoredColumn } from '../../common/contract/store.ts';
import { DUCKDB_TYPE } from '../../common/types/duckdb-type.ts';
import type { KqlType } from '../../common/types/kql-type.ts';
import { TICKS_PER_DAY, UNIX_EPOCH_TICKS } from '../../common/types/ticks.ts';
import { parseDatetime } from '../../common/types/time-text.ts';
import { type OnBadText, type TextShape, textToKql } from './convert-text.ts';
import { storageFamily } from './kql-storage.ts';
import { ident, literal } from './quote.ts';

/** SQL for a column of a file as KQL holds it. Own columns stay plain names, so that filters reach the file. */
export function storedToKql(name: string, column: StoredColumn): string {
  if (column.constant !== undefined) return constantToKql(column.constant, column.type);
  if (column.names !== undefined)
    return convertStorage(withNames(name, column.names), column.storage, column.type);
  if (column.type === 'string' && column.storage === 'VARCHAR')
    return column.mayBeNull ? `coalesce(${name}, '')` : name;
  return convertStorage(name, column.storage, column.type, { format: column.format });
}

/** A text as a constant of a type, as a column of that type holds it. */
export function constantToKql(text: string, type: KqlType): string {
  if (type === 'string' && !text.includes('\0')) return literal(text);
  const ticks = type === 'datetime' ? parseDatetime(text) : undefined;
  if (ticks !== undefined) return `CAST(${ticks} AS BIGINT)`;
  return textToKql(`CAST(${literal(text)} AS VARCHAR)`, type);
}

/** A nested value with the names that people know. */
function withNames(value: string, names: NestedNames, depth = 0): string {
  const each = `e${depth}`;
  switch (names.kind) {
    case 'struct': {
      const fields = names.fields.map(({ name, field, of }) => {
        const inner = `struct_extract(${value}, ${literal(field)})`;
        return `${ident(name)} := ${of ? withNames(inner, of, depth + 1) : inner}`;
      });
      // A struct without a field that the file has can't be said in SQL.
      return fields.length === 0
        ? 'NULL'
        : `CASE WHEN ${value} IS NULL THEN NULL ELSE struct_pack(${fields.join(', ')}) END`;
    }
    case 'list':
      return `list_transform(${value}, lambda ${each}: ${withNames(each, names.of, depth + 1)})`;
    case 'map':
      return `map_from_entries(list_transform(map_entries(${value}), lambda ${each}: struct_pack(key := ${each}.key, "value" := ${withNames(`${each}."value"`, names.of, depth + 1)})))`;
  }
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
