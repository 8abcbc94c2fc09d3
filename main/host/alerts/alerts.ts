import { randomUUID } from 'node:crypto';
import {
  ALERTS_TABLE,
  type AlertDefinition,
  type AlertEvent,
  type AlertInfo,
  alertDefinition,
} from '../../../common/contract/alerts.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { PipelineRow } from '../catalog/pipelines-store.ts';
import type { HostContext } from '../context.ts';
import { followTables } from '../pipelines/batch.ts';
import { parseCron } from '../pipelines/cron.ts';
import { secretOf } from '../pipelines/destinations/sink.ts';
import { namedTables } from '../pipelines/named-tables.ts';
import { Scheduler } from '../pipelines/scheduler.ts';
import type { Work } from '../pipelines/work.ts';
import { stateOf } from './alert-state.ts';
import { Deliveries } from './deliveries.ts';
import { evaluate } from './evaluate.ts';
import { eventOf, runAlert } from './run-alert.ts';

const RETRY = { attempts: 3, firstSeconds: 1, longestSeconds: 30 };

const definitionOf = (entry: PipelineRow): AlertDefinition =>
  alertDefinition.parse(entry.definition);

function tablesOf(
  host: HostContext,
  { over, database, query }: AlertDefinition,
): readonly string[] {
  // The events of alerts are no arrival: one that reads them would set itself off.
  return (over.length > 0 ? over : namedTables(host, database, query)).filter(
    (name) => name !== ALERTS_TABLE,
  );
}

/** The alerts of this host. */
export class Alerts {
  readonly #deliveries: Deliveries;
  readonly #scheduler: Scheduler;
  /** By id, what the last run told. */
  readonly #told = new Map<number, AlertEvent | undefined>();

  /** `hosts`: those that a webhook may call. */
  constructor(hosts: (host: HostContext) => readonly string[]) {
    this.#deliveries = new Deliveries(hosts);
    const work: Work = {
      kind: 'alert',
      trigger: (entry) => definitionOf(entry).trigger,
      retry: () => RETRY,
      tables: (host, entry) => tablesOf(host, definitionOf(entry)),
      text: (entry) => entry.name,
      isNeeded: () => true,
      run: async (host, entry, { signal, progress }) => {
        this.#told.delete(entry.id);
        const definition = definitionOf(entry);
        const event = await runAlert(host, entry, definition, signal);
        if (!event) return;
        progress(1);
        this.#told.set(entry.id, event);
        host.publish('alerts.event', { ...event, notify: definition.notify });
        this.#deliveries.plan(host);
      },
      changed: (host, { database, name }) => host.publish('alerts.changed', { database, name }),
    };
    this.#scheduler = new Scheduler(work);
  }

  start(host: HostContext): void {
    this.#scheduler.start(host);
    this.#deliveries.plan(host);
  }

  async close(): Promise<void> {
    await this.#scheduler.close();
    await this.#deliveries.close();
  }

  list(host: HostContext): AlertInfo[] {
    return host.catalog.pipelines.list('alert').map((entry) => this.info(host, entry));
  }

  info(host: HostContext, entry: PipelineRow): AlertInfo {
    const { incident, lastEvent, deliveries, deliveryMessage } = stateOf(entry);
    const [last] = host.catalog.pipelines.runs(entry.id, 1);
    const due = this.#scheduler.due(host, entry);
    const failed = last !== undefined && last.failure !== '';
    return {
      definition: definitionOf(entry),
      state: entry.state.paused
        ? 'paused'
        : failed
          ? 'failed'
          : incident.incident === ''
            ? 'quiet'
            : 'firing',
      incident: incident.incident,
      since: incident.incident === '' ? '' : new Date(incident.since).toISOString(),
      ...(last ? { lastRun: last } : {}),
      nextRunAt: due ? new Date(Math.max(due.at, Date.now())).toISOString() : '',
      ...(lastEvent ? { lastEvent } : {}),
      waitingDeliveries: deliveries.length,
      deliveryMessage,
    };
  }

