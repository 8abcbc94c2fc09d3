import type { Database } from 'better-sqlite3';
import type { Document, HistoryEntry, SavedQuery } from '../../../common/contract/workspace.ts';

const HISTORY_LIMIT = 10_000;

/** Query texts are given here with their secrets already hidden (`hideSecrets`). */
export class HistoryStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  /** Newest first. */
  list(contains: string, limit: number): readonly HistoryEntry[] {
    const rows = this.db
      .prepare<[string, number], Omit<HistoryEntry, 'error'> & { error: string | null }>(
        `SELECT id, text, database, started_at AS startedAt, elapsed_ms AS elapsedMs,
                row_count AS rowCount, state, error
         FROM history WHERE instr(lower(text), lower(?)) > 0
         ORDER BY started_at DESC, rowid DESC LIMIT ?`,
      )
      .all(contains, limit);
    return rows.map(({ error, ...row }) => ({ ...row, ...(error === null ? {} : { error }) }));
  }

  add(entry: HistoryEntry): void {
    this.db
      .prepare(
        `INSERT OR REPLACE INTO history (id, text, database, started_at, elapsed_ms, row_count, state, error)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        entry.id,
        entry.text,
        entry.database,
        entry.startedAt,
        entry.elapsedMs,
        entry.rowCount,
        entry.state,
        entry.error ?? null,
      );
    this.db
      .prepare('DELETE FROM history WHERE rowid <= (SELECT max(rowid) FROM history) - ?')
      .run(HISTORY_LIMIT);
  }

  clear(): void {
    this.db.exec('DELETE FROM history');
  }
}

export class DocumentsStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  list(): readonly Document[] {
    const rows = this.db
      .prepare<[], Omit<Document, 'path'> & { path: string | null }>(
        `SELECT id, title, text, database, position, path, updated_at AS updatedAt
         FROM documents ORDER BY position, updated_at DESC`,
      )
      .all();
    return rows.map(({ path, ...row }) => ({ ...row, ...(path === null ? {} : { path }) }));
  }

  save(document: Document): void {
    this.db
      .prepare(
        `INSERT OR REPLACE INTO documents (id, title, text, database, position, path, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        document.id,
        document.title,
        document.text,
        document.database,
        document.position,
        document.path ?? null,
        document.updatedAt,
      );
  }

  remove(id: string): void {
    this.db.prepare('DELETE FROM documents WHERE id = ?').run(id);
  }
}

export class SavedQueriesStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  /** In the order in which they were first saved. */
  list(): readonly SavedQuery[] {
    return this.db
      .prepare<[], SavedQuery>(
        'SELECT id, title, description, text, database FROM saved_queries ORDER BY position',
      )
      .all();
  }

  save(query: SavedQuery): void {
    this.db
      .prepare(
        `INSERT INTO saved_queries (id, title, description, text, database, position)
         VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM saved_queries))
         ON CONFLICT (id) DO UPDATE SET
           title = excluded.title, description = excluded.description, text = excluded.text,
           database = excluded.database`,
      )
      .run(query.id, query.title, query.description, query.text, query.database);
  }

  remove(id: string): void {
    this.db.prepare('DELETE FROM saved_queries WHERE id = ?').run(id);
  }
}

export class SettingsStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  all(): Readonly<Record<string, unknown>> {
    const rows = this.db
      .prepare<[], { key: string; value: string }>('SELECT key, value FROM settings')
      .all();
    return Object.fromEntries(rows.map((row) => [row.key, JSON.parse(row.value) as unknown]));
  }

  /** Undefined takes the setting away. */
  set(key: string, value: unknown): void {
    if (value === undefined) {
      this.db.prepare('DELETE FROM settings WHERE key = ?').run(key);
      return;
    }
    this.db
      .prepare(
        'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      )
      .run(key, JSON.stringify(value));
  }
}
