import { randomUUID } from 'node:crypto';
import {
  type PipelineDefinition,
  type PipelineInfo,
  pipelineDefinition,
  type RunInfo,
} from '../../../common/contract/pipelines.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import type { PipelineRow } from '../catalog/pipelines-store.ts';
import type { HostContext } from '../context.ts';
import { externalTarget } from '../exports/external-target.ts';
import { followTables, readyExtents } from './batch.ts';
import { parseCron } from './cron.ts';
import { secretOf, sinkOf } from './destinations/sink.ts';
import { filesOf, queryText, tablesReadOnce } from './input.ts';
import { namedTables } from './named-tables.ts';
import { runPipeline } from './run-pipeline.ts';
import { Scheduler } from './scheduler.ts';
import type { Work } from './work.ts';

const definitionOf = (entry: PipelineRow): PipelineDefinition =>
  pipelineDefinition.parse(entry.definition);

/** The tables whose commits start a run. */
function tablesOf(host: HostContext, definition: PipelineDefinition): readonly string[] {
  const { source, database } = definition;
  if (source.kind === 'table') return [source.table];
  if (source.kind === 'files') return [];
  return source.over.length > 0 ? source.over : namedTables(host, database, source.query);
}

const WORK: Work = {
  kind: 'pipeline',
  operation: 'PipelineRun',
  trigger: (entry) => {
    const { trigger, delaySeconds } = definitionOf(entry);
    return trigger.on === 'arrival'
      ? { ...trigger, afterSeconds: Math.max(trigger.afterSeconds, delaySeconds) }
      : trigger;
  },
  retry: (entry) => definitionOf(entry).retry,
  tables: (host, entry) => tablesOf(host, definitionOf(entry)),
  text: (entry) => `.run pipeline ['${entry.name}']`,
  isNeeded: (host, entry) => {
    const definition = definitionOf(entry);
    const once = tablesReadOnce(definition);
    if (once.length === 0 || entry.state.openBatch) return true;
    // A table that was made anew is looked at in the run.
    const held = host.catalog.pipelines.tables(entry.id);
    const known = once.every((name) => {
      const table = host.catalog.tables.find(entry.database, name);
      return table !== undefined && held.includes(table.id);
    });
    if (!known) return true;
    return [...readyExtents(host, entry.id, definition.delaySeconds).values()].some(
      (extents) => extents.length > 0,
    );
  },
  run: (host, entry, run) => runPipeline(host, entry, definitionOf(entry), run),
  changed: (host, { database, name }) => host.publish('pipelines.changed', { database, name }),
};

/** The pipelines of this host, continuous exports among them. */
export class Pipelines {
  readonly #scheduler = new Scheduler(WORK);

  start(host: HostContext): void {
    this.#scheduler.start(host);
  }

  close(): Promise<void> {
    return this.#scheduler.close();
  }

  isRunning(id: number): boolean {
    return this.#scheduler.isRunning(id);
  }

  /** Looks again when the next run is due. */
  plan(): void {
    this.#scheduler.plan();
  }

  list(host: HostContext): PipelineInfo[] {
    return host.catalog.pipelines.list('pipeline').map((entry) => this.info(host, entry));
  }

  info(host: HostContext, entry: PipelineRow): PipelineInfo {
    const [last] = host.catalog.pipelines.runs(entry.id, 1);
    const due = this.#scheduler.due(host, entry);
    return {
      definition: definitionOf(entry),
      state: entry.state.paused
        ? 'paused'
        : this.isRunning(entry.id)
          ? 'running'
          : last?.state === 'failed' || last?.state === 'retrying'
            ? last.state
            : 'idle',
      ...(last ? { lastRun: last } : {}),
      nextRunAt: due ? new Date(Math.max(due.at, Date.now())).toISOString() : '',
      pendingExtents: host.catalog.pipelines.countPending(entry.id),
      rows: entry.state.rows,
    };
  }

