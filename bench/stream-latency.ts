import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kafka as Client, logLevel } from 'kafkajs';
import { decodeBatch } from '../common/arrow/result-batch.ts';
import type { HostContract } from '../common/contract/host.ts';
import { createPeer } from '../common/contract/peer.ts';
import { createHost } from '../main/host/host.ts';
import { inMemoryTransports } from '../main/host/transport/in-memory.ts';
import { kafkaMissing, startKafka } from '../scripts/dev/kafka.ts';
import { type Figure, isEntry, median, numberArgument, printFigures } from './ingest-figures.ts';
import { percentile } from './statistics.ts';

/** From the moment a record is produced until a query finds it, and until a live view has it: Kafka, 3 partitions. */

const PRODUCER = fileURLToPath(new URL('programs/produce-records.ts', import.meta.url));
const TOPIC = 'latency';
const WARM_UP_MS = 8_000;
const TABLE_COLUMNS = "n: long, sent: long, ['host']: string, level: string, padding: string";

export async function run(): Promise<Figure[]> {
  const missing = await kafkaMissing();
  if (missing) {
    console.log(`skipped: ${missing}`);
    return [];
  }
  const rate = numberArgument('rate', 10_000);
  const seconds = numberArgument('seconds', 20);
  const folder = await mkdtemp(join(tmpdir(), 'calypso-bench-latency-'));
  const kafka = await startKafka();
  const admin = new Client({ brokers: [kafka.broker], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({
    topics: [{ topic: TOPIC, numPartitions: 3 }],
    waitForLeaders: true,
  });
  await admin.disconnect();
  const host = createHost({ dataFolder: join(folder, 'data') });
  const [mine, theirs] = inMemoryTransports();
  host.connect(theirs);
  const client = createPeer<HostContract, never>(mine);
  const producer = spawn(process.execPath, [PRODUCER, kafka.broker, TOPIC, String(rate)]);
  try {
    await client.call('query.run', {
      queryId: 'create',
      text: `.create table T (${TABLE_COLUMNS})`,
      database: 'Local',
    });
    await client.call('streams.create', {
      definition: {
        name: TOPIC,
        database: 'Local',
        table: 'T',
        source: { kind: 'kafka', cluster: { brokers: [kafka.broker] }, topics: [TOPIC] },
      },
    });
    await ready(producer);
    await pause(WARM_UP_MS);
    const queried = await queriedAfter(client, seconds * 1_000);
    const live = await shownAfter(client, seconds * 1_000);
    const what = `${rate} records/s`;
    return [
      figure(`to a query, median, ${what}`, median(queried), 1_500),
      figure(`to a query, 99th percentile, ${what}`, percentile(queried, 99), 3_000),
      figure(`to a live view, median, ${what}`, median(live.latencies), 250),
      figure(`to a live view, 99th percentile, ${what}`, percentile(live.latencies, 99), 3_000),
      {
        figure: `live view: rows not shown, ${what}`,
        value: live.left,
        unit: 'rows',
        goal: 'none',
        ok: live.left === 0,
      },
    ];
  } finally {
    producer.kill();
    client.close();
    await host.close();
    await kafka.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

type HostClient = ReturnType<typeof createPeer<HostContract, never>>;

/** Milliseconds from the sending of each record to the answer that has it, asked again and again. */
async function queriedAfter(client: HostClient, forMs: number): Promise<number[]> {
  const latencies: number[] = [];
  let newest = Date.now();
  for (const end = Date.now() + forMs; Date.now() < end; ) {
    const { results } = await client.call('query.run', {
      queryId: `ask-${latencies.length}`,
      text: `T | where sent > ${newest} | summarize records = count() by sent`,
      database: 'Local',
      record: false,
    });
    const now = Date.now();
    const [result] = results;
    if (!result) break;
    const { batch } = await client.call('query.window', {
      resultId: result.resultId,
      offset: 0,
      limit: 100_000,
    });
    await client.call('query.release', { resultIds: [result.resultId] });
    const rows = decodeBatch(batch);
    for (let row = 0; row < rows.rowCount; row++) {
      const sent = Number(rows.cell(row, 0));
      newest = Math.max(newest, sent);
      for (let i = 0; i < Number(rows.cell(row, 1)); i++) latencies.push(now - sent);
    }
    await pause(50);
  }
  return latencies;
}

/** The same to a window that watches the table and has decoded the row. */
async function shownAfter(
  client: HostClient,
  forMs: number,
): Promise<{ latencies: number[]; left: number }> {
  const latencies: number[] = [];
  const controller = new AbortController();
  const begun = Date.now() + 2_000;
  let left = 0;
  const tail = client.call(
    'live.tail',
    { tailId: 'bench', database: 'Local', table: 'T', history: 0 },
    {
      signal: controller.signal,
      onEvent: ({ batch, frame, totals }) => {
        if (batch) {
          const rows = decodeBatch(batch);
          const now = Date.now();
          for (let row = 0; row < rows.rowCount; row++) {
            const sent = Number(rows.cell(row, 1));
            if (sent > begun) latencies.push(now - sent);
          }
        }
        left = totals.skipped + totals.unread;
        client.call('live.ack', { tailId: 'bench', frame }).catch(() => undefined);
      },
    },
  );
  tail.catch(() => undefined);
  await pause(forMs);
  controller.abort();
  await tail.catch(() => undefined);
  return { latencies, left };
}

function figure(name: string, value: number, most: number): Figure {
  return { figure: name, value, unit: 'ms', goal: `≤ ${most} ms`, ok: value <= most };
}

function ready(producer: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    producer.stdout?.once('data', () => resolve());
    producer.once('exit', (code) => reject(new Error(`the producer ended with ${code}`)));
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

if (isEntry(import.meta.url)) printFigures(await run());
