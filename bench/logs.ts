import { type Figure, isEntry, numberArgument, printFigures } from './ingest-figures.ts';
import { logTable, ticksAt } from './log-table.ts';
import { compare, openSession, type Question } from './session.ts';

/** Twenty questions that an engineer on call asks of logs, in KQL and in SQL. */

const HOUR = 36_000_000_000n;
const MINUTE = HOUR / 60n;
const bin = (ticks: bigint): string => `"Timestamp" - "Timestamp" % ${ticks}`;
const within = (from: string, to: string): string =>
  `"Timestamp" >= ${from} AND "Timestamp" < ${to}`;

const ERROR = `"Level" IN ('Error', 'Critical')`;

/** A trace of the middle of the month: that of row 5,000,000 of 10 million. */
const trace = (rows: number): string => `md5((${Math.floor(rows / 2)} // 8)::VARCHAR)`;

const questions = (rows: number, traceId: string): readonly Question[] => [
  {
    name: 'what fails in the last hour, by component',
    kql: 'Events | where Timestamp >= datetime(2024-05-20 09:00) and Timestamp < datetime(2024-05-20 10:00) | where Level in ("Error", "Critical") | summarize n = count() by Component | sort by n desc, Component asc',
    sql: `SELECT "Component", count(*) AS n FROM Events WHERE ${within(ticksAt(20, 9), ticksAt(20, 10))} AND ${ERROR} GROUP BY 1 ORDER BY n DESC, 1`,
  },
  {
    name: 'errors in steps of five minutes on one day',
    kql: 'Events | where Timestamp >= datetime(2024-05-12) and Timestamp < datetime(2024-05-13) and Level == "Error" | summarize n = count() by bin(Timestamp, 5m)',
    sql: `SELECT ${bin(5n * MINUTE)}, count(*) FROM Events WHERE ${within(ticksAt(12), ticksAt(13))} AND "Level" = 'Error' GROUP BY 1`,
  },
  {
    name: 'one trace from end to end',
    kql: `Events | where TraceId == "${traceId}" | sort by Timestamp asc | project Timestamp, Level, Component, Message`,
    sql: `SELECT "Timestamp", "Level", "Component", "Message" FROM Events WHERE "TraceId" = ${trace(rows)} ORDER BY 1`,
  },
  {
    name: 'the ten slowest operations of a component',
    kql: 'Events | where Component == "component-7" | top 10 by DurationMs desc | project DurationMs',
    sql: `SELECT "DurationMs" FROM Events WHERE "Component" = 'component-7' ORDER BY 1 DESC NULLS LAST LIMIT 10`,
  },
  {
    name: 'percentiles of duration by component on one day',
    kql: 'Events | where Timestamp >= datetime(2024-05-12) and Timestamp < datetime(2024-05-13) | summarize percentiles(DurationMs, 50, 95, 99) by Component',
    sql: `SELECT "Component", p[1], p[2], p[3] FROM (SELECT "Component", quantile_disc("DurationMs", [0.5, 0.95, 0.99]) AS p FROM Events WHERE ${within(ticksAt(12), ticksAt(13))} GROUP BY 1)`,
  },
  {
    name: 'time-outs by database',
    kql: 'Events | where Message has "timed" | extend db = extract(@"db-(\\d+)", 1, Message) | summarize n = count() by db',
    sql: `SELECT regexp_extract("Message", 'db-(\\d+)', 1), count(*) FROM Events WHERE "Message" ILIKE '%timed%' GROUP BY 1`,
  },
  {
    name: 'which nodes run out of memory',
    kql: 'Events | where Message contains "outofmemory" | summarize n = count(), latest = max(Timestamp) by Instance | top 20 by n',
    sql: `SELECT "Instance", count(*) AS n, max("Timestamp") FROM Events WHERE "Message" ILIKE '%outofmemory%' GROUP BY 1 ORDER BY n DESC LIMIT 20`,
    same: (a, b) => String(a[1]) === String(b[1]),
  },
  {
    name: 'share of errors by component',
    kql: 'Events | summarize errors = countif(Level in ("Error", "Critical")), n = count() by Component | extend share = 100.0 * errors / n | top 10 by share',
    sql: `SELECT "Component", errors, n, 100.0 * errors / n AS share FROM (SELECT "Component", count(*) FILTER (WHERE ${ERROR}) AS errors, count(*) AS n FROM Events GROUP BY 1) ORDER BY share DESC LIMIT 10`,
  },
  {
    name: 'patterns of error messages',
    kql: 'Events | where Level == "Error" | extend pattern = replace_regex(Message, @"\\d+", "#") | summarize n = count() by pattern | top 20 by n',
    sql: `SELECT regexp_replace("Message", '\\d+', '#', 'g') AS p, count(*) AS n FROM Events WHERE "Level" = 'Error' GROUP BY 1 ORDER BY n DESC LIMIT 20`,
  },
  {
    name: 'users who met a failure, by hour',
    kql: 'Events | where Status >= 500 | summarize users = dcount(UserId) by bin(Timestamp, 1h)',
    sql: `SELECT ${bin(HOUR)}, count(DISTINCT "UserId") FROM Events WHERE "Status" >= 500 GROUP BY 1`,
    same: closeCounts,
  },
  {
    name: 'classes of status by component',
    kql: 'Events | summarize ok = countif(Status < 400), refused = countif(Status >= 400 and Status < 500), failed = countif(Status >= 500) by Component',
    sql: `SELECT "Component", count(*) FILTER (WHERE "Status" < 400), count(*) FILTER (WHERE "Status" >= 400 AND "Status" < 500), count(*) FILTER (WHERE "Status" >= 500) FROM Events GROUP BY 1`,
  },
  {
    name: 'first and last time of an exception',
    kql: 'Events | where Message has "NullReferenceException" | summarize earliest = min(Timestamp), latest = max(Timestamp), n = count() by Component',
    sql: `SELECT "Component", min("Timestamp"), max("Timestamp"), count(*) FROM Events WHERE "Message" ILIKE '%NullReferenceException%' GROUP BY 1`,
  },
  {
    name: 'the last hundred errors',
    kql: 'Events | where Level == "Error" | top 100 by Timestamp desc | project Timestamp, Component, Instance, Message',
    sql: `SELECT "Timestamp", "Component", "Instance", "Message" FROM Events WHERE "Level" = 'Error' ORDER BY 1 DESC NULLS LAST LIMIT 100`,
  },
  {
    name: 'noisy nodes',
    kql: 'Events | where Level == "Warning" | summarize n = count() by Instance, Component | top 10 by n',
    sql: `SELECT "Instance", "Component", count(*) AS n FROM Events WHERE "Level" = 'Warning' GROUP BY 1, 2 ORDER BY n DESC LIMIT 10`,
    same: (a, b) => String(a[2]) === String(b[2]),
  },
  {
    name: 'slow traces that also failed',
    kql: 'let slow = Events | where DurationMs > 25000 | distinct TraceId; Events | where Level == "Critical" | join kind=inner (slow) on TraceId | summarize n = count() by Component',
    sql: `SELECT e."Component", count(*) FROM Events e JOIN (SELECT DISTINCT "TraceId" FROM Events WHERE "DurationMs" > 25000) s USING ("TraceId") WHERE e."Level" = 'Critical' GROUP BY 1`,
  },
  {
    name: 'requests taken apart',
    kql: 'Events | where Message startswith_cs "Request " | parse Message with "Request " method " /api/" resource "/" id " completed in " ms:long " ms" | summarize n = count(), a = avg(ms) by method, resource',
    sql: `SELECT m.method, m.resource, count(*), avg(m.ms::BIGINT) FROM (SELECT regexp_extract("Message", '^Request (.*?) /api/(.*?)/(.*?) completed in (.*?) ms$', ['method', 'resource', 'id', 'ms']) AS m FROM Events WHERE "Message" LIKE 'Request %') GROUP BY 1, 2`,
  },
  {
    name: 'queues, out of the bag',
    kql: 'Events | where Level == "Warning" | summarize n = count() by queue = tostring(Properties.queue)',
    sql: `SELECT json_extract_string("Properties", '$.queue'), count(*) FROM Events WHERE "Level" = 'Warning' GROUP BY 1`,
  },
  {
    name: 'attempts, out of the bag',
    kql: 'Events | where Level == "Error" | summarize a = avg(toint(Properties.attempt)) by Component',
    sql: `SELECT "Component", avg(TRY_CAST(json_extract_string("Properties", '$.attempt') AS INTEGER)) FROM Events WHERE "Level" = 'Error' GROUP BY 1`,
  },
  {
    name: 'load by hour and level',
    kql: 'Events | summarize n = count(), d = avg(DurationMs) by bin(Timestamp, 1h), Level',
    sql: `SELECT ${bin(HOUR)}, "Level", count(*), avg("DurationMs") FROM Events GROUP BY 1, 2`,
  },
  {
    name: 'the latest word of each node',
    kql: 'Events | summarize arg_max(Timestamp, Level, Message) by Instance',
    sql: `SELECT "Instance", m.t, m.l, m.m FROM (SELECT "Instance", arg_max({t: "Timestamp", l: "Level", m: "Message"}, "Timestamp") AS m FROM Events GROUP BY 1)`,
  },
];

