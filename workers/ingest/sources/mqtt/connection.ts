import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  generate,
  type IConnackPacket,
  type IPublishPacket,
  type ISubscribePacket,
  type Packet,
  parser,
} from 'mqtt-packet';
import type { MqttSource } from '../../../../common/contract/stream.ts';
import { AppError } from '../../../../common/errors/app-error.ts';
import { refused, unreachable } from './errors.ts';

const CONNECT_MS = 10_000;
const KEEP_ALIVE_SECONDS = 30;
/** Messages that a broker of version 5 may send before the first of them is acknowledged. */
export const RECEIVE_MAXIMUM = 2_000;
const PORTS = { 'mqtt:': 1_883, 'mqtts:': 8_883 } as const;

export interface ConnectionOptions {
  readonly source: MqttSource;
  readonly secret: string | undefined;
  readonly clientId: string;
  /** Begin a session that ends with the connection. */
  readonly clean: boolean;
  readonly signal: AbortSignal;
}

/**
 * A connection to a broker. Over mqtt-packet, not mqtt.js: that acknowledges each message before it reads the next
 * one, so that not more than one could wait for a commit.
 */
export class MqttConnection {
  readonly #socket: Socket;
  readonly #version: 4 | 5;
  #packets: AsyncGenerator<Packet[]>;
  readonly #pings: (() => void)[] = [];
  readonly #keepAlive: NodeJS.Timeout;
  sessionPresent = false;

  private constructor(socket: Socket, version: 4 | 5) {
    this.#socket = socket;
    this.#version = version;
    this.#packets = packetsOf(socket, version);
    this.#keepAlive = setInterval(() => this.#beat(), (KEEP_ALIVE_SECONDS * 1_000) / 2);
  }

  static async open(options: ConnectionOptions): Promise<MqttConnection> {
    const { source, signal } = options;
    const socket = await connectSocket(source, signal);
    const connection = new MqttConnection(socket, source.version === '5' ? 5 : 4);
    try {
      await connection.#login(options);
      return connection;
    } catch (error) {
      connection.close();
      signal.throwIfAborted();
      throw error instanceof AppError ? error : unreachable(source, error);
    }
  }

  /** Messages in the order in which they come, some at a time. Ends with the connection; throws why. */
  async *messages(): AsyncGenerator<readonly IPublishPacket[]> {
    for await (const packets of this.#packets) {
      const messages: IPublishPacket[] = [];
      for (const packet of packets) {
        if (packet.cmd === 'publish') messages.push(packet);
        else if (packet.cmd === 'pingresp') this.#pings.shift()?.();
        else if (packet.cmd === 'suback') this.#granted(packet.granted);
        else if (packet.cmd === 'disconnect')
          throw new AppError('source', 'mqtt_ended', refused(packet.reasonCode, packet.properties));
      }
      if (messages.length > 0) yield messages;
    }
    throw new AppError('source', 'mqtt_closed', 'The broker closed the connection.');
  }

