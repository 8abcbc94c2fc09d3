import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { type CatalogExtent, createdTicks } from './catalog/extents-store.ts';
import { effectivePolicy } from './catalog/policies.ts';
import type { TableRow } from './catalog/tables-store.ts';
import { merge as mergePolicy } from './commands/policy-kinds.ts';
import type { HostContext } from './context.ts';

/** Rows of a merged extent. */
const TARGET_ROWS = 1_048_576;
/** An extent with fewer rows than this is small. */
const SMALL_ROWS = TARGET_ROWS / 8;
/** So many small extents may stay as they are. */
const TOLERATED = 16;

/** The extents that are merged next: neighbours in time, together no more than one full extent. */
export function mergeCandidates(
  extents: readonly CatalogExtent[],
  /** By id, what an extent waits for. */
  waiting: ReadonlyMap<string, string> = new Map(),
  policy: z.infer<typeof mergePolicy> = {},
): readonly CatalogExtent[] {
  if (policy.AllowMerge === false) return [];
  const target = Math.min(TARGET_ROWS, policy.RowCountUpperBoundForMerge || TARGET_ROWS);
  const small = extents.filter(
    (e) => e.owned && e.reader.kind === 'parquet' && e.rowCount < SMALL_ROWS,
  );
  if (small.length <= TOLERATED) return [];
  // Tags belong to whole extents: `drop-by:` must not take other rows along. So does what views have taken in.
  const alike = ({ extentId, tags }: CatalogExtent): string =>
    `${waiting.get(extentId) ?? ''}\n${tags.join('\n')}`;
  const groups = [...Map.groupBy(small, alike).values()];
  const [largest = []] = groups.sort((a, b) => b.length - a.length);
  const chosen: CatalogExtent[] = [];
  let rows = 0;
  for (const extent of largest) {
    if (rows + extent.rowCount > target || chosen.length === policy.MaxExtentsToMerge) break;
    chosen.push(extent);
    rows += extent.rowCount;
  }
  return chosen.length > 1 ? chosen : [];
}

/** Merges small extents in the background, one table at a time. */
export class Merges {
  private readonly waiting = new Map<number, TableRow>();
  private running: Promise<void> | undefined;
  private closed = false;

  /** Looks at tables that have got new extents. */
  consider(host: HostContext, tables: readonly TableRow[]): void {
    if (this.closed) return;
    for (const table of tables) this.waiting.set(table.id, table);
    this.running ??= this.work(host).finally(() => {
      this.running = undefined;
    });
  }

  /** Resolves when nothing is left to merge. */
  async idle(): Promise<void> {
    await this.running;
  }

  close(): void {
    this.closed = true;
    this.waiting.clear();
  }

  private async work(host: HostContext): Promise<void> {
    for (;;) {
      const [next] = this.waiting.values();
      if (!next || this.closed) return;
      this.waiting.delete(next.id);
      try {
        await mergeTable(host, next);
      } catch (error) {
        // Nothing is lost: the small extents stay, and the next commit tries again.
        if (!this.closed) host.logger.error(`merging extents of ${next.name} failed`, error);
      }
    }
  }
}

async function mergeTable(host: HostContext, { database, name }: TableRow): Promise<void> {
  for (;;) {
    const table = host.catalog.tables.stored(database, name);
    if (!table) return;
    // States of other views are merged by group, when the view takes in rows.
    if (table.kind === 'materializedView' && !host.catalog.views.byId(table.id)?.definition.dedup)
      return;
    const extents = mergeCandidates(
      host.schema.extentsOf(table),
      host.catalog.waitingKeys(table),
      mergePolicy.safeParse(effectivePolicy(host.catalog, table, 'ExtentsMergePolicy')).data,
    );
    if (extents.length === 0) return;
    await mergeInto(host, table, extents);
  }
}

/** Writes extents as one in their place; the ids of what was made, none if the table changed meanwhile. */
export async function mergeInto(
  host: HostContext,
  table: TableRow,
  extents: readonly CatalogExtent[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const { database, name } = table;
  const pin = `merge:${randomUUID()}`;
  host.snapshots.pin(
    pin,
    extents.map((e) => e.path),
  );
  try {
    return await host.jobs.run(
      'merge',
      `Merge ${extents.length} extents of ${name}`,
      signal,
      (job) =>
        host.writer.staged(async (folder) => {
          const merged = await host.ingestWorker.call(
            'store.merge',
            {
              extents: extents.map(({ owned: _, ...extent }) => extent),
              columns: [...table.columns],
              folder,
            },
            { signal: job.signal },
          );
          job.signal.throwIfAborted();
          const now = host.catalog.tables.stored(database, name);
          // Columns are matched by name at the commit; a rename meanwhile would lose one.
          if (!now || !sameColumns(now, table)) return [];
          await host.writer.commit([
            {
              database: host.catalog.databases.get(database),
              table: name,
              kind: table.kind,
              columns: [],
              extents: merged.extents.map((e) => ({
                ...e,
                tags: extents[0]?.tags ?? [],
                createdAt: newest(extents).toString(),
              })),
              owned: true,
              replaces: extents.map((e) => e.extentId),
            },
          ]);
          return merged.extents.map((e) => e.extentId);
        }),
    );
  } finally {
    host.snapshots.release(pin);
  }
}

/** Retention must not take the newer rows of a merged extent along with the older. */
function newest(extents: readonly CatalogExtent[]): bigint {
  return extents.map(createdTicks).reduce((a, b) => (a > b ? a : b), 0n);
}

function sameColumns(a: TableRow, b: TableRow): boolean {
  const key = (table: TableRow): string =>
    JSON.stringify([table.id, table.columns.map((c) => [c.id, c.name, c.type])]);
  return key(a) === key(b);
}
