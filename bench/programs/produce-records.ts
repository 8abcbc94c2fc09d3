import { Kafka, logLevel } from 'kafkajs';

/**
 * `produce-records.ts BROKER TOPIC RATE`: numbered records of about 500 bytes with the moment they were sent, at an
 * even rate, until the process is ended. Its own process: what it costs is nobody's latency.
 */

const [broker = '', topic = '', rateText = '10000'] = process.argv.slice(2);
const TICK_MS = 20;
const perTick = Math.round((Number(rateText) * TICK_MS) / 1_000);
const padding = 'x'.repeat(420);

const producer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).producer();
await producer.connect();
process.stdout.write('ready\n');

let n = 0;
const started = Date.now();
for (let tick = 0; ; tick++) {
  const wait = started + tick * TICK_MS - Date.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  const sent = Date.now();
  const messages = Array.from({ length: perTick }, () => ({
    value: JSON.stringify({ n: n++, sent, host: `host-${n % 50}`, level: 'info', padding }),
    partition: n % 3,
  }));
  // The next tick doesn't wait for the answer, as a server's own logging wouldn't.
  producer.send({ topic, messages, acks: 1 }).catch(() => process.exit(1));
}
