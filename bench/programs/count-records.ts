import { Kafka, logLevel } from 'kafkajs';

/** A bare consumer that only counts: `count-records.ts BROKER TOPIC RECORDS`, fetching as Calypso does. */
const [broker = '', topic = '', wanted = '0'] = process.argv.slice(2);
const consumer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).consumer({
  groupId: `count-${process.pid}`,
  maxBytesPerPartition: 4 * 1024 * 1024,
  maxWaitTimeInMs: 250,
});
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
let count = 0;
const start = performance.now();
await consumer.run({
  autoCommit: false,
  partitionsConsumedConcurrently: 3,
  eachBatch: async ({ batch }) => {
    count += batch.messages.length;
    if (count < Number(wanted)) return;
    const { user, system } = process.cpuUsage();
    const cpu = (user + system) / 1_000;
    process.stdout.write(`${JSON.stringify({ ms: performance.now() - start, cpu })}\n`, () =>
      process.exit(0),
    );
  },
});
