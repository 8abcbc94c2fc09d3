import type { MappedColumn } from '../../../common/contract/ingest.ts';
import type { NestedNames, StoredColumn } from '../../../common/contract/store.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import type { InPlace } from '../formats/format.ts';
import { formatJsonPath, parseJsonPath } from '../json-path.ts';

const BY_POSITION: ReadonlySet<string> = new Set([
  'csv',
  'tsv',
  'tsve',
  'psv',
  'scsv',
  'sohsv',
  'txt',
  'raw',
]);

/** Page "Ingestion mappings", identity mapping: by position in separated formats, else by name. */
export function identity(columns: readonly Column[], format: string): MappedColumn[] {
  return columns.map((c, ordinal) =>
    BY_POSITION.has(format)
      ? { name: c.name, type: c.type, ordinal }
      : { name: c.name, type: c.type, path: formatJsonPath([c.name]) },
  );
}

/** How a file of a Delta table calls a column. */
export interface FieldName {
  readonly field: string;
  readonly names?: NestedNames | undefined;
}

export interface Wanted {
  readonly columns: readonly Column[];
  readonly format: string;
  readonly mapping?: readonly MappedColumn[] | undefined;
  /** Names of fields by column, where the file has others; a column that is not among them has none. */
  readonly fieldNames?: ReadonlyMap<string, FieldName> | undefined;
}

/** Where each column stands in a file; undefined if only a load can make one of them. */
export function placeColumns(place: InPlace, wanted: Wanted): StoredColumn[] | undefined {
  const { columns, mapping, fieldNames } = wanted;
  const found: StoredColumn[] = [];
  const distinct = new Set(columns.map((c) => c.name.toLowerCase()));
  // The engine's JSON reader doesn't tell case apart.
  if (place.reader.kind === 'json' && distinct.size < columns.length) return undefined;
  for (const [i, column] of columns.entries()) {
    const mapped = mapping?.find((c) => c.name === column.name);
    if (mapping !== undefined && mapped === undefined) continue;
    if (mapped?.transform !== undefined) return undefined;
    if (mapped?.constant !== undefined) {
      found.push(constantColumn(column, mapped.constant));
      continue;
    }
    const named = fieldNames?.get(column.name);
    if (fieldNames && !named) continue;
    const source = mapped
      ? sourceOf(mapped, column)
      : named
        ? { name: named.field }
        : BY_POSITION.has(wanted.format)
          ? { ordinal: i }
          : { name: column.name };
    if (source === undefined) return undefined;
    const stored = storedColumn(place, source);
    if (stored === undefined) continue;
    const { format, ...rest } = stored;
    found.push({
      ...rest,
      column: column.name,
      type: column.type,
      // Text that nobody has checked is no JSON yet.
      storage:
        column.type === 'dynamic' && stored.storage === 'VARCHAR'
          ? 'TEXT'
          : storageFor(place, stored, column),
      ...(format !== undefined && column.type === stored.type ? { format } : {}),
      ...(named?.names ? { names: named.names } : {}),
    });
  }
  return [...found, ...hiding(place, found)];
}

/** The field that hides the number that readers give a file, under no name that a column can have. */
function hiding(place: InPlace, found: readonly StoredColumn[]): StoredColumn[] {
  const field = place.columns.find((c) => c.field.toLowerCase() === 'file_index');
  if (!field || place.reader.kind !== 'parquet' || found.some((c) => c.field === field.field))
    return [];
  return [{ ...field, column: '\u{F0000}file_index' }];
}

type Source = { readonly ordinal: number } | { readonly name: string };

/** A mapping's place, if it is a plain field. */
function sourceOf(mapped: MappedColumn, column: Column): Source | undefined {
  if (mapped.ordinal !== undefined) return { ordinal: mapped.ordinal };
  const path = mapped.path === undefined ? [column.name] : parseJsonPath(mapped.path);
  const [only] = path;
  return path.length === 1 && typeof only === 'string' ? { name: only } : undefined;
}

function storedColumn(place: InPlace, source: Source): StoredColumn | undefined {
  if ('ordinal' in source) return place.columns[source.ordinal];
  const found = place.columns.find((c) => c.field === source.name);
  if (found !== undefined || place.reader.kind !== 'json') return found;
  // The sample may not have shown a property that later records have.
  return {
    column: source.name,
    field: source.name,
    type: 'string',
    storage: 'TEXT',
    mayBeNull: true,
  };
}

function storageFor(place: InPlace, stored: StoredColumn, column: Column): string {
  if (place.reader.kind !== 'json') return stored.storage;
  return column.type === 'dynamic' ? 'JSON' : 'TEXT';
}

export function constantColumn(column: Column, constant: string): StoredColumn {
  return {
    column: column.name,
    field: '',
    type: column.type,
    storage: 'TEXT',
    mayBeNull: false,
    constant,
  };
}
