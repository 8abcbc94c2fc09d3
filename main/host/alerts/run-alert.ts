import { randomUUID } from 'node:crypto';
import {
  ALERTS_TABLE,
  type AlertDefinition,
  type AlertEvent,
} from '../../../common/contract/alerts.ts';
import { AppError, asAppError } from '../../../common/errors/app-error.ts';
import type { PipelineRow } from '../catalog/pipelines-store.ts';
import type { HostContext } from '../context.ts';
import {
  closeBatch,
  followTables,
  isUnchanged,
  openBatch,
  unreadBatch,
} from '../pipelines/batch.ts';
import { type AlertState, stateOf } from './alert-state.ts';
import { withDelivery } from './deliveries.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { eventQuery, messageOf } from './events.ts';
import { type Step, step } from './incident.ts';

/** A merge may change the extents while they are read; so many times they are read again. */
const TRIES = 5;

/**
 * One evaluation. The rows that it has seen, what is known of the incident, the event's row and its delivery are
 * kept in one transaction: nothing is told twice or forgotten, whatever is cut off.
 */
export async function runAlert(
  host: HostContext,
  entry: PipelineRow,
  definition: AlertDefinition,
  signal: AbortSignal,
): Promise<AlertEvent | undefined> {
  for (let tries = 1; ; tries++)
    try {
      return await once(host, entry, definition, signal);
    } catch (error) {
      if (asAppError(error).code !== 'extents_changed' || tries >= TRIES) throw error;
    }
}

async function once(
  host: HostContext,
  entry: PipelineRow,
  definition: AlertDefinition,
  signal: AbortSignal,
): Promise<AlertEvent | undefined> {
  followTables(host, entry, definition.over);
  // Without new rows the query is asked all the same: an answer without a find ends an incident.
  const batch = openBatch(host, entry, 0) ?? unreadBatch(host, entry);
  const queryId = `alert/${randomUUID()}`;
  const found = await host.scopes.within(queryId, batch.scope, () =>
    evaluate(host, definition, queryId, signal),
  );
  signal.throwIfAborted();
  if (!isUnchanged(host, entry.id, batch))
    throw new AppError('resource', 'extents_changed', 'The rows were changed meanwhile.');
  const state = stateOf(host.catalog.pipelines.byId(entry.id) ?? entry);
  const now = Date.now();
  const next = step(state.incident, found.finding, definition, now, randomUUID);
  const event = next.tell && eventOf(definition, next.tell, found, now);
  const keep = (): void => {
    const held = host.catalog.pipelines.byId(entry.id);
    if (!held) return;
    closeBatch(host, entry.id, batch, event ? 1 : 0);
    host.catalog.pipelines.patchState(entry.id, {
      own: nextState(stateOf(held), next, event, definition),
    });
  };
  if (event) await writeEvent(host, event, queryId, signal, keep);
  else host.catalog.change(keep);
  return event;
}

function nextState(
  held: AlertState,
  { state }: Step,
  event: AlertEvent | undefined,
  { webhook }: AlertDefinition,
): AlertState {
  const next = { ...held, incident: state, ...(event ? { lastEvent: event } : {}) };
  return event && webhook ? withDelivery(next, event) : next;
}

export function eventOf(
  definition: AlertDefinition,
  { kind, incident }: NonNullable<Step['tell']>,
  { rows, value, sample }: Evaluation,
  now: number,
): AlertEvent {
  const { name, database, severity } = definition;
  return {
    alert: name,
    database,
    kind,
    incident,
    severity,
    message: messageOf(definition, rows, sample[0]),
    at: new Date(now).toISOString(),
    rows,
    value,
    sample,
  };
}

async function writeEvent(
  host: HostContext,
  event: AlertEvent,
  queryId: string,
  signal: AbortSignal,
  keep: () => void,
): Promise<void> {
  const { database } = event;
  await host.writer.staged(async (folder) => {
    const written = await host.queryWorker.call(
      'engine.writeExtents',
      { queryId, text: eventQuery(event), database, folder },
      { signal },
    );
    await host.writer.commit(
      [
        {
          database: host.catalog.databases.writable(database),
          table: ALERTS_TABLE,
          columns: written.columns,
          extents: written.extents,
          owned: true,
        },
      ],
      [],
      keep,
    );
  });
}
