import type { EventHubConsumerClient, EventPosition, Subscription } from '@azure/event-hubs';
import type { EventHubsSource } from '../../../../common/contract/stream.ts';
import { messageOf } from '../../../../common/errors/app-error.ts';
import { type Bounds, goOn } from '../../streams/bounds.ts';
import type { RunContext, RunningSource } from '../../streams/stream-source.ts';
import { beginAt, boundsOf, openClient, partOf, positionBefore, sourceError } from './client.ts';
import { recordOf } from './event-record.ts';

const LAG_MS = 5_000;
/** Events of one delivery; the client fetches three times as many ahead. */
const MOST_EVENTS = 500;

/** Reads all partitions from where their committed rows end. The service keeps no positions: the catalog does. */
export async function consume(
  source: EventHubsSource,
  context: RunContext,
): Promise<RunningSource> {
  const run = new ConsumerRun(source, context);
  return { done: run.run(), acknowledge: async () => {} };
}

class ConsumerRun {
  readonly #source: EventHubsSource;
  readonly #context: RunContext;
  /** Next sequence number of each partition that was delivered or begun. */
  readonly #next = new Map<string, bigint>();
  readonly #ended = Promise.withResolvers<void>();
  #lost = 0n;
  #lag = -1;
  /** What was found where partitions were taken up; it stays said while nothing newer is wrong. */
  #notice = '';

  constructor(source: EventHubsSource, context: RunContext) {
    this.#source = source;
    this.#context = context;
  }

  async run(): Promise<void> {
    const { signal } = this.#context;
    const stop = (): void => this.#ended.resolve();
    signal.addEventListener('abort', stop, { once: true });
    let client: EventHubConsumerClient | undefined;
    let lag: NodeJS.Timeout | undefined;
    const subscriptions: Subscription[] = [];
    try {
      const open = await openClient(this.#source, this.#context.secret);
      client = open;
      for (const [partition, bounds] of await boundsOf(open, this.#source)) {
        const position = await this.#place(partition, bounds);
        subscriptions.push(this.#subscribe(open, partition, position));
      }
      const measure = (): void => {
        this.#measure(open).catch((error: unknown) => this.#trouble(error));
      };
      measure();
      lag = setInterval(measure, LAG_MS);
      if (signal.aborted) stop();
      await this.#ended.promise;
    } catch (error) {
      throw sourceError(error, this.#source);
    } finally {
      clearInterval(lag);
      signal.removeEventListener('abort', stop);
      await Promise.allSettled(subscriptions.map((subscription) => subscription.close()));
      await client?.close().catch(() => undefined);
    }
  }

  async #place(partition: string, bounds: Bounds): Promise<EventPosition> {
    const { positions, start, begin } = this.#context;
    const part = partOf(this.#source.hub, partition);
    const position = positions.get(part);
    if (position === undefined) {
      const first = beginAt(start, part, bounds);
      if ('time' in first) return { enqueuedOn: first.time };
      this.#next.set(partition, first.next);
      await begin(part, String(first.next));
      return positionBefore(first.next, bounds);
    }
    const { offset, message, lost } = goOn(part, position, bounds);
    if (offset !== position) await begin(part, offset);
    this.#lost += lost;
    if (message) this.#notice = message;
    this.#next.set(partition, BigInt(offset));
    return positionBefore(BigInt(offset), bounds);
  }

  #subscribe(
    client: EventHubConsumerClient,
    partition: string,
    startPosition: EventPosition,
  ): Subscription {
    const part = partOf(this.#source.hub, partition);
    return client.subscribe(
      partition,
      {
        processEvents: async (events) => {
          const last = events.at(-1);
          if (!last || this.#context.signal.aborted) return;
          try {
            await this.#context.deliver(events.map((event) => recordOf(part, event)));
            this.#next.set(partition, BigInt(last.sequenceNumber) + 1n);
          } catch (error) {
            // Nothing after this may be delivered, or these events would be passed over.
            this.#ended.reject(error);
            await new Promise(() => {});
          }
        },
        processError: async (error) => this.#trouble(error),
      },
      {
        startPosition,
        maxBatchSize: MOST_EVENTS,
        maxWaitTimeInSeconds: 1,
        // Parsed here it would lose the digits of large numbers.
        skipParsingBodyAsJson: true,
      },
    );
  }

  /** The client goes on by itself after what may pass; the rest ends the run, which is tried again from outside. */
  #trouble(error: unknown): void {
    if ((error as { readonly retryable?: boolean }).retryable === true)
      this.#tell('waiting', messageOf(sourceError(error, this.#source)));
    else this.#ended.reject(error);
  }

  async #measure(client: EventHubConsumerClient): Promise<void> {
    let lag = 0n;
    for (const [partition, { high }] of await boundsOf(client, this.#source)) {
      const next = this.#next.get(partition) ?? high;
      if (high > next) lag += high - next;
    }
    this.#lag = Number(lag);
    this.#tell('running', this.#notice);
  }

  #tell(state: 'running' | 'waiting', message: string): void {
    this.#context.status({ state, lag: this.#lag, lost: Number(this.#lost), message });
  }
}
