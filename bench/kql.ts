import { type Figure, isEntry, numberArgument, printFigures } from './ingest-figures.ts';
import { compare, openSession, type Question, type Session } from './session.ts';
import { percentile } from './statistics.ts';
import type { BenchTable } from './tables.ts';

/** KQL over extents against the same question as hand-written SQL over the same Parquet files, answers compared. */

const COLUMNS: BenchTable['columns'] = [
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

const DAY = 864_000_000_000n;
const HOUR = 36_000_000_000n;

const QUESTIONS: readonly Question[] = [
  { name: 'count', kql: 'Logs | count', sql: 'SELECT count(*) FROM Logs' },
  {
    name: 'filter and count',
    kql: 'Logs | where Level == "Error" | count',
    sql: `SELECT count(*) FROM Logs WHERE "Level" = 'Error'`,
  },
  {
    name: 'group by two columns',
    kql: 'Logs | summarize n = count(), b = sum(Bytes) by Level, Region',
    sql: 'SELECT "Level", "Region", count(*), sum("Bytes")::BIGINT FROM Logs GROUP BY 1, 2',
  },
  {
    name: 'hourly bins with average',
    kql: 'Logs | summarize n = count(), a = avg(Duration) by bin(Timestamp, 1h)',
    sql: `SELECT "Timestamp" - "Timestamp" % ${HOUR}, count(*), avg("Duration") FROM Logs GROUP BY 1`,
  },
  {
    name: 'one day by component',
    kql: 'Logs | where Timestamp between (datetime(2024-01-10) .. datetime(2024-01-11)) | summarize n = count(), m = max(Duration) by Component',
    sql: `SELECT "Component", count(*), max("Duration") FROM Logs WHERE "Timestamp" >= ${START + 9n * DAY} AND "Timestamp" <= ${START + 10n * DAY} GROUP BY 1`,
  },
  {
    name: 'top 10 users',
    kql: 'Logs | summarize n = count() by User | sort by n desc, User asc | take 10',
    sql: 'SELECT "User", count(*) AS n FROM Logs GROUP BY 1 ORDER BY n DESC, 1 LIMIT 10',
  },
  {
    name: 'top 100 rows',
    kql: 'Logs | sort by Duration desc, Timestamp asc | take 100 | project Timestamp, Component, Duration',
    sql: 'SELECT "Timestamp", "Component", "Duration" FROM Logs ORDER BY "Duration" DESC NULLS LAST, "Timestamp" LIMIT 100',
  },
  {
    name: 'distinct count',
    kql: 'Logs | summarize d = dcount(User) by Region',
    sql: 'SELECT "Region", count(DISTINCT "User") FROM Logs GROUP BY 1',
  },
  {
    name: 'contains',
    kql: 'Logs | where Message contains_cs "timeout" | summarize n = count() by Status',
    sql: `SELECT "Status", count(*) FROM Logs WHERE "Message" LIKE '%timeout%' GROUP BY 1`,
  },
  {
    name: 'join with a dimension',
    kql: 'let d = datatable(Region: string, Continent: string)["westeurope", "EU", "eastus", "NA", "southeastasia", "AS", "brazilsouth", "SA"]; Logs | where Status >= 500 | lookup d on Region | summarize b = sum(Bytes) by Continent',
    sql: `SELECT d.c, sum("Bytes")::BIGINT FROM Logs LEFT JOIN (VALUES ('westeurope', 'EU'), ('eastus', 'NA'), ('southeastasia', 'AS'), ('brazilsouth', 'SA')) d(r, c) ON Logs."Region" = d.r WHERE "Status" >= 500 GROUP BY 1`,
  },
];

export async function run(
  options: { readonly rows: number; readonly rounds: number } = { rows: 10_000_000, rounds: 7 },
): Promise<Figure[]> {
  const session = await openSession([
    { name: 'Logs', columns: COLUMNS, rows: options.rows, select: ROWS },
  ]);
  try {
    const first = performance.now();
    await session.ask('print 1');
    const firstMs = performance.now() - first;
    const figures = await compare(session, QUESTIONS, {
      label: 'KQL',
      rounds: options.rounds,
      each: 1.5,
      mean: 1.1,
    });
    return [
      ...figures,
      compileTimes(session),
      {
        figure: 'KQL: first query of a session',
        value: firstMs,
        unit: 'ms',
        goal: '≤ 400 ms',
        ok: firstMs <= 400,
      },
    ];
  } finally {
    await session.close();
  }
}

/** Text to prepared statement, warm, over all questions with a number changed so that nothing is cached. */
function compileTimes({ runner }: Session): Figure {
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

if (isEntry(import.meta.url))
  printFigures(
    await run({ rows: numberArgument('rows', 10_000_000), rounds: numberArgument('rounds', 7) }),
  );
