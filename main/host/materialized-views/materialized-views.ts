import { randomUUID } from 'node:crypto';
import { AppError, asAppError } from '../../../common/errors/app-error.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import type { ViewRow } from '../catalog/views-store.ts';
import type { HostContext } from '../context.ts';
import { describe, isTransient, materialize, type Progress } from './materialize.ts';

/** A commit may meet another one that changed the same extents so many times. */
const TRIES = 5;
const RETRY_MS = 30_000;

/** Keeps materialized views current: one run per view at a time, in the background, after each commit. */
export class MaterializedViews {
  private readonly waiting = new Set<number>();
  private readonly runs = new Map<number, Promise<void>>();
  /** Of each view, the columns of its source and dimensions that it was last checked with. */
  private readonly checked = new Map<number, string>();
  private readonly controller = new AbortController();
  private readonly retries = new Set<ReturnType<typeof setTimeout>>();
  private running: Promise<void> | undefined;
  /** A host that works on a copy of the catalog keeps nothing current. */
  private readonly active: boolean;

  constructor(active: boolean) {
    this.active = active;
  }

  /** Looks at the views of tables that have got rows. */
  consider(host: HostContext, tables: readonly TableRow[]): void {
    const views = tables.flatMap((table) => host.catalog.views.ofSource(table.id));
    this.queue(host, views);
  }

  /** Goes on with what the program had not finished when it ended. */
  resume(host: HostContext): void {
    const behind = host.catalog.views
      .all()
      .filter((view) => host.catalog.views.behindSince(view.id) !== undefined);
    this.queue(host, behind);
  }

  /** Brings one view up to date now. Its errors are the caller's. */
  async run(host: HostContext, viewId: number, progress: Progress): Promise<void> {
    for (;;) {
      const other = this.runs.get(viewId);
      if (!other) break;
      await other.catch(() => {});
    }
    const run = this.catchUp(host, viewId, progress).finally(() => this.runs.delete(viewId));
    this.runs.set(viewId, run);
    await run;
  }

  /** Resolves when no view has work left. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  close(): void {
    this.waiting.clear();
    for (const timer of this.retries) clearTimeout(timer);
    this.controller.abort();
  }

  private queue(host: HostContext, views: readonly ViewRow[]): void {
    if (!this.active || this.controller.signal.aborted) return;
    for (const view of views) if (view.enabled) this.waiting.add(view.id);
    this.start(host);
  }

  private start(host: HostContext): void {
    if (this.waiting.size === 0 || this.controller.signal.aborted) return;
    this.running ??= this.work(host).finally(() => {
      this.running = undefined;
      // What was put into the queue while the last run ended.
      this.start(host);
    });
  }

  /** The machine may do better in a while; the next commit would try again in any case. */
  private tryLater(host: HostContext, viewId: number): void {
    const timer = setTimeout(() => {
      this.retries.delete(timer);
      this.waiting.add(viewId);
      this.start(host);
    }, RETRY_MS);
    timer.unref();
    this.retries.add(timer);
  }

  private async work(host: HostContext): Promise<void> {
    const { signal } = this.controller;
    for (;;) {
      const [next] = this.waiting;
      if (next === undefined || signal.aborted) return;
      this.waiting.delete(next);
      try {
        await this.run(host, next, { signal });
      } catch (error) {
        if (signal.aborted) return;
        recordFailure(host, next, error);
        if (isTransient(error)) this.tryLater(host, next);
      }
    }
  }

  private async catchUp(host: HostContext, viewId: number, progress: Progress): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.checkColumns(host, viewId);
        return await materialize(host, viewId, progress);
      } catch (error) {
        if (asAppError(error).code !== 'extents_changed' || tries >= TRIES) throw error;
      }
    }
  }

  /** Follows the source's columns where the view is to; else says that they no longer fit. */
  private async checkColumns(host: HostContext, viewId: number): Promise<void> {
    const view = host.catalog.views.byId(viewId);
    if (!view?.enabled || host.catalog.views.behindSince(viewId) === undefined) return;
    const { definition } = view;
    const columns = [definition.source, ...definition.dimensionTables].map((name) =>
      host.catalog.tables.stored(view.database, name)?.columns.map((c) => [c.name, c.type]),
    );
    const key = JSON.stringify([definition, columns]);
    if (this.checked.get(viewId) === key) return;
    const now = await describe(host, view);
    if (JSON.stringify(now.columns) !== JSON.stringify(definition.columns)) {
      if (!definition.autoUpdateSchema)
        throw new AppError(
          'semantic',
          'view_columns',
          `The query of '${view.name}' gives other columns than the view was made with.`,
          {
            hints: [
              '.alter materialized-view with the same query takes the new columns; then .enable it.',
            ],
          },
        );
      host.catalog.change(() => {
        const { stored, ...described } = now;
        host.catalog.views.define(view, view.sourceId, { ...definition, ...described });
        host.catalog.mergeTable({
          database: host.catalog.databases.get(view.database),
          table: view.name,
          kind: 'materializedView',
          columns: stored,
          exactColumns: true,
        });
      });
      await host.schema.changed();
    }
    this.checked.set(viewId, key);
  }
}

/** Notes why a run failed; a view that can't be kept current as it is, is disabled (page "Enable and disable"). */
export function recordFailure(host: HostContext, viewId: number, error: unknown): void {
  const { views } = host.catalog;
  const view = views.byId(viewId);
  if (!view) return;
  const { message, hints } = asAppError(error);
  const transient = isTransient(error);
  const now = new Date().toISOString();
  const details = [message, ...hints].join(' ');
  host.logger.error(`materializing ${view.name} failed`, error);
  host.catalog.change(() => {
    views.setState(viewId, {
      ...view.state,
      lastRun: now,
      lastResult: 'Failed',
      unhealthy: details,
    });
    views.addFailure(viewId, {
      at: now,
      operation: randomUUID(),
      kind: transient ? 'Transient' : 'Permanent',
      details,
    });
    if (!transient) views.enable(viewId, false);
  });
  host.schema.changed().catch((failure: unknown) => host.logger.error('schema change', failure));
}
