import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { IPublishPacket } from 'mqtt-packet';
import type { MqttSource } from '../../../../common/contract/stream.ts';
import { AppError } from '../../../../common/errors/app-error.ts';
import type { RunContext, RunningSource, StreamRecord } from '../../streams/stream-source.ts';
import { MqttConnection, RECEIVE_MAXIMUM } from './connection.ts';
import { unreachable } from './errors.ts';
import { PART, parseSession, Session } from './session.ts';

/** How many messages a broker of version 3.1.1 sends unacknowledged is its own business: a pause says that it waits. */
const PAUSE_MS = 100;

/**
 * Reads in a session that outlives connections, and acknowledges what is stored. A connection that ends is an error:
 * the next run goes on in the same session.
 */
export async function consume(
  source: MqttSource,
  context: RunContext & { readonly name: string },
): Promise<RunningSource> {
  const { signal, positions, secret } = context;
  const before = parseSession(positions.get(PART));
  const clientId =
    source.clientId ??
    before?.client ??
    `calypso-${context.name}-${randomBytes(4).toString('hex')}`;
  const known = before?.client === clientId ? before : undefined;
  const session = new Session(
    known ?? { client: clientId, count: before?.count ?? 0, topics: [], unconfirmed: [] },
    source.topics,
  );
  const connection = await MqttConnection.open({ source, secret, clientId, clean: false, signal });
  if (!connection.sessionPresent) session.forget();
  const subscribed = known !== undefined && sameTopics(known.topics, source.topics);
  // Version 3.1.1 sends retained messages again with each subscription.
  if (source.version === '5' || !connection.sessionPresent || !subscribed)
    connection.subscribe(source.topics, 1);
  await context.begin(PART, session.position());
  const message =
    known && !connection.sessionPresent
      ? `The broker has lost the session ${clientId}: what came while nobody read is lost.`
      : '';
  context.status({ state: 'running', lag: -1, lost: 0, message });
  return {
    done: read(connection, session, source, context),
    acknowledge: async (committed) => {
      const count = parseSession(committed.get(PART))?.count ?? 0;
      connection.acknowledge(session.acknowledge(count));
      // What answers a ping has read what was sent before it.
      connection.ping(() => session.confirm(count));
    },
  };
}

async function read(
  connection: MqttConnection,
  session: Session,
  source: MqttSource,
  context: RunContext,
): Promise<void> {
  const { signal } = context;
  const stop = (): void => connection.close();
  signal.addEventListener('abort', stop, { once: true });
  let last = 0;
  try {
    if (signal.aborted) stop();
    for await (const messages of connection.messages()) {
      const turn = ++last;
      await take(messages, connection, session, context);
      const full = session.waiting >= RECEIVE_MAXIMUM / 2;
      const idle = async (): Promise<void> => {
        if (!full) await pause(PAUSE_MS, undefined, { signal });
        if (full || turn === last) await context.flush();
      };
      // The run hears of it where a commit fails.
      if (full || source.version !== '5') idle().catch(() => undefined);
    }
  } catch (error) {
    if (!signal.aborted) throw error instanceof AppError ? error : unreachable(source, error);
  } finally {
    signal.removeEventListener('abort', stop);
    connection.close();
  }
}

async function take(
  messages: readonly IPublishPacket[],
  connection: MqttConnection,
  session: Session,
  context: RunContext,
): Promise<void> {
  const timestamp = Date.now();
  const stored: number[] = [];
  const fresh: { readonly message: IPublishPacket; readonly count: number }[] = [];
  for (const message of messages)
    if (session.isStored(message)) stored.push(message.messageId ?? 0);
    else fresh.push({ message, count: session.deliver(message) });
  connection.acknowledge(stored);
  if (fresh.length === 0) return;
  const next = session.position();
  await context.deliver(
    fresh.map(({ message, count }) => ({ ...recordOf(message, String(count), timestamp), next })),
  );
}

export function recordOf(
  { topic, payload, qos, retain, dup, properties = {} }: IPublishPacket,
  position: string,
  timestamp: number,
): StreamRecord {
  const headers = Object.entries(properties.userProperties ?? {}).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(',') : value] as const,
  );
  const { contentType, responseTopic, correlationData } = properties;
  const value = Buffer.from(payload);
  return {
    part: PART,
    position,
    next: '',
    // An empty message only takes a retained one away.
    value: value.length === 0 ? null : value,
    key: null,
    timestamp,
    headers: Object.fromEntries(headers),
    properties: {
      topic,
      qos,
      retain,
      dup,
      ...(contentType === undefined ? {} : { contentType }),
      ...(responseTopic === undefined ? {} : { responseTopic }),
      ...(correlationData === undefined
        ? {}
        : { correlationData: correlationData.toString('base64') }),
    },
  };
}

function sameTopics(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((topic, i) => topic === b[i]);
}
