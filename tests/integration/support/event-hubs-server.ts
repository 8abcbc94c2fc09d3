import type { AddressInfo, Server } from 'node:net';
import rhea, {
  type Connection,
  type EventContext,
  type Message,
  type Sender,
  type Typed,
} from 'rhea';

/**
 * The part of Event Hubs that a reader sees, over plain AMQP 1.0 on the loopback: a login by `$cbs`, properties of
 * the hub and its partitions by `$management`, and links from partitions that begin where their filter says. It
 * follows the pages "AMQP 1.0 in Azure Service Bus and Event Hubs protocol guide" and "AMQP request/response-based
 * operations" as far as the client asks.
 */
export interface HubEvent {
  readonly body: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  /** Annotations beside those of the service. */
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly partitionKey?: string;
  readonly messageId?: string;
}

interface Stored extends HubEvent {
  readonly sequence: number;
  readonly time: number;
}

const OFFSET_STEP = 320;

export class EventHubsServer {
  readonly hub: string;
  readonly #partitions: Stored[][];
  readonly #firsts: number[];
  readonly #links = new Map<Sender, { partition: number; next: number }>();
  readonly #connections = new Set<Connection>();
  readonly #container = rhea.create_container({ id: 'hub' });
  #server: Server | undefined;
  #port = 0;
  /** Tokens that were shown to `$cbs`. */
  readonly tokens: string[] = [];
  /** Keys that the server knows no more make it refuse. */
  refusing = false;

  constructor(hub: string, partitions: number) {
    this.hub = hub;
    this.#partitions = Array.from({ length: partitions }, () => []);
    this.#firsts = Array.from({ length: partitions }, () => 0);
    this.#answer();
  }

  async start(): Promise<void> {
    const server = this.#container.listen({ port: this.#port, host: '127.0.0.1' });
    this.#server = server;
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  /** As if the cable were pulled. */
  async stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server?.close(() => resolve());
    for (const connection of this.#connections) {
      const { socket } = connection as unknown as { socket?: { destroy(): void } };
      socket?.destroy();
    }
    this.#links.clear();
    this.#connections.clear();
    await promise;
  }

  connectionString(key = 'c2VjcmV0LWtleS03OTEz'): string {
    return `Endpoint=sb://127.0.0.1:${this.#port}/;SharedAccessKeyName=listen;SharedAccessKey=${key};EntityPath=${this.hub};UseDevelopmentEmulator=true`;
  }

