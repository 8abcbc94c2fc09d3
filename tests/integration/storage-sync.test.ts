import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { QueueClient, StorageSharedKeyCredential } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SyncDefinition, SyncInfo } from '../../common/contract/storage.ts';
import {
  AZURITE_ACCOUNT,
  AZURITE_KEY,
  type Azurite,
  azuriteMissing,
  startAzurite,
} from '../../scripts/dev/azurite.ts';
import { type FlakyProxy, startFlakyProxy } from '../support/flaky-proxy.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

const missing = azuriteMissing();
if (missing) process.stderr.write(`storage-sync: skipped, ${missing}\n`);

let azurite: Azurite;
let service: BlobServiceClient;
let containers = 0;
const hosts: TestHost[] = [];
const proxies: FlakyProxy[] = [];

beforeAll(async () => {
  if (missing) return;
  azurite = await startAzurite();
  service = BlobServiceClient.fromConnectionString(azurite.connectionString);
});

afterAll(async () => {
  for (const host of hosts) await host.close().catch(() => {});
  for (const proxy of proxies) await proxy.close();
  await azurite?.remove();
});

function open(folder?: string): TestHost {
  const host = openTestHost({ lazy: true }, folder);
  hosts.push(host);
  return host;
}

async function container(files: Readonly<Record<string, string>> = {}): Promise<ContainerClient> {
  const made = service.getContainerClient(`files${++containers}`);
  await made.create();
  for (const [key, text] of Object.entries(files)) await put(made, key, text);
  return made;
}

const put = (to: ContainerClient, key: string, content: string | Buffer) =>
  to.getBlockBlobClient(key).upload(content, Buffer.byteLength(content));

type Given = Partial<SyncDefinition> & { readonly name: string };

function definition(of: ContainerClient, given: Given, blobs = azurite.blobs): SyncDefinition {
  return {
    place: {
      kind: 'azure',
      service: blobs,
      account: AZURITE_ACCOUNT,
      container: of.containerName,
      auth: 'key',
      signIn: 'cli',
    },
    prefix: '',
    glob: '**',
    pathColumns: true,
    onOverwrite: 'replace',
    onDelete: 'remove',
    parallel: 4,
    ...given,
  };
}

