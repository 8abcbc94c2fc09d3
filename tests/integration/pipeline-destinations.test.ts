import { gunzipSync } from 'node:zlib';
import { BlobServiceClient } from '@azure/storage-blob';
import { Kafka as Client, type Consumer, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AZURITE_ACCOUNT,
  AZURITE_KEY,
  type Azurite,
  azuriteMissing,
  startAzurite,
} from '../../scripts/dev/azurite.ts';
import { type Kafka, kafkaMissing, startKafka } from '../../scripts/dev/kafka.ts';
import { type Postgres, postgresMissing, startPostgres } from '../../scripts/dev/postgres.ts';
import { type S3Server, s3Program, startS3 } from '../../scripts/dev/s3.ts';
import { openS3 } from '../../workers/ingest/storage/s3.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

const WAIT_MS = 90_000;
const TIMEOUT_MS = 180_000;

const noPostgres = await postgresMissing();
if (noPostgres) process.stderr.write(`pipeline-destinations: PostgreSQL skipped, ${noPostgres}\n`);
const noKafka = await kafkaMissing();
if (noKafka) process.stderr.write(`pipeline-destinations: Kafka skipped, ${noKafka}\n`);

const noAzurite = azuriteMissing();
if (noAzurite) process.stderr.write(`pipeline-destinations: Azurite skipped, ${noAzurite}\n`);

const s3 = s3Program();
if ('missing' in s3) process.stderr.write(`pipeline-destinations: S3 skipped, ${s3.missing}\n`);

let host: TestHost;
const run = (name: string) => host.client.call('pipelines.run', { database: 'Local', name });
const save = (definition: object, secret?: string) =>
  host.client.call('pipelines.save', {
    definition: { database: 'Local', ...definition } as never,
    ...(secret === undefined ? {} : { secret }),
  });

