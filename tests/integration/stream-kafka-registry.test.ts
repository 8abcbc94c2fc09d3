import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Kafka as Client, logLevel, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamInfo, StreamSchema } from '../../common/contract/stream.ts';
import { type Kafka, kafkaMissing, startKafka } from '../../scripts/dev/kafka.ts';
import {
  type Registry,
  registryMissing,
  startRegistry,
} from '../../scripts/dev/schema-registry.ts';
import '../../workers/ingest/sources/kafka/request-queue.ts';
import { streamInfo, untilRows, untilTold } from './support/streams.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

/**
 * Apicurio Registry plays Confluent's: it answers the same paths with the same JSON. It has no logins of its own,
 * so those are asked for by a proxy before it. Values are written byte by byte, as the specifications say.
 */

const missing = (await kafkaMissing()) ?? (await registryMissing());
if (missing) process.stderr.write(`stream-kafka-registry: skipped, ${missing}\n`);

let kafka: Kafka;
let registry: Registry;
let client: Client;
let producer: Producer;
let host: TestHost;

beforeAll(async () => {
  if (missing) return;
  [kafka, registry] = await Promise.all([startKafka(), startRegistry()]);
  client = new Client({
    brokers: [kafka.broker],
    logLevel: logLevel.NOTHING,
    retry: { retries: 100, initialRetryTime: 100, maxRetryTime: 500 },
  });
  producer = client.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  host = openTestHost({ lazy: true });
}, 300_000);

afterAll(async () => {
  await host?.close();
  await producer?.disconnect();
  await registry?.stop();
  await kafka?.remove();
});

/** Avro's and Protobuf's numbers. */
function varint(number: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, number);
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
const zigzag = (n: bigint | number): Buffer => varint((BigInt(n) << 1n) ^ (BigInt(n) >> 63n));
const text = (value: string): Buffer =>
  Buffer.concat([zigzag(Buffer.byteLength(value)), Buffer.from(value)]);
const head = (id: number): Buffer => {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(id, 1);
  return bytes;
};
const framed = (id: number, ...parts: Buffer[]): Buffer => Buffer.concat([head(id), ...parts]);
/** A field of Protobuf: its number, and a varint or bytes. */
const field = (number: number, value: bigint | Buffer): Buffer =>
  typeof value === 'bigint'
    ? Buffer.concat([varint(BigInt(number << 3)), varint(value)])
    : Buffer.concat([varint(BigInt((number << 3) | 2)), varint(BigInt(value.length)), value]);

async function send(topic: string, ...values: Buffer[]): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
  await producer.send({ topic, messages: values.map((value) => ({ value })) });
}

const create = (
  topic: string,
  format: 'avro' | 'protobuf' | 'json',
  schema: StreamSchema,
  extra: object = {},
): Promise<StreamInfo> =>
  host.client.call('streams.create', {
    definition: {
      name: topic,
      database: 'Local',
      table: topic,
      source: { kind: 'kafka', cluster: { brokers: [kafka.broker] }, topics: [topic] },
      format,
      schema,
      flush: { seconds: 0.2 },
      ...extra,
    },
  });

const reading = (): StreamSchema => ({ registry: { url: registry.url } });

const ORDER = {
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 20, scale: 4 } },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'note', type: ['null', 'string'], default: null },
    { name: 'state', type: { type: 'enum', name: 'State', symbols: ['OPEN', 'PAID'] } },
  ],
};
const BIG = 9_223_372_036_854_775_807n;

/** 1714521600123456 µs: 2024-05-01T00:00:00.123456Z. 0x3ade68b1 = 987654321, so 98765.4321. */
const order = (id: bigint, note?: string): Buffer =>
  Buffer.concat([
    zigzag(id),
    zigzag(4),
    Buffer.from('3ade68b1', 'hex'),
    zigzag(1_714_521_600_123_456n),
    note === undefined ? zigzag(0) : Buffer.concat([zigzag(1), text(note)]),
    zigzag(1),
  ]);

