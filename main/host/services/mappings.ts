import type { FormatName, MappedColumn } from '../../../common/contract/ingest.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { databaseOwner, tableOwner } from '../catalog/definitions-store.ts';
import { parseMapping } from '../commands/mapping.ts';
import type { HostContext } from '../context.ts';

/** Kinds of ingestion mappings (page "Ingestion mappings"). */
export const MAPPING_KINDS = ['csv', 'json', 'avro', 'parquet', 'orc', 'w3clogfile'] as const;
export type MappingKind = (typeof MAPPING_KINDS)[number];

const KIND_OF_FORMAT: Readonly<Record<string, MappingKind>> = {
  json: 'json',
  multijson: 'json',
  ndjson: 'json',
  avro: 'avro',
  apacheavro: 'avro',
  parquet: 'parquet',
  orc: 'orc',
  w3clogfile: 'w3clogfile',
};

/** The kind of mapping that a format takes: all delimited ones share `csv`. */
export function mappingKindOf(format: FormatName | string): MappingKind {
  return KIND_OF_FORMAT[format.toLowerCase()] ?? 'csv';
}

export function mappingKind(text: string): MappingKind {
  const kind = MAPPING_KINDS.find((known) => known === text.toLowerCase());
  if (kind) return kind;
  throw new AppError('input', 'unknown_mapping_kind', `There is no kind of mapping '${text}'.`, {
    hints: [`Kinds: ${MAPPING_KINDS.join(', ')}`],
  });
}

/** The name under which the catalog keeps a mapping: names are unique per kind only. */
export const mappingKey = (kind: MappingKind, name: string): string => `${kind}:${name}`;

export interface StoredMapping {
  readonly kind: MappingKind;
  readonly name: string;
  /** The mapping's JSON text. */
  readonly mapping: string;
  /** ISO text. */
  readonly updatedAt: string;
}

/** Mappings of a table or of a database (`tableOwner`, `databaseOwner`), of one kind or of all. */
export function mappingsOf(
  host: HostContext,
  owner: string,
  kind?: MappingKind,
): readonly StoredMapping[] {
  return host.catalog.definitions.list('mapping', owner).flatMap((entry) => {
    const at = entry.name.indexOf(':');
    const own = mappingKind(entry.name.slice(0, at));
    if (kind !== undefined && own !== kind) return [];
    return [
      {
        kind: own,
        name: entry.name.slice(at + 1),
        mapping: JSON.stringify(entry.definition),
        updatedAt: entry.updatedAt,
      },
    ];
  });
}

/**
 * The columns of the mapping that an ingestion refers to by name: the table's, else the database's. A column
 * whose type the mapping leaves out has that of the table. `format` may be any format or kind of mapping;
 * without it, the name is looked for in all kinds. Fails with `unknown_mapping` if there is none.
 */
export function resolveMapping(
  host: HostContext,
  database: string,
  table: string,
  format: string | undefined,
  name: string,
): readonly MappedColumn[] {
  const { catalog } = host;
  const owner = catalog.databases.get(database);
  const known = catalog.tables.find(database, table);
  const kind = format === undefined ? undefined : mappingKindOf(format);
  const all = [
    ...(known ? mappingsOf(host, tableOwner(known), kind) : []),
    ...mappingsOf(host, databaseOwner(owner), kind),
  ];
  const found = all.find((mapping) => mapping.name === name);
  if (found) return parseMapping(found.mapping, known?.columns);
  throw new AppError(
    'semantic',
    'unknown_mapping',
    `There is no ${kind ? `${kind} ` : ''}ingestion mapping named '${name}' for the table '${table}'.`,
    {
      hints: [
        all.length > 0
          ? `Mappings: ${all.map((mapping) => mapping.name).join(', ')}`
          : '`.create table … ingestion … mapping` makes one.',
      ],
    },
  );
}
