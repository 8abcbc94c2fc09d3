import type {
  DatabaseInfo,
  FunctionInfo,
  SchemaInfo,
  TableInfo,
} from '../../../common/contract/schema.ts';
import { kusto, type RawGlobals, type RawSymbol } from './library.ts';
import { allPlugins } from './own-plugins.ts';

const S = kusto.Symbols;
const DEFAULT = kusto.GlobalState.Default.WithPlugIns(allPlugins());

/** The name by which a query may call this desk: `cluster('calypso')`. */
export const LOCAL_CLUSTER = 'calypso';

function columnSymbols(columns: TableInfo['columns']): RawSymbol[] {
  return columns.map(
    (c) => new S.ColumnSymbol.ctor(c.name, S.ScalarTypes.GetSymbol(c.type), c.docstring ?? null),
  );
}

function construct(
  constructors: Readonly<Record<string, new (...args: readonly unknown[]) => RawSymbol>>,
  name: string,
  ...args: readonly unknown[]
): RawSymbol {
  const ctor = constructors[name];
  if (!ctor) throw new TypeError(`Kusto.Language has no constructor ${name}`);
  return new ctor(...args);
}

function functionSymbol({ name, parameters, body, docstring, isView }: FunctionInfo): RawSymbol {
  const symbol = construct(S.FunctionSymbol, '$ctor16', name, parameters, body, docstring);
  return isView ? (symbol.WithIsView?.(true) ?? symbol) : symbol;
}

function databaseSymbol(database: DatabaseInfo): RawSymbol {
  const members: RawSymbol[] = [];
  for (const table of database.tables) {
    const columns = columnSymbols(table.columns);
    if (table.kind === 'materializedView')
      members.push(
        construct(S.MaterializedViewSymbol, '$ctor2', table.name, columns, null, table.docstring),
      );
    else if (table.kind === 'externalTable')
      members.push(
        construct(S.ExternalTableSymbol, '$ctor3', table.name, columns, table.docstring),
      );
    else members.push(new S.TableSymbol.$ctor4(table.name, columns));
  }
  for (const fn of database.functions) members.push(functionSymbol(fn));
  for (const { name, columns } of database.storedResults ?? [])
    members.push(construct(S.StoredQueryResultSymbol, '$ctor1', name, columnSymbols(columns)));
  for (const { name, entities } of database.entityGroups ?? []) {
    const definition = `entity_group [${entities.join(', ')}]`;
    members.push(construct(S.EntityGroupSymbol, '$ctor3', name, definition, ''));
  }
  return new S.DatabaseSymbol.ctor(database.name, members);
}

/** Kusto.Language's globals for a catalog; one object per schema version and current database. */
export class GlobalsCache {
  #schema: SchemaInfo = { version: -1, databases: [] };
  #base: RawGlobals = DEFAULT;
  #databases = new Map<string, RawSymbol>();
  #byDatabase = new Map<string, RawGlobals>();

  get schema(): SchemaInfo {
    return this.#schema;
  }

  set(schema: SchemaInfo): void {
    this.#schema = schema;
    this.#databases = new Map(schema.databases.map((d) => [d.name, databaseSymbol(d)]));
    const cluster = construct(
      S.ClusterSymbol,
      '$ctor1',
      LOCAL_CLUSTER,
      [...this.#databases.values()],
      false,
    );
    this.#base = DEFAULT.WithCluster(cluster);
    this.#byDatabase = new Map();
  }

  for(database: string): RawGlobals {
    let globals = this.#byDatabase.get(database);
    if (!globals) {
      const symbol = this.#databases.get(database);
      globals = symbol ? this.#base.WithDatabase(symbol) : this.#base;
      this.#byDatabase.set(database, globals);
    }
    return globals;
  }
}