  async save(
    host: HostContext,
    given: PipelineDefinition,
    { secret, existing = true }: { readonly secret?: string; readonly existing?: boolean },
    signal: AbortSignal,
  ): Promise<PipelineInfo> {
    const { catalog } = host;
    await check(host, given, signal);
    const database = catalog.databases.writable(given.database);
    const before = catalog.pipelines.find('pipeline', database, given.name);
    if (before) await this.#scheduler.cancel(before.id);
    const entry = catalog.change(() => {
      const made = catalog.pipelines.put('pipeline', database, given.name, given);
      const now = new Date();
      if (!before)
        catalog.pipelines.patchState(made.id, {
          key: randomUUID(),
          createdAt: now.toISOString(),
          startCursor: ticksOfUnixMillis(now.getTime()).toString(),
        });
      else {
        if (made.state.key === '') catalog.pipelines.patchState(made.id, { key: randomUUID() });
        catalog.pipelines.patchState(made.id, { attempt: 0, retryAt: '' });
        const moved = JSON.stringify(definitionOf(before).destination);
        // A batch on its way to another place begins anew.
        if (moved !== JSON.stringify(given.destination)) {
          catalog.pipelines.unmark(made.id);
          catalog.pipelines.patchState(made.id, { openBatch: false });
        }
      }
      return made;
    });
    followTables(host, entry, tablesReadOnce(given));
    if (!before && !existing) catalog.change(() => catalog.pipelines.awaitOnly(entry.id, []));
    const saved = catalog.pipelines.byId(entry.id) ?? entry;
    if (secret !== undefined) host.secrets.set(secretOf('pipeline', saved.state.key), secret);
    this.#changed(host, saved);
    return this.info(host, saved);
  }

  run(host: HostContext, database: string, name: string, signal: AbortSignal): Promise<RunInfo> {
    return this.#scheduler.runNow(host, this.get(host, database, name), signal);
  }

  cancel(host: HostContext, database: string, name: string): Promise<void> {
    return this.#scheduler.cancel(this.get(host, database, name).id);
  }

  /** A pause lets the run that is under way come to its end. */
  setPaused(host: HostContext, database: string, name: string, paused: boolean): PipelineInfo {
    const entry = this.get(host, database, name);
    host.catalog.pipelines.patchState(entry.id, { paused });
    this.#changed(host, entry);
    return this.info(host, this.get(host, database, name));
  }

  /** The pipeline and its history; what it has written stays. */
  async remove(host: HostContext, database: string, name: string): Promise<void> {
    const entry = this.get(host, database, name);
    await this.#scheduler.cancel(entry.id);
    const { destination } = definitionOf(entry);
    const { key } = entry.state;
    if (destination.kind === 'postgres')
      await host.streamWorker.call('sink.forget', sinkOf(host, key, destination)).catch(() => {
        // The server may be gone for good; a row of a few bytes stays there.
      });
    host.catalog.change(() => {
      host.catalog.pipelines.drop(entry.id);
      host.catalog.positions.forget(filesOf(key));
    });
    if (key !== '') host.secrets.remove(secretOf('pipeline', key));
    this.#changed(host, entry);
  }

  runs(host: HostContext, database: string, name: string, limit: number): RunInfo[] {
    return [...host.catalog.pipelines.runs(this.get(host, database, name).id, limit)];
  }

  get({ catalog }: HostContext, database: string, name: string): PipelineRow {
    return catalog.pipelines.get('pipeline', catalog.databases.get(database), name);
  }

  #changed(host: HostContext, { database, name }: PipelineRow): void {
    host.publish('pipelines.changed', { database, name });
    this.#scheduler.plan();
  }
}

/** What is wrong with a definition is said now, not in an hour. */
async function check(
  host: HostContext,
  definition: PipelineDefinition,
  signal: AbortSignal,
): Promise<void> {
  const { source, destination, trigger, database } = definition;
  host.catalog.databases.writable(database);
  const once = tablesReadOnce(definition);
  for (const name of once) host.catalog.tables.get(database, name);
  if (trigger.on === 'cron') parseCron(trigger.cron);
  if (trigger.on === 'arrival' && tablesOf(host, definition).length === 0)
    throw new AppError(
      'input',
      'no_arrivals',
      'Nothing arrives that could start a run: the source names no table of this database.',
      { hints: ['Name the tables in over, or use an interval.'] },
    );
  if (destination.kind === 'table') {
    const target = host.catalog.databases.writable(destination.database ?? database);
    const read = source.kind === 'files' ? [] : tablesOf(host, definition);
    if (target.name === database && read.includes(destination.table))
      throw new AppError(
        'input',
        'reads_itself',
        `The pipeline reads the table '${destination.table}' that it writes to.`,
      );
  }
  if (destination.kind === 'externalTable')
    externalTarget(host, database, destination.table, (key) => destination.properties[key]);
  if (source.kind === 'files') return;
  const { diagnostics } = await host.queryWorker.call(
    'query.check',
    { text: queryText(definition), database },
    { signal },
  );
  const problem = diagnostics.find((d) => d.severity === 'error');
  if (problem)
    throw new AppError('semantic', problem.code, `The query of the pipeline: ${problem.message}`, {
      span: problem.span,
    });
}
