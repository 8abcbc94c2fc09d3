import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kafka as Client, CompressionTypes, logLevel, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamInfo } from '../../common/contract/stream.ts';
import { type Kafka, kafkaMissing, startKafka } from '../../scripts/dev/kafka.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

const CLI = fileURLToPath(new URL('../../main/cli/index.ts', import.meta.url));
const missing = await kafkaMissing();
if (missing) process.stderr.write(`stream-kafka: skipped, ${missing}\n`);

let kafka: Kafka;
let client: Client;
let producer: Producer;
let host: TestHost;

beforeAll(async () => {
  if (missing) return;
  kafka = await startKafka();
  client = new Client({
    brokers: [kafka.broker],
    logLevel: logLevel.NOTHING,
    retry: { retries: 100, initialRetryTime: 100, maxRetryTime: 500 },
  });
  producer = client.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  host = openTestHost({ lazy: true });
});

afterAll(async () => {
  await host?.close();
  await producer?.disconnect();
  await kafka?.remove();
});

async function topic(name: string): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: name, numPartitions: 3 }], waitForLeaders: true });
  await admin.disconnect();
}

/** Sends numbered records: the ledger is what the table has to hold, each number once. */
async function send(
  name: string,
  from: number,
  to: number,
  compression = CompressionTypes.None,
): Promise<void> {
  const messages = Array.from({ length: to - from }, (_, i) => ({
    key: `k${from + i}`,
    value: JSON.stringify({ n: from + i, word: `w${(from + i) % 7}`, at: '2024-05-01T00:00:00Z' }),
    headers: { origin: 'test' },
  }));
  await producer.send({ topic: name, compression, messages });
}

