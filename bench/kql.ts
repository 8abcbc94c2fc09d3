import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Extent, TableSnapshot } from '../common/contract/store.ts';
import type { Column, KqlType } from '../common/types/kql-type.ts';
import { Engine } from '../workers/engine/duckdb.ts';
import { warmUp } from '../workers/engine/handlers.ts';
import { JsFunctions } from '../workers/engine/js-functions.ts';
import { Results, readColumns } from '../workers/engine/results.ts';
import { QueryRunner } from '../workers/engine/run-query.ts';
import { DUCKDB_TYPE } from '../workers/kql/emit/constant.ts';
import { GlobalsCache } from '../workers/kql/syntax/globals.ts';
import { type Figure, isEntry, median, numberArgument, printFigures } from './ingest-figures.ts';
import { alternate, geometricMean, percentile } from './statistics.ts';

/** KQL over extents against the same question as hand-written SQL over the same Parquet files, answers compared. */

const COLUMNS: readonly Column[] = [
  { name: 'Timestamp', type: 'datetime' },
  { name: 'Level', type: 'string' },
  { name: 'Component', type: 'string' },
  { name: 'Message', type: 'string' },
  { name: 'Duration', type: 'real' },
  { name: 'Bytes', type: 'long' },
  { name: 'Status', type: 'int' },
  { name: 'User', type: 'string' },
  { name: 'Region', type: 'string' },
  { name: 'Trace', type: 'string' },
];

/** 2024-01-01 in ticks. */
const START = 638_396_640_000_000_000n;

const ROWS = `${START} + i * 2592000 AS "Timestamp",
  ['Information', 'Warning', 'Error', 'Verbose'][1 + CASE WHEN h % 100 < 70 THEN 0 WHEN h % 100 < 88 THEN 1 WHEN h % 100 < 93 THEN 2 ELSE 3 END] AS "Level",
  'component-' || (hash(i + 1) % 40) AS "Component",
  'request ' || (h % 1000) || ' from host' || (hash(i + 2) % 500) || CASE WHEN h % 50 = 0 THEN ' timeout while reading' ELSE ' completed' END AS "Message",
  (hash(i + 3) % 100000) / 37.0 AS "Duration",
  (hash(i + 4) % 5000000)::BIGINT AS "Bytes",
  [200, 200, 200, 201, 404, 500][1 + (hash(i + 5) % 6)::INTEGER]::INTEGER AS "Status",
  'user' || (hash(i + 6) % 200000) AS "User",
  ['westeurope', 'eastus', 'southeastasia', 'brazilsouth'][1 + (hash(i + 7) % 4)::INTEGER] AS "Region",
  md5(i::VARCHAR) AS "Trace"`;

interface Question {
  readonly name: string;
  readonly kql: string;
  /** \`T\` stands for the files. */
  readonly sql: string;
}

const DAY = 864_000_000_000n;
const HOUR = 36_000_000_000n;

