import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createHost, type Host } from '../main/host/host.ts';
import { type Figure, isEntry, median, numberArgument, printFigures } from './ingest-figures.ts';

/**
 * A day of a stream that commits each second, as fast as commits can be: posts to a listening stream, each answered
 * once its rows are stored. Catalog, number of files and query time have to stay flat: merges keep up.
 */

const DAY = 86_400;
const CHECKS = 8;
const QUERIES = 7;
const BEGIN = Date.UTC(2024, 4, 1);
/** How much larger things may be at the end than after a quarter of the day. */
const FLAT = 2;

interface Check {
  readonly commits: number;
  readonly catalogMb: number;
  readonly files: number;
  readonly queryMs: number;
  readonly commitMs: number;
}

export async function run(): Promise<Figure[]> {
  const commits = numberArgument('commits', DAY);
  const rows = numberArgument('rows', 20);
  const folder = await mkdtemp(join(tmpdir(), 'calypso-bench-day-'));
  const host = createHost({ dataFolder: folder });
  try {
    const url = await listeningStream(host, rows);
    const checks: Check[] = [];
    let since = performance.now();
    let last = 0;
    for (let second = 1; second <= commits; second++) {
      await post(url, second, rows);
      if (second < Math.round(((checks.length + 1) * commits) / CHECKS)) continue;
      const commitMs = (performance.now() - since) / (second - last);
      checks.push({ commits: second, commitMs, ...(await look(host, folder, second)) });
      console.log(checks.at(-1));
      [since, last] = [performance.now(), second];
    }
    return figures(checks, rows);
  } finally {
    await host.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function figures(checks: readonly Check[], rows: number): Figure[] {
  const early = checks[Math.floor(CHECKS / 4) - 1];
  const late = checks.at(-1);
  if (!early || !late) return [];
  const flat = (figure: string, of: (check: Check) => number, unit: string): Figure => {
    const course = checks.map((c) => of(c).toFixed(of(c) < 10 ? 1 : 0)).join(', ');
    const [value, peer] = [of(late), of(early)];
    return {
      figure: `${figure} after ${late.commits.toLocaleString('en')} commits of ${rows} rows, against a quarter of them (${course})`,
      value,
      peer,
      ratio: value / peer,
      unit,
      goal: `flat: ≤ ${FLAT}×`,
      ok: value / peer <= FLAT,
    };
  };
  return [
    flat('catalog', (c) => c.catalogMb, 'MB'),
    flat('files of extents', (c) => c.files, 'files'),
    flat('query of the last five minutes', (c) => c.queryMs, 'ms'),
    flat('commit', (c) => c.commitMs, 'ms'),
  ];
}

const signal = new AbortController().signal;
const context = { signal, emit: () => undefined };

async function listeningStream(host: Host, rows: number): Promise<string> {
  const columns = [
    { name: 'n', type: 'long' as const, path: '$.n' },
    { name: 'at', type: 'datetime' as const, path: '$.at' },
    { name: 'host', type: 'string' as const, path: '$.host' },
    { name: 'took', type: 'real' as const, path: '$.took' },
  ];
  await host.handlers['streams.create'](
    {
      definition: {
        name: 'day',
        database: 'Local',
        table: 'Day',
        source: { kind: 'http-listener', port: 0, maxBytes: 1 << 20 },
        format: 'json',
        columns,
        start: { from: 'earliest' },
        // Each post is a batch.
        flush: { seconds: 3_600, rows, bytes: 1 << 26 },
      },
    },
    context,
  );
  for (;;) {
    const { streams } = await host.handlers['streams.list']({}, context);
    const url = /http:\/\/[^\s/]+\//.exec(streams[0]?.message ?? '')?.[0];
    if (url) return url;
    await pause(20);
  }
}

async function post(url: string, second: number, rows: number): Promise<void> {
  const at = new Date(BEGIN + second * 1_000).toISOString();
  const lines = Array.from({ length: rows }, (_, i) =>
    JSON.stringify({ n: second * rows + i, at, host: `node-${i % 7}`, took: i / 3 }),
  );
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
}

async function look(
  host: Host,
  folder: string,
  second: number,
): Promise<Pick<Check, 'catalogMb' | 'files' | 'queryMs'>> {
  const size = async (name: string): Promise<number> =>
    (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0;
  const catalog = (await size('catalog.sqlite')) + (await size('catalog.sqlite-wal'));
  const files = await readdir(join(folder, 'extents'), { recursive: true });
  const times: number[] = [];
  const from = new Date(BEGIN + (second - 300) * 1_000).toISOString();
  for (let i = 0; i < QUERIES; i++) {
    const start = performance.now();
    const outcome = await host.handlers['query.run'](
      {
        queryId: `day-${second}-${i}`,
        text: `Day | where at > datetime(${from}) | summarize count(), avg(took) by host`,
        database: 'Local',
        options: {},
        parameters: {},
        record: false,
      },
      context,
    );
    times.push(performance.now() - start);
    const resultIds = outcome.results.map((r) => r.resultId);
    await host.handlers['query.release']({ resultIds }, context);
  }
  return {
    catalogMb: catalog / 1_000_000,
    files: files.filter((name) => name.endsWith('.parquet')).length,
    queryMs: median(times),
  };
}

if (isEntry(import.meta.url)) printFigures(await run());