/** Estimates of distinct values may be off by what the page of `dcount` allows at its default: 3 × 0.8 %. */
function closeCounts(
  ours: readonly (readonly unknown[])[],
  theirs: readonly (readonly unknown[])[],
): boolean {
  const exact = new Map(theirs[0]?.map((key, i) => [String(key), Number(theirs[1]?.[i])]));
  return (
    ours[0]?.length === exact.size &&
    ours[0].every((key, i) => {
      const count = exact.get(String(key)) ?? 0;
      return Math.abs(Number(ours[1]?.[i]) - count) <= 0.024 * count + 1;
    })
  );
}

export async function run(
  options: { readonly rows: number; readonly rounds: number } = { rows: 10_000_000, rounds: 5 },
): Promise<Figure[]> {
  const session = await openSession([logTable(options.rows)]);
  try {
    const found = await session.sql(`SELECT ${trace(options.rows)}`);
    return await compare(session, questions(options.rows, String(found[0]?.[0])), {
      label: 'logs',
      rounds: options.rounds,
      each: 1.5,
      mean: 1.25,
    });
  } finally {
    await session.close();
  }
}

if (isEntry(import.meta.url))
  printFigures(
    await run({ rows: numberArgument('rows', 10_000_000), rounds: numberArgument('rounds', 5) }),
  );
