import type { QueryStats } from '../../common/contract/query.ts';

/** A query or command that has ended, from whichever face it came. */
export interface RequestEntry {
  readonly id: string;
  /** Without its secrets. */
  readonly text: string;
  readonly database: string;
  readonly startedAt: Date;
  readonly elapsedMs: number;
  readonly state: 'completed' | 'failed' | 'cancelled';
  readonly failure: string;
  /** Kusto.Language's name of a command; '' for a query. */
  readonly command: string;
  readonly rowCount: number;
  readonly stats: QueryStats | undefined;
}

const KEPT = 10_000;

/** The requests since the start of the program, the latest 10,000 of them. */
export class RequestLog {
  private readonly entries: RequestEntry[] = [];

  add(entry: RequestEntry): void {
    this.entries.push(entry);
    if (this.entries.length > KEPT) this.entries.splice(0, this.entries.length - KEPT);
  }

  /** Newest first. */
  list(): readonly RequestEntry[] {
    return [...this.entries].reverse();
  }
}
