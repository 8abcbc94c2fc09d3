import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { AppError } from '../../../common/errors/app-error.ts';

/**
 * One process per data folder. The lock is SQLite's own exclusive lock on a small file: the system releases it
 * however the process ends, so that there is no stale lock to explain. The pid beside it is for the message.
 */
export function lockDataFolder(root: string): () => void {
  const pidFile = join(root, 'owner.pid');
  const db = new Sqlite(join(root, 'lock.sqlite'), { timeout: 0 });
  try {
    db.pragma('journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!(error instanceof Sqlite.SqliteError) || !error.code.startsWith('SQLITE_BUSY'))
      throw error;
    throw new AppError(
      'resource',
      'data_folder_in_use',
      `The data folder ${root} is in use by another Calypso${ownerText(pidFile)}.`,
      { hints: ['Close the other one, or choose another folder with --data.'] },
    );
  }
  writeFileSync(pidFile, String(process.pid));
  return () => {
    rmSync(pidFile, { force: true });
    db.close();
  };
}

function ownerText(pidFile: string): string {
  try {
    return ` (process ${readFileSync(pidFile, 'utf8').trim()})`;
  } catch {
    return '';
  }
}
