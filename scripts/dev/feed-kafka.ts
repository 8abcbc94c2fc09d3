import { Kafka, logLevel } from 'kafkajs';

/**
 * Sends made-up orders to a topic, some a second, until it is ended: `npm run dev:feed -- [BROKER] [TOPIC] [RATE]`,
 * by default ten a second to `orders` at 127.0.0.1:9092.
 */
const [broker = '127.0.0.1:9092', topic = 'orders', rate = '10'] = process.argv.slice(2);
const perSecond = Math.max(1, Number(rate) || 10);

const CITIES = ['Oslo', 'Lima', 'Pune', 'Kyiv', 'Quito'];
const client = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
const admin = client.admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic, numPartitions: 3 }], waitForLeaders: true });
await admin.disconnect();
const producer = client.producer({ idempotent: true, maxInFlightRequests: 1 });
await producer.connect();

let going = true;
process.on('SIGINT', () => {
  going = false;
});
process.on('SIGTERM', () => {
  going = false;
});
process.stdout.write(`${perSecond} orders a second to ${topic} at ${broker}; Ctrl+C ends it.\n`);
let sent = 0;
while (going) {
  const messages = Array.from({ length: perSecond }, (_, i) => {
    const id = sent + i;
    const city = CITIES[Math.floor(Math.random() * CITIES.length)];
    const total = Math.round(500 + 20_000 * Math.random() ** 3) / 100;
    return {
      key: String(id),
      value: JSON.stringify({ id, at: new Date().toISOString(), city, total }),
    };
  });
  await producer.send({ topic, messages });
  sent += messages.length;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}
await producer.disconnect();
process.stdout.write(`${sent} orders were sent.\n`);
