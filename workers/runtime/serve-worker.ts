import { parentPort, workerData } from 'node:worker_threads';
import { createPeer, type Peer } from '../../common/contract/peer.ts';
import { portTransport } from '../../common/contract/port.ts';
import type { Contract, Handlers } from '../../common/contract/rpc.ts';
import { type WorkerSettings, workerSettings } from '../../common/contract/worker.ts';
import { AppError } from '../../common/errors/app-error.ts';

export interface WorkerServices<Mine extends Contract, Theirs extends Contract> {
  /** What the host may call here. */
  readonly contract: Mine;
  /** Makes the handlers once, when the thread starts; `host` answers this thread's own calls. */
  readonly handlers: (
    host: Peer<Theirs, Mine>,
    settings: WorkerSettings,
  ) => Handlers<Mine> | Promise<Handlers<Mine>>;
}

/**
 * Serves a contract to the host that started this thread. Calls that arrive before the handlers are made
 * wait for them. An error while making them, or one that nobody caught, ends the thread: the host sees its
 * message, rejects what was pending and starts a new one.
 */
export async function serveWorker<Mine extends Contract, Theirs extends Contract>(
  services: WorkerServices<Mine, Theirs>,
): Promise<void> {
  const port = parentPort;
  if (!port)
    throw new AppError('internal', 'not_a_worker', 'This file runs as a worker thread only.');
  const settings = workerSettings.parse(workerData);
  const transport = portTransport({
    postMessage: (message, transfer) => port.postMessage(message, transfer ?? []),
    onMessage: (listener) => port.on('message', listener),
    onClose: (listener) => port.on('close', () => listener('the host has gone')),
    close: () => port.close(),
  });

  process.once('uncaughtException', (error) => {
    // The thread ends when its native calls have: closing aborts the handlers, and they interrupt theirs.
    // The host needs the error, which it gets from the throw that nobody catches any more.
    setImmediate(() => {
      throw error;
    });
    transport.close();
  });

  const ready = Promise.withResolvers<Handlers<Mine>>();
  const waiting = Object.fromEntries(
    Object.keys(services.contract.calls).map((name) => [
      name,
      async (params: never, context: never): Promise<unknown> => {
        const handlers = await ready.promise;
        return handlers[name as keyof typeof handlers](params, context);
      },
    ]),
  ) as Handlers<Mine>;
  const host = createPeer<Theirs, Mine>(transport, {
    contract: services.contract,
    handlers: waiting,
  });
  ready.resolve(await services.handlers(host, settings));
}
