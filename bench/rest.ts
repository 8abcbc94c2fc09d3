import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { serve } from '../main/headless.ts';
import { createHost } from '../main/host/host.ts';
import { SILENT } from '../main/host/logger.ts';
import { type Figure, isEntry, median, numberArgument, printFigures } from './ingest-figures.ts';
import { alternate } from './statistics.ts';

/** Answers of the Kusto endpoint over HTTP, against DuckDB's own JSON of the same files. */

const THREADS = 2;
const MIB = 2 ** 20;

interface Answer {
  readonly firstByteMs: number;
  readonly bytes: number;
}

/** Asks, and reads the answer to its end without keeping it. */
function ask(endpoint: string, path: string, csl: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const asking = request(endpoint + path, { method: 'POST' }, (response) => {
      let firstByteMs = 0;
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        if (bytes === 0) firstByteMs = performance.now() - started;
        bytes += chunk.byteLength;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve({ firstByteMs, bytes });
        else reject(new Error(`${response.statusCode} for ${csl}`));
      });
    });
    asking.on('error', reject);
    asking.end(JSON.stringify({ csl }));
  });
}

export async function run(): Promise<Figure[]> {
  const rows = numberArgument('rows', 1_000_000);
  const folder = await mkdtemp(join(tmpdir(), 'calypso-bench-rest-'));
  const data = join(folder, 'data');
  const host = createHost({ dataFolder: data, memoryLimit: 4e9, threads: THREADS });
  const face = await serve({
    host,
    auth: 'none',
    renderer: pathToFileURL(`${folder}/`),
    logger: SILENT,
  });
  const instance = await DuckDBInstance.create(':memory:', { threads: String(THREADS) });
  const peer = await instance.connect();
  const query = (csl: string): Promise<Answer> => ask(face.endpoint, '/v2/rest/query', csl);
  try {
    await ask(
      face.endpoint,
      '/v1/rest/mgmt',
      `.set-or-replace Big <| range id from 1 to ${rows} step 1
       | extend at = datetime(2024-01-01) + id * 1s, value = id / 7.0, name = strcat('name ', id % 1000), even = id % 2 == 0`,
    );
    const files = join(data, 'extents', '**', '*.parquet');
    const json = join(folder, 'big.json');
    const whole = await alternate(
      () => query('Big'),
      () =>
        peer.run(
          `COPY (SELECT * REPLACE (make_timestamp(("at" - 621355968000000000) // 10) AS "at") FROM read_parquet('${files}')) TO '${json}' (FORMAT json)`,
        ),
    );
    const first: number[] = [];
    for (let i = 0; i < 10; i++) first.push((await query('Big')).firstByteMs);
    const before = process.memoryUsage.rss();
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 20);
    const { bytes } = await query('Big | mv-expand k = range(1, 5) to typeof(long)');
    clearInterval(watch);
    const ours = median(whole.ours);
    const theirs = median(whole.theirs);
    return [
      {
        figure: `v2 JSON of ${rows.toLocaleString('en')} rows, 5 columns`,
        value: ours,
        peer: theirs,
        ratio: ours / theirs,
        unit: 'ms',
        goal: '≤ 2 × COPY … (format json)',
        ok: ours <= 2 * theirs,
      },
      {
        figure: 'first byte of it',
        value: median(first),
        unit: 'ms',
        goal: '≤ 100 ms',
        ok: median(first) <= 100,
      },
      {
        figure: `memory that an answer of ${Math.round(bytes / MIB)} MiB takes`,
        value: (most - before) / MIB,
        unit: 'MiB',
        goal: 'less than the answer',
        ok: most - before < bytes,
      },
    ];
  } finally {
    peer.closeSync();
    instance.closeSync();
    await face.close();
    await host.close();
    await rm(folder, { recursive: true, force: true });
  }
}

if (isEntry(import.meta.url)) printFigures(await run());
