import type { IngestEvent } from '../../common/contract/ingest.ts';

const INTERVAL_MS = 200;

export interface ProgressTotals {
  readonly bytes: number;
  readonly rows: number;
  readonly file: string;
}

/** Joins what temporary copies and the engine report into one figure, and guesses the time left. */
export class Progress {
  readonly #emit: (event: IngestEvent) => void;
  readonly #totals: ProgressTotals;
  readonly #started = performance.now();
  #staged = 0;
  #last = 0;

  constructor(totals: ProgressTotals, emit: (event: IngestEvent) => void) {
    this.#totals = totals;
    this.#emit = emit;
  }

  staged(bytes: number): void {
    this.#staged += bytes;
    this.#report(this.#stagedShare() / 2);
  }

  /** `share` of the engine's statement, 0…1. */
  wrote(share: number): void {
    if (share < 0) return;
    const before = this.#stagedShare() / 2;
    this.#report(before + (1 - before) * share);
  }

  end(rows: number): void {
    const { bytes, file } = this.#totals;
    this.#emit({ rows, bytesRead: bytes, bytesTotal: bytes, file, secondsLeft: 0 });
  }

  /** Copies are about half of the work of the files that need one. */
  #stagedShare(): number {
    return this.#totals.bytes === 0 ? 0 : Math.min(1, this.#staged / this.#totals.bytes);
  }

  #report(share: number): void {
    const now = performance.now();
    if (now - this.#last < INTERVAL_MS) return;
    this.#last = now;
    const elapsed = (now - this.#started) / 1000;
    const { bytes, rows, file } = this.#totals;
    this.#emit({
      rows: Math.round(rows * share),
      bytesRead: Math.round(bytes * share),
      bytesTotal: bytes,
      file,
      secondsLeft: share > 0.02 ? Math.round((elapsed * (1 - share)) / share) : -1,
    });
  }
}
