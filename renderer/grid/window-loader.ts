import type { CellValue, ResultBatch } from '../../common/arrow/result-batch.ts';
import {
  BLOCK_COLUMNS,
  BLOCK_ROWS,
  type BlockAddress,
  type BlockPlan,
  blockKey,
  planBlocks,
  type Viewport,
} from './window-plan.ts';

export interface WindowRequest {
  readonly offset: number;
  readonly limit: number;
  /** Places of the wanted columns in the result. */
  readonly columns: readonly number[];
}

export interface WindowLoaderOptions {
  readonly columnCount: number;
  readonly rowCount: number;
  /** The answer holds the wanted columns in the wanted order. */
  readonly fetch: (request: WindowRequest, signal: AbortSignal) => Promise<ResultBatch>;
  readonly onLoaded: () => void;
  readonly onError: (error: unknown) => void;
  /** Milliseconds on any clock that only goes forward. */
  readonly now: () => number;
  /** Most cells that the cache holds; the least recently shown go first. */
  readonly maxCells?: number;
}

interface Flight {
  readonly controller: AbortController;
  readonly startedAt: number;
}

const MAX_IN_FLIGHT = 3;
/** A request that nobody waits for any more may end by itself for so long, then it is cancelled. */
const STALE_MS = 60;

/**
 * Holds the windows of one result (or of one view of it). Promises: at most three requests are under way;
 * visible blocks go before those ahead; a newer viewport replaces what the older one still waited for; the
 * cache never exceeds its bound by more than what is visible.
 */
export class WindowLoader {
  readonly #options: WindowLoaderOptions;
  readonly #maxCells: number;
  /** In order of use: the first key is the least recently used. */
  readonly #blocks = new Map<string, ResultBatch>();
  readonly #flights = new Map<string, Flight>();
  readonly #failed = new Set<string>();
  #plan: BlockPlan = { visible: [], ahead: [] };
  #view: Viewport | undefined;
  #rowCount: number;
  #cells = 0;
  #disposed = false;

  constructor(options: WindowLoaderOptions) {
    this.#options = options;
    this.#rowCount = options.rowCount;
    this.#maxCells = options.maxCells ?? 4_000_000;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** What was last said to be on screen. */
  get viewport(): Viewport | undefined {
    return this.#view;
  }

  /** All that is on screen is here, as far as it can be had. */
  get isFilled(): boolean {
    return this.#plan.visible.every((a) => this.#isComplete(a) || this.#failed.has(blockKey(a)));
  }

  get cachedCells(): number {
    return this.#cells;
  }

  /** The cell of a row, or undefined while it is not here. */
  cell(row: number, column: number): CellValue | undefined {
    const block = Math.floor(row / BLOCK_ROWS);
    const chunk = Math.floor(column / BLOCK_COLUMNS);
    const batch = this.#blocks.get(`${block}:${chunk}`);
    const local = row - block * BLOCK_ROWS;
    if (!batch || local >= batch.rowCount) return undefined;
    return batch.cell(local, column - chunk * BLOCK_COLUMNS);
  }

  /** More rows can be read than before (a result that is still growing). */
  setRowCount(rowCount: number): void {
    if (rowCount === this.#rowCount) return;
    this.#rowCount = rowCount;
    if (this.#view) this.show(this.#view);
  }

  /** Tells what is on screen now. */
  show(view: Viewport): void {
    if (this.#disposed) return;
    if (this.#view?.firstRow !== view.firstRow) this.#failed.clear();
    this.#view = view;
    this.#plan = planBlocks(view, this.#rowCount);
    const wanted = new Set([...this.#plan.visible, ...this.#plan.ahead].map(blockKey));
    const now = this.#options.now();
    for (const [key, flight] of this.#flights)
      if (!wanted.has(key) && now - flight.startedAt > STALE_MS) flight.controller.abort();
    for (const address of this.#plan.visible) this.#touch(blockKey(address));
    this.#pump();
  }

  dispose(): void {
    this.#disposed = true;
    for (const flight of this.#flights.values()) flight.controller.abort();
    this.#flights.clear();
    this.#blocks.clear();
    this.#cells = 0;
  }

  #expectedRows(block: number): number {
    return Math.max(0, Math.min(BLOCK_ROWS, this.#rowCount - block * BLOCK_ROWS));
  }

  #isComplete(address: BlockAddress): boolean {
    const batch = this.#blocks.get(blockKey(address));
    return batch !== undefined && batch.rowCount >= this.#expectedRows(address.block);
  }

  #touch(key: string): void {
    const batch = this.#blocks.get(key);
    if (!batch) return;
    this.#blocks.delete(key);
    this.#blocks.set(key, batch);
  }

  #pump(): void {
    const pending = (addresses: readonly BlockAddress[]): BlockAddress[] =>
      addresses.filter((a) => {
        const key = blockKey(a);
        return !this.#isComplete(a) && !this.#flights.has(key) && !this.#failed.has(key);
      });
    for (const address of pending(this.#plan.visible)) {
      if (this.#flights.size >= MAX_IN_FLIGHT) return;
      this.#start(address);
    }
    // One place stays free for what becomes visible next.
    for (const address of pending(this.#plan.ahead)) {
      if (this.#flights.size >= MAX_IN_FLIGHT - 1) return;
      this.#start(address);
    }
  }

  #start(address: BlockAddress): void {
    const key = blockKey(address);
    const controller = new AbortController();
    this.#flights.set(key, { controller, startedAt: this.#options.now() });
    const firstColumn = address.chunk * BLOCK_COLUMNS;
    const width = Math.min(BLOCK_COLUMNS, this.#options.columnCount - firstColumn);
    const request: WindowRequest = {
      offset: address.block * BLOCK_ROWS,
      limit: this.#expectedRows(address.block),
      columns: Array.from({ length: width }, (_, i) => firstColumn + i),
    };
    this.#options.fetch(request, controller.signal).then(
      (batch) => this.#arrived(key, batch),
      (error: unknown) => {
        if (this.#disposed) return;
        this.#flights.delete(key);
        if (!controller.signal.aborted) {
          this.#failed.add(key);
          this.#options.onError(error);
        }
        this.#pump();
      },
    );
  }

  #arrived(key: string, batch: ResultBatch): void {
    if (this.#disposed) return;
    this.#flights.delete(key);
    const weigh = (b: ResultBatch): number => b.rowCount * Math.max(1, b.columns.length);
    const old = this.#blocks.get(key);
    if (old) this.#cells -= weigh(old);
    this.#blocks.delete(key);
    this.#blocks.set(key, batch);
    this.#cells += weigh(batch);
    // A block that came back shorter than promised would be asked for again and again.
    const block = Number(key.slice(0, key.indexOf(':')));
    if (batch.rowCount < this.#expectedRows(block)) this.#failed.add(key);
    const visible = new Set(this.#plan.visible.map(blockKey));
    for (const [oldest, held] of this.#blocks) {
      if (this.#cells <= this.#maxCells) break;
      if (visible.has(oldest) || oldest === key) continue;
      this.#blocks.delete(oldest);
      this.#cells -= weigh(held);
    }
    this.#options.onLoaded();
    this.#pump();
  }
}
