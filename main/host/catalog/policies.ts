import type { Catalog } from './catalog.ts';
import { databaseOwner, tableOwner } from './definitions-store.ts';
import type { TableRow } from './tables-store.ts';

/** The policy that holds for a table: its own, else its database's, else the host's. */
export function effectivePolicy(catalog: Catalog, table: TableRow, name: string): unknown {
  for (const owner of [tableOwner(table), databaseOwner({ id: table.databaseId }), '']) {
    const found = catalog.definitions.find('policy', owner, name);
    if (found) return found.definition;
  }
  return undefined;
}

/** Whether a dropped table can come back: unless a retention policy says otherwise. */
export function isRecoverable(catalog: Catalog, table: TableRow): boolean {
  const policy = effectivePolicy(catalog, table, 'RetentionPolicy');
  return (
    typeof policy !== 'object' ||
    policy === null ||
    !('Recoverability' in policy) ||
    policy.Recoverability !== 'Disabled'
  );
}
