import type { Database } from 'better-sqlite3';

export type DefinitionKind =
  | 'mapping'
  | 'policy'
  | 'materializedView'
  | 'externalTable'
  | 'connection';

/** Entities of a later catalog, which have a table of their own. */
export type EntityKind =
  | 'storedQueryResult'
  | 'entityGroup'
  | 'plugin'
  | 'stream'
  | 'storageSync'
  | 'storagePlace';

export const tableOwner = (table: { readonly id: number }): string => `table:${table.id}`;
export const databaseOwner = (database: { readonly id: number }): string =>
  `database:${database.id}`;

export interface Definition {
  readonly owner: string;
  readonly name: string;
  readonly definition: unknown;
}

export interface StoredDefinition extends Definition {
  /** ISO text. */
  readonly updatedAt: string;
}

interface Row {
  owner: string;
  name: string;
  definition: string;
  updatedAt: string;
}

/** Entities that are one JSON document each. The owner is a table or database (`tableOwner`), or '' for the host. */
export class DefinitionsStore<Kind extends string = DefinitionKind> {
  private readonly db: Database;
  private readonly table: 'definitions' | 'entities';

  constructor(db: Database, table: 'definitions' | 'entities' = 'definitions') {
    this.db = db;
    this.table = table;
  }

  list(kind: Kind, owner: string): readonly StoredDefinition[] {
    const rows = this.db
      .prepare<[string, string], Row>(
        `SELECT owner, name, definition, updated_at AS updatedAt FROM ${this.table}
         WHERE kind = ? AND owner = ? ORDER BY name`,
      )
      .all(kind, owner);
    return rows.map((row) => ({ ...row, definition: JSON.parse(row.definition) as unknown }));
  }

  find(kind: Kind, owner: string, name: string): StoredDefinition | undefined {
    return this.list(kind, owner).find((entry) => entry.name === name);
  }

  /** All entities of one name, whoever owns them. */
  named(kind: Kind, name: string): readonly Definition[] {
    const rows = this.db
      .prepare<[string, string], Row>(
        `SELECT owner, name, definition FROM ${this.table} WHERE kind = ? AND name = ? ORDER BY owner`,
      )
      .all(kind, name);
    return rows.map((row) => ({ ...row, definition: JSON.parse(row.definition) as unknown }));
  }

  put(kind: Kind, { owner, name, definition }: Definition): void {
    this.db
      .prepare(
        `INSERT INTO ${this.table} (kind, owner, name, definition, updated_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (kind, owner, name) DO UPDATE SET
           definition = excluded.definition, updated_at = excluded.updated_at`,
      )
      .run(kind, owner, name, JSON.stringify(definition), new Date().toISOString());
  }

  /** False if there was none. */
  remove(kind: Kind, owner: string, name: string): boolean {
    const { changes } = this.db
      .prepare(`DELETE FROM ${this.table} WHERE kind = ? AND owner = ? AND name = ?`)
      .run(kind, owner, name);
    return changes > 0;
  }

  /** All that belongs to an owner that is no more. */
  removeOwner(owner: string): void {
    this.db.prepare(`DELETE FROM ${this.table} WHERE owner = ?`).run(owner);
  }
}