describe.skipIf(missing !== undefined)('records with schemas of a registry', () => {
  it('reads Avro with every digit, makes the table of it, and sets aside what has no schema', async () => {
    const id = await registry.register('orders-value', { schema: JSON.stringify(ORDER) });
    await send(
      'orders',
      framed(id, order(BIG, 'first')),
      framed(id, order(-2n)),
      framed(987_654, order(3n)),
      Buffer.from('{"id": 4}'),
      framed(id, order(5n), Buffer.from('more')),
      framed(id, order(6n).subarray(0, 3)),
    );
    await create('orders', 'avro', reading());
    await untilRows(host, 'orders', 2);
    await untilRows(host, 'orders_deadletter', 4);
    expect(await host.query('orders | getschema | project ColumnName, ColumnType')).toEqual([
      ['id', 'long'],
      ['price', 'decimal'],
      ['at', 'datetime'],
      ['note', 'string'],
      ['state', 'string'],
    ]);
    expect(
      await host.query('orders | sort by id asc | project id, tostring(price), at, note, state'),
    ).toEqual([
      ['-2', '98765.4321', '2024-05-01T00:00:00.1234560Z', '', 'PAID'],
      [String(BIG), '98765.4321', '2024-05-01T00:00:00.1234560Z', 'first', 'PAID'],
    ]);
    const reasons = await host.query('orders_deadletter | sort by Position asc | project Reason');
    expect(reasons).toEqual([
      ['the schema registry has no schema 987654'],
      ['the record does not begin with a zero byte and the id of a schema'],
      ["4 bytes are left over after the schema's value"],
      ['the bytes end before the value that the schema describes'],
    ]);
    expect(await streamInfo(host, 'orders')).toMatchObject({ rows: 2, deadLettered: 4 });
  });

  it('follows references, unions of records, and a schema that changes in mid-stream', async () => {
    const address = {
      type: 'record',
      name: 'Address',
      namespace: 'geo',
      fields: [{ name: 'city', type: 'string' }],
    };
    await registry.register('address', { schema: JSON.stringify(address) });
    const references = [{ name: 'geo.Address', subject: 'address', version: 1 }];
    const person = (more: object[]): string =>
      JSON.stringify({
        type: 'record',
        name: 'Person',
        fields: [
          { name: 'n', type: 'int' },
          { name: 'home', type: ['null', 'geo.Address'] },
          { name: 'work', type: ['null', 'geo.Address'] },
          ...more,
        ],
      });
    const first = await registry.register('people-value', { schema: person([]), references });
    const second = await registry.register('people-value', {
      schema: person([{ name: 'age', type: ['null', 'int'], default: null }]),
      references,
    });
    expect(second).not.toBe(first);
    const columns = [
      { name: 'n', type: 'long', path: '$.n' },
      { name: 'work', type: 'string', path: '$.work.city' },
      { name: 'age', type: 'long', path: '$.age' },
    ];
    await send(
      'people',
      framed(first, zigzag(1), zigzag(0), zigzag(1), text('Ys')),
      framed(second, zigzag(2), zigzag(1), text('Vigo'), zigzag(0), zigzag(1), zigzag(44)),
    );
    await create('people', 'avro', reading(), { columns });
    await untilRows(host, 'people', 2);
    expect(await host.query('people | sort by n asc')).toEqual([
      ['1', 'Ys', ''],
      ['2', '', '44'],
    ]);
  });

  it('reads in the schema that the definition wants', async () => {
    const written = { type: 'record', name: 'Old', fields: [{ name: 'amount', type: 'int' }] };
    const wanted = {
      type: 'record',
      name: 'New',
      aliases: ['Old'],
      fields: [
        { name: 'total', aliases: ['amount'], type: 'long' },
        { name: 'currency', type: 'string', default: 'EUR' },
      ],
    };
    const id = await registry.register('old-value', { schema: JSON.stringify(written) });
    await send('evolved', framed(id, zigzag(12)));
    await create('evolved', 'avro', { ...reading(), text: JSON.stringify(wanted) });
    await untilRows(host, 'evolved', 1);
    expect(await host.query('evolved | project total, currency')).toEqual([['12', 'EUR']]);
  });

  it('reads Protobuf by the place of its message, with imports and well-known types', async () => {
    await registry.register('money', {
      schemaType: 'PROTOBUF',
      schema: 'syntax = "proto3"; package pay; message Money { int64 units = 1; }',
    });
    const id = await registry.register('payments-value', {
      schemaType: 'PROTOBUF',
      schema: `syntax = "proto3"; package shop;
        import "money.proto"; import "google/protobuf/timestamp.proto";
        message Other { string x = 1; }
        message Outer {
          message Payment {
            uint64 id = 1; pay.Money money = 2; google.protobuf.Timestamp at = 3;
            optional int32 retries = 4; bool ok = 5;
          }
        }`,
      references: [{ name: 'money.proto', subject: 'money', version: 1 }],
    });
    const payment = Buffer.concat([
      field(1, BIG),
      field(2, field(1, -5n)),
      field(3, Buffer.concat([field(1, 1_714_521_600n), field(2, 123_456_700n)])),
    ]);
    // Second message of the file, first one inside of it.
    const place = Buffer.concat([zigzag(2), zigzag(1), zigzag(0)]);
    await send(
      'payments',
      framed(id, place, payment),
      framed(id, zigzag(0), field(1, Buffer.from('y'))),
    );
    await create('payments', 'protobuf', reading(), {
      columns: [
        { name: 'id', type: 'long', path: '$.id' },
        { name: 'units', type: 'long', path: '$.money.units' },
        { name: 'at', type: 'datetime', path: '$.at' },
        { name: 'retries', type: 'long', path: '$.retries' },
        { name: 'ok', type: 'bool', path: '$.ok' },
        { name: 'x', type: 'string', path: '$.x' },
      ],
    });
    await untilRows(host, 'payments', 2);
    expect(await host.query('payments | sort by id desc nulls last')).toEqual([
      [String(BIG), '-5', '2024-05-01T00:00:00.1234567Z', '', 'false', ''],
      ['', '', '', '', '', 'y'],
    ]);
  });

  it('takes JSON that was framed, and JSON that was not', async () => {
    const id = await registry.register('texts-value', {
      schemaType: 'JSON',
      schema: '{"type":"object","properties":{"n":{"type":"integer"}}}',
    });
    await send('texts', framed(id, Buffer.from('{"n":1}')), Buffer.from('{"n":2}'));
    await create('texts', 'json', reading());
    await untilRows(host, 'texts', 2);
    expect(await host.query('texts | sort by n asc')).toEqual([['1'], ['2']]);
  });

  it('reads Avro and Protobuf without a registry, by the schema of the definition', async () => {
    await send('plain', order(7n, 'bare'));
    await create('plain', 'avro', { text: JSON.stringify(ORDER) });
    await untilRows(host, 'plain', 1);
    expect(await host.query('plain | project id, note')).toEqual([['7', 'bare']]);
    await send('plainproto', field(1, 8n));
    const proto = 'syntax = "proto3"; message A { string s = 1; } message B { int64 n = 1; }';
    await create('plainproto', 'protobuf', { text: proto, message: 'B' });
    await untilRows(host, 'plainproto', 1);
    expect(await host.query('plainproto | project n')).toEqual([['8']]);
  });

  it('says at once that a schema is missing or wrong', async () => {
    await expect(create('plain2', 'avro', {}, { table: 'plain' })).resolves.toBeDefined();
    const info = await untilTold(host, 'plain2', /need a schema/, 'failed');
    expect(info.message).toContain('schema registry');
    await create('plain3', 'protobuf', { text: 'message {' }, { table: 'plain' });
    await untilTold(host, 'plain3', /schema can't be read/, 'failed');
  });

  it('logs in at a registry, and says when it is refused', async () => {
    const id = await registry.register('guarded-value', { schema: '"string"' });
    await send('guarded', framed(id, text('in')));
    const login = 'reader:open-sesame-7913';
    const proxy = await guarded(registry.url, login);
    try {
      const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      const columns = [{ name: 'v', type: 'string', path: '$' }];
      const entry = (password: string): StreamSchema => ({
        registry: { url, username: 'reader', password },
      });
      await create('guarded', 'avro', entry('open-sesame-7913'), { columns });
      await untilRows(host, 'guarded', 1);
      expect(await host.query('guarded')).toEqual([['in']]);
      await create('guarded2', 'avro', entry('wrong-7913'), {
        columns,
        source: { kind: 'kafka', cluster: { brokers: [kafka.broker] }, topics: ['guarded'] },
      });
      await untilTold(host, 'guarded2', /registry .* refused the login \(401\)/, 'waiting');
      const { streams } = await host.client.call('streams.list', {});
      expect(JSON.stringify(streams)).not.toMatch(/open-sesame-7913|wrong-7913/);
    } finally {
      proxy.close();
    }
  });

  it('waits for a registry that is away, says so, and loses nothing', async () => {
    const schema = { schema: JSON.stringify(ORDER) };
    await registry.register('away-value', schema);
    await registry.stop();
    await send('away', framed(1, order(1n)), framed(1, order(2n)));
    await create('away', 'avro', reading(), {
      columns: [{ name: 'id', type: 'long', path: '$.id' }],
    });
    const info = await untilTold(host, 'away', /registry .* can't be reached/, 'waiting');
    expect(info.message).toContain('Records wait until it answers');
    expect(info).toMatchObject({ rows: 0, deadLettered: 0 });
    await registry.start();
    // It was in memory: the ids begin anew, so the first schema is the one that the records name.
    expect(await registry.register('away-value', schema)).toBe(1);
    await untilRows(host, 'away', 2);
    expect(await host.query('away | sort by id asc')).toEqual([['1'], ['2']]);
  });
});

/** Asks for a login before the registry. */
function guarded(url: string, login: string): Promise<Server> {
  const wanted = `Basic ${Buffer.from(login).toString('base64')}`;
  return new Promise((resolve) => {
    const server = createServer((request, answer) => {
      if (request.headers.authorization !== wanted) {
        answer.statusCode = 401;
        answer.end();
        return;
      }
      forward(
        `${url}${request.url}`,
        { headers: { accept: request.headers.accept ?? '' } },
        (found) => {
          answer.statusCode = found.statusCode ?? 500;
          found.pipe(answer);
        },
      ).end();
    });
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
