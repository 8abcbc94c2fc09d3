import type { TableSnapshot } from '../../common/contract/store.ts';
import type { Snapshots } from './run-query.ts';

/** Snapshots in which some tables are the extents that the host has named, committed or not. */
export function withGiven(snapshots: Snapshots, given: readonly TableSnapshot[]): Snapshots {
  if (given.length === 0) return snapshots;
  const find = (database: string, table: string): TableSnapshot | undefined =>
    given.find((g) => g.database === database && g.table === table);
  return {
    ...snapshots,
    take: async (queryId, tables) => {
      const asked = tables.filter((t) => !find(t.database, t.table));
      const taken = asked.length === 0 ? [] : await snapshots.take(queryId, asked);
      return tables.map((t) => {
        const found = find(t.database, t.table) ?? taken[asked.indexOf(t)];
        if (!found) throw new RangeError(`No snapshot of ${t.table} was taken.`);
        return found;
      });
    },
  };
}
