import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Extent, TableSnapshot } from '../../common/contract/store.ts';
import { inspect } from '../../workers/ingest/inspect.ts';
import { type LoadRequest, type LoadResult, load } from '../../workers/ingest/load.ts';
import { type Registered, register } from '../../workers/ingest/register.ts';
import { Database } from '../../workers/store/database.ts';
import { scanSql } from '../../workers/store/scan.ts';

/** An engine with folders of its own, for tests that load real files. */
export class IngestBench {
  readonly folder: string;
  readonly database: Database;

  private constructor(folder: string, database: Database) {
    this.folder = folder;
    this.database = database;
  }

  static async open(): Promise<IngestBench> {
    const folder = await mkdtemp(join(tmpdir(), 'calypso-ingest-'));
    const database = await Database.open({
      spillFolder: join(folder, 'spill'),
      memoryLimit: 1_500_000_000,
      threads: 2,
    });
    return new IngestBench(folder, database);
  }

  async close(): Promise<void> {
    this.database.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  get context() {
    return { database: this.database, temporaryFolder: this.path('temporary') };
  }

  request(paths: string | readonly string[], more: Partial<LoadRequest> = {}): LoadRequest {
    const list = typeof paths === 'string' ? [paths] : paths;
    return {
      source: { paths: list, names: list.map((p) => p.split('/').at(-1) ?? p) },
      options: { nestedLevels: 1 },
      onBadCell: 'widen',
      maxErrors: 1_000_000,
      folder: this.path('extents'),
      errorFolder: this.path('errors'),
      ...more,
    };
  }

  load(paths: string | readonly string[], more: Partial<LoadRequest> = {}): Promise<LoadResult> {
    return load(this.request(paths, more), this.context);
  }

  inspect(path: string, options: LoadRequest['options'] = { nestedLevels: 1 }) {
    return inspect({ source: { paths: [path], names: [path] }, options }, this.context);
  }

  register(path: string): Promise<Registered> {
    return register(
      { source: { paths: [path], names: [path] }, options: { nestedLevels: 1 } },
      this.context,
    );
  }

  /** Rows of extents as the engine would scan them: 64-bit integers and ticks are digits. */
  rows(
    columns: TableSnapshot['columns'],
    extents: readonly Extent[],
    suffix = '',
  ): Promise<unknown[][]> {
    const names = columns.map((_, i) => `c${i}`).join(', ');
    const scan = scanSql({
      database: 'd',
      table: 't',
      columns,
      extents: [...extents],
      extentsTotal: extents.length,
    });
    return this.database.session((s) => s.rows(`SELECT * FROM (${scan}) AS t(${names}) ${suffix}`));
  }

  /** Files that were left in the folders of extents and of temporary copies. */
  async leftovers(): Promise<string[]> {
    const all = await Promise.all(
      ['extents', 'errors', 'temporary'].map((name) =>
        readdir(this.path(name), { recursive: true }).catch(() => []),
      ),
    );
    return all.flat();
  }
}
