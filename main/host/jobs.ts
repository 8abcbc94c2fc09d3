import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { job } from '../../common/contract/workspace.ts';
import { asAppError } from '../../common/errors/app-error.ts';

export type Job = z.infer<typeof job>;

export interface JobHandle {
  readonly id: string;
  readonly signal: AbortSignal;
  /** `progress` from 0 to 1, -1 while unknown. */
  update(progress: number, detail: string): void;
}

/** Finished jobs that the list still shows. */
const KEPT = 50;
const PUBLISH_EVERY_MS = 100;

/** Long work that a person can watch and stop. */
export class Jobs {
  private readonly all = new Map<string, { job: Job; controller: AbortController }>();
  private readonly publish: (job: Job) => void;

  constructor(publish: (job: Job) => void) {
    this.publish = publish;
  }

  list(): readonly Job[] {
    return [...this.all.values()].map((entry) => entry.job).reverse();
  }

  cancel(id: string): void {
    this.all.get(id)?.controller.abort();
  }

  cancelAll(): void {
    for (const { controller } of this.all.values()) controller.abort();
  }

  /** Runs `work` as a job; `signal` of the caller cancels it too. */
  async run<T>(
    kind: Job['kind'],
    title: string,
    signal: AbortSignal | undefined,
    work: (handle: JobHandle) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const id = randomUUID();
    const abort = (): void => controller.abort();
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    let published = 0;
    const set = (change: Partial<Job>, always: boolean): void => {
      const entry = this.all.get(id);
      if (!entry) return;
      entry.job = { ...entry.job, ...change };
      if (!always && Date.now() - published < PUBLISH_EVERY_MS) return;
      published = Date.now();
      this.publish(entry.job);
    };
    this.all.set(id, {
      controller,
      job: {
        id,
        kind,
        title,
        state: 'running',
        progress: -1,
        detail: '',
        startedAt: new Date().toISOString(),
      },
    });
    set({}, true);
    try {
      const result = await work({
        id,
        signal: controller.signal,
        update: (progress, detail) => set({ progress, detail }, false),
      });
      set({ state: 'completed', progress: 1 }, true);
      return result;
    } catch (error) {
      const { kind: errorKind, message } = asAppError(error);
      set({ state: errorKind === 'cancelled' ? 'cancelled' : 'failed', detail: message }, true);
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.forget();
    }
  }

  private forget(): void {
    const finished = [...this.all.values()].filter((entry) => entry.job.state !== 'running');
    for (const { job: old } of finished.slice(0, Math.max(0, finished.length - KEPT)))
      this.all.delete(old.id);
  }
}
