import { mkdtempSync } from 'node:fs';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BlobServiceClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoragePlace } from '../../common/contract/storage-place.ts';
import {
  AZURITE_ACCOUNT,
  AZURITE_KEY,
  type Azurite,
  azuriteMissing,
  startAzurite,
} from '../../scripts/dev/azurite.ts';
import { type S3Server, s3Program, startS3 } from '../../scripts/dev/s3.ts';
import { openAddress, openPlace } from '../../workers/ingest/storage/open-place.ts';
import { listAll, type OpenPlace } from '../../workers/ingest/storage/place.ts';

/** What every place is filled with. */
const FILES: Readonly<Record<string, string>> = {
  'logs/2024/a.csv': 'n\n1\n2\n',
  'logs/2024/b c+d%&é.csv': 'n\n3\n',
  'logs/2025/c.csv': 'n\n4\n',
  'other.txt': 'nothing',
};
const utf8 = new TextDecoder();
const folder = mkdtempSync(join(tmpdir(), 'storage-places-'));
const noAzurite = azuriteMissing();
if (noAzurite) process.stderr.write(`storage-places: no Azurite, ${noAzurite}\n`);
const program = s3Program();
if ('missing' in program) process.stderr.write(`storage-places: no S3, ${program.missing}\n`);

let azurite: Azurite;
let s3: S3Server;
let web: Server;
let webAddress = '';
const requests: string[] = [];

