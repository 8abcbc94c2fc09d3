import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { register } from '../workers/ingest/register.ts';
import { Database } from '../workers/store/database.ts';
import { literal } from '../workers/store/quote.ts';
import { scanSql } from '../workers/store/scan.ts';
import { type Figure, isEntry, numberArgument, printFigures } from './ingest-figures.ts';

/** Opening a large file where it is: time to its first 1,000 rows, and the memory of a group-by over all of it. */
const MEGABYTE = 1_000_000;
const MEMORY_LIMIT = 1_500 * MEGABYTE;

const ROW = `range AS id, (hash(range) % 1000)::INT AS customer, TIMESTAMP '2024-01-01' + INTERVAL (range * 137) MILLISECOND AS at, (hash(range + 1) % 100000) / 7.0 AS price, uuid()::VARCHAR AS token`;

const SOURCES = [
  { name: 'Parquet', ending: 'parquet', bytesPerRow: 50, options: 'FORMAT parquet' },
  { name: 'CSV', ending: 'csv', bytesPerRow: 95, options: 'FORMAT csv, HEADER' },
] as const;

export async function run(
  options: { readonly megabytes: number } = { megabytes: 5000 },
): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'calypso-bench-open-'));
  const figures: Figure[] = [];
  try {
    for (const source of SOURCES) {
      const path = join(folder, `data.${source.ending}`);
      const rows = Math.round((options.megabytes * MEGABYTE) / source.bytesPerRow);
      const maker = await DuckDBInstance.create(':memory:', {
        threads: '2',
        memory_limit: '2GB',
        temp_directory: folder,
      });
      const connection = await maker.connect();
      await connection.run(
        `SET preserve_insertion_order = false; COPY (SELECT ${ROW} FROM range(${rows})) TO ${literal(path)} (${source.options})`,
      );
      connection.closeSync();
      maker.closeSync();
      figures.push(...(await measure(source.name, path, folder)));
      await rm(path);
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(name: string, path: string, folder: string): Promise<Figure[]> {
  const database = await Database.open({
    spillFolder: join(folder, 'spill'),
    memoryLimit: MEMORY_LIMIT,
    threads: 2,
  });
  try {
    const size = `${Math.round((await stat(path)).size / MEGABYTE)} MB of ${name}`;
    const start = performance.now();
    const { columns, extents } = await register(
      { source: { paths: [path], names: [path] }, options: { nestedLevels: 1 } },
      { database, temporaryFolder: join(folder, 'tmp') },
    );
    const snapshot = { database: 'd', table: 't', columns, extents, extentsTotal: 1 };
    const first = await database.session((s) => s.rows(`${scanSql(snapshot)} LIMIT 1000`));
    const opened = performance.now() - start;
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 20);
    const grouped = performance.now();
    const groups = await database.session((s) =>
      s.rows(
        `SELECT customer, count(*), sum(price) FROM (${scanSql(snapshot, { columns: ['customer', 'price'] })}) GROUP BY 1`,
      ),
    );
    clearInterval(timer);
    const seconds = (performance.now() - grouped) / 1000;
    return [
      {
        figure: `first ${first.length} rows of ${size}, opened in place`,
        value: opened,
        unit: 'ms',
        goal: '≤ 1000',
        ok: opened <= 1000 && first.length === 1000,
      },
      {
        figure: `peak memory of a group-by over ${size} (${groups.length} groups in ${seconds.toFixed(1)} s)`,
        value: peak / MEGABYTE,
        unit: 'MB',
        goal: '≤ 2000',
        ok: peak <= 2_000 * MEGABYTE,
      },
    ];
  } finally {
    database.close();
  }
}

if (isEntry(import.meta.url))
  printFigures(await run({ megabytes: numberArgument('megabytes', 1000) }));