async function until(
  host: TestHost,
  name: string,
  what: (info: SyncInfo) => boolean,
): Promise<SyncInfo> {
  for (const end = Date.now() + 90_000; ; ) {
    const { syncs } = await host.client.call('storage.syncs', {});
    const info = syncs.find((s) => s.definition.name === name);
    if (info && what(info)) return info;
    if (Date.now() > end) throw new Error(`${name} is ${JSON.stringify(info)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function create(host: TestHost, given: SyncDefinition): Promise<SyncInfo> {
  await host.client.call('storage.createSync', { definition: given, secret: AZURITE_KEY });
  return until(host, given.name, (i) => i.state === 'idle' && i.lastGoodAt !== '');
}

const again = (host: TestHost, name: string) => host.client.call('storage.runSync', { name });

describe.skipIf(missing !== undefined)('synced storage', () => {
  it('fills a table, with columns from the paths, and follows what changes', async () => {
    const blobs = await container({
      'sales/year=2023/month=01/a.csv': 'item,n\npen,1\ncup,2\n',
      'sales/year=2024/month=12/b.csv': 'item,n\npen,4\n',
      'sales/year=2024/month=12/readme.txt': 'not this one',
      'other.csv': 'item,n\nno,0\n',
    });
    const proxy = await startFlakyProxy(azurite.blobs);
    proxies.push(proxy);
    const host = open();
    const given = definition(
      blobs,
      {
        name: 'sales',
        prefix: 'sales/',
        glob: '*.csv',
        table: { database: 'Local', table: 'Sales' },
      },
      `${proxy.address}/${AZURITE_ACCOUNT}`,
    );
    const first = await create(host, given);
    expect(first).toMatchObject({
      files: 2,
      ingestedFiles: 2,
      rows: 3,
      failedFiles: 0,
      message: '',
    });
    expect(first.ageSeconds).toBeGreaterThanOrEqual(0);
    expect(await host.query('Sales | getschema | project ColumnName, ColumnType')).toEqual([
      ['item', 'string'],
      ['n', 'long'],
      ['year', 'long'],
      ['month', 'string'],
    ]);
    const rows = 'Sales | sort by n asc | project item, n, year, month';
    expect(await host.query(rows)).toEqual([
      ['pen', '1', '2023', '01'],
      ['cup', '2', '2023', '01'],
      ['pen', '4', '2024', '12'],
    ]);
    expect(readFileSync(join(first.folder, 'sales/year=2024/month=12/b.csv'), 'utf8')).toBe(
      'item,n\npen,4\n',
    );

    proxy.requests.length = 0;
    await again(host, 'sales');
    expect(proxy.requests).toHaveLength(1);
    expect(proxy.requests[0]).toContain('comp=list');

    await put(blobs, 'sales/year=2024/month=12/b.csv', 'item,n\npen,5\nhat,6\n');
    await blobs.deleteBlob('sales/year=2023/month=01/a.csv');
    await put(blobs, 'sales/year=2025/month=02/c.csv', 'item,n\nbag,7\n');
    const later = await again(host, 'sales');
    expect(later).toMatchObject({ files: 2, rows: 3 });
    expect(await host.query(rows)).toEqual([
      ['pen', '5', '2024', '12'],
      ['hat', '6', '2024', '12'],
      ['bag', '7', '2025', '02'],
    ]);
    expect(existsSync(join(first.folder, 'sales/year=2023/month=01/a.csv'))).toBe(false);
    const { files } = await host.client.call('storage.syncedFiles', { name: 'sales' });
    expect(files.map((f) => [f.key, f.state, f.rows])).toEqual([
      ['sales/year=2024/month=12/b.csv', 'ingested', 2],
      ['sales/year=2025/month=02/c.csv', 'ingested', 1],
    ]);

    await host.client.call('storage.removeSync', { name: 'sales' });
    expect(existsSync(first.folder)).toBe(false);
    expect(await host.query('Sales | count')).toEqual([['3']]);
    expect((await host.client.call('secrets.list', {})).names).toEqual([]);
  });

  it('keeps earlier versions and deleted files if it is told to', async () => {
    const blobs = await container({ 'a.csv': 'n\n1\n', 'b.csv': 'n\n2\n' });
    const host = open();
    await create(
      host,
      definition(blobs, {
        name: 'kept',
        table: { database: 'Local', table: 'Kept' },
        onOverwrite: 'keep',
        onDelete: 'keep',
      }),
    );
    await put(blobs, 'a.csv', 'n\n10\n');
    await blobs.deleteBlob('b.csv');
    await put(blobs, 'c.csv', 'n\n3\n');
    const info = await again(host, 'kept');
    expect(await host.query('Kept | sort by n asc')).toEqual([['1'], ['2'], ['3']]);
    expect(readFileSync(join(info.folder, 'a.csv'), 'utf8')).toBe('n\n1\n');
    const { files } = await host.client.call('storage.syncedFiles', { name: 'kept' });
    expect(files.map((f) => f.state)).toEqual(['ingested', 'gone', 'ingested']);
  });

  it('goes on where a connection broke off', async () => {
    const content = Buffer.alloc(3_000_000, 'abcdefgh\n');
    const blobs = await container();
    await put(blobs, 'big.txt', content);
    const proxy = await startFlakyProxy(azurite.blobs);
    proxies.push(proxy);
    let cuts = 2;
    proxy.onBytes = (url, bytes) => url.includes('big.txt') && bytes > 1_200_000 && cuts-- > 0;
    const host = open();
    const info = await create(
      host,
      definition(blobs, { name: 'cut' }, `${proxy.address}/${AZURITE_ACCOUNT}`),
    );
    expect(info).toMatchObject({ mirroredFiles: 1, mirroredBytes: content.length });
    expect(readFileSync(join(info.folder, 'big.txt')).equals(content)).toBe(true);
    const starts = proxy.requests
      .filter((r) => r.includes('big.txt'))
      .map((r) => Number(/bytes=(\d+)-/.exec(r)?.[1] ?? 0));
    expect(starts).toHaveLength(3);
    expect(starts[1]).toBeGreaterThan(1_000_000);
    expect(starts[2]).toBeGreaterThan(starts[1] ?? 0);
  });

  it('begins again when a blob is overwritten while it is fetched', async () => {
    const version = (n: number): string => `n\n${`${n}\n`.repeat(400_000)}`;
    const blobs = await container({ 'moving.csv': version(1) });
    const proxy = await startFlakyProxy(azurite.blobs);
    proxies.push(proxy);
    let cut = false;
    proxy.onBytes = async (url, bytes) => {
      if (cut || !url.includes('moving.csv') || bytes < 200_000) return false;
      cut = true;
      await put(blobs, 'moving.csv', version(2));
      return true;
    };
    const host = open();
    const info = await create(
      host,
      definition(
        blobs,
        { name: 'moving', table: { database: 'Local', table: 'Moving' } },
        `${proxy.address}/${AZURITE_ACCOUNT}`,
      ),
    );
    expect(cut).toBe(true);
    expect(await host.query('Moving | summarize count(), min(n), max(n)')).toEqual([
      ['400000', '2', '2'],
    ]);
    expect(readFileSync(join(info.folder, 'moving.csv'), 'utf8')).toBe(version(2));
  });

  it('sets a corrupt file aside, says so, and takes it in when it was put right', async () => {
    const blobs = await container({ 'a.csv': 'n\n1\n', 'c.csv': 'n\n3\n' });
    await put(blobs, 'b.parquet', 'PAR1 this is no Parquet file PAR1');
    const host = open();
    const info = await create(
      host,
      definition(blobs, { name: 'bad', table: { database: 'Local', table: 'Bad' } }),
    );
    expect(info).toMatchObject({ files: 3, ingestedFiles: 2, failedFiles: 1 });
    expect(info.problems).toHaveLength(1);
    expect(info.problems[0]?.key).toBe('b.parquet');
    expect(info.problems[0]?.message).toContain('set aside');
    expect(existsSync(join(info.folder, 'b.parquet'))).toBe(false);
    expect(await host.query('Bad | sort by n asc')).toEqual([['1'], ['3']]);
    // Nothing is fetched twice for nothing.
    expect((await again(host, 'bad')).progress.filesTotal).toBe(0);

    const folder = join(host.folder, 'exported');
    await host.query(`.export to parquet (@"${folder}") <| print n = 2`);
    const [written = ''] = readdirSync(folder);
    await put(blobs, 'b.parquet', readFileSync(join(folder, written)));
    const mended = await again(host, 'bad');
    expect(mended).toMatchObject({ ingestedFiles: 3, failedFiles: 0, problems: [] });
    expect(await host.query('Bad | sort by n asc')).toEqual([['1'], ['2'], ['3']]);
  });

  it('brings up to date what messages of Event Grid name, once', async () => {
    const blobs = await container({ 'in/a.csv': 'n\n1\n' });
    const queueName = `q${blobs.containerName}`;
    const queue = new QueueClient(
      `${azurite.queues}/${queueName}`,
      new StorageSharedKeyCredential(AZURITE_ACCOUNT, AZURITE_KEY),
    );
    await queue.create();
    const send = async (type: string, key: string): Promise<void> => {
      const event = {
        topic: '/subscriptions/x',
        subject: `/blobServices/default/containers/${blobs.containerName}/blobs/${key}`,
        eventType: `Microsoft.Storage.${type}`,
        id: '1',
        data: {},
        dataVersion: '',
      };
      await queue.sendMessage(Buffer.from(JSON.stringify(event)).toString('base64'));
    };
    const host = open();
    await create(
      host,
      definition(blobs, {
        name: 'told',
        prefix: 'in/',
        table: { database: 'Local', table: 'Told' },
        queue: { service: azurite.queues, name: queueName },
      }),
    );
    await put(blobs, 'in/b.csv', 'n\n2\n');
    await put(blobs, 'in/unnamed.csv', 'n\n9\n');
    await put(blobs, 'elsewhere.csv', 'n\n9\n');
    await send('BlobCreated', 'in/b.csv');
    await send('BlobCreated', 'elsewhere.csv');
    await until(host, 'told', (i) => i.events === 2);
    expect(await host.query('Told | sort by n asc')).toEqual([['1'], ['2']]);

    await send('BlobCreated', 'in/b.csv');
    await send('BlobCreated', 'in/b.csv');
    await blobs.deleteBlob('in/a.csv');
    await send('BlobDeleted', 'in/a.csv');
    await until(host, 'told', (i) => i.events === 5);
    expect(await host.query('Told | sort by n asc')).toEqual([['2']]);
    const { approximateMessagesCount } = await queue.getProperties();
    expect(approximateMessagesCount).toBe(0);
  });

  it('keeps the mirror within its budget and fetches again what is needed', async () => {
    const file = (n: number): string => `n\n${`${n}\n`.repeat(5_000)}`;
    const blobs = await container();
    for (let n = 1; n <= 5; n++) await put(blobs, `f${n}.csv`, file(n));
    const host = open();
    const info = await create(host, definition(blobs, { name: 'small', budgetBytes: 25_000 }));
    expect(info).toMatchObject({ files: 5, mirroredFiles: 2, bytes: 5 * file(1).length });
    const { files } = await host.client.call('storage.syncedFiles', { name: 'small' });
    expect(files.filter((f) => f.state === 'remote')).toHaveLength(3);
    expect(files.filter((f) => f.state === 'mirrored').every((f) => existsSync(f.path))).toBe(true);
    expect(readdirSync(info.folder)).toHaveLength(2);

    // A query needs all of them; what was let go is fetched again, and the budget kept.
    const text =
      "externaldata (n: long) [@'sync://small/'] with (format='csv', ignoreFirstRecord=true)";
    expect(await host.query(`${text} | summarize count(), sum(n)`)).toEqual([['25000', '75000']]);
    const after = await until(host, 'small', (i) => i.mirroredBytes <= 25_000);
    expect(after).toMatchObject({ files: 5, mirroredFiles: 2 });
    await host.query(
      `.create external table Mirrored (n: long) kind=storage dataformat=csv (@'sync://small/') with (ignoreFirstRecord=true)`,
    );
    expect(await host.query("external_table('Mirrored') | summarize dcount(n)")).toEqual([['5']]);
  });

  it('opens without the network, says how old it is, and catches up', async () => {
    const own = await startAzurite();
    try {
      const client = BlobServiceClient.fromConnectionString(own.connectionString);
      const blobs = client.getContainerClient('offline');
      await blobs.create();
      await put(blobs, 'a.csv', 'n\n1\n');
      let host = open();
      const given = definition(
        blobs,
        { name: 'off', table: { database: 'Local', table: 'Off' }, intervalSeconds: 1 },
        own.blobs,
      );
      const good = await create(host, given);
      await own.stop();
      host = await host.reopen();
      hosts.push(host);
      expect(await host.query('Off')).toEqual([['1']]);
      const waiting = await until(host, 'off', (i) => i.state === 'waiting');
      expect(Date.parse(waiting.lastGoodAt)).toBeGreaterThanOrEqual(Date.parse(good.lastGoodAt));
      expect(waiting.message).toContain(own.blobs);
      expect(waiting).toMatchObject({ files: 1, mirroredFiles: 1, rows: 1 });
      await own.start();
      await put(blobs, 'b.csv', 'n\n2\n');
      await until(host, 'off', (i) => i.rows === 2 && i.message === '');
      expect(await host.query('Off | sort by n asc')).toEqual([['1'], ['2']]);
    } finally {
      await own.remove();
    }
  });

  it('mirrors a folder, and a host beside the owner reads the copies', async () => {
    const share = mkdtempSync(join(tmpdir(), 'storage-share-'));
    const host = open();
    try {
      writeFileSync(join(share, 'a.csv'), 'n\n1\n');
      writeFileSync(join(share, 'b.parquet'), 'cut short');
      const info = await create(host, {
        ...definition(service.getContainerClient('none'), { name: 'share' }),
        place: { kind: 'folder', path: share },
      });
      expect(info).toMatchObject({ files: 2, mirroredFiles: 1, failedFiles: 1 });
      expect(info.problems[0]?.message).toContain('no whole Parquet file');
      rmSync(share, { recursive: true });
      const reader = openTestHost({ lazy: true, mode: 'reader' }, host.folder);
      try {
        const text =
          "externaldata (n: long) [@'sync://share/'] with (format='csv', ignoreFirstRecord=true)";
        expect(await reader.query(text)).toEqual([['1']]);
        await expect(again(reader, 'share')).rejects.toMatchObject({ code: 'folder_in_use' });
      } finally {
        reader.client.close();
        await reader.host.close();
      }
      await expect(again(host, 'share')).rejects.toMatchObject({ code: 'blob_missing' });
      expect((await until(host, 'share', () => true)).mirroredFiles).toBe(1);
    } finally {
      rmSync(share, { recursive: true, force: true });
    }
  });

  it('browses, and keeps no secret where it can be read', async () => {
    const blobs = await container({ 'x/a.csv': 'n\n1\n', 'b.csv': 'n\n2\n' });
    const host = open();
    const { place } = definition(blobs, { name: 'none' });
    await host.client.call('storage.putPlace', { name: 'mine', place, secret: AZURITE_KEY });
    const top = await host.client.call('storage.browse', { at: { saved: 'mine' } });
    expect(top).toMatchObject({ containers: [], folders: ['x/'], files: [{ key: 'b.csv' }] });
    const below = await host.client.call('storage.browse', { at: { saved: 'mine' }, prefix: 'x/' });
    expect(below.files.map((f) => f.key)).toEqual(['x/a.csv']);
    const account = await host.client.call('storage.browse', {
      at: { address: azurite.connectionString },
    });
    expect(account.containers).toContain(blobs.containerName);
    await host.client.call('storage.createSync', {
      definition: definition(blobs, { name: 'secretive' }),
      secret: 'bm90IHRoZSBrZXk=',
    });
    const refused = await until(host, 'secretive', (i) => i.message !== '');
    expect(refused.message).toContain('denied');
    expect(JSON.stringify(refused)).not.toContain('bm90IHRoZSBrZXk=');
    const text = readFileSync(join(host.folder, 'catalog.sqlite'), 'latin1');
    expect(text).not.toContain(AZURITE_KEY);
  });
});
