import { AppError } from '../../../common/errors/app-error.ts';
import type { CatalogExtent } from '../catalog/extents-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import { type CommandCall, databaseOf } from './command.ts';
import { columnOf, readRows } from './read-rows.ts';

/** An extent with its table. */
export interface Placed {
  readonly table: TableRow;
  readonly extent: CatalogExtent;
}

export function extentsOf({ host }: CommandCall, table: TableRow): readonly Placed[] {
  return host.schema.extentsOf(table).map((extent) => ({ table, extent }));
}

export function inDatabase(call: CommandCall): readonly Placed[] {
  return call.host.catalog.tables.list(databaseOf(call)).flatMap((t) => extentsOf(call, t));
}

/** The extents with these ids, in any table of the database. */
export function byIds(call: CommandCall, ids: readonly unknown[]): readonly Placed[] {
  const all = new Map(inDatabase(call).map((placed) => [placed.extent.extentId, placed]));
  return [...new Set(ids.map(String))].map((id) => {
    const found = all.get(id);
    if (found) return found;
    throw new AppError(
      'semantic',
      'unknown_extent',
      `There is no extent ${id} in the database '${databaseOf(call).name}'.`,
    );
  });
}

/** The extents that a query or command names in its column ExtentId. */
export async function fromQuery(call: CommandCall, text: string): Promise<readonly Placed[]> {
  return byIds(call, columnOf(await readRows(call, text), 'ExtentId'));
}
