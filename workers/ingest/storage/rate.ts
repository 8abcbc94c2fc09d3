import { setTimeout as pause } from 'node:timers/promises';

/** Keeps many downloads together below a number of bytes per second. */
export class ByteRate {
  readonly #perMs: number;
  /** When what was taken so far is paid for, in milliseconds of the monotonic clock. */
  #paidAt = 0;

  constructor(bytesPerSecond: number | undefined) {
    this.#perMs = (bytesPerSecond ?? Number.POSITIVE_INFINITY) / 1_000;
  }

  /** Waits until these bytes are within the rate. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    if (!Number.isFinite(this.#perMs)) return;
    const now = performance.now();
    this.#paidAt = Math.max(now, this.#paidAt) + bytes / this.#perMs;
    const wait = this.#paidAt - now;
    if (wait > 1) await pause(wait, undefined, { signal });
  }
}
