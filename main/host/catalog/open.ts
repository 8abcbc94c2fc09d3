import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Sqlite, { type Database } from 'better-sqlite3';
import { AppError } from '../../../common/errors/app-error.ts';

/** "CALY", in the header of the file, so that another program's file isn't taken for ours. */
const APPLICATION_ID = 0x43414c59;
const MIGRATION_NAME = /^(\d{4})_.+\.sql$/;

interface Migration {
  readonly number: number;
  readonly file: string;
}

export const MIGRATIONS = new URL('./migrations/', import.meta.url);

function listMigrations(folder: URL): readonly Migration[] {
  return readdirSync(folder)
    .flatMap((file) => {
      const number = MIGRATION_NAME.exec(file)?.[1];
      return number === undefined ? [] : [{ number: Number(number), file }];
    })
    .sort((a, b) => a.number - b.number);
}

/** Opens the catalog, making or upgrading it. The caller holds the lock of the data folder. */
export function openCatalogFile(file: string, migrations = MIGRATIONS): Database {
  const db = new Sqlite(file);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    prepare(db, file, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A private copy in memory: changes are lost, and whoever owns the file isn't disturbed. */
export function copyCatalogFile(file: string, migrations = MIGRATIONS): Database {
  const db = existsSync(file) ? new Sqlite(readCatalogBytes(file)) : new Sqlite(':memory:');
  prepare(db, file, migrations);
  return db;
}

function readCatalogBytes(file: string): Buffer {
  const source = new Sqlite(file, { readonly: true, timeout: 5_000 });
  try {
    const bytes = source.serialize();
    // Read and write version 2 mean WAL, which a database in memory can't have (file format, section 1.3.3).
    bytes[18] = 1;
    bytes[19] = 1;
    return bytes;
  } finally {
    source.close();
  }
}

function prepare(db: Database, file: string, folder: URL): void {
  db.pragma('foreign_keys = ON');
  const migrations = listMigrations(folder);
  const newest = migrations.at(-1)?.number ?? 0;
  const current = db.pragma('user_version', { simple: true }) as number;
  const owner = db.pragma('application_id', { simple: true }) as number;
  const empty =
    current === 0 && db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (!empty && owner !== APPLICATION_ID)
    throw new AppError('input', 'not_a_catalog', `${file} is not a catalog of Calypso.`);
  if (current > newest)
    throw new AppError(
      'input',
      'newer_catalog',
      `${file} was written by a newer Calypso (format ${current}; this one reads up to ${newest}).`,
      { hints: ['Update Calypso, or choose another folder with --data.'] },
    );
  for (const migration of migrations) {
    if (migration.number <= current) continue;
    const sql = readFileSync(fileURLToPath(new URL(migration.file, folder)), 'utf8');
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${migration.number}`);
    }).immediate();
  }
}
