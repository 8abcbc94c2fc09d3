import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Kafka as Client, logLevel, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KafkaCluster, StreamInfo } from '../../common/contract/stream.ts';
import { eventHubsAddress, kafkaOfEventHubs } from '../../common/text/event-hubs-address.ts';
import { type Kafka, kafkaMissing, startKafka } from '../../scripts/dev/kafka.ts';
import { type KafkaSecurity, unsecuredToken } from '../../scripts/dev/kafka-security.ts';
import '../../workers/ingest/sources/kafka/request-queue.ts';
import { streamInfo, until, untilRows, untilTold } from './support/streams.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

const missing = await kafkaMissing(true);
if (missing) process.stderr.write(`stream-kafka-secure: skipped, ${missing}\n`);

const ALICE = { username: 'alice', password: 'wonder-land-7913' };
const HUB =
  'Endpoint=sb://loopback.example/;SharedAccessKeyName=listen;SharedAccessKey=c2VjcmV0LWtleS03OTEz;EntityPath=events';
const CLIENT_SECRET = 'client-secret-7913';
const RECORDS = 30;

let kafka: Kafka;
let security: KafkaSecurity;
let producer: Producer;
let host: TestHost;
let logged = '';

beforeAll(async () => {
  if (missing) return;
  kafka = await startKafka({
    users: [ALICE, { username: '$ConnectionString', password: HUB, scram: false }],
  });
  if (!kafka.security) throw new Error('no security');
  security = kafka.security;
  const client = new Client({
    brokers: [kafka.broker],
    logLevel: logLevel.NOTHING,
    retry: { retries: 100, initialRetryTime: 100, maxRetryTime: 500 },
  });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'events', numPartitions: 2 }] });
  await admin.disconnect();
  producer = client.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  await producer.send({
    topic: 'events',
    messages: Array.from({ length: RECORDS }, (_, n) => ({ value: JSON.stringify({ n }) })),
  });
  const log = (text: string): void => {
    logged += `${text}\n`;
  };
  host = openTestHost({ lazy: true, logger: { debug: log, error: log } });
});

afterAll(async () => {
  await host?.close();
  await producer?.disconnect();
  await kafka?.remove();
});

const columns = [{ name: 'n', type: 'long', path: '$.n' }] as const;

const create = (
  name: string,
  cluster: Omit<KafkaCluster, 'tls'> & { tls?: object },
  secret?: string,
): Promise<StreamInfo> =>
  host.client.call('streams.create', {
    definition: {
      name,
      database: 'Local',
      table: name,
      source: { kind: 'kafka', cluster: cluster as KafkaCluster, topics: ['events'] },
      columns: [...columns],
      flush: { seconds: 0.2 },
    },
    ...(secret === undefined ? {} : { secret }),
  });

async function holdsAll(table: string): Promise<void> {
  await untilRows(host, table, RECORDS);
  expect(await host.query(`${table} | summarize count(), count_distinct(n)`)).toEqual([
    [String(RECORDS), String(RECORDS)],
  ]);
}

const overTls = (
  mechanism: NonNullable<KafkaCluster['sasl']>['mechanism'],
  username = ALICE.username,
): Parameters<typeof create>[1] => ({
  brokers: [security.saslBroker],
  tls: { ca: security.ca },
  sasl: { mechanism, username },
});

