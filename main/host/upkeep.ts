import { TICKS_PER_DAY, ticksOfUnixMillis } from '../../common/types/ticks.ts';
import { type CatalogExtent, createdTicks } from './catalog/extents-store.ts';
import { effectivePolicy } from './catalog/policies.ts';
import type { TableRow } from './catalog/tables-store.ts';
import { autoDelete, retention, tagsRetention } from './commands/policy-kinds.ts';
import { ticksOfTimespan } from './commands/timespan.ts';
import type { HostContext } from './context.ts';

/** A dropped table can come back for so long (page "Retention policy", recoverability). */
const RECOVERABLE = 14n * TICKS_PER_DAY;
const EVERY_MS = 10 * 60_000;

/** One kind of work that comes back; looks at the whole host and does what is due. */
export type UpkeepTask = (host: HostContext, now: bigint) => Promise<void> | void;

/** Does what policies promise: at the start, every ten minutes, and when a policy has changed. */
export class Upkeep {
  private readonly tasks: readonly UpkeepTask[];
  private host: HostContext | undefined;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private closed = false;

  constructor(tasks: readonly UpkeepTask[]) {
    this.tasks = tasks;
  }

  start(host: HostContext): void {
    this.host = host;
    this.timer = setInterval(() => this.soon(), EVERY_MS);
    this.timer.unref();
    this.soon();
  }

  /** Starts a round; another follows if one is under way. */
  soon(): void {
    if (this.closed || !this.host) return;
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = this.round(this.host).finally(() => {
      this.running = undefined;
      if (!this.again) return;
      this.again = false;
      this.soon();
    });
  }

  /** Resolves when no round is under way. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.running;
  }

  private async round(host: HostContext): Promise<void> {
    // A change that asks for a round is still under way itself.
    await new Promise((resolve) => setImmediate(resolve));
    for (const task of this.tasks) {
      if (this.closed) return;
      try {
        await task(host, ticksOfUnixMillis(Date.now()));
      } catch (error) {
        if (!this.closed) host.logger.error('upkeep failed', error);
      }
    }
  }
}

function* allTables(host: HostContext): Generator<TableRow> {
  for (const database of host.catalog.databases.list()) {
    if (database.readOnly) continue;
    yield* host.catalog.tables.list(database);
    yield* host.catalog.tables.list(database, 'materializedView');
  }
}

/** Drops extents of which every row is older than the retention policy's soft-delete period. */
export const dropExpired: UpkeepTask = async (host, now) => {
  for (const table of allTables(host)) {
    const policy = retention.safeParse(
      effectivePolicy(host.catalog, table, 'RetentionPolicy'),
    ).data;
    const period = ticksOfTimespan(policy?.SoftDeletePeriod ?? '');
    if (period === undefined) continue;
    const expired = host.schema.extentsOf(table).filter((e) => createdTicks(e) + period < now);
    if (expired.length > 0) await dropExtents(host, table, expired);
  }
};

export async function dropExtents(
  host: HostContext,
  table: TableRow,
  extents: readonly CatalogExtent[],
): Promise<void> {
  await host.writer.commit([
    {
      database: host.catalog.databases.get(table.database),
      table: table.name,
      kind: table.kind,
      columns: [],
      extents: [],
      owned: true,
      replaces: extents.map((e) => e.extentId),
      sameRows: false,
    },
  ]);
}

/** Drops tables whose auto delete policy has expired (page "Auto delete policy"). */
export const dropAutoDeleted: UpkeepTask = async (host, now) => {
  for (const table of [...allTables(host)]) {
    const policy = autoDelete.safeParse(
      effectivePolicy(host.catalog, table, 'AutoDeletePolicy'),
    ).data;
    if (!policy || ticksOfUnixMillis(Date.parse(policy.ExpiryDate)) > now) continue;
    if (policy.DeleteIfNotEmpty === false && host.schema.extentsOf(table).length > 0) continue;
    await host.writer.dropTable(table);
  }
};

/** Takes tags off extents that are older than the policy keeps tags with their prefix. */
export const dropOldTags: UpkeepTask = async (host, now) => {
  const changes: { id: string; tags: readonly string[] }[] = [];
  for (const table of allTables(host)) {
    const rules = tagsRetention.safeParse(
      effectivePolicy(host.catalog, table, 'ExtentTagsRetentionPolicy'),
    ).data;
    for (const extent of rules ? host.schema.extentsOf(table) : []) {
      const age = now - createdTicks(extent);
      const tags = extent.tags.filter(
        (tag) =>
          !rules?.some(
            (rule) =>
              tag.startsWith(rule.TagPrefix) &&
              age > (ticksOfTimespan(rule.RetentionPeriod) ?? age),
          ),
      );
      if (tags.length < extent.tags.length) changes.push({ id: extent.extentId, tags });
    }
  }
  if (changes.length === 0) return;
  host.catalog.change(() => {
    for (const { id, tags } of changes) host.catalog.extents.setTags(id, tags);
  });
  await host.schema.changed();
};

/** Deletes what dropped tables have left once nobody can bring them back. */
export const forgetDropped: UpkeepTask = async (host, now) => {
  for (const table of host.catalog.tables.hidden())
    if (ticksOfUnixMillis(Date.parse(table.droppedAt)) + RECOVERABLE < now)
      await host.writer.forgetTable(table);
};

export const forgetOperations: UpkeepTask = (host) => {
  host.catalog.operations.forgetOld(Date.now());
};
