import { AppError, fromWire, toWire } from '../errors/app-error.ts';
import type {
  CallContext,
  CallOptions,
  Client,
  Contract,
  Handlers,
  RpcMessage,
  TopicName,
  TopicOf,
  Transport,
} from './rpc.ts';

const NO_CONTRACT: Contract = { calls: {}, topics: {} };

export interface Peer<Theirs extends Contract, Mine extends Contract> extends Client<Theirs> {
  push<T extends TopicName<Mine>>(topic: T, value: TopicOf<Mine, T>): void;
}

export interface PeerOptions<Mine extends Contract> {
  /** What the other side may call here. */
  readonly contract?: Mine;
  readonly handlers?: Handlers<Mine>;
}

/**
 * Both ends of a Transport. Parameters are validated where they arrive. When the transport closes every
 * pending call rejects and every running handler is aborted: nothing hangs.
 */
export function createPeer<Theirs extends Contract, Mine extends Contract = Contract>(
  transport: Transport,
  options: PeerOptions<Mine> = {},
): Peer<Theirs, Mine> {
  const contract: Contract = options.contract ?? NO_CONTRACT;
  const handlers = (options.handlers ?? {}) as Record<
    string,
    (params: unknown, context: CallContext<unknown>) => unknown
  >;
  const pending = new Map<
    number,
    {
      resolve: (value: unknown) => void;
      reject: (error: unknown) => void;
      onEvent?: (event: unknown) => void;
    }
  >();
  const running = new Map<number, AbortController>();
  const listeners = new Map<string, Set<(value: unknown) => void>>();
  const closeListeners: ((reason: string) => void)[] = [];
  let nextId = 1;
  let closed: string | undefined;

  async function serve(id: number, name: string, params: unknown): Promise<void> {
    const def = contract.calls[name];
    const handler = handlers[name];
    const controller = new AbortController();
    running.set(id, controller);
    try {
      if (!def || !handler)
        throw new AppError('internal', 'unknown_call', `There is no call named ${name}.`);
      const parsed = def.params.safeParse(params);
      if (!parsed.success)
        throw new AppError('input', 'bad_params', `${name}: ${parsed.error.message}`);
      const value = await handler(parsed.data, {
        signal: controller.signal,
        emit: (event) => {
          if (running.get(id) === controller && closed === undefined)
            transport.send({ t: 'event', id, value: event });
        },
      });
      running.delete(id);
      if (closed === undefined) transport.send({ t: 'result', id, value });
    } catch (error) {
      running.delete(id);
      if (closed === undefined) transport.send({ t: 'error', id, error: toWire(error) });
    }
  }

  transport.onMessage((message: RpcMessage) => {
    switch (message.t) {
      case 'call':
        void serve(message.id, message.name, message.params);
        return;
      case 'cancel':
        running.get(message.id)?.abort();
        return;
      case 'event':
        pending.get(message.id)?.onEvent?.(message.value);
        return;
      case 'result': {
        const call = pending.get(message.id);
        pending.delete(message.id);
        call?.resolve(message.value);
        return;
      }
      case 'error': {
        const call = pending.get(message.id);
        pending.delete(message.id);
        call?.reject(fromWire(message.error));
        return;
      }
      case 'push':
        for (const listener of listeners.get(message.topic) ?? []) listener(message.value);
    }
  });

  transport.onClose((reason) => {
    if (closed !== undefined) return;
    closed = reason;
    const error = new AppError('source', 'disconnected', `The connection was closed: ${reason}`);
    for (const call of pending.values()) call.reject(error);
    pending.clear();
    for (const controller of running.values()) controller.abort();
    running.clear();
    for (const listener of closeListeners) listener(reason);
  });

  return {
    call(name, params, callOptions: CallOptions<never> = {}) {
      return new Promise((resolve, reject) => {
        if (closed !== undefined) {
          reject(new AppError('source', 'disconnected', `The connection was closed: ${closed}`));
          return;
        }
        const { signal, onEvent } = callOptions;
        if (signal?.aborted) {
          reject(AppError.cancelled());
          return;
        }
        const id = nextId++;
        const abort = (): void => transport.send({ t: 'cancel', id });
        signal?.addEventListener('abort', abort, { once: true });
        const settle = <A>(then: (argument: A) => void) => {
          return (argument: A): void => {
            signal?.removeEventListener('abort', abort);
            then(argument);
          };
        };
        pending.set(id, {
          resolve: settle(resolve as (value: unknown) => void),
          reject: settle(reject),
          ...(onEvent ? { onEvent: onEvent as (event: unknown) => void } : {}),
        });
        transport.send({ t: 'call', id, name, params });
      });
    },
    on(topic, listener) {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set);
      set.add(listener as (value: unknown) => void);
      return () => set.delete(listener as (value: unknown) => void);
    },
    push(topic, value) {
      if (closed === undefined) transport.send({ t: 'push', topic, value });
    },
    onClose(listener) {
      closeListeners.push(listener);
    },
    close() {
      transport.close();
    },
  };
}
