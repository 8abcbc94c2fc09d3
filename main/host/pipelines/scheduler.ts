import type { RunInfo } from '../../../common/contract/pipelines.ts';
import { AppError, asAppError } from '../../../common/errors/app-error.ts';
import type { PipelineRow, StoredRun } from '../catalog/pipelines-store.ts';
import type { HostContext } from '../context.ts';
import { hideSecrets } from '../services/hide-secrets.ts';
import { type Due, dueOf } from './due.ts';
import type { Work } from './work.ts';

const SOONEST_MS = 20;
const LATEST_MS = 60_000;
/** So many runs may be under way; the query worker takes turns anyway. */
const MOST_RUNS = 4;

interface Running {
  readonly controller: AbortController;
  readonly ended: Promise<RunInfo>;
}

/**
 * Starts runs when they are due, tries them again when they fail, and keeps their history. One run per entry at a
 * time. All that it knows is in the catalog, so that a restart goes on where the program ended.
 */
export class Scheduler {
  private readonly work: Work;
  private host: HostContext | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly running = new Map<number, Running>();
  /** By id, when rows came that no run has seen; milliseconds since 1970. */
  private readonly arrived = new Map<number, number>();
  private stopListening: (() => void) | undefined;

  constructor(work: Work) {
    this.work = work;
  }

  /** Not for a host that works beside the owner of the folder: it runs nothing by itself. */
  start(host: HostContext): void {
    this.host = host;
    for (const entry of this.list(host)) this.resume(host, entry);
    this.stopListening = host.writer.onArrival((arrivals) => {
      this.consider(
        host,
        arrivals.map(({ table }) => table),
      );
    });
    this.plan();
  }

  isRunning(id: number): boolean {
    return this.running.has(id);
  }

  /** When the next run is due; undefined for never. */
  due(host: HostContext, entry: PipelineRow): Due | undefined {
    const due = dueOf(this.work.trigger(entry), entry.state, this.arrived.get(entry.id));
    return due && this.work.isNeeded(host, entry) ? due : undefined;
  }

  /** Looks again when the next run is due: one was made or changed. */
  plan(): void {
    const { host } = this;
    if (!host || this.closed) return;
    clearTimeout(this.timer);
    const times = this.list(host)
      .filter(({ id }) => !this.running.has(id))
      .flatMap((entry) => this.wakeAt(entry) ?? []);
    if (times.length === 0) return;
    const wait = Math.min(LATEST_MS, Math.max(SOONEST_MS, Math.min(...times) - Date.now()));
    this.timer = setTimeout(() => this.round(host), wait);
    this.timer.unref();
  }

