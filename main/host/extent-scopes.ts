import type { TableSnapshot } from '../../common/contract/store.ts';

/** Queries that see only some extents of a table: those of a work in pieces. */
export class ExtentScopes {
  private readonly scopes = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>();

  /** Runs `work` while the query sees of the tables (by `scopeKey`) only these extents. */
  async within<T>(
    queryId: string,
    tables: ReadonlyMap<string, ReadonlySet<string>>,
    work: () => Promise<T>,
  ): Promise<T> {
    this.scopes.set(queryId, tables);
    try {
      return await work();
    } finally {
      this.scopes.delete(queryId);
    }
  }

  limit(queryId: string, snapshot: TableSnapshot): TableSnapshot {
    const scope = this.scopes.get(queryId)?.get(scopeKey(snapshot.database, snapshot.table));
    if (!scope) return snapshot;
    return { ...snapshot, extents: snapshot.extents.filter((e) => scope.has(e.extentId)) };
  }
}

export const scopeKey = (database: string, table: string): string =>
  JSON.stringify([database, table]);
