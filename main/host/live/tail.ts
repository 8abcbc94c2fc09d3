import type { LiveFrame, LiveTotals } from '../../../common/contract/live.ts';
import type { Extent } from '../../../common/contract/store.ts';
import { AppError, asAppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { createdTicks } from '../catalog/extents-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import type { HostContext } from '../context.ts';
import { Frames } from './frames.ts';
import { type Group, Pending } from './pending.ts';
import { type StandingRows, withStandingRows } from './standing-rows.ts';

export interface TailRequest {
  readonly tailId: string;
  readonly database: string;
  readonly table: string;
  readonly pipe: string;
  readonly history: number;
  readonly keep: number;
  readonly frameRows: number;
}

/** Rows that one turn looks at: what came beyond them since the last turn stays unread. */
const TURN_ROWS = 300_000;
/** While catching up every row is read, in pieces. */
const PIECE_ROWS = 20_000;
const PIECE_EXTENTS = 200;
/** Extents that may be looked through for the rows to begin with. */
const HISTORY_EXTENTS = 32;
/** Frames that tell only numbers, and counts during a pause, come no more often. */
const TOTALS_MS = 500;
const RETRY_MS = 1_000;
const RETRIES = 5;

type Told = Partial<Pick<LiveFrame, 'batch' | 'rows' | 'history'>> & {
  readonly columns?: readonly Column[];
};

type Totals = { -readonly [K in keyof LiveTotals]: number };

/** One window's look at the rows that a table gets, from now on. */
export class Tail {
  readonly #host: HostContext;
  readonly #request: TailRequest;
  readonly #signal: AbortSignal;
  readonly #frames: Frames;
  readonly #pending: Pending;
  readonly #totals: Totals = {
    arrived: 0,
    matched: 0,
    shown: 0,
    skipped: 0,
    unread: 0,
    waiting: 0,
    stored: 0,
  };
  #table: TableRow;
  #columns = '';
  #paused = false;
  #skipping = false;
  /** Groups at the head of the queue that are to be shown whole, and how far the first piece of them is shown. */
  #toCatchUp = 0;
  #pieceSent = 0;
  #message = '';
  #toldAt = 0;
  #untold = false;
  #stirred = false;
  #wake: () => void = () => undefined;

  constructor(
    host: HostContext,
    request: TailRequest,
    table: TableRow,
    signal: AbortSignal,
    emit: (frame: LiveFrame) => void,
  ) {
    this.#host = host;
    this.#request = request;
    this.#table = table;
    this.#signal = signal;
    this.#frames = new Frames(emit);
    this.#pending = new Pending((extents) => this.#letGo(extents));
    this.#totals.stored = host.catalog.tables.stats().get(table.id)?.rowCount ?? 0;
  }

  get table(): TableRow {
    return this.#table;
  }

  /** Nobody looks at the moment: there is no need to hurry. */
  get isPaused(): boolean {
    return this.#paused;
  }

  /** New rows; to be called before anything can delete their files. */
  arrived(extents: readonly Extent[]): void {
    this.#hold(extents);
    this.#pending.add(extents);
    const rows = extents.reduce((sum, e) => sum + e.rowCount, 0);
    this.#totals.arrived += rows;
    this.#totals.stored += rows;
    this.#untold = true;
    this.stir();
  }

  acknowledge(frame: number): void {
    this.#frames.acknowledge(frame);
    this.stir();
  }

  pause(): void {
    this.#paused = true;
    this.stir();
  }

  resume(how: 'catchUp' | 'skip'): void {
    this.#paused = false;
    if (how === 'catchUp') this.#toCatchUp = this.#pending.length;
    else this.#skipping = true;
    this.stir();
  }

  /** Has another look at what there is to do. */
  stir(): void {
    this.#stirred = true;
    this.#wake();
  }

  /** Runs until it is cancelled, or until the standing query can't go on, and then throws. */
  async run(): Promise<never> {
    const newest = this.#newest();
    this.#hold(newest);
    const stir = (): void => this.stir();
    this.#signal.addEventListener('abort', stir, { once: true });
    try {
      const { columns } = await this.#host.queryWorker.call(
        'standing.check',
        { database: this.#table.database, table: this.#table.name, pipe: this.#request.pipe },
        { signal: this.#signal },
      );
      this.#tell({ columns });
      await this.#tried(() => this.#showHistory(newest));
    } finally {
      this.#letGo(newest);
    }
    try {
      while (!this.#signal.aborted) {
        this.#stirred = false;
        this.#followTable();
        const more = this.#frames.open && (await this.#tried(() => this.#turn()));
        if (!more && !this.#stirred) await this.#sleep();
      }
      throw AppError.cancelled('The live view');
    } finally {
      this.#signal.removeEventListener('abort', stir);
      this.#pending.take(this.#pending.length);
    }
  }

  /** Does the next piece of work; false if there is none now. */
  async #turn(): Promise<boolean> {
    if (this.#skipping) return this.#skip();
    if (this.#paused && this.#toCatchUp === 0) return this.#count();
    if (this.#toCatchUp > 0) return this.#showPiece();
    if (this.#pending.length > 0) return this.#showNewest();
    if (this.#untold && this.#isTime()) this.#tell({});
    return false;
  }

  /** Everything that has come, of which only the last rows are shown if they are many. */
  async #showNewest(): Promise<boolean> {
    for (const group of this.#pending.trim(TURN_ROWS)) this.#passOver(group);
    const groups = this.#pending.oldest(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    await this.#rowsOf(groups, async (rows) => {
      const from = Math.max(0, rows.matched - this.#request.frameRows);
      this.#found(groups, rows.matched);
      this.#totals.skipped += from;
      this.#pending.take(groups.length);
      await this.#show(rows, from);
    });
    return false;
  }

  /** After a pause: every row, from the oldest on. */
  async #showPiece(): Promise<boolean> {
    const groups = this.#pending.oldest(PIECE_ROWS, PIECE_EXTENTS).slice(0, this.#toCatchUp);
    await this.#rowsOf(groups, async (rows) => {
      const start = Math.max(this.#pieceSent, rows.matched - this.#request.keep);
      for (let from = start; from < rows.matched; from = this.#pieceSent) {
        while (!this.#frames.open) {
          await this.#sleep();
          this.#signal.throwIfAborted();
        }
        await this.#show(rows, from);
        this.#pieceSent = from + this.#request.frameRows;
      }
      this.#found(groups, rows.matched);
      this.#totals.skipped += Math.max(0, rows.matched - this.#request.keep);
    });
    this.#pieceSent = 0;
    this.#toCatchUp -= groups.length;
    this.#pending.take(groups.length);
    this.#totals.waiting = this.#pending.matched;
    this.#untold = true;
    return true;
  }

  /** During a pause: how many rows wait. What the window could not hold anyway is let go. */
  async #count(): Promise<boolean> {
    if (!this.#isTime()) return false;
    const groups = this.#pending.uncounted(TURN_ROWS, PIECE_EXTENTS);
    if (groups.length > 0) {
      const matched = await this.#matching(groups);
      this.#totals.matched += matched;
      this.#pending.counted(groups, matched);
      for (const group of this.#pending.trimMatched(this.#request.keep)) this.#passOver(group);
      this.#totals.waiting = this.#pending.matched;
      this.#untold = true;
    }
    if (this.#untold) this.#tell({});
    return false;
  }

  async #matching(groups: readonly Group[]): Promise<number> {
    if (this.#request.pipe.trim() === '') return groups.reduce((sum, g) => sum + g.rows, 0);
    return this.#rowsOf(groups, async (rows) => rows.matched);
  }

  async #skip(): Promise<boolean> {
    const groups = this.#pending.uncounted(TURN_ROWS, PIECE_EXTENTS);
    if (groups.length > 0) {
      const matched = await this.#matching(groups);
      this.#totals.matched += matched;
      this.#pending.counted(groups, matched);
      return true;
    }
    this.#skipping = false;
    this.#toCatchUp = 0;
    for (const group of this.#pending.take(this.#pending.length)) this.#passOver(group);
    this.#totals.waiting = 0;
    this.#tell({});
    return true;
  }

  #passOver({ matched, rows }: Group): void {
    if (matched === undefined) this.#totals.unread += rows;
    else this.#totals.skipped += matched;
    this.#untold = true;
  }

  /** Some of the groups may have been counted before. */
  #found(groups: readonly Group[], matched: number): void {
    this.#totals.matched += matched - groups.reduce((sum, g) => sum + (g.matched ?? 0), 0);
  }

  async #showHistory(extents: readonly Extent[]): Promise<void> {
    const { history } = this.#request;
    if (extents.length === 0 || history === 0) return;
    await this.#standing(extents, async ({ matched, read, columns }) => {
      const { batch, rows } = await read(Math.max(0, matched - history), history);
      if (rows > 0) this.#tell({ columns, batch, rows, history: true });
    });
  }

  async #show({ columns, read }: StandingRows, from: number): Promise<void> {
    const { batch, rows } = await read(from, this.#request.frameRows);
    if (rows === 0) return;
    this.#totals.shown += rows;
    this.#tell({ columns, batch, rows });
  }

  #rowsOf<T>(groups: readonly Group[], work: (rows: StandingRows) => Promise<T>): Promise<T> {
    return this.#standing(
      groups.flatMap((g) => g.extents),
      work,
    );
  }

  #standing<T>(extents: readonly Extent[], work: (rows: StandingRows) => Promise<T>): Promise<T> {
    const how = { pipe: this.#request.pipe, signal: this.#signal };
    return withStandingRows(this.#host.queryWorker, this.#table, extents, how, work);
  }

  #tell({ columns, ...given }: Told): void {
    const list = columns?.map(({ name, type }) => ({ name, type }));
    const key = list ? JSON.stringify(list) : this.#columns;
    this.#frames.send({
      ...(list && key !== this.#columns ? { columns: list } : {}),
      rows: 0,
      history: false,
      ...given,
      totals: { ...this.#totals },
      message: this.#message,
    });
    this.#columns = key;
    this.#toldAt = performance.now();
    this.#untold = false;
  }

  #isTime(): boolean {
    return performance.now() - this.#toldAt >= TOTALS_MS;
  }

  /** The table may have another name by now, or other columns. */
  #followTable(): void {
    const now = this.#host.catalog.tables.byId(this.#table.id);
    if (!now) throw new AppError('input', 'no_table', `The table ${this.#table.name} was dropped.`);
    this.#table = now;
  }

  /** The newest extents: merged ones stand behind others although their rows are older. */
  #newest(): readonly Extent[] {
    if (this.#request.history === 0) return [];
    const all = [...this.#host.schema.extentsOf(this.#table)].sort((a, b) =>
      createdTicks(a) < createdTicks(b) ? -1 : 1,
    );
    let rows = 0;
    const found: Extent[] = [];
    for (const extent of all.reverse()) {
      if (rows >= this.#request.history || found.length === HISTORY_EXTENTS) break;
      found.unshift(extent);
      rows += extent.rowCount;
    }
    return found;
  }

  /** What fails because the engine was restarted is tried again; what the query says wrong is not. */
  async #tried<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await work();
        this.#message = '';
        return result;
      } catch (thrown) {
        if (this.#signal.aborted) throw AppError.cancelled('The live view');
        const error = asAppError(thrown);
        if (isFinal(error) || attempt === RETRIES) throw error;
        this.#message = error.message;
        if (this.#frames.open) this.#tell({});
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Until something happens; what only changed numbers is looked at after a while. */
  async #sleep(): Promise<void> {
    await new Promise<void>((resolve) => {
      const later = this.#untold || (this.#paused && this.#pending.length > 0);
      const timer = later ? setTimeout(resolve, TOTALS_MS) : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }

  #hold(extents: readonly Extent[]): void {
    for (const extent of extents) this.#host.snapshots.pin(this.#pin(extent), [extent.path]);
  }

  #letGo(extents: readonly Extent[]): void {
    for (const extent of extents) this.#host.snapshots.release(this.#pin(extent));
  }

  #pin({ extentId }: Extent): string {
    return `live:${this.#request.tailId}:${extentId}`;
  }
}

function isFinal({ kind, code }: AppError): boolean {
  if (code === 'result_gone') return false;
  return kind === 'syntax' || kind === 'semantic' || kind === 'unsupported' || kind === 'input';
}
