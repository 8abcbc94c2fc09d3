import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { WorkerSettings } from '../../common/contract/worker.ts';

/** What each connection starts with. */
const SESSION = [
  // Kusto compares text by code point and knows no time zone but UTC.
  "SET TimeZone = 'UTC'",
  'SET scalar_subquery_error_on_multiple_rows = false',
  'SET max_expression_depth = 5000',
  // The rewrite of `row_number() <= n` refuses an n of a million and more.
  "SET disabled_optimizers = 'top_n_window_elimination'",
].join(';');

/** One engine per worker thread, in memory; what doesn't fit goes to the spill folder, up to its own cap. */
export class Engine {
  readonly #instance: DuckDBInstance;
  readonly #main: DuckDBConnection;
  readonly #idle: DuckDBConnection[] = [];
  #memory: { readonly at: number; readonly bytes: number } | undefined;

  private constructor(instance: DuckDBInstance, main: DuckDBConnection) {
    this.#instance = instance;
    this.#main = main;
  }

  static async open(settings: WorkerSettings): Promise<Engine> {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${Math.max(64, Math.floor(settings.memoryLimit / 1_048_576))}MiB`,
      threads: String(settings.threads),
      temp_directory: settings.spillFolder,
      max_temp_directory_size: '50GiB',
      preserve_insertion_order: 'true',
      // Nothing is fetched behind the user's back.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const main = await instance.connect();
    // Extents never change; footers of other files are read again when these do.
    await main.run('SET GLOBAL parquet_metadata_cache = true');
    await main.run(SESSION);
    return new Engine(instance, main);
  }

  /** The connection for short statements of the worker's own. */
  get main(): DuckDBConnection {
    return this.#main;
  }

  /** Runs work on a connection of its own, which is interrupted when the signal aborts. */
  async use<T>(
    signal: AbortSignal | undefined,
    work: (connection: DuckDBConnection) => Promise<T>,
  ): Promise<T> {
    const connection = this.#idle.pop() ?? (await this.#connect());
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      signal?.throwIfAborted();
      return await work(connection);
    } finally {
      signal?.removeEventListener('abort', interrupt);
      this.#idle.push(connection);
    }
  }

  async #connect(): Promise<DuckDBConnection> {
    const connection = await this.#instance.connect();
    await connection.run(SESSION);
    return connection;
  }

  /** Bytes that the engine holds in memory, as of the last second: the figure is for people, each query asks. */
  async memory(): Promise<number> {
    const now = performance.now();
    if (this.#memory && now - this.#memory.at < 1_000) return this.#memory.bytes;
    const reader = await this.#main.runAndReadAll(
      'SELECT sum(memory_usage_bytes)::DOUBLE FROM duckdb_memory()',
    );
    this.#memory = { at: now, bytes: Number(reader.getRows()[0]?.[0] ?? 0) };
    return this.#memory.bytes;
  }
}
