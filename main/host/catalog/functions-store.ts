import type { Database } from 'better-sqlite3';
import type { FunctionInfo } from '../../../common/contract/schema.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { DatabaseRow } from './databases-store.ts';
import { checkName } from './names.ts';

interface Stored {
  name: string;
  parameters: string;
  body: string;
  folder: string;
  docstring: string;
  is_view: number;
}

export class FunctionsStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  list(database: DatabaseRow): readonly FunctionInfo[] {
    const rows = this.db
      .prepare<[number], Stored>('SELECT * FROM functions WHERE database_id = ? ORDER BY name')
      .all(database.id);
    return rows.map(fromStored);
  }

  find(database: DatabaseRow, name: string): FunctionInfo | undefined {
    const row = this.db
      .prepare<[number, string], Stored>(
        'SELECT * FROM functions WHERE database_id = ? AND name = ?',
      )
      .get(database.id, name);
    return row && fromStored(row);
  }

  get(database: DatabaseRow, name: string): FunctionInfo {
    const found = this.find(database, name);
    if (found) return found;
    throw new AppError(
      'semantic',
      'unknown_function',
      `There is no function named '${name}' in the database '${database.name}'.`,
    );
  }

  /** Creates the function or takes the place of one with its name. */
  put(database: DatabaseRow, definition: FunctionInfo): void {
    checkName('function', definition.name);
    this.db
      .prepare(
        `INSERT INTO functions (database_id, name, parameters, body, folder, docstring, is_view)
         VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (database_id, name) DO UPDATE SET
           parameters = excluded.parameters, body = excluded.body, folder = excluded.folder,
           docstring = excluded.docstring, is_view = excluded.is_view`,
      )
      .run(
        database.id,
        definition.name,
        definition.parameters,
        definition.body,
        definition.folder,
        definition.docstring,
        definition.isView ? 1 : 0,
      );
  }

  /** False if there was none. */
  drop(database: DatabaseRow, name: string): boolean {
    const { changes } = this.db
      .prepare('DELETE FROM functions WHERE database_id = ? AND name = ?')
      .run(database.id, name);
    return changes > 0;
  }
}

function fromStored(row: Stored): FunctionInfo {
  return {
    name: row.name,
    parameters: row.parameters,
    body: row.body,
    folder: row.folder,
    docstring: row.docstring,
    isView: row.is_view === 1,
  };
}
