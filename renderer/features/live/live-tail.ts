import { createStore, type StoreApi } from 'zustand/vanilla';
import { decodeBatch } from '../../../common/arrow/result-batch.ts';
import type { LiveFrame, LiveTotals } from '../../../common/contract/live.ts';
import { type AppError, asAppError } from '../../../common/errors/app-error.ts';
import type { Services } from '../../client/services.ts';
import { newId } from '../../client/session-store.ts';
import { RateHistory } from './rate-history.ts';
import { Ring } from './ring.ts';

/** Rows that a live view holds; older ones are in the table. */
export const LIVE_ROWS = 100_000;
const RECONNECT_MS = 1_000;

export interface LiveTarget {
  readonly database: string;
  readonly table: string;
  readonly pipe: string;
}

/** `scroll`: because the person looks at earlier rows; `button`: because they said so. */
export type Pause = 'scroll' | 'button';

export interface LiveState {
  readonly target: LiveTarget;
  readonly state: 'starting' | 'running' | 'failed';
  readonly pause: Pause | undefined;
  readonly totals: LiveTotals;
  /** Rows of earlier tails of this view that never came: while the connection was away, or skipped then. */
  readonly missed: number;
  /** Why nothing comes at the moment. */
  readonly message: string;
  /** Why the tail ended. */
  readonly error: AppError | undefined;
  /** Grows with each change of the rows. */
  readonly rows: number;
  /** Rows that were pushed out or cleared since the view was opened: what shifts the places of the others. */
  readonly evicted: number;
  /** Grows when the columns are others. */
  readonly columns: number;
}

const NOTHING: LiveTotals = {
  arrived: 0,
  matched: 0,
  shown: 0,
  skipped: 0,
  unread: 0,
  waiting: 0,
  stored: 0,
};

/** A table that one tab watches: it goes on while the tab is behind others, within its bound. */
export interface LiveTail extends StoreApi<LiveState> {
  readonly ring: Ring;
  readonly rates: RateHistory;
  /** Begins anew with another standing query; the rows so far go. */
  setPipe(pipe: string): void;
  pause(why: Pause): void;
  /** `catchUp` shows every row of the meantime that the view can hold, `skip` goes on with new ones. */
  resume(how: 'catchUp' | 'skip'): void;
  clear(): void;
  close(): void;
}

export function createLiveTail({ host }: Pick<Services, 'host'>, target: LiveTarget): LiveTail {
  const ring = new Ring(LIVE_ROWS);
  const rates = new RateHistory();
  const store = createStore<LiveState>(() => ({
    target,
    state: 'starting',
    pause: undefined,
    totals: NOTHING,
    missed: 0,
    message: '',
    error: undefined,
    rows: 0,
    evicted: 0,
    columns: 0,
  }));
  const { getState, setState } = store;
  let running: { readonly tailId: string; readonly controller: AbortController } | undefined;
  let closed = false;

  function acknowledge(tailId: string, frame: number): void {
    const call = (): void => {
      host.call('live.ack', { tailId, frame }).catch(() => undefined);
    };
    // Once it is drawn. A page that nobody sees draws nothing, and would never say so.
    if (document.visibilityState === 'visible') requestAnimationFrame(call);
    else call();
  }

  function take(tailId: string, frame: LiveFrame): void {
    if (running?.tailId !== tailId) return;
    const fresh = frame.columns ? ring.adopt(frame.columns) : false;
    const evicted = frame.batch ? ring.append(decodeBatch(frame.batch)) : 0;
    rates.add(Date.now(), frame.totals.arrived);
    setState((s) => ({
      state: 'running',
      totals: frame.totals,
      message: frame.message,
      rows: frame.batch ? s.rows + 1 : s.rows,
      evicted: s.evicted + evicted,
      columns: fresh ? s.columns + 1 : s.columns,
    }));
    acknowledge(tailId, frame.frame);
  }

  async function start(history: number): Promise<void> {
    const tailId = newId('tail');
    const controller = new AbortController();
    running?.controller.abort();
    running = { tailId, controller };
    rates.restart();
    try {
      await host.call(
        'live.tail',
        { tailId, ...getState().target, history, keep: LIVE_ROWS },
        { signal: controller.signal, onEvent: (frame) => take(tailId, frame) },
      );
    } catch (thrown) {
      if (closed || running?.tailId !== tailId) return;
      const error = asAppError(thrown);
      if (error.code !== 'disconnected') setState({ state: 'failed', error, message: '' });
      else await startAgain();
    }
  }

  /** After the host was away: what came meanwhile is in the table, and is counted here as missed. */
  async function startAgain(): Promise<void> {
    const { totals } = getState();
    setState({ state: 'starting', message: 'The connection was lost; connecting again.' });
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    if (closed) return;
    const stop = store.subscribe((now) => {
      if (now.state !== 'running') return;
      stop();
      const gap = Math.max(0, now.totals.stored - totals.stored - now.totals.arrived);
      setState((s) => ({
        missed: s.missed + gap + totals.skipped + totals.unread + totals.waiting,
      }));
      if (now.pause) tellPause();
    });
    void start(0);
  }

  function tellPause(): void {
    if (running) host.call('live.pause', { tailId: running.tailId }).catch(() => undefined);
  }

  void start(200);
  return {
    ...store,
    ring,
    rates,
    setPipe(pipe) {
      const { evicted, columns } = getState();
      setState({
        target: { ...getState().target, pipe },
        state: 'starting',
        pause: undefined,
        totals: NOTHING,
        missed: 0,
        message: '',
        error: undefined,
        evicted: evicted + ring.rowCount,
        columns: columns + 1,
      });
      ring.reset();
      void start(200);
    },
    pause(why) {
      if (getState().pause) return;
      setState({ pause: why });
      tellPause();
    },
    resume(how) {
      if (!getState().pause) return;
      setState({ pause: undefined });
      if (running)
        host
          .call('live.resume', { tailId: running.tailId, how })
          .catch((error: unknown) => setState({ message: asAppError(error).message }));
    },
    clear() {
      const gone = ring.rowCount;
      ring.clear();
      setState((s) => ({ rows: s.rows + 1, evicted: s.evicted + gone }));
    },
    close() {
      closed = true;
      running?.controller.abort();
      ring.clear();
    },
  };
}
