import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBInstance } from '@duckdb/node-api';
import type { LoadRequest } from '../workers/ingest/load.ts';
import { load } from '../workers/ingest/load.ts';
import { Database } from '../workers/store/database.ts';
import { literal } from '../workers/store/quote.ts';
import { type Figure, isEntry, median, numberArgument, printFigures } from './ingest-figures.ts';

/**
 * Loading CSV, NDJSON and Parquet against DuckDB's own `COPY (SELECT * FROM read_x(…)) TO … (FORMAT parquet)`
 * of the same file, in turns in one run; how fast a load stops; how much memory it takes.
 */
const MEGABYTE = 1_000_000;
const MEMORY_LIMIT = 4_000 * MEGABYTE;
const THREADS = 2;

const ROW = `range AS id, 'user' || (hash(range) % 100000) AS usr, TIMESTAMP '2024-01-01' + INTERVAL (range * 137) MILLISECOND AS ts, (hash(range) % 10000) / 7.0 AS price, (hash(range + 1) % 1000)::INT AS qty, ['red', 'green', 'blue'][1 + range % 3] AS color, range % 2 = 0 AS flag, 'some text with words ' || (hash(range + 2) % 1000000) AS note, uuid() AS device, (hash(range + 3) % 1000000007) AS big`;

/** About how many bytes a row of the test data takes in each format. */
const SOURCES = [
  {
    name: 'CSV',
    ending: 'csv',
    bytesPerRow: 147,
    options: 'FORMAT csv, HEADER',
    reader: 'read_csv',
  },
  { name: 'NDJSON', ending: 'json', bytesPerRow: 221, options: 'FORMAT json', reader: 'read_json' },
  {
    name: 'Parquet',
    ending: 'parquet',
    bytesPerRow: 56,
    options: 'FORMAT parquet',
    reader: 'read_parquet',
  },
] as const;

export interface IngestBenchOptions {
  /** Size of each input file, in megabytes. */
  readonly megabytes: number;
  readonly rounds: number;
}

export async function run(
  options: IngestBenchOptions = { megabytes: 1000, rounds: 3 },
): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'calypso-bench-ingest-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: String(THREADS) });
  const connection = await instance.connect();
  const database = await Database.open({
    spillFolder: join(folder, 'spill'),
    memoryLimit: MEMORY_LIMIT,
    threads: THREADS,
  });
  const figures: Figure[] = [];
  try {
    for (const source of SOURCES) {
      const path = join(folder, `data.${source.ending}`);
      const rows = Math.round((options.megabytes * MEGABYTE) / source.bytesPerRow);
      await connection.run(
        `COPY (SELECT ${ROW} FROM range(${rows})) TO ${literal(path)} (${source.options})`,
      );
      const size = (await stat(path)).size;
      figures.push(
        await compare(source, path, size, { connection, database, folder, rounds: options.rounds }),
      );
      figures.push(await cancelling(source.name, path, { database, folder }));
      await rm(path);
    }
    const peak = process.resourceUsage().maxRSS * 1024;
    figures.push({
      figure: 'peak memory of the process over all loads and copies',
      value: peak / MEGABYTE,
      unit: 'MB',
      goal: `≤ ${(MEMORY_LIMIT * 1.5) / MEGABYTE}`,
      ok: peak <= MEMORY_LIMIT * 1.5,
    });
    return figures;
  } finally {
    connection.closeSync();
    database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(
  source: (typeof SOURCES)[number],
  path: string,
  bytes: number,
  bench: {
    readonly connection: DuckDBConnection;
    readonly database: Database;
    readonly folder: string;
    readonly rounds: number;
  },
): Promise<Figure> {
  const ours: number[] = [];
  const theirs: number[] = [];
  const peerPath = join(bench.folder, 'peer.parquet');
  for (let round = 0; round < bench.rounds; round++) {
    theirs.push(
      await milliseconds(() =>
        bench.connection.run(
          `COPY (SELECT * FROM ${source.reader}(${literal(path)})) TO ${literal(peerPath)} (FORMAT parquet)`,
        ),
      ),
    );
    const output = join(bench.folder, `extents-${round}`);
    ours.push(
      await milliseconds(() =>
        load(request(path, output), {
          database: bench.database,
          temporaryFolder: join(bench.folder, 'tmp'),
        }),
      ),
    );
    await rm(output, { recursive: true, force: true });
    await rm(peerPath, { force: true });
  }
  const value = median(ours);
  const peer = median(theirs);
  return {
    figure: `load ${Math.round(bytes / MEGABYTE)} MB of ${source.name}, against DuckDB's COPY`,
    value,
    peer,
    ratio: value / peer,
    unit: 'ms',
    goal: '≤ 1.15×',
    ok: value / peer <= 1.15,
  };
}

async function cancelling(
  name: string,
  path: string,
  bench: { readonly database: Database; readonly folder: string },
): Promise<Figure> {
  const times: number[] = [];
  for (const wait of [50, 300, 900]) {
    const controller = new AbortController();
    const output = join(bench.folder, 'cancelled');
    let aborted = Number.NaN;
    const timer = setTimeout(() => {
      aborted = performance.now();
      controller.abort();
    }, wait);
    await load(request(path, output), {
      database: bench.database,
      temporaryFolder: join(bench.folder, 'tmp'),
      signal: controller.signal,
    }).then(
      () => clearTimeout(timer),
      () => times.push(performance.now() - aborted),
    );
    await rm(output, { recursive: true, force: true });
  }
  const value = times.length === 0 ? Number.NaN : Math.max(...times);
  return {
    figure: `cancel a load of ${name}, slowest of ${times.length}`,
    value,
    unit: 'ms',
    goal: '≤ 500',
    ok: value <= 500,
  };
}

function request(path: string, folder: string): LoadRequest {
  return {
    source: { paths: [path], names: [path] },
    options: { nestedLevels: 1 },
    onBadCell: 'widen',
    maxErrors: 1000,
    folder,
    errorFolder: folder,
  };
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

if (isEntry(import.meta.url))
  printFigures(
    await run({
      megabytes: numberArgument('megabytes', 1000),
      rounds: numberArgument('rounds', 3),
    }),
  );
