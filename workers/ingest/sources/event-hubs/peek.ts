import type { EventHubsSource, TopicInfo } from '../../../../common/contract/stream.ts';
import type { StreamRecord } from '../../streams/stream-source.ts';
import { boundsOf, openClient, partOf, positionBefore, sourceError } from './client.ts';
import { recordOf } from './event-record.ts';

/** Longest that a look may take; what came until then is shown. */
const PATIENCE_MS = 10_000;

/** Reads some events at an end of the partitions. Reading leaves no trace at the service. */
export async function peek(
  source: EventHubsSource,
  secret: string | undefined,
  { count, from }: { readonly count: number; readonly from: 'earliest' | 'latest' },
  signal: AbortSignal,
): Promise<StreamRecord[]> {
  try {
    const client = await openClient(source, secret);
    try {
      const filled = [...(await boundsOf(client, source))].filter(([, b]) => b.high > b.low);
      if (filled.length === 0) return [];
      const each = BigInt(Math.ceil(count / filled.length));
      const records: StreamRecord[] = [];
      const open = new Set(filled.map(([partition]) => partition));
      const done = Promise.withResolvers<void>();
      const timer = setTimeout(done.resolve, PATIENCE_MS);
      const stop = (): void => done.resolve();
      signal.addEventListener('abort', stop, { once: true });
      const subscriptions = filled.map(([partition, bounds]) => {
        const first =
          from === 'earliest' || bounds.high - each < bounds.low ? bounds.low : bounds.high - each;
        return client.subscribe(
          partition,
          {
            processEvents: async (events) => {
              if (!open.has(partition)) return;
              for (const event of events)
                records.push(recordOf(partOf(source.hub, partition), event));
              const last = events.at(-1);
              const seen = last === undefined ? first : BigInt(last.sequenceNumber) + 1n;
              if (seen >= bounds.high || seen - first >= each) open.delete(partition);
              if (open.size === 0) done.resolve();
            },
            processError: async (error) => done.reject(error),
          },
          {
            startPosition: positionBefore(first, bounds),
            maxBatchSize: Number(each),
            maxWaitTimeInSeconds: 1,
            skipParsingBodyAsJson: true,
          },
        );
      });
      try {
        await done.promise;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        await Promise.allSettled(subscriptions.map((subscription) => subscription.close()));
      }
      signal.throwIfAborted();
      const newest = records.toSorted((a, b) => b.timestamp - a.timestamp);
      return (from === 'latest' ? newest : newest.toReversed()).slice(0, count);
    } finally {
      await client.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw sourceError(error, source);
  }
}

/** The hub as the one topic of its kind. Which consumer groups there are, its own port does not tell. */
export async function browse(
  source: EventHubsSource,
  secret: string | undefined,
  signal: AbortSignal,
): Promise<TopicInfo[]> {
  try {
    const client = await openClient(source, secret);
    try {
      const bounds = await boundsOf(client, source);
      signal.throwIfAborted();
      return [
        {
          name: source.hub,
          partitions: [...bounds].map(([id, { low, high }]) => ({
            partition: Number(id),
            low: String(low),
            high: String(high),
            leader: -1,
          })),
          groups: [],
        },
      ];
    } finally {
      await client.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw sourceError(error, source);
  }
}
