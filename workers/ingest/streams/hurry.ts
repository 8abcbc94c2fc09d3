/** Commits that come sooner than the definition says, for as long as somebody watches the table. */
export class Hurry {
  readonly #leases = new Map<string, { readonly seconds: number; readonly until: number }>();
  readonly #listeners = new Map<string, Set<() => void>>();

  /** Seconds after which a batch for this table is closed, until `forMs` milliseconds from now. */
  lease(database: string, table: string, seconds: number, forMs: number): void {
    const key = keyOf(database, table);
    const before = this.#valid(key);
    this.#leases.set(key, { seconds, until: performance.now() + forMs });
    if (before !== seconds) for (const listener of this.#listeners.get(key) ?? []) listener();
  }

  of(database: string, table: string): TableHurry {
    const key = keyOf(database, table);
    return {
      seconds: () => this.#valid(key),
      onChange: (listener) => {
        const set = this.#listeners.get(key) ?? new Set();
        this.#listeners.set(key, set.add(listener));
        return () => set.delete(listener);
      },
    };
  }

  #valid(key: string): number | undefined {
    const lease = this.#leases.get(key);
    if (!lease) return undefined;
    if (lease.until > performance.now()) return lease.seconds;
    this.#leases.delete(key);
    return undefined;
  }
}

export interface TableHurry {
  /** undefined: nobody watches. */
  seconds(): number | undefined;
  /** Somebody begins to watch. Returns the function that stops listening. */
  onChange(listener: () => void): () => void;
}

const keyOf = (database: string, table: string): string => JSON.stringify([database, table]);
