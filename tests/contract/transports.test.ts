import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { createPeer, type Peer } from '../../common/contract/peer.ts';
import type { Handlers, Transport } from '../../common/contract/rpc.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { inMemoryTransports } from '../../main/host/transport/in-memory.ts';
import {
  electronPortTransport,
  messagePortTransport,
  workerTransport,
} from '../../main/host/transport/message-port.ts';
import { webSocketTransport } from '../../main/host/transport/websocket.ts';

const contract = {
  calls: {
    echo: { params: z.object({ value: z.unknown() }), result: z.object({ value: z.unknown() }) },
    count: {
      params: z.object({ to: z.number() }),
      result: z.object({ last: z.number() }),
      event: z.object({ n: z.number() }),
    },
    forever: { params: z.object({}), result: z.object({}) },
    fail: { params: z.object({}), result: z.object({}) },
  },
  topics: { news: z.object({ text: z.string() }) },
} as const;
type C = typeof contract;

/** What the served side saw, so that a test can wait for it. */
class Served {
  aborted = Promise.withResolvers<void>();
  started = Promise.withResolvers<void>();
  readonly handlers: Handlers<C> = {
    echo: ({ value }) => ({ value }),
    count: async ({ to }, { emit }) => {
      for (let n = 1; n <= to; n++) emit({ n });
      return { last: to };
    },
    forever: (_params, { signal }) =>
      new Promise((_resolve, reject) => {
        this.started.resolve();
        signal.addEventListener('abort', () => {
          this.aborted.resolve();
          reject(AppError.cancelled('The call'));
        });
      }),
    fail: () => {
      throw new AppError('semantic', 'KS204', 'No such name', {
        span: { start: 3, length: 2, line: 1, column: 4 },
        hints: ['Try another.'],
        details: { name: 'x' },
      });
    },
  };
}

type Ends = readonly [client: Transport, server: Transport];
const cleanUps: (() => Promise<void> | void)[] = [];

async function webSockets(): Promise<Ends> {
  const http = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  const sockets = new WebSocketServer({ server: http });
  const accepted = new Promise<Transport>((resolve) =>
    sockets.once('connection', (socket) => resolve(webSocketTransport(socket))),
  );
  const socket = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const client = webSocketTransport(socket);
  await new Promise((resolve) => socket.once('open', resolve));
  cleanUps.push(() => {
    sockets.close();
    http.close();
  });
  return [client, await accepted];
}

function electronPorts(): Ends {
  const { port1, port2 } = new MessageChannel();
  const like = (port: typeof port1) =>
    electronPortTransport({
      postMessage: (message) => port.postMessage(message),
      on: (event: string, listener: (event: { data: unknown }) => void) =>
        event === 'message'
          ? port.on('message', (data: unknown) => listener({ data }))
          : port.on('close', () => listener({ data: undefined })),
      start: () => port.start(),
      close: () => port.close(),
    });
  return [like(port1), like(port2)];
}

const TRANSPORTS: Readonly<Record<string, () => Ends | Promise<Ends>>> = {
  'in memory': () => inMemoryTransports(),
  'message port': () => {
    const { port1, port2 } = new MessageChannel();
    return [messagePortTransport(port1), messagePortTransport(port2)];
  },
  'Electron port': electronPorts,
  WebSocket: webSockets,
};

interface Pair {
  readonly client: Peer<C, { calls: Record<never, never>; topics: Record<never, never> }>;
  readonly server: Peer<{ calls: Record<never, never>; topics: Record<never, never> }, C>;
  readonly served: Served;
}

async function connect(make: () => Ends | Promise<Ends>): Promise<Pair> {
  const [clientEnd, serverEnd] = await make();
  const served = new Served();
  const server: Pair['server'] = createPeer(serverEnd, { contract, handlers: served.handlers });
  const client: Pair['client'] = createPeer(clientEnd);
  cleanUps.push(() => client.close());
  return { client, server, served };
}

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