beforeAll(async () => {
  for (const [key, text] of Object.entries(FILES)) {
    const path = join(folder, key);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
  }
  if (!noAzurite) {
    azurite = await startAzurite();
    const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
    const container = service.getContainerClient('data');
    await container.create();
    for (const [key, text] of Object.entries(FILES))
      await container.getBlockBlobClient(key).upload(text, text.length);
    // What Data Lake Storage lists for a folder.
    await container
      .getBlockBlobClient('logs')
      .upload('', 0, { metadata: { hdi_isfolder: 'true' } });
  }
  if ('python' in program) {
    s3 = await startS3(program);
    const client = new AwsClient({ accessKeyId: 'me', secretAccessKey: 'key', service: 's3' });
    await client.fetch(`${s3.endpoint}/data`, { method: 'PUT' });
    for (const [key, text] of Object.entries(FILES)) {
      const path = key.split('/').map(encodeURIComponent).join('/');
      await client.fetch(`${s3.endpoint}/data/${path}`, { method: 'PUT', body: text });
    }
  }
  web = createServer((request, response) => {
    const key = decodeURIComponent((request.url ?? '').split('?')[0]?.slice(1) ?? '');
    requests.push(`${request.method} ${request.headers.range ?? ''}`);
    const text = FILES[key];
    if (text === undefined) {
      response.writeHead(404).end();
      return;
    }
    const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '');
    const [start, end] = range
      ? [Number(range[1]), range[2] ? Number(range[2]) + 1 : text.length]
      : [0, text.length];
    response.writeHead(range ? 206 : 200, {
      etag: `"${key.length}"`,
      'last-modified': 'Wed, 01 May 2024 00:00:00 GMT',
      'content-length': end - start,
      ...(range ? { 'content-range': `bytes ${start}-${end - 1}/${text.length}` } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : text.slice(start, end));
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const address = web.address();
  if (address && typeof address !== 'string') webAddress = `http://127.0.0.1:${address.port}/`;
});

afterAll(async () => {
  web?.close();
  await azurite?.remove();
  await s3?.remove();
  await rm(folder, { recursive: true, force: true });
});

async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return utf8.decode(Buffer.concat(pieces));
}

async function keysOf(place: OpenPlace, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const files of listAll(place, prefix)) keys.push(...files.map((f) => f.key));
  return keys;
}

const azure = (): StoragePlace => ({
  kind: 'azure',
  service: azurite.blobs,
  account: AZURITE_ACCOUNT,
  container: 'data',
  auth: 'key',
  signIn: 'cli',
});
const bucket = (): StoragePlace => ({
  kind: 's3',
  endpoint: s3.endpoint,
  region: 'us-east-1',
  bucket: 'data',
  pathStyle: true,
  auth: 'keys',
});

const PLACES: readonly (readonly [string, boolean, () => Promise<OpenPlace>])[] = [
  ['a folder', false, () => openPlace({ kind: 'folder', path: folder }, undefined)],
  ['Azure', noAzurite !== undefined, () => openPlace(azure(), AZURITE_KEY)],
  ['S3', 'missing' in program, () => openPlace(bucket(), 'me,key')],
  [
    'a web server',
    false,
    () => openPlace({ kind: 'http', base: webAddress, files: Object.keys(FILES) }, undefined),
  ],
];

for (const [name, skipped, open] of PLACES)
  describe.skipIf(skipped)(`storage: ${name}`, () => {
    it('lists all files below a prefix with what their content is', async () => {
      const place = await open();
      expect(await keysOf(place)).toEqual(Object.keys(FILES));
      const { files: page } = await place.list({ prefix: 'logs/2024/' });
      expect(page.map((f) => [f.key, f.bytes])).toEqual([
        ['logs/2024/a.csv', 6],
        ['logs/2024/b c+d%&é.csv', 4],
      ]);
      expect(page.every((f) => f.etag !== '' && f.modifiedAt > 0)).toBe(true);
    });

    it('reads all of a file, and parts of it', async () => {
      const place = await open();
      const whole = await place.read('logs/2024/b c+d%&é.csv', {});
      expect(whole.file.bytes).toBe(4);
      expect(await textOf(whole.content)).toBe('n\n3\n');
      const part = await place.read('logs/2024/a.csv', { start: 2, length: 3 });
      expect(part.file.bytes).toBe(6);
      expect(await textOf(part.content)).toBe('1\n2');
      const rest = await place.read('logs/2024/a.csv', { start: 4, etag: part.file.etag });
      expect(await textOf(rest.content)).toBe('2\n');
    });

    it('knows what is not there, and another version', async () => {
      const place = await open();
      expect(await place.stat('logs/none.csv')).toBeUndefined();
      expect((await place.stat('other.txt'))?.bytes).toBe(7);
      await expect(place.read('logs/none.csv', {})).rejects.toMatchObject({ code: 'blob_missing' });
      await expect(place.read('other.txt', { etag: 'strong:another' })).rejects.toMatchObject({
        code: name === 'a web server' ? 'blob_changed' : 'blob_changed',
      });
    });

    it('ends at once when it is cancelled', async () => {
      const place = await open();
      await expect(
        (async () => {
          const { content } = await place.read('other.txt', {}, AbortSignal.abort());
          await textOf(content);
        })(),
      ).rejects.toThrow();
    });
  });

describe.skipIf(noAzurite !== undefined)('storage: Azure', () => {
  it('shows one level, and the containers of an account', async () => {
    const place = await openPlace(azure(), AZURITE_KEY);
    const page = await place.list({ byLevel: true });
    expect(page.prefixes).toEqual(['logs/']);
    expect(page.files.map((f) => f.key)).toEqual(['other.txt']);
    expect((await place.containers(undefined)).names).toEqual(['data']);
  });

  it('lists by pages', async () => {
    const place = await openPlace(azure(), AZURITE_KEY);
    const first = await place.list({ prefix: 'logs/', limit: 2 });
    expect(first.files).toHaveLength(2);
    const second = await place.list({ prefix: 'logs/', limit: 2, next: first.next ?? '' });
    expect(second.files.map((f) => f.key)).toEqual(['logs/2025/c.csv']);
  });

  it('opens connection strings as the documentation writes them', async () => {
    const key = await openAddress(`${azurite.blobs}/data/logs/2024/a.csv;${AZURITE_KEY}`);
    expect(key.key).toBe('logs/2024/a.csv');
    expect((await key.place.stat(key.key))?.bytes).toBe(6);
    const sas = generateBlobSASQueryParameters(
      {
        containerName: 'data',
        permissions: ContainerSASPermissions.parse('rl'),
        expiresOn: new Date(Date.now() + 3_600_000),
      },
      new StorageSharedKeyCredential(AZURITE_ACCOUNT, AZURITE_KEY),
    );
    const signed = await openAddress(`${azurite.blobs}/data/logs/?${sas}`);
    expect(await keysOf(signed.place, signed.key)).toHaveLength(3);
    const account = await openAddress(azurite.connectionString);
    expect((await account.place.containers(undefined)).names).toEqual(['data']);
  });

  it('says without a secret what is denied', async () => {
    const wrong = Buffer.from('another key').toString('base64');
    const { place } = await openAddress(`${azurite.blobs}/data/;${wrong}`);
    const error = await place.list({}).catch((e: unknown) => e);
    expect(error).toMatchObject({ kind: 'source', code: 'storage_denied' });
    expect(JSON.stringify(error)).not.toContain(wrong);
  });
});

describe.skipIf('missing' in program)('storage: S3', () => {
  it('shows one level, buckets, and pages', async () => {
    const place = await openPlace(bucket(), 'me,key');
    const page = await place.list({ byLevel: true });
    expect(page.prefixes).toEqual(['logs/']);
    expect((await place.containers(undefined)).names).toEqual(['data']);
    const first = await place.list({ prefix: 'logs/', limit: 2 });
    const second = await place.list({ prefix: 'logs/', limit: 2, next: first.next ?? '' });
    expect([...first.files, ...second.files].map((f) => f.key)).toEqual(
      Object.keys(FILES).filter((k) => k.startsWith('logs/')),
    );
  });

  it('tells the MD5 of what was put in one piece', async () => {
    const place = await openPlace(bucket(), 'me,key');
    // md5 of "nothing"
    expect((await place.stat('other.txt'))?.md5).toBe('3e47b75000b0924b6c9ba5759a7cf15d');
  });

  it('reads an address with AwsCredentials', async () => {
    const { place, key } = await openAddress(`${s3.endpoint}/data/other.txt;AwsCredentials=me,key`);
    expect(await textOf((await place.read(key, {})).content)).toBe('nothing');
  });
});

describe('storage: a folder', () => {
  it('finds that a file was written to while it was read', async () => {
    const path = join(folder, 'other.txt');
    const place = await openPlace({ kind: 'folder', path: folder }, undefined);
    const { content } = await place.read('other.txt', {});
    await utimes(path, new Date(), new Date(2020, 1, 1));
    await expect(textOf(content)).rejects.toMatchObject({ code: 'blob_changed' });
  });

  it('reads nothing outside of it', async () => {
    const place = await openPlace({ kind: 'folder', path: folder }, undefined);
    await expect(place.read('../../etc/passwd', {})).rejects.toMatchObject({ code: 'bad_key' });
  });
});
