import type { Database } from 'better-sqlite3';

export interface JournalEntry {
  readonly at: string;
  /** `CREATE-TABLE`, `RENAME-TABLE`…, as `.show journal` names them. */
  readonly event: string;
  readonly database: string;
  readonly entity: string;
  /** The entity's name afterwards, where that is another. */
  readonly updatedEntity: string;
  /** The catalog's version before the change. */
  readonly version: number;
  /** The command's text without secrets; empty where a person clicked. */
  readonly command: string;
  readonly requestId: string;
}

export type NewJournalEntry = Pick<JournalEntry, 'event' | 'database' | 'entity'> &
  Partial<Pick<JournalEntry, 'updatedEntity' | 'command' | 'requestId'>>;

export class JournalStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  add(entry: NewJournalEntry): void {
    this.db
      .prepare(
        `INSERT INTO journal (at, event, database, entity, detail, updated_entity, version, command, request_id)
         VALUES (?, ?, ?, ?, '', ?, (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'schema_version'), ?, ?)`,
      )
      .run(
        new Date().toISOString(),
        entry.event,
        entry.database,
        entry.entity,
        entry.updatedEntity ?? '',
        entry.command ?? '',
        entry.requestId ?? '',
      );
  }

  /** Newest first. */
  list(limit: number): readonly JournalEntry[] {
    return this.db
      .prepare<[number], JournalEntry>(
        `SELECT at, event, database, entity, updated_entity AS updatedEntity, version, command,
                request_id AS requestId
         FROM journal ORDER BY id DESC LIMIT ?`,
      )
      .all(limit);
  }
}