const info = async (name: string): Promise<StreamInfo> => {
  const { streams } = await host.client.call('streams.list', {});
  const found = streams.find((s) => s.definition.name === name);
  if (!found) throw new Error(`no stream ${name}`);
  return found;
};

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not come about within a minute`);
}

async function holdsEachOnce(table: string, count: number): Promise<void> {
  await until(`${count} rows in ${table}`, async () => {
    const [[rows = '0'] = []] = await host.query(`${table} | count`);
    return Number(rows) >= count;
  });
  expect(
    await host.query(`${table} | summarize count(), dcount = count_distinct(n), min(n), max(n)`),
  ).toEqual([[String(count), String(count), '0', String(count - 1)]]);
}

const create = (name: string, table: string, extra: object = {}): Promise<StreamInfo> =>
  host.client.call('streams.create', {
    definition: {
      name,
      database: 'Local',
      table,
      source: { kind: 'kafka', cluster: { brokers: [kafka.broker] }, topics: [name] },
      flush: { seconds: 0.2 },
      ...extra,
    },
  });

describe.skipIf(missing !== undefined)('a Kafka topic fills a table', () => {
  it('makes the table by the first records and keeps each record once, over pause and restart', async () => {
    await topic('orders');
    await send('orders', 0, 500, CompressionTypes.GZIP);
    await create('orders', 'Orders');
    await holdsEachOnce('Orders', 500);
    expect(await host.query('Orders | getschema | project ColumnName, ColumnType')).toEqual([
      ['n', 'long'],
      ['word', 'string'],
      ['at', 'datetime'],
    ]);
    await host.client.call('streams.pause', { name: 'orders' });
    expect((await info('orders')).state).toBe('paused');
    await send('orders', 500, 800);
    expect(await host.query('Orders | count')).toEqual([['500']]);
    await host.client.call('streams.resume', { name: 'orders' });
    await holdsEachOnce('Orders', 800);
    host = await host.reopen();
    await send('orders', 800, 1_000);
    await holdsEachOnce('Orders', 1_000);
    expect(await info('orders')).toMatchObject({ rows: 1_000, deadLettered: 0, lost: 0 });
  });

  it('keeps what does not decode aside, and fills columns from the record itself', async () => {
    await topic('mixed');
    await send('mixed', 0, 10);
    await producer.send({
      topic: 'mixed',
      messages: ['no json', '{"n": 1', '{"n": 2, "x": tru}', '{},"v":{"n":99}'].map((value) => ({
        value,
        partition: 0,
      })),
    });
    await send('mixed', 10, 20);
    await create('mixed', 'Mixed', {
      columns: [
        { name: 'n', type: 'long', path: '$.n' },
        { name: 'topic', type: 'string', path: '@topic' },
        { name: 'partition', type: 'int', path: '@partition' },
        { name: 'offset', type: 'long', path: '@offset' },
        { name: 'sent', type: 'datetime', path: '@timestamp' },
        { name: 'key', type: 'string', path: '@key' },
        { name: 'headers', type: 'dynamic', path: '@headers' },
      ],
    });
    await holdsEachOnce('Mixed', 20);
    expect(
      await host.query(
        'Mixed | where topic == "mixed" and key == strcat("k", n) and tostring(headers.origin) == "test" and sent > ago(1h) and partition in (0, 1, 2) | count',
      ),
    ).toEqual([['20']]);
    expect(
      await host.query(
        'Mixed_deadletter | where isnotempty(Reason) | project Value | sort by Value asc',
      ),
    ).toEqual([['no json'], ['{"n": 1'], ['{"n": 2, "x": tru}'], ['{},"v":{"n":99}']].toSorted());
    expect(await info('mixed')).toMatchObject({ rows: 20, deadLettered: 4 });
  });

  it('goes on by itself when the broker was away', async () => {
    await topic('cable');
    await send('cable', 0, 100);
    await create('cable', 'Cable');
    await holdsEachOnce('Cable', 100);
    await kafka.stop('SIGKILL');
    await until('the state says so', async () => (await info('cable')).state === 'waiting');
    await kafka.start();
    await send('cable', 100, 300);
    await holdsEachOnce('Cable', 300);
    expect((await info('cable')).state).toBe('running');
    const { messages } = await host.client.call('streams.messages', { name: 'cable' });
    expect(messages.map((m) => m.state)).toEqual(expect.arrayContaining(['waiting', 'running']));
  });

  it('begins at the end, and reads all of it after a rewind', async () => {
    await topic('late');
    await send('late', 0, 50);
    await host.query('.create table Late (n: long, word: string)');
    await create('late', 'Late', { start: { from: 'latest' } });
    await until('it runs', async () => Object.keys((await info('late')).positions).length === 3);
    await send('late', 50, 60);
    await until('ten rows', async () => (await info('late')).rows === 10);
    expect(await host.query('Late | summarize min(n), count()')).toEqual([['50', '10']]);
    await host.query('.clear table Late data');
    await host.client.call('streams.rewind', { name: 'late', start: { from: 'earliest' } });
    await holdsEachOnce('Late', 60);
  });

  it('shows topics with their groups, and records without taking them in', async () => {
    const source = {
      kind: 'kafka' as const,
      cluster: { brokers: [kafka.broker] },
      topics: ['orders'],
    };
    const { topics } = await host.client.call('streams.browse', { source });
    const orders = topics.find((t) => t.name === 'orders');
    expect(orders?.partitions.map((p) => p.partition)).toEqual([0, 1, 2]);
    expect(orders?.partitions.reduce((sum, p) => sum + Number(p.high), 0)).toBe(1_000);
    await until('the group is told', async () => {
      const again = await host.client.call('streams.browse', { source });
      const groups = again.topics.find((t) => t.name === 'orders')?.groups ?? [];
      return groups.some((g) => g.group === 'calypso-orders' && g.lag === 0);
    });
    const { records } = await host.client.call('streams.peek', { source, records: 5 });
    expect(records).toHaveLength(5);
    expect(records[0]).toMatchObject({
      headers: { origin: 'test' },
      value: expect.stringContaining('"word"'),
    });
    const looked = await host.client.call('streams.inspect', {
      definition: { name: 'look', database: 'Local', table: 'Look', source },
    });
    expect(looked.columns).toMatchObject([
      { name: 'n', type: 'long', path: '$.n' },
      { name: 'word', type: 'string', path: '$.word' },
      { name: 'at', type: 'datetime', path: '$.at' },
    ]);
    expect(looked.preview[0]?.[1]).toMatch(/^w\d$/);
  });

  it('calypso tail prints rows as they come, and goes on where it ended', async () => {
    await topic('told');
    await send('told', 0, 3);
    const data = mkdtempSync(join(tmpdir(), 'tail-test-'));
    const address = `kafka://${kafka.broker}/told`;
    const tail = async (lines: number, meanwhile: () => Promise<void>): Promise<number[]> => {
      const program = spawn(process.execPath, [
        ...[CLI, 'tail', address, '--table', 'Told', '--from', 'earliest', '--data', data],
        ...['--query', 'project n | sort by n asc'],
      ]);
      let printed = '';
      const enough = new Promise<void>((resolve) => {
        program.stdout.on('data', (chunk: Buffer) => {
          printed += chunk.toString();
          if (printed.trimEnd().split('\n').length >= lines) resolve();
        });
      });
      const gone = new Promise((resolve) => program.once('exit', resolve));
      await meanwhile();
      await Promise.race([enough, gone]);
      program.kill('SIGINT');
      await gone;
      return printed
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { n: number }).n)
        .sort((a, b) => a - b);
    };
    try {
      expect(await tail(3, async () => undefined)).toEqual([0, 1, 2]);
      expect(await tail(2, () => send('told', 3, 5))).toEqual([3, 4]);
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });

  it('says what is wrong with a cluster that is not there', async () => {
    await expect(
      host.client.call('streams.browse', {
        source: { kind: 'kafka', cluster: { brokers: ['127.0.0.1:1'] }, topics: ['x'] },
      }),
    ).rejects.toMatchObject({ kind: 'source', message: expect.stringContaining('127.0.0.1:1') });
  });
});
