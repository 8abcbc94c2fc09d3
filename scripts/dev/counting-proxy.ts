import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CountingProxy {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** Method and path of each request so far. */
  readonly asked: string[];
  /** Refuses connections from now on, as a pulled cable does. */
  stop(): Promise<void>;
  /** Takes them again, on the same port. */
  start(): Promise<void>;
}

/** Stands before a server of this machine and hears what is asked of it. */
export async function countingProxy(target: string): Promise<CountingProxy> {
  const asked: string[] = [];
  const { hostname, port } = new URL(target);
  const make = () =>
    createServer((incoming, response) => {
      asked.push(`${incoming.method} ${incoming.url}`);
      const outgoing = request(
        { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      outgoing.on('error', () => response.destroy());
      incoming.pipe(outgoing);
    });
  let server = make();
  const listen = (on: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(on, '127.0.0.1', resolve);
    });
  await listen(0);
  const mine = (server.address() as AddressInfo).port;
  return {
    address: `http://127.0.0.1:${mine}`,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    start: async () => {
      server = make();
      await listen(mine);
    },
  };
}