  send(partition: number, ...events: readonly HubEvent[]): void {
    const stored = this.#partitions[partition] ?? [];
    for (const event of events) {
      const sequence = (this.#firsts[partition] ?? 0) + stored.length;
      stored.push({ ...event, sequence, time: Date.now() });
    }
    for (const sender of this.#links.keys()) this.#flow(sender);
  }

  /** What retention does: the first events are gone. */
  forget(partition: number, count: number): void {
    this.#partitions[partition]?.splice(0, count);
    this.#firsts[partition] = (this.#firsts[partition] ?? 0) + count;
  }

  /** What a hub of the same name is that was deleted and made anew. */
  makeAnew(): void {
    for (const [i, events] of this.#partitions.entries()) {
      events.length = 0;
      this.#firsts[i] = 0;
    }
  }

  #answer(): void {
    const container = this.#container;
    container.sasl_server_mechanisms.enable_anonymous();
    container.on('connection_open', ({ connection }: EventContext) => {
      this.#connections.add(connection);
    });
    container.on('disconnected', ({ connection }: EventContext) => {
      this.#connections.delete(connection);
    });
    container.on('sender_open', ({ sender }: EventContext) => {
      if (!sender) return;
      const address = String(sender.source.address ?? '');
      sender.set_source(sender.source);
      const place = /\/ConsumerGroups\/[^/]+\/Partitions\/(\d+)$/i.exec(address);
      if (!place) return;
      if (!address.startsWith(`${this.hub}/`)) {
        const missing = { condition: 'amqp:not-found', description: `${address} is not known.` };
        sender.close(missing);
        return;
      }
      const partition = Number(place[1]);
      this.#links.set(sender, { partition, next: this.#begin(partition, sender) });
    });
    container.on('sendable', ({ sender }: EventContext) => {
      if (sender) this.#flow(sender);
    });
    container.on('sender_close', ({ sender }: EventContext) => {
      if (sender) this.#links.delete(sender);
    });
    container.on('message', (context: EventContext) => this.#request(context));
  }

  /** The sequence number that a link's filter begins at. */
  #begin(partition: number, sender: Sender): number {
    const filters = (sender.source.filter ?? {}) as Record<string, Typed>;
    const [filter] = Object.values(filters);
    const text = String(
      (filter as { readonly value?: unknown } | undefined)?.value ?? filter ?? '',
    );
    const [, name = '', comparison = '', value = ''] =
      /amqp\.annotation\.(x-opt-[a-z-]+) (>=?) '([^']*)'/.exec(text) ?? [];
    const first = this.#firsts[partition] ?? 0;
    const events = this.#partitions[partition] ?? [];
    const after = comparison === '>' ? 1 : 0;
    switch (name) {
      case 'x-opt-sequence-number': {
        const last = first + events.length - 1;
        // The service refuses numbers that it has not given out.
        if (Number(value) > last)
          sender.close({
            condition: 'amqp:invalid-field',
            description: `The supplied sequence number '${value}' is invalid. The last sequence number in the system is '${last}'`,
          });
        return Number(value) + after;
      }
      case 'x-opt-offset':
        if (value === '@latest') return first + events.length;
        return value === '-1' ? first : Number(value) / OFFSET_STEP + after;
      case 'x-opt-enqueued-time':
        return (
          events.find((e) => e.time >= Number(value) + after)?.sequence ?? first + events.length
        );
      default:
        throw new Error(`No filter that this server knows: ${text}`);
    }
  }

  #flow(sender: Sender): void {
    const link = this.#links.get(sender);
    if (!link) return;
    const first = this.#firsts[link.partition] ?? 0;
    link.next = Math.max(link.next, first);
    while (sender.sendable()) {
      const event = this.#partitions[link.partition]?.[link.next - first];
      if (!event) return;
      link.next++;
      sender.send(messageOf(event));
    }
  }

  #request({ message, receiver, connection }: EventContext): void {
    if (!message || !receiver) return;
    const asked = (message.application_properties ?? {}) as Record<string, unknown>;
    const isLogin = String(receiver.target.address ?? '').startsWith('$cbs');
    const answer: Message = isLogin
      ? this.#login(String(message.body))
      : this.#properties(String(asked.type), Number(asked.partition ?? 0));
    const reply = connection.find_sender((s: Sender) => {
      const target = String(s.target?.address ?? '');
      return target === message.reply_to || String(s.name) === message.reply_to;
    });
    reply?.send({ ...answer, correlation_id: message.message_id ?? '' });
  }

  #login(token: string): Message {
    this.tokens.push(token);
    const code = this.refusing ? 401 : 202;
    const said = this.refusing ? 'Attempted to perform an unauthorized operation.' : 'Accepted';
    return {
      body: undefined,
      application_properties: { 'status-code': code, 'status-description': said },
    };
  }

  #properties(type: string, partition: number): Message {
    const first = this.#firsts[partition] ?? 0;
    const events = this.#partitions[partition] ?? [];
    const last = first + events.length - 1;
    const common = { name: this.hub, type };
    const body = type.endsWith(':partition')
      ? {
          ...common,
          partition: String(partition),
          begin_sequence_number: rhea.types.wrap_long(first),
          last_enqueued_sequence_number: rhea.types.wrap_long(last),
          last_enqueued_offset: String(last * OFFSET_STEP),
          last_enqueued_time_utc: rhea.types.wrap_timestamp(events.at(-1)?.time ?? 0),
          is_partition_empty: events.length === 0,
        }
      : {
          ...common,
          created_at: rhea.types.wrap_timestamp(0),
          partition_count: this.#partitions.length,
          partition_ids: rhea.types.wrap_array(
            this.#partitions.map((_, i) => String(i)),
            0xa1,
            undefined,
          ),
        };
    return {
      body,
      application_properties: { 'status-code': 200, 'status-description': 'OK' },
    };
  }
}

function messageOf(event: Stored): Message {
  return {
    body: rhea.message.data_section(Buffer.from(event.body)),
    ...(event.messageId === undefined ? {} : { message_id: event.messageId }),
    ...(event.properties ? { application_properties: { ...event.properties } } : {}),
    message_annotations: {
      'x-opt-sequence-number': rhea.types.wrap_long(event.sequence),
      'x-opt-offset': String(event.sequence * OFFSET_STEP),
      'x-opt-enqueued-time': rhea.types.wrap_timestamp(event.time),
      ...(event.partitionKey === undefined ? {} : { 'x-opt-partition-key': event.partitionKey }),
      ...event.annotations,
    },
  } as Message;
}
