import { randomUUID } from 'node:crypto';
import { type AlertEvent, alertDefinition } from '../../../common/contract/alerts.ts';
import { asAppError } from '../../../common/errors/app-error.ts';
import type { PipelineRow } from '../catalog/pipelines-store.ts';
import type { HostContext } from '../context.ts';
import { secretOf } from '../pipelines/destinations/sink.ts';
import { type AlertState, type Delivery, stateOf } from './alert-state.ts';
import { send } from './webhook.ts';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 10 * 60_000;
const LONGEST_WAIT_MS = 60_000;
/** Of one alert; older ones are given up when a receiver stays away. */
const MOST_WAITING = 100;

const newDelivery = (event: AlertEvent): Delivery => ({
  id: randomUUID(),
  event,
  attempts: 0,
  nextAt: 0,
});

/** The state with another delivery. */
export const withDelivery = (state: AlertState, event: AlertEvent): AlertState => ({
  ...state,
  deliveries: [...state.deliveries, newDelivery(event)].slice(-MOST_WAITING),
});

/** Brings what is told to webhooks, in order per alert, and over restarts. */
export class Deliveries {
  readonly #hosts: (host: HostContext) => readonly string[];
  readonly #stop = new AbortController();
  readonly #busy = new Map<number, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(hosts: (host: HostContext) => readonly string[]) {
    this.#hosts = hosts;
  }

  /** Sends what is due, and looks again when the next one is. */
  plan(host: HostContext): void {
    if (this.#stop.signal.aborted) return;
    clearTimeout(this.#timer);
    let next = Number.POSITIVE_INFINITY;
    for (const entry of host.catalog.pipelines.list('alert')) {
      const [first] = stateOf(entry).deliveries;
      if (!first || this.#busy.has(entry.id)) continue;
      if (first.nextAt > Date.now()) next = Math.min(next, first.nextAt);
      else this.#begin(host, entry);
    }
    if (next === Number.POSITIVE_INFINITY) return;
    const wait = Math.min(LONGEST_WAIT_MS, Math.max(0, next - Date.now()));
    this.#timer = setTimeout(() => this.plan(host), wait);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await Promise.allSettled(this.#busy.values());
  }

  #begin(host: HostContext, entry: PipelineRow): void {
    const done = this.#deliver(host, entry.id)
      .catch((error: unknown) => host.logger.error(`webhook of ${entry.name}`, error))
      .finally(() => {
        this.#busy.delete(entry.id);
        this.plan(host);
      });
    this.#busy.set(entry.id, done);
  }

  async #deliver(host: HostContext, id: number): Promise<void> {
    const entry = host.catalog.pipelines.byId(id);
    const [first] = entry ? stateOf(entry).deliveries : [];
    if (!entry || !first) return;
    const { webhook } = alertDefinition.parse(entry.definition);
    let message = '';
    let again = false;
    if (webhook)
      try {
        await send(webhook, first.event, first.id, {
          hosts: this.#hosts(host),
          secret: host.secrets.get(secretOf('alert', entry.state.key)),
          signal: this.#stop.signal,
        });
      } catch (thrown) {
        if (this.#stop.signal.aborted) return;
        const error = asAppError(thrown);
        message = [error.message, ...error.hints].join(' ');
        again =
          (error.kind === 'source' || error.kind === 'internal') &&
          first.attempts + 1 < webhook.attempts;
        host.logger.error(`webhook of ${entry.name}: ${message}`);
      }
    this.#note(host, id, first, { message, again });
  }

  #note(
    host: HostContext,
    id: number,
    { id: delivered, attempts }: Delivery,
    { message, again }: { readonly message: string; readonly again: boolean },
  ): void {
    const entry = host.catalog.pipelines.byId(id);
    if (!entry) return;
    const state = stateOf(entry);
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts);
    const deliveries = again
      ? state.deliveries.map((d) =>
          d.id === delivered ? { ...d, attempts: attempts + 1, nextAt: Date.now() + wait } : d,
        )
      : state.deliveries.filter((d) => d.id !== delivered);
    host.catalog.pipelines.patchState(id, {
      own: { ...state, deliveries, deliveryMessage: message } satisfies AlertState,
    });
    host.publish('alerts.changed', { database: entry.database, name: entry.name });
  }
}
