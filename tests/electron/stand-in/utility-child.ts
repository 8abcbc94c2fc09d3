import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';
import { Port } from './ports.ts';

/** The inside of a utility process: gives `process.parentPort`, then runs the script. */
export type ToChild =
  | { readonly t: 'message'; readonly data: unknown; readonly ports: readonly number[] }
  | { readonly t: 'port'; readonly id: number; readonly data: unknown }
  | { readonly t: 'closed'; readonly id: number };

export type FromChild =
  | { readonly t: 'port'; readonly id: number; readonly data: unknown }
  | { readonly t: 'closed'; readonly id: number };

class ParentPort extends EventEmitter {
  #early: unknown[] = [];

  override on(name: string, listener: (event: unknown) => void): this {
    super.on(name, listener);
    for (const event of this.#early.splice(0)) this.emit('message', event);
    return this;
  }

  take(event: unknown): void {
    if (this.listenerCount('message') > 0) this.emit('message', event);
    else this.#early.push(event);
  }
}

if (process.send) {
  const parentPort = new ParentPort();
  const outer = new Map<number, Port>();
  const send = (message: FromChild): void => void process.send?.(message);

  process.on('message', (message: ToChild) => {
    if (message.t === 'port') outer.get(message.id)?.postMessage(message.data);
    else if (message.t === 'closed') outer.get(message.id)?.close();
    else {
      const ports = message.ports.map((id) => {
        const [inner, bridge] = Port.pair();
        outer.set(id, bridge);
        bridge.handOver({
          message: (data) => send({ t: 'port', id, data }),
          closed: () => send({ t: 'closed', id }),
        });
        return inner;
      });
      parentPort.take({ data: message.data, ports });
    }
  });
  process.on('disconnect', () => process.exit());
  Object.defineProperty(process, 'parentPort', { value: parentPort });
  await import(pathToFileURL(process.argv[2] ?? '').href);
}
