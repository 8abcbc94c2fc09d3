import type { FormatName, MappedColumn } from '../../../common/contract/ingest.ts';
import type { TableInfo } from '../../../common/contract/schema.ts';

export type Transform = NonNullable<MappedColumn['transform']>;

const UNIX: readonly Transform[] = [
  'DateTimeFromUnixSeconds',
  'DateTimeFromUnixMilliseconds',
  'DateTimeFromUnixMicroseconds',
  'DateTimeFromUnixNanoseconds',
];
const PLACES: readonly Transform[] = ['SourceLocation', 'SourceLineNumber'];
const NAMED: readonly Transform[] = [
  ...PLACES,
  ...UNIX,
  'PropertyBagArrayToDictionary',
  'DropMappedFields',
];

/** Which transformations a format's mapping may use (page "Ingestion mappings", "Mapping transformations"). */
export function transformsFor(format: FormatName): readonly Transform[] {
  switch (format) {
    case 'json':
    case 'multijson':
    case 'parquet':
    case 'arrow':
      return NAMED;
    case 'avro':
      return [...NAMED, 'BytesAsBase64'];
    case 'w3clogfile':
      return PLACES;
    default:
      return [...PLACES, ...UNIX];
  }
}

export const isSeparated = (format: FormatName): boolean =>
  ['csv', 'tsv', 'tsve', 'psv', 'scsv', 'sohsv'].includes(format);

/** What a table may be called: letters, digits, spaces, hyphens, underscores and dots, at most 1,024 of them. */
export function tableNameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'A table needs a name.';
  if (name.length > 1_024) return 'A table name has at most 1,024 characters.';
  return /^[\p{L}\p{N}_\-. ]+$/u.test(name)
    ? undefined
    : 'Letters, digits, spaces, hyphens, dots and underscores only.';
}

/** What is wrong with the columns; undefined when nothing is. */
export function columnsProblem(columns: readonly MappedColumn[]): string | undefined {
  if (columns.length === 0) return 'There is no column left.';
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (name.trim() === '') return 'A column has no name.';
    if (seen.has(name)) return `There are two columns named ${name}.`;
    seen.add(name);
  }
  return undefined;
}

/** A name that no column has yet. */
export function freeName(columns: readonly MappedColumn[], wish = 'NewColumn'): string {
  const taken = new Set(columns.map((c) => c.name));
  if (!taken.has(wish)) return wish;
  for (let n = 2; ; n++) if (!taken.has(`${wish}${n}`)) return `${wish}${n}`;
}

/** Where a column's values come from, as one text. */
export function sourceText(column: MappedColumn): string {
  if (column.constant !== undefined) return `= ${column.constant}`;
  if (column.path !== undefined) return column.path;
  return column.ordinal === undefined ? '' : `#${column.ordinal}`;
}

/** Reads such a text again: `= text` is a constant, `#3` an ordinal, the rest a path or field. */
export function withSource(column: MappedColumn, text: string): MappedColumn {
  const { ordinal: _o, path: _p, constant: _c, ...rest } = column;
  const trimmed = text.trim();
  if (trimmed.startsWith('=')) return { ...rest, constant: trimmed.slice(1).trim() };
  const ordinal = /^#(\d+)$/.exec(trimmed);
  if (ordinal) return { ...rest, ordinal: Number(ordinal[1]) };
  return trimmed === '' ? rest : { ...rest, path: trimmed };
}

export function withTransform(column: MappedColumn, transform: string): MappedColumn {
  const { transform: _old, ...rest } = column;
  return transform === '' ? rest : { ...rest, transform: transform as Transform };
}

/**
 * Columns for an existing table: those whose names it knows, in its types. When no name fits, its own columns by
 * position are meant, and there is nothing to map.
 */
export function columnsForTable(
  inspection: { readonly columns: readonly MappedColumn[] },
  table: Pick<TableInfo, 'columns'>,
): readonly MappedColumn[] | undefined {
  const target = new Map(table.columns.map((c) => [c.name, c.type]));
  const matching = inspection.columns.flatMap((column) => {
    const type = target.get(column.name);
    return type === undefined ? [] : [{ ...column, type }];
  });
  return matching.length > 0 ? matching : undefined;
}
