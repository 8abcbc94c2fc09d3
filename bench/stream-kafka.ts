import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Kafka as Client, logLevel } from 'kafkajs';
import { kafkaMissing, startKafka } from '../scripts/dev/kafka.ts';
import { type Figure, isEntry, median, numberArgument, printFigures } from './ingest-figures.ts';

/**
 * A backlog of JSON records of 500 bytes in three partitions: records per second to committed extents, against a bare
 * kafkajs consumer that only counts, and against kcat (librdkafka) where it is installed. Each in a process of its own.
 */

const execute = promisify(execFile);
const program = (name: string): string =>
  fileURLToPath(new URL(`programs/${name}`, import.meta.url));
const TOPIC = 'backlog';
const RECORD_BYTES = 500;
const RECORDS_PER_SEND = 6_000;
const MOST_BYTES = 300_000_000;

interface Taken {
  readonly ms: number;
  /** Milliseconds of all threads. */
  readonly cpu: number;
  readonly rss: number;
}

export async function run(): Promise<Figure[]> {
  const missing = await kafkaMissing();
  if (missing) {
    console.log(`skipped: ${missing}`);
    return [];
  }
  const records = numberArgument('records', 5_000_000);
  const rounds = numberArgument('rounds', 3);
  const folder = await mkdtemp(join(tmpdir(), 'calypso-bench-kafka-'));
  const kafka = await startKafka();
  try {
    await fill(kafka.broker, records);
    const bare: Taken[] = [];
    const ours: Taken[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const arguments_ = [kafka.broker, TOPIC, String(records)];
      bare.push(await taken(['count-records.ts', ...arguments_]));
      const data = join(folder, String(round));
      ours.push(await taken(['take-records.ts', data, ...arguments_]));
      await rm(data, { recursive: true, force: true });
      theirs.push(await kcat(kafka.broker));
    }
    return figures(records, bare, ours, theirs);
  } finally {
    await kafka.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

function figures(
  records: number,
  bare: readonly Taken[],
  ours: readonly Taken[],
  theirs: readonly number[],
): Figure[] {
  const rate = (runs: readonly number[]): number => records / (median(runs) / 1_000);
  const value = rate(ours.map((t) => t.ms));
  const peer = rate(bare.map((t) => t.ms));
  const seconds = (runs: readonly Taken[]): number => median(runs.map((t) => t.cpu)) / 1_000;
  const library = rate(theirs);
  const rss = Math.max(...ours.map((t) => t.rss));
  const what = `${records.toLocaleString('en')} JSON records of ${RECORD_BYTES} bytes in 3 partitions`;
  return [
    {
      figure: `${what} to committed extents, against a bare kafkajs consumer that counts`,
      value,
      peer,
      ratio: value / peer,
      unit: 'records/s',
      goal: '≥ 0.8×',
      ok: value / peer >= 0.8,
    },
    {
      figure: 'the same, against kcat (librdkafka)',
      value,
      peer: library,
      ratio: value / library,
      unit: 'records/s',
      goal: 'recorded',
      ok: true,
    },
    {
      figure: 'processor time of all threads, against the bare consumer',
      value: seconds(ours),
      peer: seconds(bare),
      ratio: seconds(ours) / seconds(bare),
      unit: 's',
      goal: 'recorded',
      ok: true,
    },
    {
      figure: 'resident memory of the host, stream and merges in it, at most',
      value: rss / 1_000_000,
      unit: 'MB',
      goal: '≤ 300 MB',
      ok: rss <= MOST_BYTES,
    },
  ];
}

async function fill(broker: string, records: number): Promise<void> {
  const client = new Client({ brokers: [broker], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 3 }], waitForLeaders: true });
  await admin.disconnect();
  const producer = client.producer();
  await producer.connect();
  for (let n = 0; n < records; n += RECORDS_PER_SEND) {
    const count = Math.min(RECORDS_PER_SEND, records - n);
    const messages = Array.from({ length: count }, (_, i) => ({ value: record(n + i) }));
    await producer.send({ topic: TOPIC, acks: 1, messages });
  }
  await producer.disconnect();
}

const WORDS = ['request', 'timeout', 'upstream', 'cache', 'index', 'retry', 'shard', 'commit'];

/** A line of a service's log, as long as all others. */
function record(n: number): string {
  const words = Array.from({ length: 12 }, (_, i) => WORDS[(n * 7 + i * (n % 5)) % WORDS.length]);
  const text = JSON.stringify({
    n,
    at: new Date(1_714_521_600_000 + n * 10).toISOString(),
    host: `node-${n % 97}`,
    level: n % 50 === 0 ? 'error' : 'info',
    took: (n % 10_007) / 7,
    message: `${words.join(' ')} ${(n * 2_654_435_761) % 4_294_967_296}`,
  });
  // Blanks and dots into the message, up to the length of all records.
  const filling = ' .'.repeat(RECORD_BYTES).slice(0, RECORD_BYTES - text.length);
  return `${text.slice(0, -2)}${filling}"}`;
}

async function taken([name = '', ...rest]: readonly string[]): Promise<Taken> {
  const { stdout } = await execute(process.execPath, ['--no-warnings', program(name), ...rest]);
  return JSON.parse(stdout) as Taken;
}

/** Milliseconds that kcat takes to read everything; NaN where it is not installed. */
async function kcat(broker: string): Promise<number> {
  const start = performance.now();
  try {
    await execute('sh', [
      '-c',
      `kcat -C -b ${broker} -t ${TOPIC} -o beginning -e -q -f '' >/dev/null`,
    ]);
    return performance.now() - start;
  } catch {
    return Number.NaN;
  }
}

if (isEntry(import.meta.url)) printFigures(await run());
