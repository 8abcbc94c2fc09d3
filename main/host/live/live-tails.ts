import type { LiveFrame } from '../../../common/contract/live.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import type { HostContext } from '../context.ts';
import { Tail, type TailRequest } from './tail.ts';

/** Seconds between commits of a stream whose table is watched. */
const WATCHED_SECONDS = 0.1;
/** The streams hurry for so long after they were last told that somebody watches, and are told this often. */
const LEASE_MS = 6_000;
const RENEW_MS = 2_000;

/** The live views of all windows. */
export class LiveTails {
  readonly #tails = new Map<string, Tail>();
  #renewing: NodeJS.Timeout | undefined;

  /** Begins to listen for new rows. */
  start(host: HostContext): void {
    host.writer.onArrival((arrivals) => {
      for (const tail of this.#tails.values())
        for (const { table, extents } of arrivals)
          if (table.id === tail.table.id) tail.arrived(extents);
    });
  }

  async run(
    host: HostContext,
    request: TailRequest,
    signal: AbortSignal,
    emit: (frame: LiveFrame) => void,
  ): Promise<never> {
    if (this.#tails.has(request.tailId))
      throw new AppError('input', 'tail_exists', `There is a tail ${request.tailId} already.`);
    const tail = new Tail(host, request, tableOf(host, request), signal, emit);
    this.#tails.set(request.tailId, tail);
    this.#renewing ??= setInterval(() => this.#renew(host), RENEW_MS).unref();
    this.#hurry(host, tail);
    try {
      return await tail.run();
    } finally {
      this.#tails.delete(request.tailId);
      if (this.#tails.size === 0) {
        clearInterval(this.#renewing);
        this.#renewing = undefined;
      }
    }
  }

  /** The tail of this id; one that has ended meanwhile is no error. */
  get(tailId: string): Tail | undefined {
    return this.#tails.get(tailId);
  }

  #renew(host: HostContext): void {
    for (const tail of this.#tails.values()) {
      tail.stir();
      this.#hurry(host, tail);
    }
  }

  /** What is watched is committed several times a second, so that what is shown is what is stored. */
  #hurry(host: HostContext, tail: Tail): void {
    if (tail.isPaused || !host.streamWorker.isRunning) return;
    const { database, name } = tail.table;
    const lease = { database, table: name, seconds: WATCHED_SECONDS, forMs: LEASE_MS };
    host.streamWorker.call('stream.hurry', lease).catch((error: unknown) => {
      host.logger.debug(`the streams of ${name} could not be told: ${String(error)}`);
    });
  }
}

function tableOf(host: HostContext, { database, table }: TailRequest): TableRow {
  const found = host.catalog.tables.get(database, table);
  if (found.kind === 'table') return found;
  throw new AppError(
    'unsupported',
    'not_a_table',
    `${table} is a materialized view: its rows change instead of being added.`,
    { hints: ['Open it as a query and let its tab refresh, or watch its source.'] },
  );
}
