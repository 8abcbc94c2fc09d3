import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kafka as Client, logLevel, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kafka, kafkaMissing, startKafka } from '../../scripts/dev/kafka.ts';
import { openTestHost } from './support/test-host.ts';

/** Moments at which the host is killed; more with CALYPSO_KILLS. */
const KILLS = Number(process.env.CALYPSO_KILLS ?? 8);
const PROGRAM = fileURLToPath(new URL('programs/serve-streams.ts', import.meta.url));
const RECORDS_PER_ROUND = 3_000;

const missing = await kafkaMissing();
if (missing) process.stderr.write(`stream-kafka-kill: skipped, ${missing}\n`);

let kafka: Kafka;
let producer: Producer;
const folder = mkdtempSync(join(tmpdir(), 'stream-kill-'));

beforeAll(async () => {
  if (missing) return;
  kafka = await startKafka();
  const client = new Client({ brokers: [kafka.broker], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [{ topic: 'ledger', numPartitions: 3 }],
    waitForLeaders: true,
  });
  await admin.disconnect();
  producer = client.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
});

afterAll(async () => {
  await producer?.disconnect();
  await kafka?.remove();
  await rm(folder, { recursive: true, force: true });
});

async function send(from: number): Promise<void> {
  const messages = Array.from({ length: RECORDS_PER_ROUND }, (_, i) => ({
    value: i % 500 === 499 ? `poison ${from + i}` : JSON.stringify({ n: from + i }),
  }));
  await producer.send({ topic: 'ledger', messages });
}

/** Lets the host take records in, and kills it in the middle of it. */
async function runAndKill(delayMs: number): Promise<void> {
  const program = spawn(process.execPath, [PROGRAM, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise((resolve) => program.once('exit', resolve));
  await new Promise((resolve) => program.stdout.once('data', resolve));
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  program.kill('SIGKILL');
  await gone;
}

describe.skipIf(missing !== undefined)('kill -9 of a host that tails Kafka', () => {
  it('loses no record and keeps none twice', async () => {
    const first = openTestHost({ lazy: true }, folder);
    await first.query('.create table Ledger (n: long)');
    await first.client.call('streams.create', {
      definition: {
        name: 'ledger',
        database: 'Local',
        table: 'Ledger',
        source: { kind: 'kafka', cluster: { brokers: [kafka.broker] }, topics: ['ledger'] },
        flush: { seconds: 0.1, rows: 400 },
      },
    });
    first.client.close();
    await first.host.close();

    for (let round = 0; round < KILLS; round++) {
      await send(round * RECORDS_PER_ROUND);
      await runAndKill(600 + ((round * 977) % 1_900));
    }

    const sent = KILLS * RECORDS_PER_ROUND;
    const poison = Array.from({ length: sent }, (_, n) => n).filter(
      (n) => (n % RECORDS_PER_ROUND) % 500 === 499,
    );
    const last = openTestHost({ lazy: true }, folder);
    try {
      for (const end = Date.now() + 60_000; Date.now() < end; ) {
        const { streams } = await last.client.call('streams.list', {});
        const [ledger] = streams;
        if (ledger && ledger.rows + ledger.deadLettered >= sent) break;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      expect(
        await last.query('Ledger | summarize rows = count(), numbers = count_distinct(n), sum(n)'),
      ).toEqual([
        [
          String(sent - poison.length),
          String(sent - poison.length),
          String((sent * (sent - 1)) / 2 - poison.reduce((sum, n) => sum + n, 0)),
        ],
      ]);
      expect(
        await last.query(
          'Ledger_deadletter | project toint(extract(@"poison (\\d+)", 1, Value)) | sort by Column1 asc',
        ),
      ).toEqual(poison.map((n) => [String(n)]));
      const { streams } = await last.client.call('streams.list', {});
      expect(streams[0]).toMatchObject({
        rows: sent - poison.length,
        deadLettered: poison.length,
        lost: 0,
      });
    } finally {
      await last.close();
    }
  });
});
