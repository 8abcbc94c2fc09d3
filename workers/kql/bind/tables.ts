import type { SchemaInfo, TableInfo } from '../../../common/contract/schema.ts';
import { STORED_RESULT_PREFIX } from '../../../common/contract/store.ts';
import type { Value } from '../functions/define.ts';
import type { Plan } from '../plan/plan.ts';
import { wildcard } from './restriction.ts';
import type { Scope } from './scope.ts';

export interface BindOptions {
  readonly database: string;
  readonly schema: SchemaInfo;
  /** Ticks of now(). */
  readonly now: bigint;
  /** Values of `declare query_parameters`, as KQL literals. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Constants that depended on data, in the order in which binding asks for them. */
  readonly values?: readonly Value[];
  /** Plans the first table of another text. */
  readonly nested?: (text: string, database: string) => Plan;
  /** Opens materialized views. */
  readonly views: ViewReader;
  /** The text is a view's query, and this stands for its source: the rows that the view has not taken in. */
  readonly fact?: { readonly table: string; readonly plan: () => Plan };
}

export interface ViewReader {
  read(database: string, table: TableInfo, part: 'all' | 'materialized'): Plan;
  /** The rows of a stored function with `view=true`. */
  call(database: string, name: string): Plan;
}

/** The stored tables, views and external tables that a text may name. */
export class Tables {
  readonly #options: BindOptions;

  constructor(options: BindOptions) {
    this.#options = options;
  }

  #of(database: string): readonly TableInfo[] {
    return this.#options.schema.databases.find((d) => d.name === database)?.tables ?? [];
  }

  find(database: string, name: string): TableInfo | undefined {
    return this.#of(database).find((t) => t.name === name && t.kind !== 'externalTable');
  }

  scan(database: string, name: string): Plan {
    const { fact, views } = this.#options;
    if (fact?.table === name && database === this.#options.database) return fact.plan();
    const table = this.find(database, name);
    if (table?.view) return views.read(database, table, 'all');
    if (!table && this.#views(database).includes(name)) return views.call(database, name);
    return {
      op: 'scan',
      database,
      table: name,
      columns: (table?.columns ?? []).map((c) => ({ name: c.name, type: c.type })),
    };
  }

  external(database: string, name: string, mapping: string | undefined): Plan | undefined {
    const table = this.#of(database).find((t) => t.kind === 'externalTable' && t.name === name);
    return (
      table && {
        op: 'scan',
        database,
        table: name,
        columns: table.columns.map((c) => ({ name: c.name, type: c.type })),
        external: { kind: 'table', database, name, ...(mapping ? { mapping } : {}) },
      }
    );
  }

  storedResult(database: string, name: string): Plan | undefined {
    const { storedResults = [] } =
      this.#options.schema.databases.find((d) => d.name === database) ?? {};
    const found = storedResults.find((result) => result.name === name);
    return (
      found && {
        op: 'scan',
        database,
        table: STORED_RESULT_PREFIX + name,
        columns: found.columns.map((c) => ({ name: c.name, type: c.type })),
      }
    );
  }

  /** The databases of a stored entity group. */
  entityGroup(database: string, name: string): readonly string[] | undefined {
    return this.#options.schema.databases
      .find((d) => d.name === database)
      ?.entityGroups?.find((g) => g.name === name)
      ?.entities.map((e) => /database\s*\(\s*["']([^"']*)["']/i.exec(e)?.[1] ?? database);
  }

  /** Wildcards mean tables and functions that are views: neither materialized views nor external tables. */
  like(pattern: string, database: string, scope: Scope): { database: string; table: string }[] {
    const expression = wildcard(pattern);
    const tables = this.#of(database).flatMap((t) => (t.kind === 'table' ? [t.name] : []));
    return [...tables, ...this.#views(database)]
      .filter((name) => expression.test(name) && scope.shows(database, name))
      .map((table) => ({ database, table }));
  }

  /** Stored functions that are views and hidden by no table. */
  #views(database: string): readonly string[] {
    const functions =
      this.#options.schema.databases.find((d) => d.name === database)?.functions ?? [];
    return functions.flatMap((f) => (f.isView && !this.find(database, f.name) ? [f.name] : []));
  }
}
