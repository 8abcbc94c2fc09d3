import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import type { SyslogSource } from '../../../../common/contract/stream.ts';
import type { RunContext, RunningSource, StreamRecord } from '../../streams/stream-source.ts';
import { LOOPBACK, listenError } from '../listening.ts';
import { SyslogFraming } from './framing.ts';
import { parseSyslog } from './message.ts';

/** Datagrams that wait while a batch is written; what comes beyond that is lost. */
const MOST_WAITING = 64 << 20;
const RECEIVE_BUFFER = 4 << 20;
const STATUS_MS = 1_000;

/**
 * Receives messages. Nothing can be acknowledged in this protocol: what was sent and not yet committed when the
 * process is killed is gone, and of datagrams also what came faster than it could be stored. TCP senders wait.
 */
export async function listen(source: SyslogSource, context: RunContext): Promise<RunningSource> {
  const listener = new Listener(source, context);
  await listener.open();
  return { done: listener.run(), acknowledge: async () => {} };
}

class Listener {
  readonly #source: SyslogSource;
  readonly #context: RunContext;
  readonly #udp = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER });
  readonly #tcp = createServer();
  readonly #sockets = new Set<Socket>();
  readonly #ended = Promise.withResolvers<void>();
  #next: number;
  #waiting: { readonly bytes: Buffer; readonly from: string }[] = [];
  #waitingBytes = 0;
  #delivering = false;
  #lost = 0;
  #port = 0;

  constructor(source: SyslogSource, context: RunContext) {
    this.#source = source;
    this.#context = context;
    this.#next = Number(context.positions.get(PART) ?? 0);
  }

  async open(): Promise<void> {
    const { port, transports } = this.#source;
    this.#port = port;
    if (transports.includes('tcp')) {
      await new Promise<void>((resolve, reject) => {
        this.#tcp.once('error', (error) => reject(listenError(error, this.#port)));
        this.#tcp.listen(this.#port, LOOPBACK, resolve);
      });
      const address = this.#tcp.address();
      if (address !== null && typeof address === 'object') this.#port = address.port;
      this.#tcp.on('connection', (socket) => this.#accept(socket));
    }
    if (transports.includes('udp')) {
      await new Promise<void>((resolve, reject) => {
        this.#udp.once('error', (error) => reject(listenError(error, this.#port)));
        this.#udp.bind(this.#port, LOOPBACK, resolve);
      }).catch(async (error: unknown) => {
        this.#tcp.close();
        throw error;
      });
      this.#port = this.#udp.address().port;
      this.#udp.on('message', (bytes, sender) => this.#datagram(bytes, sender.address));
    }
  }

  async run(): Promise<void> {
    const { signal } = this.#context;
    const stop = (): void => this.#ended.resolve();
    signal.addEventListener('abort', stop, { once: true });
    this.#udp.on('error', this.#ended.reject);
    this.#tcp.on('error', this.#ended.reject);
    this.#tell();
    const status = setInterval(() => this.#tell(), STATUS_MS);
    try {
      if (signal.aborted) stop();
      await this.#ended.promise;
    } finally {
      clearInterval(status);
      signal.removeEventListener('abort', stop);
      for (const socket of this.#sockets) socket.destroy();
      this.#tcp.close();
      if (this.#source.transports.includes('udp')) this.#udp.close();
    }
  }

  #datagram(bytes: Buffer, from: string): void {
    if (this.#waitingBytes > MOST_WAITING) {
      this.#lost++;
      return;
    }
    this.#waiting.push({ bytes, from });
    this.#waitingBytes += bytes.length;
    this.#deliverWaiting().catch(this.#ended.reject);
  }

  /** Datagrams that came while others were handed over go together. */
  async #deliverWaiting(): Promise<void> {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      while (this.#waiting.length > 0) {
        const taken = this.#waiting;
        this.#waiting = [];
        this.#waitingBytes = 0;
        await this.#deliver(taken);
      }
    } finally {
      this.#delivering = false;
    }
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const framing = new SyslogFraming();
    const from = socket.remoteAddress ?? '';
    const give = async (messages: readonly Buffer[]): Promise<void> => {
      if (messages.length === 0) return;
      await this.#deliver(messages.map((bytes) => ({ bytes, from }))).catch(this.#ended.reject);
    };
    const read = async (): Promise<void> => {
      // Reading on only after what came was taken: a sender that is too fast has to wait.
      for await (const bytes of socket as AsyncIterable<Buffer>) await give(framing.push(bytes));
      await give(framing.end());
    };
    socket.once('close', () => this.#sockets.delete(socket));
    // A sender that breaks off is no failure of the stream.
    read().catch(() => socket.destroy());
  }

  async #deliver(messages: readonly { bytes: Buffer; from: string }[]): Promise<void> {
    const timestamp = Date.now();
    const now = new Date(timestamp);
    const records = messages.map(({ bytes, from }): StreamRecord => {
      const position = this.#next++;
      return {
        part: PART,
        position: String(position),
        next: String(position + 1),
        value: Buffer.from(JSON.stringify(parseSyslog(bytes.toString('utf8'), now))),
        key: null,
        timestamp,
        headers: {},
        properties: { sender: from },
      };
    });
    await this.#context.deliver(records);
  }

  #tell(): void {
    const lost = this.#lost > 0 ? ` ${this.#lost} datagrams came too fast and are lost.` : '';
    this.#context.status({
      state: 'running',
      lag: this.#waiting.length,
      lost: this.#lost,
      message: `Listens at ${LOOPBACK}:${this.#port} (${this.#source.transports.join(', ')}).${lost}`,
    });
  }
}

/** All that was received, in order. */
const PART = 'received';
