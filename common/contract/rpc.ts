import type { z } from 'zod';
import type { WireError } from '../errors/app-error.ts';

/**
 * Carries messages between two rooms, in order, each at most once. A message is structured-clonable
 * data; byte payloads are `Uint8Array`s and may be transferred, so the sender doesn't touch them again.
 */
export interface Transport {
  send(message: RpcMessage, transfer?: readonly ArrayBufferLike[]): void;
  onMessage(listener: (message: RpcMessage) => void): void;
  onClose(listener: (reason: string) => void): void;
  close(): void;
}

export type RpcMessage =
  | { readonly t: 'call'; readonly id: number; readonly name: string; readonly params: unknown }
  | { readonly t: 'cancel'; readonly id: number }
  | { readonly t: 'event'; readonly id: number; readonly value: unknown }
  | { readonly t: 'result'; readonly id: number; readonly value: unknown }
  | { readonly t: 'error'; readonly id: number; readonly error: WireError }
  | { readonly t: 'push'; readonly topic: string; readonly value: unknown };

/** One call: what goes in, what comes back, and what may be reported while it runs. */
export interface CallDef {
  readonly params: z.ZodType;
  readonly result: z.ZodType;
  readonly event?: z.ZodType;
}

export interface Contract {
  readonly calls: Readonly<Record<string, CallDef>>;
  /** What a side may tell the other without being asked. */
  readonly topics: Readonly<Record<string, z.ZodType>>;
}

export type CallName<C extends Contract> = keyof C['calls'] & string;
export type TopicName<C extends Contract> = keyof C['topics'] & string;
export type ParamsOf<C extends Contract, N extends CallName<C>> = z.input<C['calls'][N]['params']>;
export type ParsedParamsOf<C extends Contract, N extends CallName<C>> = z.output<
  C['calls'][N]['params']
>;
export type ResultOf<C extends Contract, N extends CallName<C>> = z.output<C['calls'][N]['result']>;
export type EventOf<C extends Contract, N extends CallName<C>> = C['calls'][N] extends {
  readonly event: infer E extends z.ZodType;
}
  ? z.output<E>
  : never;
export type TopicOf<C extends Contract, T extends TopicName<C>> = z.output<C['topics'][T]>;

export interface CallContext<E> {
  readonly signal: AbortSignal;
  /** Reports progress to the caller; dropped once the call has ended. */
  readonly emit: (event: E) => void;
}

export type Handlers<C extends Contract> = {
  readonly [N in CallName<C>]: (
    params: ParsedParamsOf<C, N>,
    context: CallContext<EventOf<C, N>>,
  ) => Promise<ResultOf<C, N>> | ResultOf<C, N>;
};

export interface CallOptions<E> {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: E) => void;
}

export interface Client<C extends Contract> {
  call<N extends CallName<C>>(
    name: N,
    params: ParamsOf<C, N>,
    options?: CallOptions<EventOf<C, N>>,
  ): Promise<ResultOf<C, N>>;
  /** Returns the function that stops listening. */
  on<T extends TopicName<C>>(topic: T, listener: (value: TopicOf<C, T>) => void): () => void;
  onClose(listener: (reason: string) => void): void;
  close(): void;
}
