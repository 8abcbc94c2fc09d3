import type { RpcMessage, Transport } from './rpc.ts';

/** What Node's MessagePort, a worker's parentPort and a Worker have in common, seen from one end. */
export interface PortLike {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Calls back with each message as it was posted. */
  onMessage(listener: (message: unknown) => void): void;
  /** Calls back once, when nothing can be sent or received any more. */
  onClose(listener: (reason: string) => void): void;
  close(): void;
}

export interface PortOptions {
  /** Electron's ports move only other ports; their bytes are cloned. */
  readonly canTransfer?: boolean;
}

/** RpcMessages over a port. Byte payloads move to the other side where the port can do it. */
export function portTransport(port: PortLike, options: PortOptions = {}): Transport {
  const canTransfer = options.canTransfer ?? true;
  let closed = false;
  port.onClose(() => {
    closed = true;
  });
  return {
    send(message, transfer) {
      if (closed) return;
      const buffers = new Set<ArrayBufferLike>(transfer ?? []);
      const ready = detachable(message, buffers) as RpcMessage;
      const list = [...buffers].filter((b): b is ArrayBuffer => b instanceof ArrayBuffer);
      if (!canTransfer || list.length === 0) {
        port.postMessage(ready);
        return;
      }
      try {
        port.postMessage(ready, list);
      } catch (error) {
        // Memory that a native library owns can't be moved; a clone always works.
        if (!(error instanceof Error) || error.name !== 'DataCloneError') throw error;
        port.postMessage(ready);
      }
    },
    onMessage(listener) {
      port.onMessage((message) => listener(message as RpcMessage));
    },
    onClose(listener) {
      port.onClose(listener);
    },
    close() {
      closed = true;
      port.close();
    },
  };
}

/**
 * The same message with each Uint8Array alone in its memory, and these memories in `buffers`. A view of a
 * bigger buffer is copied first: cloning it would send the whole buffer, moving it would take the rest away.
 */
function detachable(value: unknown, buffers: Set<ArrayBufferLike>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) {
    const whole = value.byteLength === value.buffer.byteLength;
    const own = whole && value.buffer instanceof ArrayBuffer ? value : Uint8Array.from(value);
    buffers.add(own.buffer);
    return own;
  }
  if (Array.isArray(value)) {
    // Rows of plain cells are the one thing that can be long; they hold no bytes.
    const first: unknown = value[0];
    if (typeof first !== 'object' || first === null) return value;
    return value.map((item) => detachable(item, buffers));
  }
  let changed: Record<string, unknown> | undefined;
  for (const [key, member] of Object.entries(value)) {
    const own = detachable(member, buffers);
    if (own === member) continue;
    changed ??= { ...(value as Record<string, unknown>) };
    changed[key] = own;
  }
  return changed ?? value;
}
