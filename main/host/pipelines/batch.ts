import { ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import type { CatalogExtent } from '../catalog/extents-store.ts';
import type { PipelineRow } from '../catalog/pipelines-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import type { HostContext } from '../context.ts';
import { scopeKey } from '../extent-scopes.ts';

/** Rows of one table that one batch takes; there is at least one extent. */
const BATCH_ROWS = 8_388_608;
const TICKS_PER_SECOND = 10_000_000;

/** What one batch reads of the tables whose rows are read once. */
export interface Batch {
  readonly number: number;
  /** Of `ExtentScopes`: an empty set for a table that has nothing new. */
  readonly scope: ReadonlyMap<string, ReadonlySet<string>>;
  readonly extents: number;
  /** Ticks of the newest rows. */
  readonly newest: bigint;
}

/** Brings the tables whose rows are read once in line with their names; rows of a table made anew are all new. */
export function followTables(
  host: HostContext,
  entry: PipelineRow,
  names: readonly string[],
): void {
  const { catalog, schema } = host;
  const tables = names.map((name) => catalog.tables.get(entry.database, name));
  const held = catalog.pipelines.tables(entry.id);
  if (held.length === tables.length && tables.every((t) => held.includes(t.id))) return;
  catalog.change(() => {
    const added = new Set(
      catalog.pipelines.setTables(
        entry.id,
        tables.map((t) => t.id),
      ),
    );
    for (const table of tables.filter((t) => added.has(t.id)))
      catalog.pipelines.await(
        entry.id,
        schema.extentsOf(table).map((e) => e.extentId),
      );
  });
}

const tablesOf = ({ catalog }: HostContext, id: number): readonly TableRow[] =>
  catalog.pipelines.tables(id).flatMap((table) => catalog.tables.byId(table) ?? []);

/** Extents that wait and are old enough. */
export function readyExtents(
  host: HostContext,
  id: number,
  delaySeconds: number,
): ReadonlyMap<TableRow, readonly CatalogExtent[]> {
  const waiting = host.catalog.pipelines.pending(id);
  const before =
    ticksOfUnixMillis(Date.now()) - BigInt(Math.round(delaySeconds * TICKS_PER_SECOND));
  return new Map(
    tablesOf(host, id).map((table) => {
      const wanted = new Set(waiting.get(table.id));
      return [
        table,
        host.schema
          .extentsOf(table)
          .filter((e) => wanted.has(e.extentId) && BigInt(e.ingestedAt) <= before),
      ];
    }),
  );
}

/**
 * The next batch: the one that was open when the program ended, with the same rows, else a new one. Undefined if no
 * row waits.
 */
export function openBatch(
  host: HostContext,
  entry: PipelineRow,
  delaySeconds: number,
): Batch | undefined {
  const { pipelines } = host.catalog;
  const state = pipelines.byId(entry.id)?.state ?? entry.state;
  const number = state.lastBatch + 1;
  if (!state.openBatch) {
    const chosen = [...readyExtents(host, entry.id, delaySeconds).values()].flatMap(firstOf);
    if (chosen.length === 0) return undefined;
    host.catalog.change(() => {
      pipelines.mark(entry.id, chosen, number);
      pipelines.patchState(entry.id, { openBatch: true });
    });
  }
  return describe(host, entry.id, number);
}

/** A batch of no rows: the tables are as if nothing had come. */
export function unreadBatch(host: HostContext, entry: PipelineRow): Batch {
  const number = (host.catalog.pipelines.byId(entry.id)?.state ?? entry.state).lastBatch + 1;
  return describe(host, entry.id, number);
}

function firstOf(extents: readonly CatalogExtent[]): readonly string[] {
  const chosen: string[] = [];
  let rows = 0;
  for (const { extentId, rowCount } of extents) {
    if (chosen.length > 0 && rows + rowCount > BATCH_ROWS) break;
    chosen.push(extentId);
    rows += rowCount;
  }
  return chosen;
}

/** The batch as it is in the catalog now: merges may have given its rows to other extents. */
function describe(host: HostContext, id: number, number: number): Batch {
  const marked = host.catalog.pipelines.pending(id, number);
  const scope = new Map<string, ReadonlySet<string>>();
  let newest = 0n;
  let count = 0;
  for (const table of tablesOf(host, id)) {
    const wanted = new Set(marked.get(table.id));
    for (const extent of host.schema.extentsOf(table))
      if (wanted.has(extent.extentId) && BigInt(extent.ingestedAt) > newest)
        newest = BigInt(extent.ingestedAt);
    count += wanted.size;
    scope.set(scopeKey(table.database, table.name), wanted);
  }
  return { number, scope, extents: count, newest };
}

/** Whether a batch still consists of the extents that a query over it has read. */
export function isUnchanged(host: HostContext, id: number, batch: Batch): boolean {
  const now = describe(host, id, batch.number);
  return [...batch.scope].every(([key, extents]) => {
    const held = now.scope.get(key);
    return held?.size === extents.size && [...extents].every((e) => held.has(e));
  });
}

/** Confirms a batch; inside of the transaction that keeps what was made of it. */
export function closeBatch(
  host: HostContext,
  id: number,
  { number, newest }: Pick<Batch, 'number' | 'newest'>,
  rows: number,
): void {
  const { pipelines } = host.catalog;
  const state = pipelines.byId(id)?.state;
  if (!state) return;
  pipelines.take(id, number);
  pipelines.patchState(id, {
    lastBatch: number,
    openBatch: false,
    own: undefined,
    rows: state.rows + rows,
    unconfirmed: [],
    ...(newest > 0n ? { readTo: newest.toString() } : {}),
  });
}
