import type { Database } from 'better-sqlite3';

/** An ingestion that failed (page ".show ingestion failures"). */
export interface IngestionFailure {
  /** ISO text. */
  readonly at: string;
  readonly operation: string;
  readonly database: string;
  readonly table: string;
  readonly source: string;
  readonly kind: 'Permanent' | 'Transient';
  readonly code: string;
  readonly details: string;
}

const KEPT = 10_000;

export class FailuresStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  /** Newest first. */
  list(): readonly IngestionFailure[] {
    return this.db
      .prepare<[], IngestionFailure>(
        `SELECT at, operation, database, table_name AS "table", source, kind, code, details
         FROM ingestion_failures ORDER BY id DESC`,
      )
      .all();
  }

  add(failure: IngestionFailure): void {
    this.db
      .prepare(
        `INSERT INTO ingestion_failures (at, operation, database, table_name, source, kind, code, details)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        failure.at,
        failure.operation,
        failure.database,
        failure.table,
        failure.source,
        failure.kind,
        failure.code,
        failure.details,
      );
    this.db
      .prepare(
        'DELETE FROM ingestion_failures WHERE id <= (SELECT max(id) FROM ingestion_failures) - ?',
      )
      .run(KEPT);
  }
}
