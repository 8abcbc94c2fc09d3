import { randomUUID } from 'node:crypto';
import { asAppError } from '../../common/errors/app-error.ts';
import type { Operation, OperationsStore } from './catalog/operations-store.ts';
import { clientIdOf } from './running-queries.ts';
import { hideSecrets } from './services/hide-secrets.ts';

export interface NewOperation {
  /** Kusto.Language's name of the command. */
  readonly kind: string;
  readonly text: string;
  readonly database: string;
  readonly queryId: string;
}

interface Finished {
  readonly state: Operation['state'];
  readonly status: string;
}

const MAX_TEXT = 20_000;

/** Runs work as operations, so that `.show operations` tells of it, over restarts too. */
export class Operations {
  private readonly store: OperationsStore;
  private readonly running = new Map<
    string,
    { readonly controller: AbortController; readonly done: Promise<unknown> }
  >();

  constructor(store: OperationsStore) {
    this.store = store;
    store.abandon();
  }

  /**
   * Runs `work` to its end. `details` makes the JSON text that `.show operation … details` reads; without it none
   * is kept.
   */
  async run<T>(
    operation: NewOperation,
    signal: AbortSignal | undefined,
    work: (id: string, signal: AbortSignal) => Promise<T>,
    details?: (result: T) => string,
  ): Promise<T> {
    const started = this.start(operation, signal, work, details);
    return started.done;
  }

  /** Starts `work` and lets it run on; its end is read from the store. */
  inBackground<T>(
    operation: NewOperation,
    work: (id: string, signal: AbortSignal) => Promise<T>,
    details: (result: T) => string,
  ): string {
    const { id, done } = this.start(operation, undefined, work, details);
    done.catch(() => {});
    return id;
  }

  /** False if no operation with this id is running. */
  cancel(id: string): boolean {
    const found = this.running.get(id);
    found?.controller.abort();
    return found !== undefined;
  }

  cancelAll(): void {
    for (const { controller } of this.running.values()) controller.abort();
  }

  /** Resolves when none is running any more. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.running.values()].map(({ done }) => done));
  }

  private start<T>(
    { kind, text, database, queryId }: NewOperation,
    signal: AbortSignal | undefined,
    work: (id: string, signal: AbortSignal) => Promise<T>,
    details?: (result: T) => string,
  ): { readonly id: string; readonly done: Promise<T> } {
    const id = randomUUID();
    const startedAt = new Date();
    const controller = new AbortController();
    const both = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal;
    const write = ({ state, status }: Finished, json?: string): void =>
      this.store.put(
        {
          id,
          kind,
          command: hideSecrets(text).slice(0, MAX_TEXT),
          database,
          startedAt: startedAt.toISOString(),
          updatedAt: new Date().toISOString(),
          elapsedMs: Date.now() - startedAt.getTime(),
          state,
          status,
          requestId: clientIdOf(queryId),
        },
        json,
      );
    write({ state: 'InProgress', status: '' });
    const done = (async () => {
      try {
        const result = await work(id, both);
        write({ state: 'Completed', status: '' }, details?.(result));
        return result;
      } catch (error) {
        const { kind: errorKind, message } = asAppError(error);
        write({
          state: errorKind === 'cancelled' ? 'Canceled' : 'Failed',
          status: hideSecrets(message),
        });
        throw error;
      } finally {
        this.running.delete(id);
      }
    })();
    this.running.set(id, { controller, done });
    return { id, done };
  }
}
