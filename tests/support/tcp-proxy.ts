import { connect, createServer, type Server, type Socket } from 'node:net';

/** A wire that can be cut: everything that goes to `port` goes on to `target`, and back. */
export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #target = 0;
  /** Bytes from the target that still pass; then all connections are reset. */
  #allowance = Number.POSITIVE_INFINITY;
  /** Times that connections were reset. */
  resets = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(port: number): Promise<TcpProxy> {
    const server = createServer({ noDelay: true });
    const proxy = new TcpProxy(server);
    server.on('connection', (socket) => proxy.#join(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return proxy;
  }

  forwardTo(port: number): void {
    this.#target = port;
  }

  /** Lets so many more bytes through and then resets every connection, in the middle of whatever is under way. */
  resetAfter(bytes: number): void {
    this.#allowance = bytes;
  }

  async close(): Promise<void> {
    this.#reset();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket): void {
    const far = connect({ port: this.#target, host: '127.0.0.1', noDelay: true });
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    const end = (): void => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => {
      if (bytes.length < this.#allowance) {
        this.#allowance -= bytes.length;
        near.write(bytes);
        return;
      }
      const rest = bytes.subarray(0, this.#allowance);
      this.#allowance = Number.POSITIVE_INFINITY;
      this.resets++;
      near.write(rest, () => this.#reset());
    });
  }

  #reset(): void {
    for (const [near, far] of this.#pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
    this.#pairs.clear();
  }
}
