import type { Database } from 'better-sqlite3';

export interface JournalEntry {
  readonly at: string;
  /** `CREATE-TABLE`, `RENAME-TABLE`…, as `.show journal` names them. */
  readonly event: string;
  readonly database: string;
  readonly entity: string;
  readonly detail: string;
}

export class JournalStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  add(entry: Omit<JournalEntry, 'at'>): void {
    this.db
      .prepare('INSERT INTO journal (at, event, database, entity, detail) VALUES (?, ?, ?, ?, ?)')
      .run(new Date().toISOString(), entry.event, entry.database, entry.entity, entry.detail);
  }

  /** Newest first. */
  list(limit: number): readonly JournalEntry[] {
    return this.db
      .prepare<[number], JournalEntry>(
        'SELECT at, event, database, entity, detail FROM journal ORDER BY id DESC LIMIT ?',
      )
      .all(limit);
  }
}
