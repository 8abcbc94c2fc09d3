import { visibleColumns } from '../../common/contract/external.ts';
import type { DatabaseInfo, SchemaInfo, TableInfo } from '../../common/contract/schema.ts';
import {
  type Extent,
  type PruningRange,
  STORED_RESULT_PREFIX,
  type TableSnapshot,
} from '../../common/contract/store.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { DatabaseRow } from './catalog/databases-store.ts';
import { databaseOwner } from './catalog/definitions-store.ts';
import type { CatalogExtent } from './catalog/extents-store.ts';
import { mayMatch } from './catalog/pruning.ts';
import type { TableRow, TableStats } from './catalog/tables-store.ts';
import type { ViewRow } from './catalog/views-store.ts';
import { listExternalTables, type NamedExternalTable } from './external/external-tables.ts';

/** What queries and faces see of the catalog. Answers are kept until the schema's version grows. */
export class Schema {
  private readonly catalog: Catalog;
  private readonly listeners: ((schema: SchemaInfo) => Promise<void>)[] = [];
  private cached: SchemaInfo | undefined;
  private readonly extents = new Map<number, readonly CatalogExtent[]>();

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  get(): SchemaInfo {
    this.cached ??= {
      version: this.catalog.schemaVersion,
      databases: this.catalog.databases.list().map((database) => this.describe(database)),
    };
    return this.cached;
  }

  /** Called after each change of the catalog; resolves when every listener knows of it. */
  async changed(): Promise<void> {
    this.cached = undefined;
    this.extents.clear();
    const schema = this.get();
    await Promise.all(this.listeners.map((listener) => listener(schema)));
  }

  onChange(listener: (schema: SchemaInfo) => Promise<void>): void {
    this.listeners.push(listener);
  }

  /**
   * The extents of a table, or of the materialized part of a view, that may hold rows within the ranges; with
   * `delta` only those that the view of this name has not taken in.
   */
  snapshot(
    database: string,
    name: string,
    ranges: readonly PruningRange[],
    delta?: string,
  ): TableSnapshot {
    const { tables, views } = this.catalog;
    const table = tables.stored(database, name) ?? tables.get(database, name);
    const pending =
      delta === undefined ? undefined : new Set(views.pending(views.get(database, delta).id));
    const all = this.extentsOf(table).filter((e) => pending?.has(e.extentId) ?? true);
    return {
      database,
      table: name,
      columns: table.columns.map((column) => ({
        name: column.name,
        type: column.type,
        docstring: column.docstring,
      })),
      extents: all.filter((extent) => mayMatch(extent, ranges)).map(publicExtent),
      extentsTotal: all.length,
    };
  }

  extentsOf(table: TableRow): readonly CatalogExtent[] {
    const held = this.extents.get(table.id) ?? this.catalog.extents.ofTable(table.id);
    this.extents.set(table.id, held);
    return held;
  }

  private describe(database: DatabaseRow): DatabaseInfo {
    const stats = this.catalog.tables.stats();
    return {
      name: database.name,
      prettyName: database.prettyName,
      readOnly: database.readOnly,
      tables: [
        ...this.catalog.tables.list(database).map((table) => ({
          name: table.name,
          kind: 'table' as const,
          columns: table.columns.map(({ name, type, docstring }) => ({ name, type, docstring })),
          folder: table.folder,
          docstring: table.docstring,
          ...(stats.get(table.id) ?? { rowCount: 0, sizeBytes: 0, extentCount: 0 }),
        })),
        ...this.catalog.views.list(database).map((view) => this.describeView(view, stats)),
        ...listExternalTables(this.catalog, database).map(describeExternal),
      ],
      functions: [...this.catalog.functions.list(database)],
      storedResults: this.catalog.tables.listStoredResults(database).map(({ name, columns }) => ({
        name: name.slice(STORED_RESULT_PREFIX.length),
        columns: columns.map(({ name: column, type }) => ({ name: column, type })),
      })),
      entityGroups: this.catalog.entities
        .list('entityGroup', databaseOwner(database))
        .map(({ name, definition }) => ({
          name,
          entities: Array.isArray(definition) ? definition.map(String) : [],
        })),
    };
  }

  private describeView(view: ViewRow, stats: ReadonlyMap<number, TableStats>): TableInfo {
    const { tables, views } = this.catalog;
    const { definition } = view;
    const table = tables.byId(view.id);
    const source = view.sourceId === undefined ? undefined : tables.byId(view.sourceId);
    const behindSince = views.behindSince(view.id);
    return {
      name: view.name,
      kind: 'materializedView',
      columns: definition.columns,
      folder: table?.folder ?? '',
      docstring: table?.docstring ?? '',
      ...(stats.get(view.id) ?? { rowCount: 0, sizeBytes: 0, extentCount: 0 }),
      view: {
        source: definition.source,
        sourceKind: definition.sourceKind,
        query: definition.query,
        dedup: definition.dedup,
        autoUpdateSchema: definition.autoUpdateSchema,
        dimensionTables: definition.dimensionTables,
        stored: (table?.columns ?? []).map(({ name, type }) => ({ name, type })),
        ...(behindSince === undefined ? {} : { behindSince }),
        ...(source?.name === definition.source
          ? {}
          : { broken: `its source '${definition.source}' was dropped or renamed.` }),
      },
    };
  }
}

/** Nothing is known of its rows until it is read. */
function describeExternal(table: NamedExternalTable): TableInfo {
  return {
    name: table.name,
    kind: 'externalTable',
    columns: visibleColumns(table.files),
    folder: table.folder,
    docstring: table.docstring,
    rowCount: 0,
    sizeBytes: 0,
    extentCount: 0,
  };
}

export function publicExtent({ owned: _, ...extent }: CatalogExtent): Extent {
  return extent;
}
