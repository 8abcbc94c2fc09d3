import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { DuckDBInstance } from '@duckdb/node-api';
import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseStorageAddress } from '../../common/text/storage-address.ts';
import {
  AZURITE_ACCOUNT,
  AZURITE_KEY,
  type Azurite,
  azuriteMissing,
  startAzurite,
} from '../../scripts/dev/azurite.ts';
import { type CountingProxy, countingProxy } from '../../scripts/dev/counting-proxy.ts';
import { type S3Server, s3Program, startS3 } from '../../scripts/dev/s3.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

const noAzurite = azuriteMissing();
if (noAzurite) process.stderr.write(`external-storage: no Azurite, ${noAzurite}\n`);
const program = s3Program();
if ('missing' in program) process.stderr.write(`external-storage: no S3, ${program.missing}\n`);

const FIXTURES = fileURLToPath(new URL('../fixtures/delta/', import.meta.url));
const REGIONS = ['north', 'south', 'east'];
const DAYS = ['2024/02/29', '2024/03/01', '2024/03/02', '2025/01/01'];

let folder: string;
let host: TestHost;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'external-storage-'));
  const duckdb = await DuckDBInstance.create(':memory:');
  const connection = await duckdb.connect();
  let n = 0;
  for (const region of REGIONS)
    for (const day of DAYS) {
      const path = join(folder, 'parts', `region=${region}`, day, 'part-0.parquet');
      await mkdir(dirname(path), { recursive: true });
      await connection.run(
        `COPY (SELECT ${++n}::BIGINT AS n, TIMESTAMP '${day.replaceAll('/', '-')} 10:00:00' AS at) TO '${path}' (FORMAT parquet)`,
      );
    }
  connection.closeSync();
  host = openTestHost();
});

afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

const failure = async (text: string): Promise<string> =>
  host.query(text).then(
    () => {
      throw new Error(`${text} was answered`);
    },
    (error: Error) => error.message,
  );

/** Paths below a folder, with `/` between their parts. */
async function pathsBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((e) => e.isFile())
    .map((e) => relative(root, join(e.parentPath, e.name)).replaceAll('\\', '/'));
}

const partitioned = (name: string, address: string, properties = ''): string =>
  `.create-or-alter external table ${name} (n:long, at:datetime) kind=storage partition by (Region:string, Day:datetime = startofday(at)) pathformat=("region=" Region "/" datetime_pattern("yyyy/MM/dd", Day)) dataformat=parquet (h@'${address}') with (fileExtension='.parquet'${properties})`;