async function until(what: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + WAIT_MS;
  while (!(await what().catch(() => false))) {
    if (Date.now() > end) throw new Error('It did not come to pass.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

beforeAll(async () => {
  host = openTestHost();
  await host.query(
    `.set All <| print b = true, n = int(-5), l = 9223372036854775807, r = 1.5, d = decimal(12345678901234567890.12),
     s = 'a "quote" \\\\ \\n ü', at = datetime(2026-02-03T04:05:06.789012Z), span = -(1d + 2h + 3m + 4.5s),
     id = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), bag = dynamic({"a": [1, null, "x"]})
     | union (print b = bool(null), n = int(null), l = long(null), r = real(nan), d = decimal(null), s = "",
       at = datetime(null), span = timespan(null), id = guid(null), bag = dynamic(null))`,
  );
});

afterAll(async () => {
  await host.close();
});

describe.skipIf(noPostgres !== undefined)('a pipeline to PostgreSQL', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, TIMEOUT_MS);
  afterAll(async () => {
    await postgres?.remove();
  });
  const destination = (table: string, more: object = {}) => ({
    kind: 'postgres',
    server: {
      host: postgres.host,
      port: postgres.port,
      database: postgres.database,
      user: postgres.user,
    },
    table,
    ...more,
  });

  it(
    'brings every type over as it is',
    async () => {
      await save(
        { name: 'types', source: { kind: 'table', table: 'All' }, destination: destination('all') },
        postgres.password,
      );
      expect(await run('types')).toMatchObject({ state: 'completed', rows: 2 });
      expect(
        await postgres.query(
          `SELECT b, n, l::text, r, d::text, s, at AT TIME ZONE 'UTC' = '2026-02-03 04:05:06.789012', extract(epoch FROM span)::text, id::text, bag->'a'->>2 FROM "all" WHERE b`,
        ),
      ).toEqual([
        [
          true,
          -5,
          '9223372036854775807',
          1.5,
          '12345678901234567890.12',
          'a "quote" \\ \n ü',
          true,
          '-93784.500000',
          '74be27de-1e4e-49d9-b579-fe0b331d3642',
          'x',
        ],
      ]);
      expect(
        await postgres.query(
          `SELECT num_nonnulls(b, n, l, d, at, span, id, bag), r::text, s FROM "all" WHERE b IS NULL`,
        ),
      ).toEqual([[0, 'NaN', '']]);
    },
    TIMEOUT_MS,
  );

  it(
    'fits a table that is there, says what does not fit, and waits for a server that is away',
    async () => {
      await postgres.query("CREATE TABLE narrow (x smallint PRIMARY KEY, note text DEFAULT '?')");
      await host.query('.set Nums <| range x from 1 to 3 step 1');
      const definition = {
        name: 'nums',
        source: { kind: 'table', table: 'Nums' },
        destination: destination('narrow'),
        retry: { attempts: 50, firstSeconds: 0.2, longestSeconds: 0.5 },
      };
      await save(definition);
      await run('nums');
      expect(await postgres.query('SELECT sum(x), min(note) FROM narrow')).toEqual([['6', '?']]);
      // A row that the table refuses takes its whole batch back.
      await host.query('.append Nums <| range x from 3 to 4 step 1');
      await expect(run('nums')).rejects.toMatchObject({
        code: 'postgres_refused',
        message: expect.stringContaining('duplicate key'),
      });
      expect(await postgres.query('SELECT count(*) FROM narrow')).toEqual([['3']]);
      await postgres.query('DELETE FROM narrow WHERE x = 3');
      await run('nums');
      expect(await postgres.query('SELECT sum(x) FROM narrow')).toEqual([['10']]);

      await postgres.stop('SIGKILL');
      await save({ ...definition, trigger: { on: 'arrival', afterSeconds: 0 } });
      await host.query('.append Nums <| print x = 100');
      await until(async () => {
        const { pipelines } = await host.client.call('pipelines.list', {});
        const found = pipelines.find((p) => p.definition.name === 'nums');
        return found?.state === 'retrying' && (found.lastRun?.attempts ?? 0) >= 2;
      });
      await postgres.start();
      await until(
        async () => (await postgres.query('SELECT sum(x) FROM narrow'))[0]?.[0] === '110',
      );
      const { runs } = await host.client.call('pipelines.runs', {
        database: 'Local',
        name: 'nums',
        limit: 1,
      });
      await until(async () => {
        const now = await host.client.call('pipelines.runs', { database: 'Local', name: 'nums' });
        return now.runs[0]?.state === 'completed' && now.runs[0].attempts > 1;
      });
      expect(runs[0]?.message).toContain(`127.0.0.1:${postgres.port}`);
    },
    TIMEOUT_MS,
  );

  it(
    'replaces a table whole, and forgets its mark when it is removed',
    async () => {
      await save({
        name: 'totals',
        source: { kind: 'query', query: 'All | summarize n = count()' },
        destination: destination('totals', { mode: 'replace' }),
      });
      await run('totals');
      await run('totals');
      expect(await postgres.query('SELECT n FROM totals')).toEqual([['2']]);
      const marks = async () =>
        (await postgres.query('SELECT count(*) FROM calypso_batches'))[0]?.[0];
      const before = Number(await marks());
      await host.client.call('pipelines.remove', { database: 'Local', name: 'totals' });
      expect(Number(await marks())).toBe(before - 1);
    },
    TIMEOUT_MS,
  );
});

describe.skipIf(noKafka !== undefined)('a pipeline to Kafka', () => {
  let kafka: Kafka;
  let consumer: Consumer | undefined;
  beforeAll(async () => {
    kafka = await startKafka();
    const client = new Client({ brokers: [kafka.broker], logLevel: logLevel.NOTHING });
    const admin = client.admin();
    await admin.connect();
    await admin.createTopics({
      topics: [{ topic: 'out', numPartitions: 3 }],
      waitForLeaders: true,
    });
    await admin.disconnect();
    consumer = client.consumer({ groupId: 'reader' });
  }, TIMEOUT_MS);
  afterAll(async () => {
    await consumer?.disconnect();
    await kafka?.remove();
  });

  it(
    'gives one record per row, those of one key to one partition',
    async () => {
      await host.query('.set Out <| range x from 1 to 5000 step 1 | extend k = tostring(x % 10)');
      await save({
        name: 'out',
        source: { kind: 'table', table: 'Out' },
        destination: {
          kind: 'kafka',
          cluster: { brokers: [kafka.broker] },
          topic: 'out',
          keyColumn: 'k',
        },
      });
      expect(await run('out')).toMatchObject({ rows: 5_000 });
      await host.query('.append Out <| print x = 5001, k = "1"');
      expect(await run('out')).toMatchObject({ rows: 1 });
      const seen: number[] = [];
      const partitions = new Map<string, Set<number>>();
      await consumer?.connect();
      await consumer?.subscribe({ topic: 'out', fromBeginning: true });
      await consumer?.run({
        eachMessage: async ({ partition, message }) => {
          const key = String(message.key);
          seen.push((JSON.parse(String(message.value)) as { x: number }).x);
          partitions.set(key, (partitions.get(key) ?? new Set()).add(partition));
        },
      });
      await until(async () => seen.length >= 5_001);
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 5_001 }, (_, i) => i + 1));
      expect([...partitions.values()].every((p) => p.size === 1)).toBe(true);
      expect(partitions.size).toBe(10);
    },
    TIMEOUT_MS,
  );

  it(
    'says that a topic is not there',
    async () => {
      await save({
        name: 'nowhere',
        source: { kind: 'query', query: 'print 1' },
        destination: { kind: 'kafka', cluster: { brokers: [kafka.broker] }, topic: 'nowhere' },
      });
      await expect(run('nowhere')).rejects.toMatchObject({
        code: 'kafka_unavailable',
        message: expect.stringContaining('nowhere'),
      });
    },
    TIMEOUT_MS,
  );
});

