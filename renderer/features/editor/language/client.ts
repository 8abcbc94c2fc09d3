import type { FromWorker, LanguageCalls, LanguageMethod, LanguageRequest } from './protocol.ts';

export interface CallSignal {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): void };
}

/** The language worker seen from the page. Calls of a document are answered in order. */
export interface LanguageClient {
  call<M extends LanguageMethod>(
    method: M,
    documentId: string,
    params: LanguageCalls[M]['params'],
    signal?: CallSignal,
  ): Promise<LanguageCalls[M]['result']>;
  /** Resolves when the library is loaded and warm. */
  readonly ready: Promise<void>;
  dispose(): void;
}

/** A call was given up because something newer made it pointless. */
export class LanguageCallCancelled extends Error {}

export function createLanguageClient(worker: Worker): LanguageClient {
  const pending = new Map<
    number,
    { resolve: (value: never) => void; reject: (error: Error) => void }
  >();
  let nextId = 1;
  let markReady = (): void => {};
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });
  worker.onmessage = (event: MessageEvent<FromWorker>) => {
    const message = event.data;
    if ('ready' in message) {
      markReady();
      return;
    }
    const call = pending.get(message.id);
    pending.delete(message.id);
    if ('result' in message) call?.resolve(message.result as never);
    else if (message.error === 'cancelled') call?.reject(new LanguageCallCancelled());
    else call?.reject(new Error(message.error));
  };
  worker.onerror = (event) => {
    for (const call of pending.values())
      call.reject(new Error(`The language worker failed: ${event.message}`));
    pending.clear();
  };
  return {
    ready,
    call(method, documentId, params, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.isCancellationRequested) {
          reject(new LanguageCallCancelled());
          return;
        }
        const id = nextId++;
        pending.set(id, { resolve: resolve as (value: never) => void, reject });
        signal?.onCancellationRequested(() => {
          if (pending.has(id)) worker.postMessage({ cancel: id });
        });
        worker.postMessage({ id, method, documentId, params } as LanguageRequest);
      });
    },
    dispose: () => worker.terminate(),
  };
}