describe.skipIf(noAzurite)('Azure Blob Storage', () => {
  let azurite: Azurite;
  let proxy: CountingProxy;
  let container: ContainerClient;
  let base: string;

  beforeAll(async () => {
    azurite = await startAzurite();
    proxy = await countingProxy(azurite.blobs);
    base = `${proxy.address}/${AZURITE_ACCOUNT}/data`;
    container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(
      'data',
    );
    await container.create();
    await upload(join(folder, 'parts'), 'parts');
    for (const table of ['deletes', 'rust', 'checkpoint_v2_json'])
      await upload(join(FIXTURES, table), `tables/${table}`);
    await host.query(partitioned('Parts', `${base}/parts;${AZURITE_KEY}`));
  });

  afterAll(async () => {
    await proxy?.stop();
    await azurite?.remove();
  });

  async function upload(from: string, prefix: string): Promise<void> {
    for (const path of await pathsBelow(from))
      await container.getBlockBlobClient(`${prefix}/${path}`).uploadFile(join(from, path));
  }

  /** What a query asks of the store: listings, and files that are read. */
  async function asked(
    text: string,
  ): Promise<{ rows: string[][]; lists: number; reads: string[] }> {
    const before = proxy.asked.length;
    const rows = await host.query(text);
    const requests = proxy.asked.slice(before).filter((r) => r.startsWith('GET '));
    const isList = (r: string): boolean => r.includes('comp=list');
    return {
      rows,
      lists: requests.filter(isList).length,
      reads: requests
        .filter((r) => !isList(r))
        .map((r) => decodeURIComponent(r.split('/data/')[1] ?? '')),
    };
  }

  test('a query over one partition lists and reads that one, and reads it once', async () => {
    const text = `external_table('Parts') | where Region == 'south' and at between (datetime(2024-03-01) .. 20h)`;
    const first = await asked(text);
    expect(first.rows.map(([n]) => n)).toEqual(['6']);
    expect(first.reads).toEqual(['parts/region=south/2024/03/01/part-0.parquet']);
    // Years, months and days of one region, and the files of one day.
    expect(first.lists).toBe(4);
    const again = await asked(text);
    expect(again.rows).toEqual(first.rows);
    expect(again.reads).toEqual([]);
  });

  test('a query over all reads the others, with one listing', async () => {
    const all = await asked(`external_table('Parts') | summarize sum(n), dcount(Region)`);
    expect(all.rows).toEqual([['78', '3']]);
    expect(all.reads.length).toBe(11);
    expect(all.lists).toBe(1);
  });

  test('a blob that was overwritten is read anew', async () => {
    const at = `${base}/changing.csv`;
    await container.getBlockBlobClient('changing.csv').upload('1\n', 2);
    const text = `externaldata(n:long)[h@'${at};${AZURITE_KEY}'] with (format=csv)`;
    expect((await asked(text)).rows).toEqual([['1']]);
    await container.getBlockBlobClient('changing.csv').upload('2\n', 2);
    const second = await asked(text);
    expect([second.rows, second.reads.length]).toEqual([[['2']], 1]);
  });

  test('a copy that a sync keeps is read instead, as long as it is of the same version', async () => {
    await upload(join(folder, 'parts'), 'mirrored');
    const { place, secret } = parseStorageAddress(`${base};${AZURITE_KEY}`);
    await host.client.call('storage.createSync', {
      definition: { name: 'copies', place, prefix: 'mirrored/' },
      ...(secret === undefined ? {} : { secret }),
    });
    await expect
      .poll(
        async () => {
          const { syncs } = await host.client.call('storage.syncs', {});
          return syncs.find((s) => s.definition.name === 'copies')?.mirroredFiles;
        },
        { timeout: 60_000 },
      )
      .toBe(12);
    await host.query(partitioned('Mirrored', `${base}/mirrored;${AZURITE_KEY}`));
    const copied = await asked(`external_table('Mirrored') | summarize sum(n)`);
    expect([copied.rows, copied.reads]).toEqual([[['78']], []]);
    const changed = 'mirrored/region=north/2024/03/01/part-0.parquet';
    const other = join(folder, 'parts', 'region=east', '2024/03/01', 'part-0.parquet');
    await container.getBlockBlobClient(changed).uploadFile(other);
    const after = await asked(`external_table('Mirrored') | summarize sum(n)`);
    expect([after.rows, after.reads]).toEqual([[['86']], [changed]]);
  });

  test('its key is a secret, and there after a new start', async () => {
    const [shown] = await host.query('.show external table Parts | project ConnectionStrings');
    expect(shown).toEqual([JSON.stringify([`${base}/parts`])]);
    for (const path of await pathsBelow(host.folder)) {
      if (path.startsWith('cache/') || path.startsWith('tmp/')) continue;
      expect([path, (await readFile(join(host.folder, path))).includes(AZURITE_KEY)]).toEqual([
        path,
        false,
      ]);
    }
    host = await host.reopen();
    expect(await host.query(`external_table('Parts') | count`)).toEqual([['12']]);
    await host.query(partitioned('Brief', `${base}/parts;${AZURITE_KEY}`));
    const names = async () => (await host.client.call('secrets.list', {})).names.length;
    const before = await names();
    await host.query('.drop external table Brief');
    expect(await names()).toBe(before - 1);
  });

  test('Delta tables are read where they are', async () => {
    await host.query(
      `.create external table Deleted kind=delta (h@'${base}/tables/deletes;${AZURITE_KEY}')`,
    );
    expect(await host.query(`external_table('Deleted') | summarize count(), sum(n)`)).toEqual(
      await host.query(
        `print count = ${expectedRows('deletes').length}, n = ${expectedRows('deletes').reduce((sum, r) => sum + Number(r.n), 0)}`,
      ),
    );
    await host.query(
      `.create external table Rust kind=delta (h@'${base}/tables/rust/;${AZURITE_KEY}')`,
    );
    const one = await asked(`external_table('Rust') | where n == 3 | project region`);
    expect(one.rows).toEqual([['north']]);
    expect(one.reads.filter((r) => !r.includes('_delta_log'))).toHaveLength(1);
    await host.query(
      `.create external table V2 kind=delta (h@'${base}/tables/checkpoint_v2_json;${AZURITE_KEY}')`,
    );
    expect(await host.query(`external_table('V2') | summarize sum(n)`)).toEqual([['21']]);
  });

  test('a damaged blob is named, without its key', async () => {
    const good = readFileSync(
      join(folder, 'parts', 'region=north', '2024/03/01', 'part-0.parquet'),
    );
    const bad = Buffer.from(good);
    bad.fill(0xff, 4, 60);
    for (const [name, bytes] of [
      ['no.parquet', Buffer.from('this is no parquet file at all')],
      ['cut.parquet', good.subarray(0, good.length - 20)],
      ['pages.parquet', bad],
    ] as const) {
      await container.getBlockBlobClient(`damaged/${name}`).uploadData(bytes);
      await container.getBlockBlobClient(`damaged/good-${name}`).uploadData(good);
      for (const where of [`damaged/${name}`, 'damaged']) {
        const message = await failure(
          `inline_external_table(n:long, at:datetime) kind=storage dataformat=parquet (h@'${base}/${where};${AZURITE_KEY}') | summarize sum(n), max(at)`,
        );
        expect(message).toContain(`${base}/damaged/${name}`);
        expect(message).not.toContain(AZURITE_KEY.slice(0, 20));
        expect(message).not.toContain(host.folder);
      }
      await container.getBlockBlobClient(`damaged/${name}`).delete();
    }
  });

  test('without the store: an error that says the age of what is known, or that', async () => {
    await host.query(partitioned('Kept', `${base}/parts;${AZURITE_KEY}`, `, whenOffline='cached'`));
    const count = `external_table('Kept') | where Region == 'east' | summarize sum(n)`;
    const online = await host.query(count);
    const delta = await host.query(`external_table('Deleted') | count`);
    await proxy.stop();
    try {
      expect(await host.query(count)).toEqual(online);
      const message = await failure(
        `external_table('Parts') | where Region == 'east' | summarize sum(n)`,
      );
      expect(message).toMatch(/can't be reached.*What is known of it is \d+ minutes old/s);
      expect(message).not.toContain(AZURITE_KEY.slice(0, 20));
      expect(await failure(`external_table('Deleted')`)).toContain("can't be reached");
      expect(
        await failure(
          `externaldata(n:long)[h@'${base}/never.csv;${AZURITE_KEY}'] with (format=csv)`,
        ),
      ).toContain('Nothing of it was seen before');
    } finally {
      await proxy.start();
    }
    expect(await host.query(`external_table('Deleted') | count`)).toEqual(delta);
  });
});

function expectedRows(name: string): Record<string, unknown>[] {
  const all = JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8')) as Record<
    string,
    Record<string, unknown>[]
  >;
  return all[name] ?? [];
}

describe.skipIf('missing' in program)('S3', () => {
  let s3: S3Server;
  const secret = 'S3SECRETKEY';

  beforeAll(async () => {
    if ('missing' in program) return;
    s3 = await startS3(program);
    const client = new AwsClient({ accessKeyId: 'me', secretAccessKey: secret, service: 's3' });
    await client.fetch(`${s3.endpoint}/data`, { method: 'PUT' });
    for (const [root, prefix] of [
      [join(folder, 'parts'), 'parts'],
      [join(FIXTURES, 'deletes'), 'deletes'],
    ] as const)
      for (const path of await pathsBelow(root)) {
        const key = `${prefix}/${path}`.split('/').map(encodeURIComponent).join('/');
        const body = await readFile(join(root, path));
        const answer = await client.fetch(`${s3.endpoint}/data/${key}`, { method: 'PUT', body });
        expect(answer.status).toBe(200);
      }
  });

  afterAll(() => s3?.remove());

  test('partitions and Delta tables', async () => {
    const at = (key: string): string => `${s3.endpoint}/data/${key};AwsCredentials=me,${secret}`;
    await host.query(partitioned('OnS3', at('parts')));
    expect(
      await host.query(
        `external_table('OnS3') | where Region in ('north', 'east') and at >= datetime(2025-01-01) | summarize sum(n)`,
      ),
    ).toEqual([['16']]);
    await host.query(`.create external table DeltaOnS3 kind=delta (h@'${at('deletes')}')`);
    expect(await host.query(`external_table('DeltaOnS3') | count`)).toEqual([
      [String(expectedRows('deletes').length)],
    ]);
    expect((await host.query('.show external tables')).flat().join()).not.toContain(secret);
  });
});