const QUESTIONS: readonly Question[] = [
  { name: 'count', kql: 'Logs | count', sql: 'SELECT count(*) FROM T' },
  {
    name: 'filter and count',
    kql: 'Logs | where Level == "Error" | count',
    sql: `SELECT count(*) FROM T WHERE "Level" = 'Error'`,
  },
  {
    name: 'group by two columns',
    kql: 'Logs | summarize n = count(), b = sum(Bytes) by Level, Region',
    sql: 'SELECT "Level", "Region", count(*), sum("Bytes")::BIGINT FROM T GROUP BY 1, 2',
  },
  {
    name: 'hourly bins with average',
    kql: 'Logs | summarize n = count(), a = avg(Duration) by bin(Timestamp, 1h)',
    sql: `SELECT "Timestamp" - "Timestamp" % ${HOUR}, count(*), avg("Duration") FROM T GROUP BY 1`,
  },
  {
    name: 'one day by component',
    kql: 'Logs | where Timestamp between (datetime(2024-01-10) .. datetime(2024-01-11)) | summarize n = count(), m = max(Duration) by Component',
    sql: `SELECT "Component", count(*), max("Duration") FROM T WHERE "Timestamp" >= ${START + 9n * DAY} AND "Timestamp" <= ${START + 10n * DAY} GROUP BY 1`,
  },
  {
    name: 'top 10 users',
    kql: 'Logs | summarize n = count() by User | sort by n desc, User asc | take 10',
    sql: 'SELECT "User", count(*) AS n FROM T GROUP BY 1 ORDER BY n DESC, 1 LIMIT 10',
  },
  {
    name: 'top 100 rows',
    kql: 'Logs | sort by Duration desc, Timestamp asc | take 100 | project Timestamp, Component, Duration',
    sql: 'SELECT "Timestamp", "Component", "Duration" FROM T ORDER BY "Duration" DESC NULLS LAST, "Timestamp" LIMIT 100',
  },
  {
    name: 'distinct count',
    kql: 'Logs | summarize d = dcount(User) by Region',
    sql: 'SELECT "Region", count(DISTINCT "User") FROM T GROUP BY 1',
  },
  {
    name: 'contains',
    kql: 'Logs | where Message contains_cs "timeout" | summarize n = count() by Status',
    sql: `SELECT "Status", count(*) FROM T WHERE "Message" LIKE '%timeout%' GROUP BY 1`,
  },
  {
    name: 'join with a dimension',
    kql: 'let d = datatable(Region: string, Continent: string)["westeurope", "EU", "eastus", "NA", "southeastasia", "AS", "brazilsouth", "SA"]; Logs | where Status >= 500 | lookup d on Region | summarize b = sum(Bytes) by Continent',
    sql: `SELECT d.c, sum("Bytes")::BIGINT FROM T LEFT JOIN (VALUES ('westeurope', 'EU'), ('eastus', 'NA'), ('southeastasia', 'AS'), ('brazilsouth', 'SA')) d(r, c) ON T."Region" = d.r WHERE "Status" >= 500 GROUP BY 1`,
  },
];

const STORAGE: Readonly<Record<KqlType, string>> = DUCKDB_TYPE;

