import type { MappedColumn } from '../../../common/contract/ingest.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { HostContext } from '../context.ts';
import { resolveMapping } from '../services/mappings.ts';
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
    format: string,
  ) => readonly MappedColumn[] | undefined;
}

export function kustoServices(host: HostContext): KustoServices {
  const { catalog, queryWorker } = host;
  return {
    jsonRows: (request, signal) => queryWorker.call('engine.jsonRows', request, { signal }),
    ingestionTarget: (database, name, mappingName, format) => {
      const found = catalog.databases.find(database);
      if (!found) throw missing('database', database);
      const table = catalog.tables.find(catalog.databases.writable(database).name, name);
      if (!table) throw missing('table', name);
      return mappingName === ''
        ? undefined
        : resolveMapping(host, database, name, format, mappingName);
    },
  };
}

function missing(what: string, name: string): AppError {
  return new AppError('input', 'entity_not_found', `There is no ${what} named '${name}'.`);
}
