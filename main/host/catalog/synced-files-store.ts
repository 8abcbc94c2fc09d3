import type { Database } from 'better-sqlite3';

/** A file of a sync. Versions are ETags; null where there is none. */
export interface SyncedFile {
  readonly key: string;
  readonly etag: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  readonly md5: string | null;
  /** Below the mirror's folder, with `/` between its parts. */
  readonly path: string;
  readonly mirrored: string | null;
  readonly ingested: string | null;
  readonly failed: string | null;
  readonly rowCount: number;
  readonly message: string;
  readonly gone: boolean;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
}

type Stored = Omit<SyncedFile, 'gone'> & { readonly gone: number };

export class SyncedFilesStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  ofSync(sync: string): readonly SyncedFile[] {
    return this.db
      .prepare<[string], Stored>(
        `SELECT key, etag, bytes, modified_at AS modifiedAt, md5, path, mirrored, ingested, failed,
           row_count AS rowCount, message, gone, used_at AS usedAt
         FROM synced_files WHERE sync = ? ORDER BY key`,
      )
      .all(sync)
      .map((row) => ({ ...row, gone: row.gone !== 0 }));
  }

  /** In the transaction that is open, or one per file: callers with many files open one. */
  put(sync: string, file: SyncedFile): void {
    this.db
      .prepare(
        `INSERT INTO synced_files (sync, key, etag, bytes, modified_at, md5, path, mirrored, ingested, failed,
           row_count, message, gone, used_at)
         VALUES (@sync, @key, @etag, @bytes, @modifiedAt, @md5, @path, @mirrored, @ingested, @failed,
           @rowCount, @message, @gone, @usedAt)
         ON CONFLICT (sync, key) DO UPDATE SET etag = excluded.etag, bytes = excluded.bytes,
           modified_at = excluded.modified_at, md5 = excluded.md5, path = excluded.path,
           mirrored = excluded.mirrored, ingested = excluded.ingested, failed = excluded.failed,
           row_count = excluded.row_count, message = excluded.message, gone = excluded.gone,
           used_at = excluded.used_at`,
      )
      .run({ ...file, sync, gone: file.gone ? 1 : 0 });
  }

  remove(sync: string, key: string): void {
    this.db.prepare('DELETE FROM synced_files WHERE sync = ? AND key = ?').run(sync, key);
  }

  forget(sync: string): void {
    this.db.prepare('DELETE FROM synced_files WHERE sync = ?').run(sync);
  }

  /** Runs `work` as one transaction; the schema stays as it is. */
  together(work: () => void): void {
    this.db.transaction(work).immediate();
  }
}
