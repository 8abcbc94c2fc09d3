import type { MappedColumn } from '../../common/contract/ingest.ts';
import { DUCKDB_TYPE } from '../../common/types/duckdb-type.ts';
import type { KqlType } from '../../common/types/kql-type.ts';
import { UNIX_EPOCH_TICKS } from '../../common/types/ticks.ts';
import { convertStorage } from '../store/convert-stored.ts';
import { BAD_TEXT, type OnBadText, type TextShape, textToKql } from '../store/convert-text.ts';
import { storageFamily } from '../store/kql-storage.ts';
import { literal } from '../store/quote.ts';
import { NULL_TEXTS } from './infer/text-patterns.ts';
import { type JsonPath, parseJsonPath } from './json-path.ts';
import type { Relation, SourceValue } from './relation.ts';

/** A column of the load: where its values come from and how their texts are written. */
export interface PlannedColumn extends MappedColumn {
  readonly shape: TextShape;
}

export interface ColumnSql {
  /** The value in the table's own storage. */
  readonly value: string;
  /** The text that was there before the conversion; absent where no cell can be bad. */
  readonly source?: string;
}

/** SQL of a column over a relation (page "Ingestion mappings"). */
export function columnSql(
  column: PlannedColumn,
  relation: Relation,
  onBad: OnBadText,
  all: readonly PlannedColumn[],
): ColumnSql {
  if (column.constant !== undefined)
    return { value: textToKql(`CAST(${literal(column.constant)} AS VARCHAR)`, column.type) };
  if (column.transform === 'SourceLocation')
    return { value: castTo(relation.fileName, 'VARCHAR', column.type) };
  if (column.transform === 'SourceLineNumber')
    return { value: castTo(relation.rowNumber ?? 'NULL', 'BIGINT', column.type) };
  const source = sourceOf(column, relation);
  if (source === undefined) return { value: absent(column.type) };
  switch (column.transform) {
    case 'DateTimeFromUnixSeconds':
    case 'DateTimeFromUnixMilliseconds':
    case 'DateTimeFromUnixMicroseconds':
    case 'DateTimeFromUnixNanoseconds':
      return unixTime(column, source, column.transform, onBad);
    case 'PropertyBagArrayToDictionary':
      return { value: dictionary(source) };
    case 'DropMappedFields':
      return { value: withoutMapped(source, all) };
    case 'BytesAsBase64':
      return { value: convertStorage(source.sql, source.storage, column.type, column.shape) };
    default:
      return plainColumn(column, source, onBad);
  }
}

/** Whether rows have to be numbered to fill the columns. */
export function needsRowNumbers(columns: readonly PlannedColumn[]): boolean {
  return columns.some((c) => c.transform === 'SourceLineNumber');
}

function castTo(sql: string, storage: string, type: KqlType): string {
  return convertStorage(sql, storage, type);
}

function sourceOf(column: PlannedColumn, relation: Relation): SourceValue | undefined {
  if (column.ordinal !== undefined) return relation.field(column.ordinal);
  if (column.path !== undefined) return relation.path(parseJsonPath(column.path));
  return column.transform === 'DropMappedFields' ? relation.path([]) : relation.path([column.name]);
}

function absent(type: KqlType): string {
  return type === 'string' ? `''` : `CAST(NULL AS ${DUCKDB_TYPE[type]})`;
}

function plainColumn(column: PlannedColumn, source: SourceValue, onBad: OnBadText): ColumnSql {
  const value = convertStorage(source.sql, source.storage, column.type, column.shape, onBad);
  return canFail(column.type, source.storage) ? { value, source: textOf(source) } : { value };
}

function canFail(type: KqlType, storage: string): boolean {
  if (type === 'string' || type === 'dynamic') return false;
  return storage.toUpperCase() !== DUCKDB_TYPE[type];
}

export function textOf(source: SourceValue): string {
  const family = storageFamily(source.storage);
  if (family === 'text') return source.sql;
  return family === 'json' ? `(${source.sql} ->> '$')` : `CAST(${source.sql} AS VARCHAR)`;
}

/** True where a text stands that is no value of the column's type. `value` comes from lenient SQL. */
export function isBadCell(sql: ColumnSql): string | undefined {
  if (sql.source === undefined) return undefined;
  const nulls = NULL_TEXTS.map(literal).join(', ');
  return `(CASE WHEN (${sql.value}) IS NULL THEN ${sql.source} IS NOT NULL AND lower(trim(${sql.source})) NOT IN (${nulls}) ELSE false END)`;
}

/** Ticks per unit. */
const UNIX_UNITS: Readonly<Record<string, number>> = {
  DateTimeFromUnixSeconds: 10_000_000,
  DateTimeFromUnixMilliseconds: 10_000,
  DateTimeFromUnixMicroseconds: 10,
};

function unixTime(
  column: PlannedColumn,
  source: SourceValue,
  transform: string,
  onBad: OnBadText,
): ColumnSql {
  const text = textOf(source);
  const unit = UNIX_UNITS[transform];
  const number = `TRY_CAST(${text} AS DECIMAL(28,7))`;
  const nanos = `CAST(floor(${number}) AS BIGINT)`;
  // `//` truncates, and moments before 1970 need the floor; a division of decimals would go through a double.
  const counted =
    unit === undefined
      ? `((${nanos} - ((${nanos} % 100 + 100) % 100)) // 100)`
      : `CAST(floor(${number} * ${unit}) AS BIGINT)`;
  const ticks = `${counted} + ${UNIX_EPOCH_TICKS}`;
  const value = `TRY(${ticks})`;
  const strict = `CASE WHEN ${value} IS NOT NULL THEN ${value} WHEN coalesce(${text}, '') = '' THEN NULL ELSE error('${BAD_TEXT}') END`;
  return {
    value: castTo(onBad === 'null' ? value : strict, 'BIGINT', column.type),
    source: text,
  };
}

/** `[{"key": "a", "value": 1}, …]` as `{"a": 1, …}`. */
function dictionary(source: SourceValue): string {
  const json = convertStorage(source.sql, source.storage, 'dynamic');
  const entries = `list_transform(CAST(${json} AS JSON[]), lambda e: {'k': e ->> '$.key', 'v': e -> '$.value'})`;
  return `TRY(CAST(to_json(map_from_entries(${entries})) AS VARCHAR))`;
}

/** The record without what other columns took out of it. */
function withoutMapped(source: SourceValue, all: readonly PlannedColumn[]): string {
  const json = convertStorage(source.sql, source.storage, 'dynamic');
  const patch: Record<string, unknown> = {};
  for (const column of all) {
    if (column.path === undefined || column.transform === 'DropMappedFields') continue;
    const path = parseJsonPath(column.path);
    // A path into a list can't be left out by a merge patch: the list stays.
    if (path.length > 0 && path.every((step) => typeof step === 'string')) remove(patch, path);
  }
  return `CAST(json_merge_patch(CAST(${json} AS JSON), CAST(${literal(JSON.stringify(patch))} AS JSON)) AS VARCHAR)`;
}

function remove(patch: Record<string, unknown>, path: JsonPath): void {
  const [head, ...rest] = path.map(String);
  if (head === undefined) return;
  if (rest.length === 0) {
    patch[head] = null;
    return;
  }
  const below = patch[head];
  if (below === null) return;
  const inner = (below ?? {}) as Record<string, unknown>;
  patch[head] = inner;
  remove(inner, rest);
}
