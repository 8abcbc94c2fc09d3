import type { Database } from 'better-sqlite3';

export type DefinitionKind =
  | 'mapping'
  | 'policy'
  | 'materializedView'
  | 'externalTable'
  | 'connection';

export interface Definition {
  readonly owner: string;
  readonly name: string;
  readonly definition: unknown;
}

/** Entities that are one JSON document each. The owner is a table's or database's id, or '' for the host. */
export class DefinitionsStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  list(kind: DefinitionKind, owner: string): readonly Definition[] {
    const rows = this.db
      .prepare<[string, string], { owner: string; name: string; definition: string }>(
        'SELECT owner, name, definition FROM definitions WHERE kind = ? AND owner = ? ORDER BY name',
      )
      .all(kind, owner);
    return rows.map((row) => ({ ...row, definition: JSON.parse(row.definition) as unknown }));
  }

  put(kind: DefinitionKind, { owner, name, definition }: Definition): void {
    this.db
      .prepare(
        `INSERT INTO definitions (kind, owner, name, definition, updated_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (kind, owner, name) DO UPDATE SET
           definition = excluded.definition, updated_at = excluded.updated_at`,
      )
      .run(kind, owner, name, JSON.stringify(definition), new Date().toISOString());
  }

  /** False if there was none. */
  remove(kind: DefinitionKind, owner: string, name: string): boolean {
    const { changes } = this.db
      .prepare('DELETE FROM definitions WHERE kind = ? AND owner = ? AND name = ?')
      .run(kind, owner, name);
    return changes > 0;
  }
}
