import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MqttSource, StreamDefinition } from '../../common/contract/stream.ts';
import { type Mosquitto, mosquittoMissing, startMosquitto } from '../../scripts/dev/mosquitto.ts';
import { killAll, runAndKill } from '../support/kill.ts';
import { infoOf, Ledger, until } from '../support/ledger.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('programs/serve-streams.ts', import.meta.url));
const missing = await mosquittoMissing();
if (missing) process.stderr.write(`stream-mqtt: skipped, ${missing}\n`);

const folder = mkdtempSync(join(tmpdir(), 'stream-mqtt-'));
let broker: Mosquitto;
let host: TestHost;

beforeAll(async () => {
  if (missing) return;
  broker = await startMosquitto();
  host = openTestHost({ lazy: true });
});

afterEach(killAll);

afterAll(async () => {
  await host?.close();
  await broker?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Publishes lines, each as a message at QoS 1; resolves when the broker has all of them. */
async function publish(
  topic: string,
  lines: readonly string[],
  more: readonly string[] = [],
): Promise<void> {
  const port = new URL(broker.url).port;
  const program = spawn(
    'mosquitto_pub',
    ['-h', '127.0.0.1', '-p', port, '-q', '1', '-V', 'mqttv5', '-t', topic, '-l', ...more],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  const ended = new Promise<number | null>((resolve) => program.once('exit', resolve));
  program.stdin.end(lines.map((line) => `${line}\n`).join(''));
  expect(await ended).toBe(0);
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => JSON.stringify({ n: from + i }));

async function create(
  name: string,
  source: Partial<MqttSource>,
  rest: Partial<StreamDefinition> & { readonly secret?: string } = {},
): Promise<void> {
  const { secret, ...definition } = rest;
  await host.client.call('streams.create', {
    definition: {
      name,
      database: 'Local',
      table: name,
      flush: { seconds: 0.2 },
      ...definition,
      source: { kind: 'mqtt', url: broker.url, topics: [`${name}/#`], ...source },
    },
    ...(secret === undefined ? {} : { secret }),
  });
}

/** The subscription is there: what is sent from now on comes. */
const subscribed = (name: string, on = host): Promise<void> =>
  until(`${name} is subscribed`, async () => 'session' in (await infoOf(on, name)).positions);

async function holdsEachOnce(table: string, count: number): Promise<void> {
  await until(`${count} rows in ${table}`, async () => (await infoOf(host, table)).rows >= count);
  expect(
    await host.query(`${table} | summarize count(), count_distinct(n), min(n), max(n)`),
  ).toEqual([[String(count), String(count), '0', String(count - 1)]]);
}

describe.skipIf(missing !== undefined)('MQTT topics fill a table', () => {
  it('takes topic, quality of service and user properties as columns, and sets aside what does not decode', async () => {
    await publish('Plant/a/temperature', ['{"n": 0}'], ['-r']);
    await create(
      'Plant',
      { topics: ['Plant/+/temperature'] },
      {
        columns: [
          { name: 'n', type: 'long', path: '$.n' },
          { name: 'Topic', type: 'string', path: '@topic' },
          { name: 'Qos', type: 'int', path: '@qos' },
          { name: 'Retained', type: 'bool', path: '@retain' },
          { name: 'ContentType', type: 'string', path: '@contentType' },
          { name: 'Properties', type: 'dynamic', path: '@headers' },
        ],
      },
    );
    await until('the retained one', async () => (await infoOf(host, 'Plant')).rows === 1);
    await publish(
      'Plant/b/temperature',
      ['{"n": 1}'],
      [
        ...['-D', 'publish', 'user-property', 'unit', 'C'],
        ...['-D', 'publish', 'content-type', 'application/json'],
      ],
    );
    await publish('Plant/b/pressure', ['{"n": 9}']);
    await publish('Plant/c/temperature', ['no json']);
    await until('two and one', async () => {
      const { rows, deadLettered } = await infoOf(host, 'Plant');
      return rows === 2 && deadLettered === 1;
    });
    expect(
      await host.query(
        'Plant | sort by n asc | project n, Topic, Qos, Retained, ContentType, tostring(Properties.unit)',
      ),
    ).toEqual([
      ['0', 'Plant/a/temperature', '1', 'true', '', ''],
      ['1', 'Plant/b/temperature', '1', 'false', 'application/json', 'C'],
    ]);
    expect(await host.query('Plant_deadletter | project Value')).toEqual([['no json']]);
  });

  it.each(['5', '3.1.1'] as const)(
    'loses nothing while it is paused or the broker is away, version %s',
    async (version) => {
      const table = `Away${version.replaceAll('.', '')}`;
      await host.query(`.create table ${table} (n: long)`);
      await publish(`${table}/old`, ['{"n": 0}'], ['-r']);
      await create(table, { version });
      await holdsEachOnce(table, 1);
      await publish(`${table}/x`, numbers(1, 100));
      await holdsEachOnce(table, 100);
      await host.client.call('streams.pause', { name: table });
      await publish(`${table}/x`, numbers(100, 3_000));
      await host.client.call('streams.resume', { name: table });
      await holdsEachOnce(table, 3_000);
      await broker.stop('SIGTERM');
      await until('it says so', async () => (await infoOf(host, table)).state === 'waiting');
      await broker.start();
      // The retained message does not come again with the session.
      await publish(`${table}/x`, numbers(3_000, 3_100));
      await holdsEachOnce(table, 3_100);
    },
  );

  it('keeps each message once over kill -9', async () => {
    const data = mkdtempSync(join(tmpdir(), 'stream-mqtt-kill-'));
    const ledger = new Ledger();
    const first = openTestHost({ lazy: true }, data);
    await first.query('.create table Ledger (n: long)');
    await first.client.call('streams.create', {
      definition: {
        name: 'Ledger',
        database: 'Local',
        table: 'Ledger',
        source: { kind: 'mqtt', url: broker.url, topics: ['ledger'] },
        flush: { seconds: 0.1, rows: 200 },
      },
    });
    await subscribed('Ledger', first);
    first.client.close();
    await first.host.close();
    const ROUNDS = 6;
    for (let round = 0; round < ROUNDS; round++) {
      const lines = ledger.next(2_000, (n) => (n % 700 === 699 ? `poison ${n}` : undefined));
      const killed = runAndKill(PROGRAM, [data], {
        lines: 1,
        delayMs: 900 + ((round * 377) % 1_500),
      });
      await Promise.all([killed, publish('ledger', lines)]);
    }
    const last = openTestHost({ lazy: true }, data);
    try {
      await ledger.holds(last, 'Ledger', 'Ledger');
    } finally {
      await last.close();
    }
  }, 300_000);

  it('logs in over TLS, and says what is wrong with a password', async () => {
    const key = join(folder, 'key.pem');
    const certificate = join(folder, 'certificate.pem');
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key],
      ...['-out', certificate, '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ]);
    const secure = await startMosquitto({
      login: { username: 'ana', password: 'right' },
      tls: { certificate, key },
    });
    try {
      await host.query('.create table Secure (n: long)');
      const source = {
        url: secure.url,
        username: 'ana',
        tls: { ca: readFileSync(certificate, 'utf8'), trustAny: false },
      };
      await create('Secure', source, { secret: 'wrong' });
      await until('it is refused', async () =>
        /password is wrong|may not/.test((await infoOf(host, 'Secure')).message),
      );
      await host.client.call('streams.remove', { name: 'Secure' });
      await create('Secure', source, { secret: 'right' });
      await subscribed('Secure');
      const port = new URL(secure.url).port;
      await run('mosquitto_pub', [
        ...['-h', '127.0.0.1', '-p', port, '--cafile', certificate, '-u', 'ana', '-P', 'right'],
        ...['-q', '1', '-t', 'Secure/x', '-m', '{"n": 0}'],
      ]);
      await holdsEachOnce('Secure', 1);
    } finally {
      await host.client.call('streams.remove', { name: 'Secure' });
      await secure.remove();
    }
  });

  it('shows topics and messages without taking them in, and says where nobody answers', async () => {
    await publish('Look/a', ['{"n": 7}'], ['-r']);
    const source = { kind: 'mqtt' as const, url: broker.url, topics: ['Look/#'] };
    const { topics } = await host.client.call('streams.browse', { source });
    expect(topics.map((t) => t.name)).toEqual(['Look/a']);
    const { records } = await host.client.call('streams.peek', { source, records: 1 });
    expect(records).toMatchObject([{ part: 'Look/a', value: '{"n": 7}' }]);
    await expect(
      host.client.call('streams.browse', { source: { ...source, url: 'mqtt://127.0.0.1:1' } }),
    ).rejects.toMatchObject({ kind: 'source', message: expect.stringContaining('127.0.0.1:1') });
  });
});
