import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asAppError } from '../../../common/errors/app-error.ts';
import { TICKS_PER_MILLISECOND, ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import type { ExportRow } from '../catalog/exports-store.ts';
import type { HostContext } from '../context.ts';
import { scopeKey } from '../extent-scopes.ts';
import { hideSecrets } from '../services/hide-secrets.ts';
import { checkColumns, externalTarget } from './external-target.ts';
import { writeExport } from './write-export.ts';

/** What an export has still to write: extents by their table. */
interface Pending {
  /** Of `ExtentScopes`. */
  readonly scope: ReadonlyMap<string, ReadonlySet<string>>;
  readonly extents: readonly string[];
  /** Ticks of the newest of them. */
  readonly newest: bigint;
}

const SOONEST_MS = 50;
const LATEST_MS = 60_000;

/**
 * Runs continuous exports when they are due (page "Continuous data export"). Each extent is written once: its mark
 * goes in the transaction that confirms the files, whose names were put down before the first of them was written.
 */
export class ContinuousExports {
  private host: HostContext | undefined;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private readonly stop = new AbortController();
  private readonly busy = new Set<number>();

  start(host: HostContext): void {
    this.host = host;
    for (const entry of host.catalog.exports.list()) this.forgetUnconfirmed(host, entry);
    this.plan();
  }

  isRunning(id: number): boolean {
    return this.busy.has(id);
  }

  /** Looks again when the next export is due: one was made or changed. */
  plan(): void {
    if (!this.host || this.stop.signal.aborted) return;
    clearTimeout(this.timer);
    const due = this.host.catalog.exports.list().flatMap((entry) => dueAt(entry) ?? []);
    if (due.length === 0) return;
    const wait = Math.min(LATEST_MS, Math.max(SOONEST_MS, Math.min(...due) - Date.now()));
    this.timer = setTimeout(() => this.round(), wait);
    this.timer.unref();
  }

  async close(): Promise<void> {
    this.stop.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private round(): void {
    const { host } = this;
    if (!host || this.running) return;
    this.running = (async () => {
      for (const entry of host.catalog.exports.list()) {
        if (this.stop.signal.aborted) return;
        const due = dueAt(entry);
        if (due !== undefined && due <= Date.now()) await this.run(host, entry);
      }
    })().finally(() => {
      this.running = undefined;
      this.plan();
    });
  }

  private async run(host: HostContext, entry: ExportRow): Promise<void> {
    const { exports } = host.catalog;
    const pending = pendingOf(host, entry);
    exports.patchState(entry.id, { lastRun: new Date().toISOString() });
    if (pending.extents.length === 0) return;
    this.busy.add(entry.id);
    const operation = {
      kind: 'ContinuousExport',
      text: `.export to table ${entry.definition.externalTable} <| ${entry.definition.query}`,
      database: entry.database,
      queryId: `export/${entry.name}`,
    };
    let operationId = '';
    try {
      await host.operations.run(operation, this.stop.signal, async (id, signal) => {
        operationId = id;
        await this.write(host, entry, pending, signal);
      });
    } catch (error) {
      if (this.stop.signal.aborted) return;
      const { kind, message } = asAppError(error);
      const now = exports.list().find(({ id }) => id === entry.id);
      if (!now) return;
      this.forgetUnconfirmed(host, now);
      exports.patchState(entry.id, { lastResult: 'Failed' });
      exports.addFailure(entry.id, {
        at: new Date().toISOString(),
        operation: operationId,
        lastSuccess: now.state.lastSuccess ?? '',
        kind: kind === 'resource' || kind === 'internal' ? 'Transient' : 'Permanent',
        details: hideSecrets(message),
      });
    } finally {
      this.busy.delete(entry.id);
    }
  }

  private async write(
    host: HostContext,
    entry: ExportRow,
    { scope, extents, newest }: Pending,
    signal: AbortSignal,
  ): Promise<void> {
    const { definition, database, id } = entry;
    const { exports } = host.catalog;
    const { target, columns } = externalTarget(
      host,
      database,
      definition.externalTable,
      (name) => definition.properties[name],
    );
    const run = randomUUID().replaceAll('-', '');
    exports.patchState(id, { unconfirmed: [...target.folders, run] });
    const queryId = `export/${run}`;
    const outcome = await host.scopes.within(queryId, scope, () =>
      host.queryWorker.call(
        'query.run',
        {
          queryId,
          text: definition.query,
          database,
          record: false,
          options: { notruncation: true },
        },
        { signal },
      ),
    );
    try {
      const [result] = outcome.results;
      if (result) checkColumns(definition.externalTable, columns, result.columns);
      const files = result ? await writeExport(host, result, target, run, signal) : [];
      host.catalog.change(() => {
        if (!exports.take(id, extents)) throw new RangeError('The extents have changed meanwhile.');
        const at = new Date().toISOString();
        exports.addArtifacts(
          id,
          files.map(({ path, records }) => ({ at, path, records })),
        );
        exports.patchState(id, {
          lastSuccess: at,
          lastResult: 'Completed',
          exportedTo: newest.toString(),
          unconfirmed: [],
        });
      });
    } finally {
      await host.queryWorker.call('query.release', {
        resultIds: outcome.results.map((result) => result.resultId),
      });
    }
  }

  /** Deletes the files of a run that was never confirmed: its extents are written again. */
  private forgetUnconfirmed(host: HostContext, { id, state }: ExportRow): void {
    const run = state.unconfirmed.at(-1);
    if (run === undefined) return;
    for (const folder of state.unconfirmed.slice(0, -1))
      for (const name of listed(folder))
        if (name.includes(run)) rmSync(join(folder, name), { force: true });
    host.catalog.exports.patchState(id, { unconfirmed: [] });
  }
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // The folder has gone, and the files with it.
    return [];
  }
}

/** Unix milliseconds; undefined for an export that is off. */
function dueAt({ definition, state }: ExportRow): number | undefined {
  if (!state.enabled) return undefined;
  const last = Date.parse(state.lastRun ?? '');
  if (Number.isNaN(last)) return Date.now();
  return last + Number(BigInt(definition.interval) / TICKS_PER_MILLISECOND);
}

/** Extents that are older than the forced latency, with an empty scope for tables that have none. */
function pendingOf(host: HostContext, { id, definition }: ExportRow): Pending {
  const { catalog, schema } = host;
  const waiting = catalog.exports.pending(id);
  const before = ticksOfUnixMillis(Date.now()) - BigInt(definition.forcedLatency);
  const scope = new Map<string, ReadonlySet<string>>();
  const extents: string[] = [];
  let newest = 0n;
  for (const tableId of definition.tables) {
    const table = catalog.tables.byId(tableId);
    if (!table) continue;
    const wanted = new Set(waiting.get(tableId));
    const ready = schema
      .extentsOf(table)
      .filter((e) => wanted.has(e.extentId) && BigInt(e.ingestedAt) <= before);
    for (const extent of ready) {
      extents.push(extent.extentId);
      const ticks = BigInt(extent.ingestedAt);
      if (ticks > newest) newest = ticks;
    }
    scope.set(scopeKey(table.database, table.name), new Set(ready.map((e) => e.extentId)));
  }
  return { scope, extents, newest };
}
