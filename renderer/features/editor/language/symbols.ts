import type { DatabaseInfo, SchemaInfo } from '../../../../common/contract/schema.ts';
import type { Column } from '../../../../common/types/kql-type.ts';
import type { KustoLanguage, RawGlobals } from './library.ts';

/** The name by which queries may call this desk; the engine uses the same. */
const LOCAL_CLUSTER = 'calypso';

type Constructors = KustoLanguage['Symbols']['TableSymbol'];

function construct(constructors: Constructors, name: string, ...args: readonly unknown[]): unknown {
  const ctor = constructors[name];
  if (!ctor) throw new TypeError(`Kusto.Language has no constructor ${name}.`);
  return new ctor(...args);
}

interface MaybeView {
  WithIsView?(isView: boolean): unknown;
}

interface MaybeDescribed {
  /** The library's own spelling. */
  WithDescripton?(text: string): unknown;
}

function described(symbol: unknown, { docstring }: { readonly docstring: string }): unknown {
  return (docstring !== '' && (symbol as MaybeDescribed).WithDescripton?.(docstring)) || symbol;
}

function databaseSymbol(library: KustoLanguage, database: DatabaseInfo): unknown {
  const { Symbols: S } = library;
  const columnsOf = (columns: readonly Column[]): unknown[] =>
    columns.map((c) =>
      construct(
        S.ColumnSymbol,
        'ctor',
        c.name,
        S.ScalarTypes.GetSymbol(c.type),
        c.docstring ?? null,
      ),
    );
  const members = [
    ...database.tables.map((table) => {
      const columns = columnsOf(table.columns);
      switch (table.kind) {
        case 'materializedView':
          return construct(
            S.MaterializedViewSymbol,
            '$ctor2',
            table.name,
            columns,
            table.view?.query ?? null,
            table.docstring,
          );
        case 'externalTable':
          return construct(S.ExternalTableSymbol, '$ctor3', table.name, columns, table.docstring);
        default:
          return described(construct(S.TableSymbol, '$ctor4', table.name, columns), table);
      }
    }),
    ...database.functions.map((fn) => {
      const { name, parameters, body, docstring, isView } = fn;
      const symbol = construct(S.FunctionSymbol, '$ctor16', name, parameters, body, docstring);
      return (isView && (symbol as MaybeView).WithIsView?.(true)) || symbol;
    }),
  ];
  return construct(S.DatabaseSymbol, 'ctor', database.name, members);
}

/** Kusto.Language's globals for each database of a schema, made when first asked for. */
export function globalsOf(
  library: KustoLanguage,
  schema: SchemaInfo,
): (database: string) => RawGlobals {
  const databases = new Map(schema.databases.map((d) => [d.name, databaseSymbol(library, d)]));
  const base = library.GlobalState.Default.WithCluster(
    construct(
      library.Symbols.ClusterSymbol,
      '$ctor1',
      LOCAL_CLUSTER,
      [...databases.values()],
      false,
    ),
  );
  const made = new Map<string, RawGlobals>();
  return (name) => {
    let globals = made.get(name);
    if (!globals) {
      const database = databases.get(name);
      globals = database === undefined ? base : base.WithDatabase(database);
      made.set(name, globals);
    }
    return globals;
  };
}
