/** Rows that came within one second. */
export interface Second {
  /** Whole seconds since 1970. */
  readonly second: number;
  readonly rows: number;
}

/** Rows per second of the last minutes, from totals that only grow. */
export class RateHistory {
  readonly #seconds: number;
  #list: Second[] = [];
  #total: number | undefined;

  constructor(seconds = 120) {
    this.#seconds = seconds;
  }

  /** `at`: milliseconds since 1970. A total that is less than before begins anew. */
  add(at: number, total: number): void {
    const before = this.#total;
    this.#total = total;
    const rows = before === undefined ? total : total - before;
    if (rows <= 0) return;
    const second = Math.floor(at / 1_000);
    const last = this.#list.at(-1);
    if (last && last.second >= second)
      this.#list[this.#list.length - 1] = { ...last, rows: last.rows + rows };
    else this.#list.push({ second, rows });
    this.#list = this.#list.filter((s) => s.second > second - this.#seconds);
  }

  /** The next total is of another tail, which counts from zero. */
  restart(): void {
    this.#total = undefined;
  }

  /** One entry for each of the last seconds, the present one last; nothing came in those that hold 0. */
  series(now: number, length: number): readonly number[] {
    const end = Math.floor(now / 1_000);
    const rows = new Map(this.#list.map((s) => [s.second, s.rows]));
    return Array.from({ length }, (_, i) => rows.get(end - length + 1 + i) ?? 0);
  }

  /** Rows per second over the last whole seconds. */
  perSecond(now: number, seconds = 5): number {
    const whole = this.series(now - 1_000, seconds);
    return whole.reduce((sum, n) => sum + n, 0) / seconds;
  }
}
