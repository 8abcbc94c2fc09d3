import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { AppError } from '../../common/errors/app-error.ts';
import { translateError } from './translate-error.ts';

export interface DatabaseOptions {
  /** Folder for spilled data; made on demand. */
  readonly spillFolder: string;
  /** Bytes. DuckDB's own buffers keep to it; what its readers and writers hold beside them may not. */
  readonly memoryLimit: number;
  readonly threads: number;
  /** Bytes that may be spilled before the statement fails with a `resource` error. */
  readonly spillLimit?: number;
  /**
   * Row groups are closed at so many bytes, so that writing takes little memory. Only for one thread, which keeps
   * the order of rows without being told to.
   */
  readonly rowGroupBytes?: number;
}

const SPILL_LIMIT = 64 * 1024 ** 3;

/** Share of a running statement that is done, 0…1, or -1 while DuckDB doesn't know. */
export type OnShare = (share: number) => void;

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onShare?: OnShare | undefined;
}

const PROGRESS_INTERVAL_MS = 200;

/** An in-memory DuckDB that only ever reads and writes files. Extensions are never loaded from outside. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #rowGroupBytes: number | undefined;

  private constructor(instance: DuckDBInstance, rowGroupBytes: number | undefined) {
    this.#instance = instance;
    this.#rowGroupBytes = rowGroupBytes;
  }

  static async open(options: DatabaseOptions): Promise<Database> {
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      memory_limit: `${Math.max(64, Math.floor(options.memoryLimit / 1_000_000))}MB`,
      temp_directory: options.spillFolder,
      max_temp_directory_size: `${Math.floor((options.spillLimit ?? SPILL_LIMIT) / 1_000_000)}MB`,
      threads: String(options.threads),
      // DuckDB limits the bytes of row groups only where it needn't keep the order of rows.
      preserve_insertion_order: String(options.rowGroupBytes === undefined),
    });
    return new Database(instance, options.rowGroupBytes);
  }

  /** Runs statements on a connection of their own, closed at the end. */
  async session<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const connection = await this.#instance.connect();
    try {
      await connection.run(
        `SET TimeZone = 'UTC'; SET enable_progress_bar = true; SET enable_progress_bar_print = false`,
      );
      return await work(new Session(connection, this.#rowGroupBytes));
    } finally {
      connection.closeSync();
    }
  }

  async memoryBytes(): Promise<number> {
    return await this.session(async (session) => {
      const [row] = await session.rows(
        'SELECT sum(memory_usage_bytes)::VARCHAR FROM duckdb_memory()',
      );
      return Number(row?.[0] ?? 0);
    });
  }

  close(): void {
    this.#instance.closeSync();
  }
}

export class Session {
  readonly #connection: DuckDBConnection;
  /** Where row groups end; absent: by their rows alone. */
  readonly rowGroupBytes: number | undefined;

  constructor(connection: DuckDBConnection, rowGroupBytes?: number) {
    this.#connection = connection;
    this.rowGroupBytes = rowGroupBytes;
  }

  /**
   * Rows as JSON values: 64-bit integers and decimals are strings of digits. An abort interrupts the
   * statement and rejects with kind `cancelled` once DuckDB has let go of its files.
   */
  async rows(sql: string, options: RunOptions = {}): Promise<unknown[][]> {
    const { signal, onShare } = options;
    if (signal?.aborted) throw AppError.cancelled();
    const connection = this.#connection;
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    const timer = setInterval(() => {
      // An interrupt that arrives between two statements of DuckDB's own is lost: say it again.
      if (signal?.aborted) connection.interrupt();
      else if (onShare) onShare(connection.progress.percentage / 100);
    }, PROGRESS_INTERVAL_MS);
    try {
      return (await connection.runAndReadAll(sql)).getRowsJson();
    } catch (error) {
      if (signal?.aborted) throw AppError.cancelled();
      throw translateError(error);
    } finally {
      clearInterval(timer);
      signal?.removeEventListener('abort', interrupt);
    }
  }

  /**
   * Statements with thousands of converted columns: DuckDB's search for common subexpressions is quadratic in
   * their number (5,000 columns: 80 s), and such statements do better without it. Holds for the whole database.
   */
  async withoutSubexpressionSearch<T>(work: () => Promise<T>): Promise<T> {
    await this.rows(`SET disabled_optimizers = 'common_subexpressions'`);
    try {
      return await work();
    } finally {
      await this.rows(`SET disabled_optimizers = ''`);
    }
  }

  /** Names and DuckDB types of the columns of a relation, without reading its rows. */
  async describe(
    relation: string,
    options: RunOptions = {},
  ): Promise<{ readonly name: string; readonly storage: string }[]> {
    const rows = await this.rows(`DESCRIBE SELECT * FROM ${relation}`, options);
    return rows.map((row) => ({ name: String(row[0]), storage: String(row[1]) }));
  }
}
