import { type PortLike, portTransport } from '../../../common/contract/port.ts';
import type { Transport } from '../../../common/contract/rpc.ts';

/**
 * Two ends in one thread, for the command line and for tests. Messages are cloned and arrive later, as
 * they would from elsewhere, so that nobody comes to rely on shared objects.
 */
export function inMemoryTransports(): readonly [Transport, Transport] {
  const ends = [new End(), new End()] as const;
  ends[0].other = ends[1];
  ends[1].other = ends[0];
  return [portTransport(ends[0]), portTransport(ends[1])];
}

class End implements PortLike {
  other: End | undefined;
  private readonly messageListeners: ((message: unknown) => void)[] = [];
  private readonly closeListeners: ((reason: string) => void)[] = [];
  private closed = false;

  postMessage(message: unknown, transfer: readonly ArrayBuffer[] = []): void {
    const copy: unknown = structuredClone(message, { transfer: [...transfer] });
    const { other } = this;
    queueMicrotask(() => {
      if (other && !other.closed) for (const listener of other.messageListeners) listener(copy);
    });
  }

  onMessage(listener: (message: unknown) => void): void {
    this.messageListeners.push(listener);
  }

  onClose(listener: (reason: string) => void): void {
    this.closeListeners.push(listener);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    queueMicrotask(() => {
      for (const listener of this.closeListeners) listener('the connection was closed');
      this.other?.close();
    });
  }
}
