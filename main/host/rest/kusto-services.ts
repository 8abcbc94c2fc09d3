import type { MappedColumn } from '../../../common/contract/ingest.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { parseMapping } from '../commands/mapping.ts';
import type { HostContext } from '../context.ts';
import type { JsonRows } from './row-pieces.ts';

/** What the Kusto endpoint needs of the host beside the contract of all faces. */
export interface KustoServices {
  readonly jsonRows: JsonRows;
  /**
   * Checks that rows can be streamed into a table. Resolves to the columns of the stored mapping that the client
   * names, or undefined where it names none.
   */
  readonly ingestionTarget: (
    database: string,
    table: string,
    mappingName: string,
    kinds: readonly string[],
  ) => readonly MappedColumn[] | undefined;
}

export function kustoServices({ catalog, queryWorker }: HostContext): KustoServices {
  return {
    jsonRows: (request, signal) => queryWorker.call('engine.jsonRows', request, { signal }),
    ingestionTarget: (database, name, mappingName, kinds) => {
      const found = catalog.databases.find(database);
      if (!found) throw missing('database', database);
      const table = catalog.tables.find(catalog.databases.writable(database).name, name);
      if (!table) throw missing('table', name);
      if (mappingName === '') return undefined;
      for (const kind of kinds) {
        const stored = catalog.definitions
          .list('mapping', `table:${table.id}:${kind}`)
          .find((definition) => definition.name === mappingName);
        if (stored) return parseMapping(JSON.stringify(stored.definition));
      }
      throw missing(`${kinds[0]} mapping of ${name}`, mappingName);
    },
  };
}

function missing(what: string, name: string): AppError {
  return new AppError('input', 'entity_not_found', `There is no ${what} named '${name}'.`);
}
