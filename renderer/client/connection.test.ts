import { describe, expect, it } from 'vitest';
import type { RpcMessage, Transport } from '../../common/contract/rpc.ts';
import { connect } from './connection.ts';

class Line implements Transport {
  readonly sent: RpcMessage[] = [];
  #message: (message: RpcMessage) => void = () => {};
  #close: (reason: string) => void = () => {};
  send(message: RpcMessage): void {
    this.sent.push(message);
  }
  onMessage(listener: (message: RpcMessage) => void): void {
    this.#message = listener;
  }
  onClose(listener: (reason: string) => void): void {
    this.#close = listener;
  }
  close(): void {
    this.#close('closed');
  }
  receive(message: RpcMessage): void {
    this.#message(message);
  }
  break(): void {
    this.#close('gone');
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

function connection() {
  const lines: Line[] = [];
  const host = connect({
    open: () => {
      const line = new Line();
      lines.push(line);
      return Promise.resolve(line);
    },
    url: (path) => path,
    delay: () => 0,
  });
  return { host, lines };
}

describe('connect', () => {
  it('holds calls until there is a connection', async () => {
    const { host, lines } = connection();
    const call = host.call('schema.get', {});
    await settled();
    expect(lines[0]?.sent).toEqual([{ t: 'call', id: 1, name: 'schema.get', params: {} }]);
    lines[0]?.receive({ t: 'result', id: 1, value: { version: 3, databases: [] } });
    expect(await call).toEqual({ version: 3, databases: [] });
  });

  it('rejects what was under way, connects again and keeps listening', async () => {
    const { host, lines } = connection();
    const seen: number[] = [];
    host.on('schema.changed', ({ version }) => seen.push(version));
    await settled();
    const call = host.call('schema.get', {});
    await settled();
    lines[0]?.break();
    await expect(call).rejects.toMatchObject({ code: 'disconnected' });
    await settled();
    expect(lines).toHaveLength(2);
    expect(host.status.getState()).toMatchObject({ state: 'connected', generation: 2 });
    lines[1]?.receive({ t: 'push', topic: 'schema.changed', value: { version: 9 } });
    expect(seen).toEqual([9]);
  });

  it('hears each topic once, however many listen', async () => {
    const { host, lines } = connection();
    await settled();
    const seen: string[] = [];
    host.on('schema.changed', () => seen.push('a'));
    const stop = host.on('schema.changed', () => seen.push('b'));
    lines[0]?.receive({ t: 'push', topic: 'schema.changed', value: { version: 1 } });
    stop();
    lines[0]?.receive({ t: 'push', topic: 'schema.changed', value: { version: 2 } });
    expect(seen).toEqual(['a', 'b', 'a']);
  });

  it('gives up a call that is cancelled while it waits', async () => {
    const host = connect({ open: () => new Promise(() => {}), url: (path) => path });
    const controller = new AbortController();
    const call = host.call('schema.get', {}, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
