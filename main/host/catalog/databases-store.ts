import type { Database } from 'better-sqlite3';
import { AppError } from '../../../common/errors/app-error.ts';
import { DefinitionsStore, databaseOwner, tableOwner } from './definitions-store.ts';
import { checkName } from './names.ts';

export interface DatabaseRow {
  readonly id: number;
  readonly name: string;
  readonly prettyName: string;
  readonly readOnly: boolean;
}

interface Stored {
  id: number;
  name: string;
  pretty_name: string;
  read_only: number;
}

export class DatabasesStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  list(): readonly DatabaseRow[] {
    const rows = this.db.prepare<[], Stored>('SELECT * FROM databases ORDER BY name').all();
    return rows.map(fromStored);
  }

  find(name: string): DatabaseRow | undefined {
    const row = this.db
      .prepare<[string], Stored>('SELECT * FROM databases WHERE name = ?')
      .get(name);
    return row && fromStored(row);
  }

  get(name: string): DatabaseRow {
    const found = this.find(name);
    if (found) return found;
    const names = this.list().map((database) => database.name);
    throw new AppError('semantic', 'unknown_database', `There is no database named '${name}'.`, {
      hints: [`Databases: ${names.join(', ')}`],
    });
  }

  /** The same, refused when the database is read-only. */
  writable(name: string): DatabaseRow {
    const database = this.get(name);
    if (database.readOnly)
      throw new AppError(
        'input',
        'read_only_database',
        `The database '${name}' is read-only: it ships with Calypso.`,
        { hints: ['Choose another database.'] },
      );
    return database;
  }

  create(name: string, options: { prettyName?: string; readOnly?: boolean } = {}): DatabaseRow {
    checkName('database', name);
    if (this.find(name))
      throw new AppError('input', 'database_exists', `A database named '${name}' exists already.`);
    this.db
      .prepare(
        'INSERT INTO databases (name, pretty_name, read_only, created_at) VALUES (?, ?, ?, ?)',
      )
      .run(name, options.prettyName ?? '', options.readOnly ? 1 : 0, new Date().toISOString());
    return this.get(name);
  }

  setPrettyName(name: string, prettyName: string): void {
    this.db
      .prepare('UPDATE databases SET pretty_name = ? WHERE id = ?')
      .run(prettyName, this.get(name).id);
  }

  /** With all that is in it; the files are the caller's to delete. */
  drop(name: string): void {
    const database = this.get(name);
    const tables = this.db
      .prepare<[number], { id: number }>('SELECT id FROM tables WHERE database_id = ?')
      .all(database.id);
    for (const entities of ['definitions', 'entities'] as const) {
      const store = new DefinitionsStore(this.db, entities);
      store.removeOwner(databaseOwner(database));
      for (const table of tables) store.removeOwner(tableOwner(table));
    }
    this.db.prepare('DELETE FROM databases WHERE id = ?').run(database.id);
  }
}

function fromStored(row: Stored): DatabaseRow {
  return {
    id: row.id,
    name: row.name,
    prettyName: row.pretty_name,
    readOnly: row.read_only === 1,
  };
}
