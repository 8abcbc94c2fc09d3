import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../scripts/dev/free-port.ts';
import { infoOf, until } from '../support/ledger.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

let host: TestHost;
let plain = '';
let guarded = '';

beforeAll(async () => {
  host = openTestHost({ lazy: true });
  const [open = 0, closed = 0] = await freePorts(2);
  await host.query('.create table Posted (n: long, word: string, big: long)');
  await listen('Posted', open, undefined);
  await listen('Logs', closed, 'the-token');
  plain = `http://127.0.0.1:${open}`;
  guarded = `http://127.0.0.1:${closed}`;
});

afterAll(async () => {
  await host?.close();
});

async function listen(table: string, port: number, secret: string | undefined): Promise<void> {
  await host.client.call('streams.create', {
    definition: {
      name: table,
      database: 'Local',
      table,
      source: { kind: 'http-listener', port, maxBytes: 100_000 },
      flush: { seconds: 0.1 },
    },
    ...(secret === undefined ? {} : { secret }),
  });
  await until(`${table} listens`, async () =>
    (await infoOf(host, table)).message.includes('Listens'),
  );
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

async function post(
  url: string,
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': type, ...headers },
    body,
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? '' : (JSON.parse(text) as unknown),
    headers: response.headers,
  };
}

const words = async (pattern: string): Promise<string[][]> =>
  await host.query(`Posted | where word startswith "${pattern}" | sort by n asc | project n, word`);

