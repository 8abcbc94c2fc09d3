import { Worker } from 'node:worker_threads';
import { createPeer, type Peer } from '../../../common/contract/peer.ts';
import type {
  CallName,
  CallOptions,
  Contract,
  EventOf,
  Handlers,
  ParamsOf,
  ResultOf,
} from '../../../common/contract/rpc.ts';
import type { WorkerSettings } from '../../../common/contract/worker.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Logger } from '../logger.ts';
import { workerTransport } from '../transport/message-port.ts';

export interface SupervisedWorkerOptions<Theirs extends Contract, Mine extends Contract> {
  readonly name: string;
  /** Source or bundle of the worker thread. */
  readonly url: URL;
  readonly settings: WorkerSettings;
  /** What the worker may call here. */
  readonly contract: Mine;
  readonly handlers: Handlers<Mine>;
  /** Prepares a new thread; calls from outside wait until it is done. */
  readonly onStart: (worker: Peer<Theirs, Mine>) => Promise<void>;
  /** A thread ended that nobody told to end. */
  readonly onCrash: (reason: string) => void;
  readonly logger: Logger;
}

/** Deep queries recurse deeply in the parser and in the planner; Node's own default is 4 MB. */
const STACK_MB = 48;
/** Threads that die this soon after their start are not started again at once. */
const MIN_LIFETIME_MS = 1_000;
const RESTART_DELAY_MS = 1_000;
/** A call that was cancelled should end soon; a thread that is still busy then is stuck. */
const CANCEL_GRACE_MS = 10_000;
const CLOSE_GRACE_MS = 2_000;

interface Running<Theirs extends Contract, Mine extends Contract> {
  readonly thread: Worker;
  readonly peer: Peer<Theirs, Mine>;
  readonly ready: Promise<void>;
  readonly startedAt: number;
}

/**
 * One worker thread, started at the first need and again after a crash. Calls that were under way reject
 * when it crashes; later ones go to the next thread.
 */
export class SupervisedWorker<Theirs extends Contract, Mine extends Contract> {
  private readonly options: SupervisedWorkerOptions<Theirs, Mine>;
  private running: Running<Theirs, Mine> | undefined;
  private notBefore = 0;
  private readonly closing = new AbortController();
  private readonly pending = new Set<Promise<unknown>>();

  constructor(options: SupervisedWorkerOptions<Theirs, Mine>) {
    this.options = options;
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** Starts the thread if it isn't running and waits until it can work. */
  async start(): Promise<Peer<Theirs, Mine>> {
    if (this.closing.signal.aborted)
      throw new AppError('source', 'disconnected', `The ${this.options.name} worker was closed.`);
    const wait = this.notBefore - Date.now();
    if (!this.running && wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const running = this.running ?? this.launch();
    await running.ready;
    return running.peer;
  }

  async call<N extends CallName<Theirs>>(
    name: N,
    params: ParamsOf<Theirs, N>,
    options: CallOptions<EventOf<Theirs, N>> = {},
  ): Promise<ResultOf<Theirs, N>> {
    const peer = await this.start();
    const given = options.signal;
    const signal = given ? AbortSignal.any([given, this.closing.signal]) : this.closing.signal;
    const stuck = this.watchCancel(peer, signal, name);
    const call = peer.call(name, params, { ...options, signal });
    this.pending.add(call);
    try {
      return await call;
    } finally {
      this.pending.delete(call);
      stuck();
    }
  }

  /** Cancels what is under way and ends the thread. */
  async close(): Promise<void> {
    this.closing.abort();
    const { running } = this;
    this.running = undefined;
    if (!running) return;
    // A statement that isn't interrupted first would keep the thread until it is done.
    await atMost(CLOSE_GRACE_MS, Promise.allSettled([...this.pending]));
    await atMost(CLOSE_GRACE_MS, running.thread.terminate());
  }

  private launch(): Running<Theirs, Mine> {
    const { name, url, settings, contract, handlers, onStart, onCrash, logger } = this.options;
    logger.debug(`starting the ${name} worker`);
    const thread = new Worker(url, {
      name,
      workerData: settings,
      resourceLimits: { stackSizeMb: STACK_MB },
    });
    const peer = createPeer<Theirs, Mine>(workerTransport(thread), { contract, handlers });
    const ready = onStart(peer);
    const running: Running<Theirs, Mine> = { thread, peer, ready, startedAt: Date.now() };
    this.running = running;
    // Whoever waits for it sees the error too; nobody may be waiting.
    ready.catch((error: unknown) => logger.error(`the ${name} worker could not start`, error));
    peer.onClose((reason) => {
      if (this.running !== running) return;
      this.running = undefined;
      if (Date.now() - running.startedAt < MIN_LIFETIME_MS)
        this.notBefore = Date.now() + RESTART_DELAY_MS;
      logger.error(`the ${name} worker ended: ${reason}`);
      onCrash(reason);
    });
    return running;
  }

  /** Ends a thread that doesn't react to a cancelled call. Returns the function that ends the watch. */
  private watchCancel(peer: Peer<Theirs, Mine>, signal: AbortSignal, call: string): () => void {
    let timer: NodeJS.Timeout | undefined;
    const begin = (): void => {
      timer = setTimeout(() => {
        this.options.logger.error(`${call} did not end after it was cancelled`);
        peer.close();
      }, CANCEL_GRACE_MS);
      timer.unref();
    };
    signal.addEventListener('abort', begin, { once: true });
    return () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', begin);
    };
  }
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
