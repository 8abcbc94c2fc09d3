/** A source that says nothing for so long is asked again with the next batch. */
const PATIENCE_MS = 10_000;

type Positions = ReadonlyMap<string, string>;

/**
 * Tells a source what is stored, beside the commits and never in their way: a source that doesn't hear of it sends
 * records again, and they are told apart then. What piles up meanwhile is told at once.
 */
export class Acknowledgements {
  readonly #tell: (positions: Positions) => Promise<void>;
  #next: Map<string, string> | undefined;
  #telling: Promise<void> | undefined;
  /** What went wrong the last time; '' if nothing did. */
  failure = '';

  constructor(tell: (positions: Positions) => Promise<void>) {
    this.#tell = tell;
  }

  stored(positions: Positions): void {
    this.#next = new Map([...(this.#next ?? []), ...positions]);
    this.#telling ??= this.#work().finally(() => {
      this.#telling = undefined;
    });
  }

  /** Resolves when there is nothing left to tell. */
  async told(): Promise<void> {
    await this.#telling;
  }

  async #work(): Promise<void> {
    for (let positions = this.#next; positions; positions = this.#next) {
      this.#next = undefined;
      try {
        await inTime(this.#tell(positions));
        this.failure = '';
      } catch (error) {
        this.failure = `could not acknowledge: ${(error as Error).message}`;
      }
    }
  }
}

async function inTime(work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the source does not answer')), PATIENCE_MS);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
