import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes through, and what goes wrong on the way. */
export interface FlakyProxy {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** `GET /path?query`, with the range if there was one. */
  readonly requests: string[];
  /** Called with each answer's bytes so far; true cuts the connection. */
  onBytes: ((url: string, bytes: number) => boolean | Promise<boolean>) | undefined;
  close(): Promise<void>;
}

/** Stands between a client and a server of the loopback. */
export async function startFlakyProxy(target: string): Promise<FlakyProxy> {
  const { hostname, port } = new URL(target);
  const requests: string[] = [];
  const proxy: { onBytes: FlakyProxy['onBytes'] } = { onBytes: undefined };
  const server = createServer((incoming, outgoing) => {
    const range = incoming.headers['x-ms-range'] ?? incoming.headers.range;
    requests.push(`${incoming.method} ${incoming.url}${range ? ` ${range}` : ''}`);
    const forwarded = request(
      { hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        (async () => {
          let bytes = 0;
          for await (const piece of answer) {
            bytes += (piece as Buffer).length;
            outgoing.write(piece);
            if (await proxy.onBytes?.(incoming.url ?? '', bytes)) {
              // What was written should arrive before the connection is gone.
              await new Promise((resolve) => setTimeout(resolve, 50));
              outgoing.destroy();
              return;
            }
          }
          outgoing.end();
        })().catch(() => outgoing.destroy());
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get onBytes() {
      return proxy.onBytes;
    },
    set onBytes(hook) {
      proxy.onBytes = hook;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
