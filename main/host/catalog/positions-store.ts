import type { Database } from 'better-sqlite3';

/** How far one part of a source (a partition, a blob, a cursor) has been taken in. */
export interface SourcePosition {
  readonly source: string;
  readonly part: string;
  readonly position: string;
}

export class PositionsStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  ofSource(source: string): readonly SourcePosition[] {
    return this.db
      .prepare<[string], SourcePosition>(
        'SELECT source, part, position FROM source_positions WHERE source = ? ORDER BY part',
      )
      .all(source);
  }

  /** A source that is no more. */
  forget(source: string): void {
    this.db.prepare('DELETE FROM source_positions WHERE source = ?').run(source);
  }

  /** Reads again from elsewhere; its counters (`#…`) stay. */
  forgetParts(source: string): void {
    this.db
      .prepare("DELETE FROM source_positions WHERE source = ? AND part NOT LIKE '#%'")
      .run(source);
  }

  /** An empty position: the part is no more. */
  put({ source, part, position }: SourcePosition): void {
    if (position === '') {
      this.db
        .prepare('DELETE FROM source_positions WHERE source = ? AND part = ?')
        .run(source, part);
      return;
    }
    this.db
      .prepare(
        `INSERT INTO source_positions (source, part, position, updated_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (source, part) DO UPDATE SET
           position = excluded.position, updated_at = excluded.updated_at`,
      )
      .run(source, part, position, new Date().toISOString());
  }
}