describe.skipIf(noAzurite !== undefined)('a pipeline to a container', () => {
  let azurite: Azurite;
  beforeAll(async () => {
    azurite = await startAzurite();
  }, TIMEOUT_MS);
  afterAll(async () => {
    await azurite?.remove();
  });

  it(
    'puts partitions there, each row once, and says what is missing',
    async () => {
      const container = BlobServiceClient.fromConnectionString(
        azurite.connectionString,
      ).getContainerClient('out');
      const keys = async (): Promise<string[]> => {
        const found: string[] = [];
        for await (const blob of container.listBlobsFlat()) found.push(blob.name);
        return found;
      };
      await host.query('.set Parts <| range x from 1 to 10 step 1 | extend k = x % 2');
      const definition = {
        name: 'blobs',
        source: { kind: 'table', table: 'Parts' },
        destination: {
          kind: 'storage',
          place: {
            kind: 'azure',
            service: azurite.blobs,
            account: AZURITE_ACCOUNT,
            container: 'out',
            auth: 'key',
          },
          below: 'daily/',
          format: 'csv',
          partitionBy: ['k'],
        },
      };
      await save(definition, AZURITE_KEY);
      // The container isn't there yet.
      await expect(run('blobs')).rejects.toMatchObject({ kind: 'source' });
      await container.create();
      expect(await run('blobs')).toMatchObject({ state: 'completed', rows: 10 });
      expect(await keys()).toEqual([
        expect.stringMatching(/^daily\/k=0\/part_1_[0-9a-f]{32}\.csv$/),
        expect.stringMatching(/^daily\/k=1\/part_1_[0-9a-f]{32}\.csv$/),
      ]);
      const [first = ''] = await keys();
      const text = await container.getBlobClient(first).downloadToBuffer();
      expect(text.toString()).toBe('x\r\n2\r\n4\r\n6\r\n8\r\n10\r\n');
      await host.query('.append Parts <| print x = 12, k = 0');
      expect(await run('blobs')).toMatchObject({ rows: 1 });
      expect(await keys()).toHaveLength(3);
      expect(
        await host.query('.show pipeline blobs artifacts | summarize count(), sum(NumRecords)'),
      ).toEqual([['3', '11']]);
    },
    TIMEOUT_MS,
  );
});

describe.skipIf('missing' in s3)('a pipeline to a bucket', () => {
  let server: S3Server | undefined;
  beforeAll(async () => {
    if (!('missing' in s3)) server = await startS3(s3);
  }, TIMEOUT_MS);
  afterAll(async () => {
    await server?.remove();
  });

  it(
    'puts files there that read back whole',
    async () => {
      const endpoint = server?.endpoint ?? '';
      await host.query('.set Bucketed <| range x from 1 to 1000 step 1');
      await save(
        {
          name: 'bucket',
          source: { kind: 'table', table: 'Bucketed' },
          destination: {
            kind: 'storage',
            place: { kind: 's3', endpoint, bucket: 'out', pathStyle: true, auth: 'keys' },
            below: 'a b/',
            format: 'json',
            compression: 'gzip',
          },
        },
        'id,key',
      );
      await expect(run('bucket')).rejects.toMatchObject({ kind: 'source' });
      expect((await fetch(`${endpoint}/out`, { method: 'PUT' })).ok).toBe(true);
      expect(await run('bucket')).toMatchObject({ rows: 1_000 });
      const [[key = ''] = []] = await host.query('.show pipeline bucket artifacts | project Path');
      expect(key).toMatch(/^a b\/part_1_[0-9a-f]{32}\.json\.gz$/);
      const place = openS3(
        {
          kind: 's3',
          endpoint,
          region: 'us-east-1',
          bucket: 'out',
          pathStyle: true,
          auth: 'keys',
        },
        'id,key',
      );
      const { content } = await place.read(key, {});
      const pieces: Uint8Array[] = [];
      for await (const piece of content) pieces.push(piece);
      const lines = gunzipSync(Buffer.concat(pieces)).toString().trim().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as { x: number }).x)).toEqual(
        Array.from({ length: 1_000 }, (_, i) => i + 1),
      );
    },
    TIMEOUT_MS,
  );
});
