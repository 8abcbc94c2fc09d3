import { AppError } from '../../../../common/errors/app-error.ts';
import type { Column } from '../../../../common/types/kql-type.ts';
import type { TableRow } from '../../catalog/tables-store.ts';
import type { Deliver } from './delivery.ts';

/** Rows and the mark that they were read are one commit of the catalog. */
export const toTable: Deliver<'table'> = async (delivery, { table: name, database, mode }) => {
  const { host, definition, text, queryId, signal, reading, confirm } = delivery;
  const target = host.catalog.databases.writable(database ?? definition.database);
  return host.writer.staged(async (folder) => {
    const written = await reading(() =>
      host.queryWorker.call(
        'engine.writeExtents',
        { queryId, text, database: definition.database, folder },
        { signal },
      ),
    );
    const existing = host.catalog.tables.find(target.name, name);
    if (existing && mode === 'append') checkTypes(existing, written.columns);
    await host.writer.commit(
      [
        {
          database: target,
          table: name,
          columns: written.columns,
          extents: written.extents,
          owned: true,
          ...(mode === 'replace' ? { replaces: 'all' as const, exactColumns: true } : {}),
        },
      ],
      [],
      () => confirm(written.rows),
    );
    return written.rows;
  });
};

/** Columns are matched by name; missing ones are added, and none becomes another type unseen. */
function checkTypes(table: TableRow, columns: readonly Column[]): void {
  for (const { name, type } of columns) {
    const held = table.columns.find((c) => c.name === name);
    if (!held || held.type === type) continue;
    throw new AppError(
      'input',
      'schema_differs',
      `The column ${name} is ${type} in the pipeline and ${held.type} in the table '${table.name}'.`,
      { hints: [`Convert it in the transform: extend ${name} = to${held.type}(${name}).`] },
    );
  }
}