describe.each(Object.entries(TRANSPORTS))('calls over %s', (_name, make) => {
  it('carries values that JSON loses', async () => {
    const { client } = await connect(make);
    const value = {
      big: 9_007_199_254_740_993n,
      nan: Number.NaN,
      infinite: Number.NEGATIVE_INFINITY,
      text: 'a\u0000\u{1F600}',
      none: null,
      list: [1, [2n, { $part: 1 }]],
    };
    expect(await client.call('echo', { value })).toEqual({ value });
  });

  it('carries bytes, also those of a part of a bigger buffer', async () => {
    const { client } = await connect(make);
    const big = Uint8Array.from({ length: 1_000 }, (_, i) => i % 256);
    const value = { whole: Uint8Array.from([1, 2, 3]), part: big.subarray(10, 20) };
    const answer = (await client.call('echo', { value })) as { value: typeof value };
    expect([...answer.value.whole]).toEqual([1, 2, 3]);
    expect([...answer.value.part]).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(big.length).toBe(1_000);
  });

  it('brings events in order and before the result', async () => {
    const { client } = await connect(make);
    const seen: number[] = [];
    const { last } = await client.call('count', { to: 100 }, { onEvent: ({ n }) => seen.push(n) });
    expect(last).toBe(100);
    expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('carries an error with its kind, code, place, hints and details', async () => {
    const { client } = await connect(make);
    const error = await client.call('fail', {}).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      kind: 'semantic',
      code: 'KS204',
      message: 'No such name',
      span: { start: 3, length: 2, line: 1, column: 4 },
      hints: ['Try another.'],
      details: { name: 'x' },
    });
  });

  it('refuses parameters of another form', async () => {
    const { client } = await connect(make);
    const wrong = { to: 'ten' } as unknown as { to: number };
    await expect(client.call('count', wrong)).rejects.toMatchObject({ code: 'bad_params' });
    const unknown = 'nothing' as unknown as 'echo';
    await expect(client.call(unknown, { value: 1 })).rejects.toMatchObject({
      code: 'unknown_call',
    });
  });

  it('cancels a call on the other side', async () => {
    const { client, served } = await connect(make);
    const controller = new AbortController();
    const call = client.call('forever', {}, { signal: controller.signal });
    await served.started.promise;
    controller.abort();
    await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
    await served.aborted.promise;
  });

  it('does not send a call whose signal is aborted already', async () => {
    const { client, served } = await connect(make);
    await expect(client.call('forever', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject(
      { kind: 'cancelled' },
    );
    expect(await Promise.race([served.started.promise, client.call('echo', { value: 1 })])).toEqual(
      { value: 1 },
    );
  });

  it('tells listeners until they stop', async () => {
    const { client, server } = await connect(make);
    const seen: string[] = [];
    const first = Promise.withResolvers<void>();
    const stop = client.on('news', ({ text }) => {
      seen.push(text);
      first.resolve();
    });
    server.push('news', { text: 'one' });
    await first.promise;
    stop();
    server.push('news', { text: 'two' });
    await client.call('echo', { value: 'after' });
    expect(seen).toEqual(['one']);
  });

  it('rejects what is pending and aborts what runs when the other side goes', async () => {
    const { client, server, served } = await connect(make);
    const call = client.call('forever', {});
    await served.started.promise;
    server.close();
    await expect(call).rejects.toMatchObject({ code: 'disconnected' });
    await served.aborted.promise;
    await expect(client.call('echo', { value: 1 })).rejects.toMatchObject({ code: 'disconnected' });
  });
});

describe('a worker thread', () => {
  it('rejects what is pending when it dies, with the reason', async () => {
    const worker = new Worker('setTimeout(() => { throw new Error("out of luck"); }, 10)', {
      eval: true,
    });
    const client: Pair['client'] = createPeer(workerTransport(worker));
    await expect(client.call('forever', {})).rejects.toMatchObject({
      code: 'disconnected',
      message: expect.stringContaining('out of luck'),
    });
  });
});

describe('a WebSocket', () => {
  it('is closed when a frame can not be read', async () => {
    const http = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => http.once('listening', resolve));
    const sockets = new WebSocketServer({ server: http });
    cleanUps.push(() => {
      sockets.close();
      http.close();
    });
    sockets.on('connection', (socket) => {
      createPeer<C, C>(webSocketTransport(socket), { contract, handlers: new Served().handlers });
    });
    const socket = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(Buffer.from([255, 255, 255, 255, 0]));
    const code = await new Promise((resolve) => socket.once('close', resolve));
    expect(code).toBe(1002);
  });
});
