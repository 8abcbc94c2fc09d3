import { randomUUID } from 'node:crypto';
import type { KafkaSource } from '../../../../common/contract/stream.ts';
import { AppError } from '../../../../common/errors/app-error.ts';
import type { Bounds } from '../../streams/bounds.ts';
import type { StreamRecord } from '../../streams/stream-source.ts';
import { kafkaClient, withAdmin } from './client.ts';
import { recordOf } from './consume.ts';
import { sourceError } from './errors.ts';
import { boundsOf, partOf, placeOf } from './offsets.ts';
import { topicsOf, wants } from './topics.ts';

/** Longest that a look may take; what came until then is shown. */
const PATIENCE_MS = 10_000;

/** Reads some records at an end of the topics, in a group that is gone afterwards. */
export async function peek(
  source: KafkaSource,
  secret: string | undefined,
  { count, from }: { readonly count: number; readonly from: 'earliest' | 'latest' },
  signal: AbortSignal,
): Promise<StreamRecord[]> {
  const client = kafkaClient(source.cluster, secret);
  const groupId = `calypso-peek-${randomUUID()}`;
  try {
    const bounds = await boundsOfTopics();
    const filled = [...bounds].filter(([, b]) => b.high > b.low);
    if (filled.length === 0) return [];
    const each = BigInt(Math.ceil(count / filled.length));
    const begin = new Map(
      filled.map(([part, { low, high }]) => [
        part,
        from === 'earliest' || high - each < low ? low : high - each,
      ]),
    );
    return await read(begin, new Map(filled));
  } catch (error) {
    signal.throwIfAborted();
    throw sourceError(error, source.cluster);
  }

  async function boundsOfTopics(): Promise<Map<string, Bounds>> {
    return withAdmin(client, async (admin) => {
      const names = (await admin.listTopics()).filter((t) => wants(topicsOf(source), t));
      if (names.length === 0)
        throw new AppError('source', 'no_topic', `No topic is called ${source.topics.join(', ')}.`);
      const all = new Map<string, Bounds>();
      for (const name of names)
        for (const [part, bound] of await boundsOf(admin, name)) all.set(part, bound);
      return all;
    });
  }

  async function read(
    begin: ReadonlyMap<string, bigint>,
    bounds: ReadonlyMap<string, Bounds>,
  ): Promise<StreamRecord[]> {
    const consumer = client.consumer({
      groupId,
      maxWaitTimeInMs: 100,
      allowAutoTopicCreation: false,
      // The first group of a new cluster waits until the cluster has made the topic that it keeps groups in.
      retry: { retries: 20, initialRetryTime: 200, maxRetryTime: 1_000 },
    });
    const records: StreamRecord[] = [];
    const open = new Set(begin.keys());
    const done = Promise.withResolvers<void>();
    const timer = setTimeout(done.resolve, PATIENCE_MS);
    const stop = (): void => done.resolve();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await consumer.connect();
      const topics = [...new Set([...begin.keys()].map((part) => placeOf(part).topic))];
      await consumer.subscribe({ topics, fromBeginning: true });
      consumer.on(consumer.events.GROUP_JOIN, () => {
        for (const [part, offset] of begin)
          consumer.seek({ ...placeOf(part), offset: String(offset) });
      });
      await consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch, isStale }) => {
          const part = partOf(batch.topic, batch.partition);
          if (isStale() || !open.has(part)) return;
          const first = begin.get(part) ?? 0n;
          for (const message of batch.messages)
            if (BigInt(message.offset) >= first) records.push(recordOf(part, message));
          const high = bounds.get(part)?.high ?? 0n;
          if (BigInt(batch.lastOffset()) + 1n >= high) open.delete(part);
          if (open.size === 0 || records.length >= count) done.resolve();
        },
      });
      await done.promise;
      signal.throwIfAborted();
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      await consumer.disconnect();
      await withAdmin(client, (admin) => admin.deleteGroups([groupId])).catch(() => undefined);
    }
    const newest = records.toSorted((a, b) => b.timestamp - a.timestamp);
    return from === 'latest' ? newest.slice(0, count) : newest.toReversed().slice(0, count);
  }
}
