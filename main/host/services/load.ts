import type { FormatName } from '../../../common/contract/ingest.ts';
import { asAppError } from '../../../common/errors/app-error.ts';
import { guidOf } from '../commands/guid.ts';
import type { HostContext } from '../context.ts';
import { runIngestion } from './ingest.ts';

export interface LoadRequest {
  readonly database: string;
  readonly table: string;
  readonly paths: readonly string[];
  readonly format?: FormatName;
}

/**
 * Makes files a table, in place of one that has its name. What the engine can read in place is only
 * registered, however big it is; the rest is taken in. For hosts that work on a copy of the catalog.
 */
export async function loadFiles(
  host: HostContext,
  { database, table, paths, format }: LoadRequest,
  signal: AbortSignal,
): Promise<void> {
  const options = { nestedLevels: 1, ...(format ? { format } : {}) };
  const source = { paths: [...paths], names: [...paths] };
  const shadowed = host.catalog.tables.find(database, table);
  if (shadowed) await host.writer.dropTable(shadowed);
  try {
    const { columns, extents } = await host.ingestWorker.call(
      'ingest.register',
      { source, options },
      { signal },
    );
    await host.writer.commit([
      {
        database: host.catalog.databases.get(database),
        table,
        columns,
        extents,
        owned: false,
      },
    ]);
  } catch (error) {
    if (asAppError(error).kind !== 'unsupported') throw error;
    await runIngestion(
      host,
      {
        source: { kind: 'paths', paths: [...paths] },
        database,
        table,
        options,
        onBadCell: 'widen',
        maxErrors: 1_000_000,
        tags: [],
      },
      { signal },
    );
  }
}

/** Lets queries against `target` name the tables of `source` too, where it has none of that name. */
export function overlayDatabase(host: HostContext, target: string, source: string): void {
  const { catalog } = host;
  const from = catalog.databases.find(source);
  if (!from) return;
  const into = catalog.databases.get(target);
  catalog.change(() => {
    for (const table of catalog.tables.list(from)) {
      if (catalog.tables.find(target, table.name)) continue;
      const copy = catalog.tables.create(into, table.name, table.columns);
      for (const extent of catalog.extents.ofTable(table.id))
        catalog.extents.insert(copy, {
          extent: { ...extent, extentId: guidOf(target, extent.extentId) },
          owned: false,
        });
    }
  });
}