describe.skipIf(missing !== undefined)('a Kafka cluster with TLS and logins', () => {
  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'lets in by %s',
    async (mechanism) => {
      const table = mechanism.replaceAll('-', '');
      await create(table, overTls(mechanism), ALICE.password);
      await holdsAll(table);
      await host.client.call('streams.remove', { name: table });
    },
  );

  it('lets in by a token that was given', async () => {
    await create('token', overTls('oauthbearer', ''), unsecuredToken('alice'));
    await holdsAll('token');
  });

  it('fetches tokens from their endpoint by client credentials', async () => {
    const asked: { authorization: string; body: string }[] = [];
    const server = await listen((request, answer) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        asked.push({ authorization: request.headers.authorization ?? '', body });
        answer.setHeader('content-type', 'application/json');
        answer.end(JSON.stringify({ access_token: unsecuredToken('app'), expires_in: 3_600 }));
      });
    });
    try {
      const cluster = overTls('oauthbearer', 'app');
      const tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
      const sasl = { mechanism: 'oauthbearer' as const, username: 'app', tokenUrl, scope: 'kafka' };
      await create('fetched', { ...cluster, sasl }, CLIENT_SECRET);
      await holdsAll('fetched');
      expect(asked[0]).toEqual({
        authorization: `Basic ${Buffer.from(`app:${CLIENT_SECRET}`).toString('base64')}`,
        body: 'grant_type=client_credentials&scope=kafka',
      });
    } finally {
      server.close();
    }
  });

  it('lets in by a client certificate, whose key stays out of the definition', async () => {
    const { ca, certificate, key, mutualBroker } = security;
    await create('mutual', { brokers: [mutualBroker], tls: { ca, certificate, key } });
    await holdsAll('mutual');
    const { definition } = await streamInfo(host, 'mutual');
    expect(JSON.stringify(definition)).not.toContain('PRIVATE KEY');
    host = await host.reopen();
    await producer.send({ topic: 'events', messages: [{ value: `{"n":${RECORDS}}` }] });
    await untilRows(host, 'mutual', RECORDS + 1);
  });

  it('lets in by the connection string of an Event Hub', async () => {
    const { cluster, topics, secret } = kafkaOfEventHubs(eventHubsAddress(HUB));
    expect(cluster.brokers).toEqual(['loopback.example:9093']);
    expect(topics).toEqual(['events']);
    // The namespace is played by the broker of this test; everything else is what was pasted.
    await create(
      'hub',
      { ...cluster, brokers: [security.saslBroker], tls: { ca: security.ca } },
      secret,
    );
    await untilRows(host, 'hub', RECORDS + 1);
  });

  it('shows the topics of such a cluster', async () => {
    const { topics } = await host.client.call('streams.browse', {
      source: {
        kind: 'kafka',
        cluster: overTls('scram-sha-512') as KafkaCluster,
        topics: ['events'],
      },
      secret: ALICE.password,
    });
    expect(topics.find((t) => t.name === 'events')?.partitions).toHaveLength(2);
  });

  it('says what is wrong with a login, and lets in once it is right', async () => {
    await create('refused', overTls('plain'), 'not-the-password-7913');
    const info = await untilTold(host, 'refused', /login was refused/, 'waiting');
    expect(info.message).toContain('Check the mechanism, the user name and the password');
    expect(info.message).toContain(security.saslBroker);
    await host.client.call('streams.resume', { name: 'refused', secret: ALICE.password });
    await untilRows(host, 'refused', RECORDS + 1);
    await create('refused2', overTls('scram-sha-256', 'nobody'), ALICE.password);
    await untilTold(host, 'refused2', /login was refused/, 'waiting');
  });

  it('says that the authority is not trusted', async () => {
    const cluster = { ...overTls('plain'), tls: { ca: security.otherCa } };
    await create('authority', cluster, ALICE.password);
    const info = await untilTold(host, 'authority', /authority that is not trusted/, 'waiting');
    expect(info.message).toContain("Give the PEM of the cluster's authority");
  });

  it('says that the certificate has another name', async () => {
    const brokers = [security.saslBroker.replace('127.0.0.1', 'localhost')];
    await create('named', { ...overTls('plain'), brokers }, ALICE.password);
    const info = await untilTold(host, 'named', /certificate is for another host name/, 'waiting');
    expect(info.message).toContain('Use the name that the certificate has');
  });

  it('says that a client certificate is wanted', async () => {
    await create('bare', { brokers: [security.mutualBroker], tls: { ca: security.ca } });
    const info = await untilTold(host, 'bare', /client certificate/, 'waiting');
    expect(info.message).toContain('client certificate and its key');
  });

  it('says that a listener has no TLS, or that it wants some', async () => {
    await create('none', { brokers: [kafka.broker], tls: { ca: security.ca } });
    await untilTold(host, 'none', /Check|Use the port of the TLS listener/, 'waiting');
    await create('wanted', { brokers: [security.saslBroker] });
    await untilTold(host, 'wanted', /Check.*TLS/, 'waiting');
  });

  it('says that the token endpoint gives no token', async () => {
    const server = await listen((_, answer) => {
      answer.statusCode = 401;
      answer.end();
    });
    try {
      const tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
      const sasl = { mechanism: 'oauthbearer' as const, username: 'app', tokenUrl };
      await create('untokened', { ...overTls('oauthbearer'), sasl }, CLIENT_SECRET);
      const info = await untilTold(host, 'untokened', /gave no token: it answered 401/, 'waiting');
      expect(info.message).toContain('client id');
    } finally {
      server.close();
    }
  });

  it('writes no secret into definitions, messages, the log or a file', async () => {
    const { streams } = await host.client.call('streams.list', {});
    const said = await Promise.all(
      streams.map((s) => host.client.call('streams.messages', { name: s.definition.name })),
    );
    const seen = JSON.stringify([streams, said]) + logged + textOfFolder(host.folder);
    const keys = security.key.split('\n').filter((line) => line.length > 40);
    const secrets = [ALICE.password, HUB, CLIENT_SECRET, 'not-the-password-7913', ...keys];
    expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
    await until('the log has seen the errors', async () => logged.includes('refused'));
  });
});

function listen(handler: Parameters<typeof createServer>[1] & object): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer(handler);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** Every file below a folder, as bytes that can be searched. */
function textOfFolder(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}