export async function run(
  options: { readonly rows: number; readonly rounds: number } = { rows: 10_000_000, rounds: 7 },
): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'calypso-bench-kql-'));
  const engine = await Engine.open({ spillFolder: folder, memoryLimit: 8e9, threads: 2 });
  try {
    const extents = await makeExtents(engine, folder, options.rows);
    const snapshot: TableSnapshot = {
      database: 'Bench',
      table: 'Logs',
      columns: [...COLUMNS],
      extents,
      extentsTotal: extents.length,
    };
    const globals = new GlobalsCache();
    globals.set({
      version: 1,
      databases: [
        {
          name: 'Bench',
          prettyName: '',
          readOnly: true,
          functions: [],
          tables: [
            {
              name: 'Logs',
              kind: 'table',
              columns: [...COLUMNS],
              folder: '',
              docstring: '',
              rowCount: 0,
              sizeBytes: 0,
              extentCount: 0,
            },
          ],
        },
      ],
    });
    const results = new Results(engine);
    const runner = new QueryRunner({
      engine,
      results,
      functions: new JsFunctions(),
      globals,
      snapshots: { take: async () => [snapshot], release: async () => undefined },
    });
    return await measure(runner, results, engine, extents, options.rounds);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeExtents(engine: Engine, folder: string, rows: number): Promise<Extent[]> {
  const extents: Extent[] = [];
  const perFile = 1_000_000;
  for (let start = 0; start < rows; start += perFile) {
    const path = join(folder, `extent-${start}.parquet`);
    await engine.main.run(
      `COPY (SELECT ${ROWS} FROM (SELECT range AS i, hash(range) AS h FROM range(${start}, ${Math.min(rows, start + perFile)}))) TO '${path}' (FORMAT parquet, COMPRESSION lz4_raw, PARQUET_VERSION v2)`,
    );
    extents.push({
      extentId: String(start),
      path,
      reader: { kind: 'parquet' },
      rowCount: perFile,
      sizeBytes: (await stat(path)).size,
      columns: COLUMNS.map((c) => ({
        column: c.name,
        field: c.name,
        type: c.type,
        storage: STORAGE[c.type],
        mayBeNull: false,
      })),
      ranges: [],
      ingestedAt: '0',
      tags: [],
    });
  }
  return extents;
}

async function measure(
  runner: QueryRunner,
  results: Results,
  engine: Engine,
  extents: readonly Extent[],
  rounds: number,
): Promise<Figure[]> {
  const files = `read_parquet([${extents.map((e) => `'${e.path}'`).join(', ')}])`;
  const peer = await (
    await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '8GB' })
  ).connect();
  await peer.run(`CREATE VIEW T AS SELECT * FROM ${files}`);
  const ask = async (kql: string): Promise<string> => {
    const outcome = await runner.run(
      { queryId: 'bench', text: kql, database: 'Bench', parameters: {}, options: {} },
      new AbortController().signal,
      () => undefined,
    );
    const [info] = outcome.results;
    if (!info) return '';
    const values = await readColumns(
      engine.main,
      `SELECT * FROM ${results.get(info.resultId).table}`,
    );
    await results.release([info.resultId]);
    return answer(values);
  };
  // As a query worker does when it starts, before the first question can come.
  await warmUp(runner, results);
  const first = performance.now();
  await ask('print 1');
  const firstMs = performance.now() - first;
  const figures: Figure[] = [];
  const ratios: number[] = [];
  for (const question of QUESTIONS) {
    const [mine, theirs] = [
      await ask(question.kql),
      answer((await peer.runAndReadAll(question.sql)).getColumns()),
    ];
    if (mine !== theirs)
      throw new Error(
        `${question.name}: the answers differ\n${mine.slice(0, 300)}\n${theirs.slice(0, 300)}`,
      );
    const times = await alternate(
      () => ask(question.kql),
      () => peer.runAndReadAll(question.sql),
      rounds,
    );
    const ours = median(times.ours);
    const other = median(times.theirs);
    ratios.push(ours / other);
    figures.push({
      figure: `KQL: ${question.name}`,
      value: ours,
      peer: other,
      ratio: ours / other,
      unit: 'ms',
      goal: '≤ 1.5 × SQL',
      ok: ours / other <= 1.5,
    });
  }
  const mean = geometricMean(ratios);
  figures.push({
    figure: 'KQL: geometric mean of the ten',
    value: mean,
    ratio: mean,
    unit: '×',
    goal: '≤ 1.10 × SQL',
    ok: mean <= 1.1,
  });
  figures.push(await compileTimes(runner), {
    figure: 'KQL: first query of a session',
    value: firstMs,
    unit: 'ms',
    goal: '≤ 400 ms',
    ok: firstMs <= 400,
  });
  return figures;
}

/** Text to prepared statement, warm, over all questions with a number changed so that nothing is cached. */
async function compileTimes(runner: QueryRunner): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < 30; round++)
    for (const question of QUESTIONS) {
      const start = performance.now();
      runner.compile({
        text: `${question.kql} | take ${1000 + round}`,
        database: 'Bench',
        parameters: {},
      });
      if (round >= 10) times.push(performance.now() - start);
    }
  const p95 = percentile(times, 95);
  return {
    figure: 'KQL: text to plan, 95th percentile',
    value: p95,
    unit: 'ms',
    goal: '≤ 15 ms',
    ok: p95 <= 15,
  };
}

/** Rows as sorted text; reals to nine digits, for sums in another order differ in the last. */
function answer(columns: readonly (readonly unknown[])[]): string {
  const cell = (value: unknown): string =>
    typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(9) : String(value);
  return Array.from({ length: columns[0]?.length ?? 0 }, (_, r) =>
    columns.map((c) => cell(c[r])).join('\t'),
  )
    .sort()
    .join('\n');
}

if (isEntry(import.meta.url))
  printFigures(
    await run({ rows: numberArgument('rows', 10_000_000), rounds: numberArgument('rounds', 7) }),
  );
