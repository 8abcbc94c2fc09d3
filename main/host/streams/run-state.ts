import type {
  StreamDefinition,
  StreamInfo,
  StreamMessage,
} from '../../../common/contract/stream.ts';
import type { SourcePosition } from '../catalog/positions-store.ts';

/** What of a stream outlives the host, beside its positions. */
export interface StoredStream {
  readonly definition: StreamDefinition;
  readonly paused: boolean;
}

/** Counters stand among the positions, and are stored in the transaction that stores the rows. */
const COUNTERS = { rows: '#rows', deadLettered: '#deadLettered', lost: '#lost' } as const;

/** Seconds over which the rate is taken. */
const RATE_SECONDS = 10;

/** Messages that are kept, of one stream. */
const KEPT_MESSAGES = 200;

/** A stream as the host sees it. */
export class RunState {
  readonly definition: StreamDefinition;
  #state: StreamInfo['state'] = 'starting';
  #message = '';
  readonly messages: StreamMessage[] = [];
  lag = -1;
  lastCommitAt = '';
  rows = 0;
  deadLettered = 0;
  lost = 0;
  readonly positions = new Map<string, string>();
  /** Lost in runs that are over. */
  #lostBefore = 0;
  #commits: { readonly at: number; readonly rows: number }[] = [];

  constructor(definition: StreamDefinition, stored: readonly SourcePosition[]) {
    this.definition = definition;
    for (const { part, position } of stored) {
      if (part === COUNTERS.rows) this.rows = Number(position);
      else if (part === COUNTERS.deadLettered) this.deadLettered = Number(position);
      else if (part === COUNTERS.lost) this.lost = Number(position);
      else this.positions.set(part, position);
    }
    this.#lostBefore = this.lost;
  }

  get state(): StreamInfo['state'] {
    return this.#state;
  }

  set state(next: StreamInfo['state']) {
    if (next !== this.#state) this.#note(next, '');
    this.#state = next;
  }

  get message(): string {
    return this.#message;
  }

  set message(text: string) {
    if (text !== '' && text !== this.#message) this.#note(this.#state, text);
    this.#message = text;
  }

  #note(state: StreamInfo['state'], text: string): void {
    this.messages.push({ at: new Date().toISOString(), state, text });
    if (this.messages.length > KEPT_MESSAGES) this.messages.shift();
  }

  /** What has to be stored with a batch. */
  after(batch: {
    readonly rows: number;
    readonly deadLettered: number;
    readonly positions: Readonly<Record<string, string>>;
  }): SourcePosition[] {
    const source = sourceOf(this.definition.name);
    return [
      ...Object.entries(batch.positions).map(([part, position]) => ({ source, part, position })),
      { source, part: COUNTERS.rows, position: String(this.rows + batch.rows) },
      {
        source,
        part: COUNTERS.deadLettered,
        position: String(this.deadLettered + batch.deadLettered),
      },
      { source, part: COUNTERS.lost, position: String(this.lost) },
    ];
  }

  committed(batch: {
    readonly rows: number;
    readonly deadLettered: number;
    readonly positions: Readonly<Record<string, string>>;
  }): void {
    this.rows += batch.rows;
    this.deadLettered += batch.deadLettered;
    for (const [part, position] of Object.entries(batch.positions))
      if (position === '') this.positions.delete(part);
      else this.positions.set(part, position);
    const now = Date.now();
    this.lastCommitAt = new Date(now).toISOString();
    this.#commits.push({ at: now, rows: batch.rows });
  }

  /** A run counts what it lost from zero. */
  runLost(lost: number): void {
    this.lost = this.#lostBefore + lost;
  }

  runEnded(): void {
    this.#lostBefore = this.lost;
  }

  info(): StreamInfo {
    const since = Date.now() - RATE_SECONDS * 1_000;
    this.#commits = this.#commits.filter((c) => c.at >= since);
    const recent = this.#commits.reduce((sum, c) => sum + c.rows, 0);
    return {
      definition: this.definition,
      state: this.state,
      rows: this.rows,
      deadLettered: this.deadLettered,
      lost: this.lost,
      rowsPerSecond: this.state === 'running' ? recent / RATE_SECONDS : 0,
      lag: this.lag,
      message: this.message,
      lastCommitAt: this.lastCommitAt,
      positions: Object.fromEntries(this.positions),
    };
  }
}

/** The name under which a stream's positions are kept. */
export const sourceOf = (name: string): string => `stream:${name}`;
