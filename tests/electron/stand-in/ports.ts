import { EventEmitter } from 'node:events';

/**
 * MessagePortMain: what is posted on one end arrives at the other, or goes on to a page or a process when
 * that end was handed over to it.
 */
export class Port extends EventEmitter {
  #peer: Port | undefined;
  #closed = false;
  #started = false;
  #early: unknown[] = [];
  #forward: { message(data: unknown): void; closed(): void } | undefined;

  static pair(): [Port, Port] {
    const a = new Port();
    const b = new Port();
    a.#peer = b;
    b.#peer = a;
    return [a, b];
  }

  postMessage(data: unknown): void {
    const peer = this.#peer;
    if (!this.#closed && peer) peer.#receive(data);
  }

  start(): void {
    this.#started = true;
    for (const data of this.#early.splice(0)) this.#receive(data);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const peer = this.#peer;
    if (peer) peer.#peerClosed();
  }

  /** Hands this end over: from now on messages leave by `forward`. */
  handOver(forward: { message(data: unknown): void; closed(): void }): void {
    this.#forward = forward;
    if (this.#closed) forward.closed();
    this.start();
  }

  #receive(data: unknown): void {
    if (this.#closed) return;
    if (this.#forward) this.#forward.message(data);
    else if (this.#started) this.emit('message', { data, ports: [] });
    else this.#early.push(data);
  }

  #peerClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#forward?.closed();
    this.emit('close');
  }
}
