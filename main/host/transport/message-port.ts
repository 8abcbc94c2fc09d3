import type { MessagePort, Worker } from 'node:worker_threads';
import { type PortLike, portTransport } from '../../../common/contract/port.ts';
import type { Transport } from '../../../common/contract/rpc.ts';

/** One end of a Node MessageChannel. */
export function messagePortTransport(port: MessagePort): Transport {
  return portTransport({
    postMessage: (message, transfer) => port.postMessage(message, transfer ?? []),
    onMessage: (listener) => port.on('message', listener),
    onClose: (listener) => port.on('close', () => listener('the port was closed')),
    close: () => port.close(),
  });
}

/**
 * The host's end of a worker thread. It closes when the thread fails, ends or is closed, whichever is first: a
 * thread that is deep in native code takes its time to end, and nobody should wait for that.
 */
export function workerTransport(worker: Worker): Transport {
  const listeners: ((reason: string) => void)[] = [];
  let closed = false;
  const close = (reason: string): void => {
    if (closed) return;
    closed = true;
    for (const listener of listeners) listener(reason);
  };
  worker.on('error', (error: unknown) =>
    close(error instanceof Error ? error.message : String(error)),
  );
  worker.on('exit', (code) => close(`the worker ended with code ${code}`));
  return portTransport({
    postMessage: (message, transfer) => worker.postMessage(message, transfer ?? []),
    onMessage: (listener) => worker.on('message', listener),
    onClose: (listener) => listeners.push(listener),
    close: () => {
      close('the worker was ended');
      void worker.terminate();
    },
  });
}

/** Electron's MessagePortMain as the utility process sees it; typed by shape, so that Electron isn't needed. */
export interface MessagePortMainLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** A window's port in Electron's utility process. */
export function electronPortTransport(port: MessagePortMainLike): Transport {
  const like: PortLike = {
    postMessage: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', (event) => listener(event.data));
      port.start();
    },
    onClose: (listener) => port.on('close', () => listener('the window was closed')),
    close: () => port.close(),
  };
  return portTransport(like, { canTransfer: false });
}
