import { type Figure, isEntry, numberArgument, printFigures } from './ingest-figures.ts';
import { openSession, type Session } from './session.ts';
import type { BenchTable } from './tables.ts';

/** Operators that work in TypeScript: how long they take and how that grows with their input. */

const SERIES_POINTS = 500;

const series = (rows: number): BenchTable => ({
  name: 'Series',
  columns: [
    { name: 'Key', type: 'long' },
    { name: 'Values', type: 'dynamic' },
  ],
  rows,
  select: `i AS "Key", '[' || array_to_string(list_transform(range(${SERIES_POINTS}), k -> round(100 + 30 * sin(k * 0.26) + (hash(i * ${SERIES_POINTS} + k) % 1000) / 50.0 + CASE WHEN (hash(i * 7919 + k) % 400) = 0 THEN 200 ELSE 0 END, 3)), ',') || ']' AS "Values"`,
});

/** Rows of a small event log, and edges of a graph in which a node has some four neighbours. */
const events = (rows: number): BenchTable => ({
  name: 'Events',
  columns: [
    { name: 'Number', type: 'long' },
    { name: 'Kind', type: 'string' },
    { name: 'Place', type: 'string' },
    { name: 'Device', type: 'string' },
    { name: 'Result', type: 'string' },
    { name: 'Source', type: 'long' },
    { name: 'Target', type: 'long' },
  ],
  rows,
  select: `i AS "Number",
    ['start', 'work', 'work', 'work', 'stop'][1 + (hash(i + 1) % 5)::INTEGER] AS "Kind",
    'place-' || floor(pow((hash(i + 2) % 1000) / 1000.0, 3) * 40)::INTEGER AS "Place",
    'device-' || floor(pow((hash(i + 3) % 1000) / 1000.0, 2) * 12)::INTEGER AS "Device",
    CASE WHEN hash(i + 4) % 20 = 0 THEN 'failed' ELSE 'done' END AS "Result",
    (hash(i + 5) % ${Math.ceil(rows / 4)})::BIGINT AS "Source",
    (hash(i + 6) % ${Math.ceil(rows / 4)})::BIGINT AS "Target"`,
});

const GROWING = [
  {
    name: 'scan, sessions of start and stop',
    kql: `Events | sort by Number asc | scan declare (session: long = 0) with (step s: true => session = s.session + iff(Kind == "start", 1, 0);) | summarize n = count(), sessions = max(session)`,
  },
  {
    name: 'autocluster over four columns',
    kql: 'Events | project Kind, Place, Device, Result | evaluate autocluster(0.3) | count',
  },
  {
    name: 'graph-match, two steps from failures',
    kql: 'let nodes = range Id from 0 to NODES step 1 | extend Group = Id % 1000; Events | project Source, Target, Result | make-graph Source --> Target with nodes on Id | graph-match (a)-[e]->(b)-[f]->(c) where a.Group == 7 and e.Result == "failed" project a.Id, c.Id | count',
  },
] as const;

async function seconds(session: Session, kql: string): Promise<number> {
  const start = performance.now();
  const answer = await session.ask(kql);
  if ((answer[0]?.length ?? 0) === 0) throw new Error(`no answer to ${kql}`);
  return (performance.now() - start) / 1000;
}

async function anomalies(rows: number): Promise<Figure[]> {
  const times: number[] = [];
  for (const count of [rows / 10, rows]) {
    const session = await openSession([series(count)]);
    try {
      times.push(
        await seconds(
          session,
          'Series | extend (Marks, Degrees, Expected) = series_decompose_anomalies(Values) | summarize sum(array_length(Marks)), sum(array_length(Degrees)), sum(array_length(Expected))',
        ),
      );
    } finally {
      await session.close();
    }
  }
  const [small = Number.NaN, large = Number.NaN] = times;
  return [
    {
      figure: `series_decompose_anomalies, ${rows} series of ${SERIES_POINTS} points`,
      value: large,
      unit: 's',
      goal: '≤ 10 s',
      ok: large <= 10,
    },
    {
      figure: 'series_decompose_anomalies, ten times the series',
      value: large,
      peer: small,
      ratio: large / small,
      unit: 's',
      goal: '≤ 13× of a tenth',
      ok: large / small <= 13,
    },
  ];
}

async function growth(sizes: readonly number[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  const last = new Map<string, number>();
  for (const rows of sizes) {
    const session = await openSession([events(rows)]);
    try {
      for (const { name, kql } of GROWING) {
        const figure = `${name}, ${rows} rows`;
        try {
          const value = await seconds(session, kql.replace('NODES', String(Math.ceil(rows / 4))));
          const before = last.get(name);
          last.set(name, value);
          figures.push({
            figure,
            value,
            ...(before === undefined ? {} : { peer: before, ratio: value / before }),
            unit: 's',
            goal: 'recorded; a tenth of the rows beside it',
            ok: true,
          });
        } catch (error) {
          console.error(`${figure}: ${String(error)}`);
          figures.push({ figure, value: Number.NaN, unit: 's', goal: 'an answer', ok: false });
        }
      }
    } finally {
      await session.close();
    }
  }
  return figures;
}

export async function run(
  options: { readonly series: number; readonly rows: number } = { series: 10_000, rows: 1_000_000 },
): Promise<Figure[]> {
  const { rows } = options;
  return [
    ...(await anomalies(options.series)),
    ...(await growth([rows / 100, rows / 10, rows].map(Math.round))),
  ];
}

if (isEntry(import.meta.url))
  printFigures(
    await run({
      series: numberArgument('series', 10_000),
      rows: numberArgument('rows', 1_000_000),
    }),
  );
