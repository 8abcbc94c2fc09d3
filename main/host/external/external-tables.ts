import { type ExternalTable, externalTable } from '../../../common/contract/external.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { DatabaseRow } from '../catalog/databases-store.ts';
import { checkName } from '../catalog/names.ts';

const KIND = 'externalTable';

export interface NamedExternalTable extends ExternalTable {
  readonly name: string;
}

const ownerOf = (database: DatabaseRow): string => `database:${database.id}`;

/** A database's external tables, by name. */
export function listExternalTables(catalog: Catalog, database: DatabaseRow): NamedExternalTable[] {
  return catalog.definitions
    .list(KIND, ownerOf(database))
    .map(({ name, definition }) => ({ name, ...externalTable.parse(definition) }));
}

export function findExternalTable(
  catalog: Catalog,
  database: string,
  name: string,
): NamedExternalTable {
  const found = listExternalTables(catalog, catalog.databases.get(database)).find(
    (t) => t.name === name,
  );
  if (found) return found;
  throw new AppError(
    'input',
    'unknown_external_table',
    `There is no external table named '${name}' in database '${database}'.`,
  );
}

export function putExternalTable(
  catalog: Catalog,
  database: DatabaseRow,
  { name, ...definition }: NamedExternalTable,
): void {
  checkName('external table', name);
  if (catalog.tables.find(database.name, name))
    throw new AppError('input', 'name_taken', `There is a table named '${name}' already.`);
  catalog.definitions.put(KIND, { owner: ownerOf(database), name, definition });
}

export function dropExternalTable(catalog: Catalog, database: DatabaseRow, name: string): boolean {
  return catalog.definitions.remove(KIND, ownerOf(database), name);
}
