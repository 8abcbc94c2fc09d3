import type { Database } from 'better-sqlite3';

export type OperationState = 'InProgress' | 'Completed' | 'Failed' | 'Canceled' | 'Abandoned';

/** A command that changed something or ran in the background (page ".show operations"). */
export interface Operation {
  readonly id: string;
  readonly kind: string;
  /** Without its secrets. */
  readonly command: string;
  readonly database: string;
  /** ISO text. */
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly elapsedMs: number;
  readonly state: OperationState;
  readonly status: string;
  readonly requestId: string;
}

interface Stored extends Operation {
  readonly details: string | null;
}

const COLUMNS = `id, kind, command, database, started_at AS startedAt, updated_at AS updatedAt,
  elapsed_ms AS elapsedMs, state, status, request_id AS requestId`;

/** Operations are kept for two weeks. */
const KEPT_DAYS = 14;
const DAY_MS = 86_400_000;

export class OperationsStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  /** Newest first. */
  list(): readonly Operation[] {
    return this.db
      .prepare<[], Operation>(
        `SELECT ${COLUMNS} FROM operations ORDER BY started_at DESC, rowid DESC`,
      )
      .all();
  }

  find(id: string): Operation | undefined {
    return this.db
      .prepare<[string], Operation>(`SELECT ${COLUMNS} FROM operations WHERE id = ?`)
      .get(id);
  }

  /** The answer of a finished operation as JSON text. */
  details(id: string): string | undefined {
    const row = this.db
      .prepare<[string], Pick<Stored, 'details'>>('SELECT details FROM operations WHERE id = ?')
      .get(id);
    return row?.details ?? undefined;
  }

  put(operation: Operation, details?: string): void {
    this.db
      .prepare(
        `INSERT OR REPLACE INTO operations
           (id, kind, command, database, started_at, updated_at, elapsed_ms, state, status, request_id, details)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        operation.id,
        operation.kind,
        operation.command,
        operation.database,
        operation.startedAt,
        operation.updatedAt,
        operation.elapsedMs,
        operation.state,
        operation.status,
        operation.requestId,
        details ?? null,
      );
  }

  /** Called at the start of the program: what ran when it ended last time will not go on. */
  abandon(): void {
    this.db
      .prepare("UPDATE operations SET state = 'Abandoned', status = ? WHERE state = 'InProgress'")
      .run('The program ended before the operation did.');
  }

  forgetOld(now: number): void {
    this.db
      .prepare("DELETE FROM operations WHERE started_at < ? AND state <> 'InProgress'")
      .run(new Date(now - KEPT_DAYS * DAY_MS).toISOString());
  }
}