  /** Retained messages come with a subscription that is new, not with one that is repeated (version 5). */
  subscribe(topics: readonly string[], qos: 0 | 1): void {
    const subscriptions: ISubscribePacket['subscriptions'] = topics.map((topic) => ({
      topic,
      qos,
      ...(this.#version === 5 ? { nl: false, rap: true, rh: 1 } : {}),
    }));
    this.#send({ cmd: 'subscribe', messageId: 1, subscriptions });
  }

  acknowledge(messageIds: readonly number[]): void {
    const packets = messageIds.map((messageId) =>
      generate({ cmd: 'puback', messageId }, { protocolVersion: this.#version }),
    );
    if (packets.length > 0) this.#socket.write(Buffer.concat(packets));
  }

  /** Calls back once the broker has read all that was sent before. */
  ping(answered: () => void): void {
    this.#pings.push(answered);
    this.#send({ cmd: 'pingreq' });
  }

  close(): void {
    clearInterval(this.#keepAlive);
    if (!this.#socket.destroyed) this.#send({ cmd: 'disconnect' });
    this.#socket.destroySoon();
  }

  async #login({ source, secret, clientId, clean }: ConnectionOptions): Promise<void> {
    const version5 = {
      sessionExpiryInterval: clean ? 0 : source.sessionExpirySeconds,
      receiveMaximum: RECEIVE_MAXIMUM,
    };
    this.#send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: this.#version,
      clientId,
      clean,
      keepalive: KEEP_ALIVE_SECONDS,
      ...(source.username === undefined ? {} : { username: source.username }),
      ...(secret === undefined ? {} : { password: Buffer.from(secret) }),
      ...(this.#version === 5 ? { properties: version5 } : {}),
    });
    const timer = setTimeout(() => this.#socket.destroy(new Error('no answer')), CONNECT_MS);
    const first = await this.#packets.next().finally(() => clearTimeout(timer));
    const [answer, ...others] = first.done ? [] : first.value;
    if (answer?.cmd !== 'connack') throw new Error('it does not answer as an MQTT broker does');
    this.#accepted(answer, source);
    // What came with the answer is read first.
    this.#packets = before(others, this.#packets);
  }

  #accepted(answer: IConnackPacket, source: MqttSource): void {
    const code = answer.reasonCode ?? answer.returnCode ?? 0;
    if (code !== 0)
      throw new AppError(
        'source',
        'mqtt_login',
        `${source.url}: ${refused(code, answer.properties)}`,
        { hints: ['Check the user name, the password and what the broker lets this client do.'] },
      );
    this.sessionPresent = answer.sessionPresent;
  }

  #granted(codes: readonly (number | object)[]): void {
    const code = codes.find((c): c is number => typeof c === 'number' && c >= 0x80);
    if (code !== undefined)
      throw new AppError('source', 'mqtt_subscribe', `A subscription: ${refused(code)}`);
  }

  #beat(): void {
    if (this.#pings.length > 0) this.#socket.destroy(new Error('the broker does not answer'));
    else this.ping(() => undefined);
  }

  #send(packet: Packet): void {
    this.#socket.write(generate(packet, { protocolVersion: this.#version }));
  }
}

/** Packets as they come; the next bytes are read when these were taken. */
async function* packetsOf(socket: Socket, protocolVersion: 4 | 5): AsyncGenerator<Packet[]> {
  const reader = parser({ protocolVersion });
  let packets: Packet[] = [];
  reader.on('packet', (packet) => packets.push(packet));
  reader.on('error', (error: Error) => socket.destroy(error));
  for await (const bytes of socket as AsyncIterable<Buffer>) {
    packets = [];
    reader.parse(bytes);
    if (packets.length > 0) yield packets;
  }
}

async function* before(first: Packet[], rest: AsyncGenerator<Packet[]>): AsyncGenerator<Packet[]> {
  yield first;
  yield* rest;
}

async function connectSocket(source: MqttSource, signal: AbortSignal): Promise<Socket> {
  const { protocol, hostname, port } = new URL(source.url);
  const secure = protocol === 'mqtts:';
  const place = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || PORTS[secure ? 'mqtts:' : 'mqtt:']),
  };
  const { ca, certificate, key, trustAny } = source.tls ?? {};
  const socket = secure
    ? connectTls({
        ...place,
        rejectUnauthorized: !trustAny,
        ...(ca ? { ca: [ca] } : {}),
        ...(certificate ? { cert: certificate } : {}),
        ...(key ? { key } : {}),
      })
    : connectTcp(place);
  // Whoever reads from it sees the error.
  socket.on('error', () => undefined);
  const timer = setTimeout(() => socket.destroy(new Error('no answer')), CONNECT_MS);
  try {
    await once(socket, secure ? 'secureConnect' : 'connect', { signal });
    socket.setNoDelay(true);
    return socket;
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw unreachable(source, error);
  } finally {
    clearTimeout(timer);
  }
}
