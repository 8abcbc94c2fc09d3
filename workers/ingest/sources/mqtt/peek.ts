import { randomUUID } from 'node:crypto';
import type { IPublishPacket } from 'mqtt-packet';
import type { MqttSource, TopicInfo } from '../../../../common/contract/stream.ts';
import type { StreamRecord } from '../../streams/stream-source.ts';
import { MqttConnection } from './connection.ts';
import { recordOf } from './consume.ts';

/** A broker keeps no log: retained messages come at once, the others when somebody sends them. */
const PATIENCE_MS = 5_000;
const MOST_TOPICS = 10_000;

/** Messages of a session of its own, until there are enough of them or it takes too long. */
async function collect(
  source: MqttSource,
  secret: string | undefined,
  signal: AbortSignal,
  isEnough: (messages: readonly IPublishPacket[]) => boolean,
): Promise<IPublishPacket[]> {
  const clientId = `calypso-peek-${randomUUID()}`;
  const connection = await MqttConnection.open({ source, secret, clientId, clean: true, signal });
  const found: IPublishPacket[] = [];
  let over = false;
  const end = (): void => {
    over = true;
    connection.close();
  };
  const timer = setTimeout(end, PATIENCE_MS);
  signal.addEventListener('abort', end, { once: true });
  try {
    connection.subscribe(source.topics, 0);
    for await (const messages of connection.messages()) {
      found.push(...messages);
      if (isEnough(found)) break;
    }
  } catch (error) {
    if (!over) throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    connection.close();
  }
  signal.throwIfAborted();
  return found;
}

export async function peek(
  source: MqttSource,
  secret: string | undefined,
  { count }: { readonly count: number },
  signal: AbortSignal,
): Promise<StreamRecord[]> {
  const messages = await collect(source, secret, signal, (found) => found.length >= count);
  const timestamp = Date.now();
  return messages
    .slice(0, count)
    .map((m, i) => ({ ...recordOf(m, String(i), timestamp), part: m.topic }));
}

/** Topics that spoke meanwhile, or hold a retained message. */
export async function browse(
  source: MqttSource,
  secret: string | undefined,
  signal: AbortSignal,
): Promise<TopicInfo[]> {
  const names = new Set<string>();
  const messages = await collect(source, secret, signal, (found) => found.length >= MOST_TOPICS);
  for (const { topic } of messages) names.add(topic);
  return [...names].toSorted().map((name) => ({ name, partitions: [], groups: [] }));
}
