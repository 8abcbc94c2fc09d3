import type { QueryEvent, QueryOutcome, ResultInfo } from '../../../common/contract/query.ts';

/**
 * The results of a query while it runs: what can be read now, and when there is more. An answer begins with the
 * first rows, not with the last.
 */
export class ResultFeed {
  private readonly results: ResultInfo[] = [];
  private readonly waiting: (() => void)[] = [];
  private single = false;
  private end: { readonly outcome: QueryOutcome } | { readonly error: unknown } | undefined;

  /** `run` gets the listener for the query's events. */
  constructor(run: (emit: (event: QueryEvent) => void) => Promise<QueryOutcome>) {
    run((event) => {
      if (event.kind !== 'result') return;
      this.single = event.of === 1;
      this.update(event.result);
    }).then(
      (outcome) => {
        // A query that was begun anew has other results than those it told of first.
        this.results.splice(0, this.results.length, ...outcome.results);
        this.finish({ outcome });
      },
      (error: unknown) => this.finish({ error }),
    );
  }

  /**
   * Resolves when there is something to send. Only a query that says that it has one result is answered before
   * it is done: the properties of all results stand in front of the first one.
   */
  async begun(): Promise<void> {
    while (!this.end && !(this.single && this.results[0]?.rowCount)) await this.change();
    if (this.end && 'error' in this.end) throw this.end.error;
  }

  /** What is known of the results by now. */
  get known(): readonly ResultInfo[] {
    return this.results;
  }

  /** Resolves when result `index` has rows from `offset` on or is complete. */
  async rows(index: number, offset: number): Promise<ResultInfo> {
    for (;;) {
      const result = this.results[index];
      if (result && (result.rowCount > offset || result.complete)) return result;
      if (this.end) {
        if ('error' in this.end) throw this.end.error;
        throw new Error('a result is missing');
      }
      await this.change();
    }
  }

  async outcome(): Promise<QueryOutcome> {
    while (!this.end) await this.change();
    if ('error' in this.end) throw this.end.error;
    return this.end.outcome;
  }

  private update(result: ResultInfo): void {
    const at = this.results.findIndex(({ resultId }) => resultId === result.resultId);
    if (at < 0) this.results.push(result);
    else this.results[at] = result;
    this.wake();
  }

  private finish(end: NonNullable<ResultFeed['end']>): void {
    this.end = end;
    this.wake();
  }

  private wake(): void {
    for (const resume of this.waiting.splice(0)) resume();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
