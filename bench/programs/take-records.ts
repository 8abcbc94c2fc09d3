import { readFileSync } from 'node:fs';
import { createHost } from '../../main/host/host.ts';

/** A host that takes a topic in until it has committed so many rows: `take-records.ts FOLDER BROKER TOPIC RECORDS`. */
const [folder = '', broker = '', topic = '', wanted = '0'] = process.argv.slice(2);
const host = createHost({ dataFolder: folder, memoryLimit: 1_000_000_000, lazy: true });
const context = { signal: new AbortController().signal, emit: () => undefined };
const columns = [
  { name: 'n', type: 'long' as const, path: '$.n' },
  { name: 'at', type: 'datetime' as const, path: '$.at' },
  { name: 'host', type: 'string' as const, path: '$.host' },
  { name: 'level', type: 'string' as const, path: '$.level' },
  { name: 'took', type: 'real' as const, path: '$.took' },
  { name: 'message', type: 'string' as const, path: '$.message' },
];
const start = performance.now();
await host.handlers['streams.create'](
  {
    definition: {
      name: topic,
      database: 'Local',
      table: 'T',
      source: { kind: 'kafka', cluster: { brokers: [broker] }, topics: [topic] },
      format: 'json',
      columns,
      start: { from: 'earliest' },
      flush: { seconds: 1, rows: 500_000, bytes: 64 * 1024 * 1024 },
    },
  },
  context,
);
let peak = 0;
for (;;) {
  peak = Math.max(peak, process.memoryUsage.rss());
  const { streams } = await host.handlers['streams.list']({}, context);
  const [stream] = streams;
  if (stream && stream.rows >= Number(wanted)) {
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage();
    const cpu = (user + system) / 1_000;
    const highest = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    const rss = highest === undefined ? peak : Number(highest) * 1_024;
    process.stdout.write(`${JSON.stringify({ ms, cpu, rss, rows: stream.rows })}\n`);
    break;
  }
  if (stream?.state === 'failed') throw new Error(stream.message);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await host.close();
