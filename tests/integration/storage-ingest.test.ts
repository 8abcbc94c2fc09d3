import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AZURITE_ACCOUNT,
  AZURITE_KEY,
  type Azurite,
  azuriteMissing,
  startAzurite,
} from '../../scripts/dev/azurite.ts';
import { s3Program, startS3 } from '../../scripts/dev/s3.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

const run = promisify(execFile);
const CLI = fileURLToPath(new URL('../../main/cli/index.ts', import.meta.url));
const missing = azuriteMissing();
if (missing) process.stderr.write(`storage-ingest: skipped, ${missing}\n`);
const program = s3Program();
if ('missing' in program) process.stderr.write(`storage-ingest: no S3, ${program.missing}\n`);

let azurite: Azurite;
let blobs: ContainerClient;
let host: TestHost;
const folder = mkdtempSync(join(tmpdir(), 'storage-ingest-'));
const FILES = { 'in/a.csv': 'n\n1\n', 'in/b.csv': 'n\n2\n', 'in/deep/c.csv': 'n\n3\n' };

beforeAll(async () => {
  if (missing) return;
  azurite = await startAzurite();
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  blobs = service.getContainerClient('data');
  await blobs.create();
  for (const [key, text] of Object.entries(FILES))
    await blobs.getBlockBlobClient(key).upload(text, text.length);
  host = openTestHost({ lazy: true });
});

afterAll(async () => {
  await host?.close();
  await azurite?.remove();
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(missing !== undefined)('ingestion of stored files', () => {
  it('takes connection strings as the documentation writes them', async () => {
    await host.query('.create table Named (n: long)');
    const extents = await host.query(
      `.ingest into table Named (h@'${azurite.blobs}/data/in/a.csv;${AZURITE_KEY}') with (format='csv', ignoreFirstRecord=true)`,
    );
    expect(extents).toHaveLength(1);
    expect(extents[0]?.[1]).toBe(`${azurite.blobs}/data/in/a.csv`);
    expect(await host.query('Named')).toEqual([['1']]);
  });

  it('takes folders and globs', async () => {
    await host.query('.create table Deep (n: long)');
    const from = (path: string): string =>
      `.ingest into table Deep (h@'${azurite.blobs}/data/${path};${AZURITE_KEY}') with (format='csv', ignoreFirstRecord=true)`;
    await host.query(from('in/'));
    expect(await host.query('Deep | summarize count(), sum(n)')).toEqual([['3', '6']]);
    await host.query('.clear table Deep data');
    await host.query(from('in/*.csv'));
    expect(await host.query('Deep | sort by n asc')).toEqual([['1'], ['2']]);
  });

  it('shows no key in errors, failures and history', async () => {
    await host.query('.create table Missing (n: long)');
    const command = `.ingest into table Missing (h@'${azurite.blobs}/data/none.csv;${AZURITE_KEY}')`;
    await expect(host.query(command)).rejects.toMatchObject({ code: 'blob_missing' });
    const failures = await host.query('.show ingestion failures');
    expect(failures.flat().join()).toContain('/data/none.csv');
    expect(failures.flat().join()).not.toContain(AZURITE_KEY);
  });

  it('takes what was browsed in a saved connection, after a look', async () => {
    await host.client.call('storage.putPlace', {
      name: 'azurite',
      place: {
        kind: 'azure',
        service: azurite.blobs,
        account: AZURITE_ACCOUNT,
        auth: 'key',
        signIn: 'cli',
      },
      secret: AZURITE_KEY,
    });
    const source = {
      kind: 'storage' as const,
      at: { saved: 'azurite' },
      container: 'data',
      keys: ['in/a.csv', 'in/deep/'],
    };
    const looked = await host.client.call('ingest.inspect', { source });
    expect(looked.columns.map((c) => [c.name, c.type])).toEqual([['n', 'long']]);
    expect(looked.files.map((f) => f.name)).toEqual([
      `${azurite.blobs}/data/in/a.csv`,
      `${azurite.blobs}/data/in/deep/c.csv`,
    ]);
    const report = await host.client.call('ingest.run', {
      source,
      database: 'Local',
      table: 'Browsed',
    });
    expect(report.rows).toBe(2);
    expect(await host.query('Browsed | sort by n asc')).toEqual([['1'], ['3']]);
  });

  it('is there on the command line', async () => {
    const data = join(folder, 'cli');
    const local = join(folder, 'local.csv');
    await writeFile(local, 'n\n10\n');
    const { stdout } = await run(process.execPath, [
      CLI,
      'ingest',
      ...['--data', data, '--table', 'T'],
      local,
      `${azurite.blobs}/data/in/*.csv;${AZURITE_KEY}`,
    ]);
    expect(stdout).toMatch(/^3 rows into T/);
  });
});

describe.skipIf(missing !== undefined || 'missing' in program)('ingestion from S3', () => {
  it('takes addresses with AwsCredentials', async () => {
    if ('missing' in program) return;
    const s3 = await startS3(program);
    try {
      const client = new AwsClient({ accessKeyId: 'me', secretAccessKey: 'key', service: 's3' });
      await client.fetch(`${s3.endpoint}/bucket`, { method: 'PUT' });
      for (const [key, text] of Object.entries(FILES))
        await client.fetch(`${s3.endpoint}/bucket/${key}`, { method: 'PUT', body: text });
      await host.query('.create table FromS3 (n: long)');
      await host.query(
        `.ingest into table FromS3 (h@'${s3.endpoint}/bucket/in/;AwsCredentials=me,key') with (format='csv', ignoreFirstRecord=true)`,
      );
      expect(await host.query('FromS3 | summarize count(), sum(n)')).toEqual([['3', '6']]);
    } finally {
      await s3.remove();
    }
  });
});