describe('HTTP posts fill a table', () => {
  it('answers NDJSON, JSON and CSV when their rows can be queried', async () => {
    expect(
      await post(plain, 'application/x-ndjson', '{"n":1,"word":"nd 1"}\r\n\n{"n":2,"word":"nd 2"}'),
    ).toMatchObject({ status: 200, body: { rows: 2 } });
    expect(await words('nd')).toEqual([
      ['1', 'nd 1'],
      ['2', 'nd 2'],
    ]);
    const array = '[ {"n":3,"word":"array","big":9007199254740993} , {"n":4,"word":"array"}]';
    expect(await post(plain, 'application/json', array)).toMatchObject({ body: { rows: 2 } });
    expect(await host.query('Posted | where n == 3 | project big')).toEqual([['9007199254740993']]);
    const one = '{\n  "n": 5,\n  "word": "one"\n}';
    expect(await post(plain, 'application/json', one)).toMatchObject({ body: { rows: 1 } });
    expect(await words('one')).toEqual([['5', 'one']]);
    const named = 'word,n\n"csv, quoted",6\n';
    expect(await post(plain, 'text/csv; header=present', named)).toMatchObject({ status: 200 });
    expect(await post(plain, 'text/csv', '7,csv by place\n')).toMatchObject({ status: 200 });
    expect(await words('csv')).toEqual([
      ['6', 'csv, quoted'],
      ['7', 'csv by place'],
    ]);
    const packed = new Uint8Array(gzipSync('{"n":8,"word":"packed"}'));
    expect(
      await post(plain, 'application/json', packed, { 'Content-Encoding': 'gzip' }),
    ).toMatchObject({ status: 200 });
    expect(await words('packed')).toEqual([['8', 'packed']]);
  });

  it('takes nothing of a body that is wrong, and says where', async () => {
    const before = await host.query('Posted | count');
    expect(
      await post(plain, 'application/x-ndjson', '{"n":1}\n{"n":2}\n  {"n":tru}\n'),
    ).toMatchObject({ status: 400, body: { error: { code: 'bad_body', row: 3, column: 8 } } });
    expect(await post(plain, 'application/json', '[\n{"n":1},\n{"n" 2}\n]')).toMatchObject({
      status: 400,
      body: { error: { row: 3, column: 6 } },
    });
    expect(await post(plain, 'text/csv', '1,a,2\n2,b,3,4\n')).toMatchObject({
      status: 400,
      body: { error: { row: 2, column: 4 } },
    });
    const broken = new Uint8Array([1, 2, 3]);
    expect(
      await post(plain, 'application/json', broken, { 'Content-Encoding': 'gzip' }),
    ).toMatchObject({ status: 400, body: { error: { code: 'bad_encoding' } } });
    expect(await post(plain, 'application/json', `"${'x'.repeat(100_001)}"`)).toMatchObject({
      status: 413,
    });
    const bomb = new Uint8Array(gzipSync(`"${'x'.repeat(10_000_000)}"`));
    expect(
      await post(plain, 'application/json', bomb, { 'Content-Encoding': 'gzip' }),
    ).toMatchObject({ status: 413 });
    expect(await post(plain, 'application/xml', '<a/>')).toMatchObject({ status: 415 });
    expect(await post(`${plain}/else`, 'application/json', '{}')).toMatchObject({ status: 404 });
    expect((await fetch(plain)).status).toBe(405);
    const foreign = { Origin: 'http://example.com' };
    expect(await post(plain, 'application/json', '{}', foreign)).toMatchObject({ status: 403 });
    expect(await host.query('Posted | count')).toEqual(before);
  });

  it('takes OTLP logs in JSON and protobuf into a table of their columns, for those with the token', async () => {
    const request = {
      resourceLogs: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
          scopeLogs: [
            {
              scope: { name: 'lib', version: '1.2' },
              logRecords: [
                {
                  timeUnixNano: '1769860800123456700',
                  severityNumber: 17,
                  severityText: 'ERROR',
                  body: { stringValue: 'it broke' },
                  traceId: '5b8efff798038103d269b633813fc60c',
                  spanId: 'eee19b7ec3c1b174',
                  attributes: [
                    { key: 'tries', value: { intValue: '9007199254740993' } },
                    { key: 'list', value: { arrayValue: { values: [{ boolValue: true }] } } },
                  ],
                },
              ],
            },
          ],
        },
      ],
    };
    const url = `${guarded}/v1/logs`;
    const body = JSON.stringify(request);
    expect(await post(url, 'application/json', body)).toMatchObject({ status: 401 });
    const token = { Authorization: 'Bearer the-token' };
    expect(await post(url, 'application/json', body, token)).toMatchObject({
      status: 200,
      body: {},
    });
    const binary = await post(url, 'application/x-protobuf', protobufRequest(), token);
    expect(binary).toMatchObject({ status: 200, body: '' });
    expect(binary.headers.get('content-type')).toBe('application/x-protobuf');
    expect(
      await host.query(
        'Logs | sort by SeverityNumber desc | project Timestamp, TraceID, SpanID, SeverityText, Body, tostring(ResourceAttributes["service.name"]), tostring(LogsAttributes), ScopeName',
      ),
    ).toEqual([
      [
        '2026-01-31T12:00:00.1234567Z',
        '5b8efff798038103d269b633813fc60c',
        'eee19b7ec3c1b174',
        'ERROR',
        'it broke',
        'shop',
        '{"tries":9007199254740993,"list":[true]}',
        'lib',
      ],
      ['2026-01-31T12:00:00.0000000Z', '0102', '', 'INFO', 'fine', '', '{"n":-3,"x":0.5}', ''],
    ]);
    expect(
      await post(url, 'application/x-protobuf', new Uint8Array([10, 200]), token),
    ).toMatchObject({ status: 400 });
    expect(
      await post(url, 'application/json', '{"resourceLogs":[{"scopeLogs":7}]}', token),
    ).toMatchObject({ status: 400 });
  });

  it('tells clients to come again while it stops, and loses nothing that it answered', async () => {
    let sent = 0;
    let stored = 0;
    const statuses = new Set<number | string>();
    const clients = Array.from({ length: 4 }, async (_, client) => {
      for (let i = 0; i < 25; i++) {
        sent++;
        const row = JSON.stringify({ n: 1_000 + client * 100 + i, word: 'storm' });
        try {
          const { status } = await post(plain, 'application/json', row);
          statuses.add(status);
          if (status === 200) stored++;
        } catch {
          // Nobody listens any more.
          statuses.add('closed');
        }
      }
    });
    await until('some are stored', async () => stored > 5);
    await host.client.call('streams.pause', { name: 'Posted' });
    await Promise.all(clients);
    expect([...statuses].every((s) => s === 200 || s === 503 || s === 'closed')).toBe(true);
    const [[rows = ''] = []] = await host.query('Posted | where word == "storm" | count');
    // What was stored may have lost its answer; never the other way round.
    expect(Number(rows)).toBeGreaterThanOrEqual(stored);
    expect(Number(rows)).toBeLessThanOrEqual(sent);
  });
});

/** A request by the numbers of opentelemetry-proto: one INFO record with a trace id and two attributes. */
function protobufRequest(): Uint8Array<ArrayBuffer> {
  const bytes = (field: number, content: Buffer | string): Buffer => {
    const value = Buffer.from(content);
    return Buffer.concat([Buffer.from([(field << 3) | 2, value.length]), value]);
  };
  const nanos = Buffer.alloc(9, 0x09);
  nanos.writeBigUInt64LE(1_769_860_800_000_000_000n, 1);
  const half = Buffer.alloc(9, 0x21);
  half.writeDoubleLE(0.5, 1);
  // -3 as a varint of 64 bits.
  const minus = Buffer.from([0x18, 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
  const record = Buffer.concat([
    nanos,
    Buffer.from([0x10, 9]),
    bytes(3, 'INFO'),
    bytes(5, bytes(1, 'fine')),
    bytes(6, Buffer.concat([bytes(1, 'n'), bytes(2, minus)])),
    bytes(6, Buffer.concat([bytes(1, 'x'), bytes(2, half)])),
    bytes(9, Buffer.from([1, 2])),
    // A field that nobody knows yet.
    Buffer.from([0xf8, 0x07, 0x01]),
  ]);
  return new Uint8Array(bytes(1, bytes(2, bytes(2, record))));
}