  /** Runs now. Its errors are the caller's; nothing is tried again. */
  async runNow(host: HostContext, entry: PipelineRow, signal: AbortSignal): Promise<RunInfo> {
    if (this.running.has(entry.id))
      throw new AppError('resource', 'run_under_way', `A run of ${entry.name} is under way.`, {
        hints: ['Wait for it, or cancel it.'],
      });
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      return await this.begin(host, entry, 'demand', controller, true);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Ends the run that is under way, if one is; resolves when it has ended. */
  async cancel(id: number): Promise<void> {
    const running = this.running.get(id);
    running?.controller.abort();
    await running?.ended.catch(() => {});
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    this.stopListening?.();
    for (const { controller } of this.running.values()) controller.abort();
    await Promise.allSettled([...this.running.values()].map(({ ended }) => ended));
  }

  private list(host: HostContext): readonly PipelineRow[] {
    return host.catalog.pipelines.list(this.work.kind);
  }

  /** A run that the end of the program cut off is tried again at once. */
  private resume(host: HostContext, entry: PipelineRow): void {
    const { pipelines } = host.catalog;
    const [last] = pipelines.runs(entry.id, 1);
    if (last?.state === 'running') {
      pipelines.putRun(entry.id, { ...last, state: 'retrying', message: 'The program ended.' });
      // What was cut off is no try that failed.
      pipelines.patchState(entry.id, {
        attempt: last.attempts - 1,
        retryAt: new Date().toISOString(),
      });
    }
    // What came while nobody listened.
    if (this.work.trigger(entry).on === 'arrival') this.arrived.set(entry.id, Date.now());
  }

  private consider(
    host: HostContext,
    tables: readonly { readonly database: string; readonly name: string }[],
  ): void {
    if (this.closed) return;
    let any = false;
    for (const entry of this.list(host)) {
      if (this.arrived.has(entry.id) || this.work.trigger(entry).on !== 'arrival') continue;
      const names = this.work.tables(host, entry);
      if (!tables.some((t) => t.database === entry.database && names.includes(t.name))) continue;
      this.arrived.set(entry.id, Date.now());
      any = true;
    }
    if (any) this.plan();
  }

  private wakeAt(entry: PipelineRow): number | undefined {
    return dueOf(this.work.trigger(entry), entry.state, this.arrived.get(entry.id))?.at;
  }

  private round(host: HostContext): void {
    for (const entry of this.list(host)) {
      if (this.closed) return;
      if (this.running.has(entry.id) || this.running.size >= MOST_RUNS) continue;
      const due = dueOf(this.work.trigger(entry), entry.state, this.arrived.get(entry.id));
      if (!due || due.at > Date.now()) continue;
      if (!this.work.isNeeded(host, entry)) {
        this.awaitMore(host, entry);
        host.catalog.pipelines.patchState(entry.id, { lastStart: new Date().toISOString() });
        continue;
      }
      this.begin(host, entry, due.cause, new AbortController(), false).catch(() => {});
    }
    this.plan();
  }

  private begin(
    host: HostContext,
    entry: PipelineRow,
    cause: RunInfo['trigger'],
    controller: AbortController,
    byHand: boolean,
  ): Promise<RunInfo> {
    const ended = this.run(host, entry, cause, controller.signal, byHand).finally(() => {
      this.running.delete(entry.id);
      this.work.changed(host, entry);
      this.plan();
    });
    ended.catch(() => {});
    this.running.set(entry.id, { controller, ended });
    return ended;
  }

  private async run(
    host: HostContext,
    { id }: PipelineRow,
    cause: RunInfo['trigger'],
    signal: AbortSignal,
    byHand: boolean,
  ): Promise<RunInfo> {
    const { pipelines } = host.catalog;
    const entry = pipelines.byId(id);
    if (!entry) throw new AppError('cancelled', 'cancelled', 'It was dropped.');
    const attempts = entry.state.attempt + 1;
    const [last] = pipelines.runs(id, 1);
    const startedAt = new Date().toISOString();
    const begun: StoredRun = {
      run: pipelines.nextRun(id),
      trigger: cause,
      state: 'running',
      startedAt,
      endedAt: '',
      attempts,
      rows: 0,
      message: '',
      failure: '',
      operation: '',
    };
    // Another try of a run that was not over.
    const row: StoredRun =
      last?.state === 'retrying' ? { ...last, state: 'running', attempts } : begun;
    const rowsBefore = row.rows;
    // What arrives from now on is for the next run.
    this.arrived.delete(id);
    pipelines.putRun(id, row);
    pipelines.patchState(id, { lastStart: startedAt, retryAt: '' });
    this.work.changed(host, entry);
    let now = row;
    const work = (inner: AbortSignal): Promise<void> =>
      this.work.run(host, entry, {
        cause,
        signal: inner,
        progress: (rows) => {
          now = { ...now, rows: rowsBefore + rows };
          pipelines.putRun(id, now);
          this.work.changed(host, entry);
        },
      });
    const { operation: kind } = this.work;
    try {
      if (kind === undefined) await work(signal);
      else {
        const operation = {
          kind,
          text: this.work.text(entry),
          database: entry.database,
          queryId: `${this.work.kind}/${entry.name}`,
        };
        await host.operations.run(operation, signal, (operationId, inner) => {
          now = { ...now, operation: operationId };
          return work(inner);
        });
      }
    } catch (error) {
      const failed = this.failed(host, entry, now, error, byHand);
      if (byHand) throw error;
      return failed;
    }
    const endedAt = new Date().toISOString();
    now = { ...now, state: 'completed', endedAt, failure: '' };
    pipelines.putRun(id, now);
    pipelines.patchState(id, { attempt: 0, retryAt: '', lastSuccess: endedAt });
    if (!this.arrived.has(id)) this.awaitMore(host, entry);
    return now;
  }

  /** Rows that are too new yet count as if they came now. */
  private awaitMore(host: HostContext, { id }: PipelineRow): void {
    if (host.catalog.pipelines.countPending(id) > 0) this.arrived.set(id, Date.now());
    else this.arrived.delete(id);
  }

  private failed(
    host: HostContext,
    entry: PipelineRow,
    run: StoredRun,
    thrown: unknown,
    byHand: boolean,
  ): RunInfo {
    const { pipelines } = host.catalog;
    const { kind, message, hints } = asAppError(thrown);
    const endedAt = new Date().toISOString();
    const told = hideSecrets([message, ...hints].join(' '));
    // The end of the program is no failure: the next start goes on.
    if (this.closed) {
      return run;
    }
    if (kind === 'cancelled') {
      const cancelled: StoredRun = { ...run, state: 'cancelled', endedAt, message: told };
      pipelines.putRun(entry.id, cancelled);
      pipelines.patchState(entry.id, { attempt: 0, retryAt: '' });
      return cancelled;
    }
    const transient = mayPass(kind);
    const { attempts, firstSeconds, longestSeconds } = this.work.retry(entry);
    const again = transient && !byHand && run.attempts < attempts;
    const wait = Math.min(longestSeconds, firstSeconds * 2 ** (run.attempts - 1));
    const failed: StoredRun = {
      ...run,
      state: again ? 'retrying' : 'failed',
      endedAt: again ? '' : endedAt,
      message: told,
      failure: transient ? 'Transient' : 'Permanent',
    };
    pipelines.putRun(entry.id, failed);
    pipelines.patchState(entry.id, {
      attempt: again ? run.attempts : 0,
      retryAt: again ? new Date(Date.now() + wait * 1_000).toISOString() : '',
    });
    host.logger.error(`${this.work.kind} ${entry.name}: ${told}`);
    return failed;
  }
}

/** What the definition or the data says wrong, no second try puts right. */
const mayPass = (kind: AppError['kind']): boolean =>
  kind === 'source' || kind === 'resource' || kind === 'internal';
