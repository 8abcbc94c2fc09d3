import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { DuckDBInstance } from '@duckdb/node-api';
import type { HostContract } from '../common/contract/host.ts';
import { createPeer } from '../common/contract/peer.ts';
import { createHost } from '../main/host/host.ts';
import { inMemoryTransports } from '../main/host/transport/in-memory.ts';
import {
  AZURITE_ACCOUNT,
  AZURITE_KEY,
  azuriteMissing,
  startAzurite,
} from '../scripts/dev/azurite.ts';
import { countingProxy } from '../scripts/dev/counting-proxy.ts';
import { inParallel } from '../workers/ingest/external/in-parallel.ts';
import { literal } from '../workers/store/quote.ts';
import { type Figure, isEntry, median, numberArgument, printFigures } from './ingest-figures.ts';

/** An external table with 1,000 partitions: what a query over one of them reads, here and in a store. */

const DAYS = 100;
const ROWS = 10_000;
const RUNS = 5;

const dayOf = (n: number): string => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10);

const definition = (address: string): string =>
  `.create-or-alter external table P (n:long, at:datetime, price:real) kind=storage partition by (Shop:string, Day:datetime = startofday(at)) pathformat=("shop=" Shop "/" datetime_pattern("yyyy/MM/dd", Day)) dataformat=parquet (h@'${address}')`;

const ONE = `external_table('P') | where Shop == 'shop7' and at between (datetime(2024-02-10) .. 23h) | summarize count(), sum(n)`;
const ALL = `external_table('P') | summarize count(), sum(n), dcount(Shop)`;

export async function run(): Promise<Figure[]> {
  const partitions = numberArgument('partitions', 1_000);
  const folder = await mkdtemp(join(tmpdir(), 'calypso-bench-partitions-'));
  const host = createHost({ dataFolder: join(folder, 'data') });
  const [mine, theirs] = inMemoryTransports();
  host.connect(theirs);
  const client = createPeer<HostContract, never>(mine);
  const ask = async (text: string) =>
    await client.call('query.run', { queryId: crypto.randomUUID(), text, database: 'Local' });
  try {
    const paths = await write(join(folder, 'parts'), partitions);
    const figures: Figure[] = [];
    await ask(definition(join(folder, 'parts')));
    await ask(ONE);
    figures.push(...(await measure('folder', ask)));
    const missing = azuriteMissing();
    if (missing) console.log(`skipped: ${missing}`);
    else figures.push(...(await inStore(folder, paths, ask)));
    return figures;
  } finally {
    await host.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Ask = (text: string) => Promise<{
  readonly stats: { readonly extentsScanned: number; readonly bytesScanned: number };
}>;

async function write(root: string, partitions: number): Promise<string[]> {
  const duckdb = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await duckdb.connect();
  const paths: string[] = [];
  for (let i = 0; i < partitions; i++) {
    const day = dayOf(i % DAYS);
    const path = `shop=shop${Math.floor(i / DAYS)}/${day.replaceAll('-', '/')}/part.parquet`;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await connection.run(
      `COPY (SELECT range AS n, TIMESTAMP '${day}' + INTERVAL (range) SECOND AS at, range / 7.0 AS price FROM range(${ROWS})) TO ${literal(join(root, path))} (FORMAT parquet)`,
    );
    paths.push(path);
  }
  connection.closeSync();
  duckdb.closeSync();
  return paths;
}

async function timed(ask: Ask, text: string): Promise<{ ms: number; files: number }> {
  const times: number[] = [];
  let files = 0;
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    files = (await ask(text)).stats.extentsScanned;
    times.push(performance.now() - start);
  }
  return { ms: median(times), files };
}

async function measure(where: string, ask: Ask): Promise<Figure[]> {
  const one = await timed(ask, ONE);
  const all = await timed(ask, ALL);
  return [
    count(`${where}: files read for one partition`, one.files, 1),
    { figure: `${where}: query over one partition`, value: one.ms, unit: 'ms', goal: '', ok: true },
    { figure: `${where}: query over all of them`, value: all.ms, unit: 'ms', goal: '', ok: true },
  ];
}

async function inStore(folder: string, paths: readonly string[], ask: Ask): Promise<Figure[]> {
  const azurite = await startAzurite();
  const proxy = await countingProxy(azurite.blobs);
  try {
    const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
    const container = service.getContainerClient('data');
    await container.create();
    await inParallel(paths, 16, (path) =>
      container.getBlockBlobClient(path).uploadFile(join(folder, 'parts', path)),
    );
    await ask(definition(`${proxy.address}/${AZURITE_ACCOUNT}/data;${AZURITE_KEY}`));
    const start = performance.now();
    await ask(ONE);
    const first = performance.now() - start;
    const gets = proxy.asked.filter((r) => r.startsWith('GET '));
    const lists = gets.filter((r) => r.includes('comp=list')).length;
    return [
      count('Blob Storage: blobs read for one partition', gets.length - lists, 1),
      count('Blob Storage: listings for one partition', lists, 4),
      { figure: 'Blob Storage: first query', value: first, unit: 'ms', goal: '', ok: true },
      ...(await measure('Blob Storage, again', ask)),
    ];
  } finally {
    await proxy.stop();
    await azurite.remove();
  }
}

const count = (figure: string, value: number, most: number): Figure => ({
  figure,
  value,
  unit: '',
  goal: most === 1 ? '1' : `≤ ${most}`,
  ok: value <= most,
});

if (isEntry(import.meta.url)) printFigures(await run());