  async save(
    host: HostContext,
    given: AlertDefinition,
    secret: string | undefined,
    signal: AbortSignal,
  ): Promise<AlertInfo> {
    const { catalog } = host;
    await check(host, given, signal);
    const database = catalog.databases.writable(given.database);
    const before = catalog.pipelines.find('alert', database, given.name);
    if (before) await this.#scheduler.cancel(before.id);
    const entry = catalog.change(() => {
      const made = catalog.pipelines.put('alert', database, given.name, given);
      catalog.pipelines.patchState(
        made.id,
        before
          ? { attempt: 0, retryAt: '' }
          : { key: randomUUID(), createdAt: new Date().toISOString() },
      );
      return made;
    });
    followTables(host, entry, given.over);
    // An alert is about what comes.
    if (!before) catalog.change(() => catalog.pipelines.awaitOnly(entry.id, []));
    const saved = this.get(host, given.database, given.name);
    if (secret !== undefined) host.secrets.set(secretOf('alert', saved.state.key), secret);
    this.#changed(host, saved);
    return this.info(host, saved);
  }

  /** Evaluates now; the event, if one came of it. */
  async run(
    host: HostContext,
    database: string,
    name: string,
    signal: AbortSignal,
  ): Promise<AlertEvent | undefined> {
    const entry = this.get(host, database, name);
    await this.#scheduler.runNow(host, entry, signal);
    return this.#told.get(entry.id);
  }

  async test(
    host: HostContext,
    definition: AlertDefinition,
    signal: AbortSignal,
  ): Promise<{ found: boolean; event: AlertEvent }> {
    const found = await evaluate(host, definition, `alert/${randomUUID()}`, signal);
    const event = eventOf(definition, { kind: 'fired', incident: '' }, found, Date.now());
    return { found: found.finding === 'found', event };
  }

  setPaused(host: HostContext, database: string, name: string, paused: boolean): AlertInfo {
    const entry = this.get(host, database, name);
    host.catalog.pipelines.patchState(entry.id, { paused });
    this.#changed(host, entry);
    return this.info(host, this.get(host, database, name));
  }

  /** The alert and its history; its events stay in their table. */
  async remove(host: HostContext, database: string, name: string): Promise<void> {
    const entry = this.get(host, database, name);
    await this.#scheduler.cancel(entry.id);
    host.catalog.change(() => host.catalog.pipelines.drop(entry.id));
    host.secrets.remove(secretOf('alert', entry.state.key));
    this.#told.delete(entry.id);
    this.#changed(host, entry);
  }

  get({ catalog }: HostContext, database: string, name: string): PipelineRow {
    return catalog.pipelines.get('alert', catalog.databases.get(database), name);
  }

  #changed(host: HostContext, { database, name }: PipelineRow): void {
    host.publish('alerts.changed', { database, name });
    this.#scheduler.plan();
  }
}

/** What is wrong with a definition is said now. A webhook's host may be allowed later. */
async function check(
  host: HostContext,
  definition: AlertDefinition,
  signal: AbortSignal,
): Promise<void> {
  const { database, over, trigger, query } = definition;
  host.catalog.databases.writable(database);
  for (const name of over) host.catalog.tables.get(database, name);
  if (trigger.on === 'cron') parseCron(trigger.cron);
  if (trigger.on === 'arrival' && tablesOf(host, definition).length === 0)
    throw new AppError(
      'input',
      'no_arrivals',
      'Nothing arrives that could set the alert off: its query names no table of this database.',
      { hints: ['Name the tables in over, or use an interval.'] },
    );
  const { diagnostics } = await host.queryWorker.call(
    'query.check',
    { text: query, database },
    { signal },
  );
  const problem = diagnostics.find((d) => d.severity === 'error');
  if (problem)
    throw new AppError('semantic', problem.code, `The query of the alert: ${problem.message}`, {
      span: problem.span,
    });
}
