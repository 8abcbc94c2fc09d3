import { once } from 'node:events';
import { createWriteStream, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { job } from '../../common/contract/workspace.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

let host: TestHost;

beforeAll(() => {
  host = openTestHost();
});

afterAll(() => host.close());

function file(name: string, text: string): string {
  const path = join(host.folder, name);
  writeFileSync(path, text);
  return path;
}

const staging = (): string[] => readdirSync(join(host.folder, 'staging'));

/** Rows enough that an ingestion is still under way when it is cancelled. */
async function bigFile(): Promise<string> {
  const path = join(host.folder, 'big.csv');
  const out = createWriteStream(path);
  out.write('id,text,value\n');
  for (let block = 0; block < 600; block++) {
    const lines = Array.from(
      { length: 5_000 },
      (_, i) => `${block * 5_000 + i},some text that makes the row longer ${i},${i / 7}`,
    );
    if (!out.write(`${lines.join('\n')}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  return path;
}

describe('ingestion', () => {
  it('makes a table of a file, and appends to it', async () => {
    const request = {
      source: { kind: 'paths' as const, paths: [file('a.csv', 'a,b\n1,x\n2,y\n')] },
      database: 'Local',
      table: 'T',
    };
    const report = await host.client.call('ingest.run', request);
    expect(report).toMatchObject({ rows: 2, extents: 1, table: 'T', rejectedCells: 0 });
    await host.client.call('ingest.run', request);
    expect(await host.query('T | summarize count(), sum(a)')).toEqual([['4', '6']]);
    expect(staging()).toEqual([]);
  });

  it('tags the extents', async () => {
    await host.client.call('ingest.run', {
      source: { kind: 'text', text: 'a\n1\n' },
      database: 'Local',
      table: 'Tagged',
      tags: ['mine'],
    });
    expect(await host.query('.show table Tagged extents | project Tags, RowCount')).toEqual([
      ['mine', '1'],
    ]);
  });

  it('takes uploads, which are gone afterwards', async () => {
    const { id, url } = await host.client.call('ingest.beginUpload', { name: 'u.csv', bytes: 8 });
    expect(url).toContain(id);
    expect(await host.host.files.receive(id, Readable.from([Buffer.from('a,b\n5,z\n')]))).toBe(
      true,
    );
    const source = { kind: 'uploads' as const, ids: [id] };
    const inspection = await host.client.call('ingest.inspect', { source });
    expect(inspection.columns.map((c) => [c.name, c.type])).toEqual([
      ['a', 'long'],
      ['b', 'string'],
    ]);
    expect(inspection.files[0]?.name).toBe('u.csv');
    await host.client.call('ingest.run', { source, database: 'Local', table: 'Up' });
    expect(await host.query('Up')).toEqual([['5', 'z']]);
    await expect(host.client.call('ingest.inspect', { source })).rejects.toMatchObject({
      code: 'unknown_upload',
    });
  });

  it('keeps cells that do not fit in a table of their own', async () => {
    await host.query('.create table Strict (n: long)');
    const report = await host.client.call('ingest.run', {
      source: { kind: 'text', text: 'n\n1\noops\n3\n' },
      database: 'Local',
      table: 'Strict',
      onBadCell: 'keep',
      options: { header: true, format: 'csv' },
    });
    expect(report).toMatchObject({ rows: 3, rejectedCells: 1, errorTable: 'Strict_errors' });
    expect(await host.query('Strict | where isnull(n) | count')).toEqual([['1']]);
    expect(await host.query('Strict_errors | count')).toEqual([['1']]);
  });

  it('leaves nothing behind when it fails', async () => {
    const source = { kind: 'paths' as const, paths: [join(host.folder, 'missing.csv')] };
    await expect(
      host.client.call('ingest.run', { source, database: 'Local', table: 'Never' }),
    ).rejects.toMatchObject({ kind: 'source' });
    const schema = await host.client.call('schema.get', {});
    expect(schema.databases[0]?.tables.map((t) => t.name)).not.toContain('Never');
    expect(staging()).toEqual([]);
  });

  it('leaves nothing behind when it is cancelled, and says so in the list of jobs', async () => {
    const path = await bigFile();
    const jobs: z.infer<typeof job>[] = [];
    const stop = host.client.on('jobs.changed', (change) => jobs.push(change.job));
    const controller = new AbortController();
    const run = host.client.call(
      'ingest.run',
      { source: { kind: 'paths', paths: [path] }, database: 'Local', table: 'Big' },
      { signal: controller.signal, onEvent: () => controller.abort() },
    );
    await expect(run).rejects.toMatchObject({ kind: 'cancelled' });
    expect(staging()).toEqual([]);
    const schema = await host.client.call('schema.get', {});
    expect(schema.databases[0]?.tables.map((t) => t.name)).not.toContain('Big');
    const listed = await host.client.call('jobs.list', {});
    expect(listed.jobs[0]).toMatchObject({ kind: 'ingest', state: 'cancelled' });
    expect(jobs.map((j) => j.state)).toContain('running');
    stop();
  });

  it('writes the commands that do the same', async () => {
    const { text } = await host.client.call('ingest.script', {
      source: { kind: 'paths', paths: ['/data/x.csv'] },
      database: 'Local',
      table: 'my T',
      columns: [{ name: 'a', type: 'long', ordinal: 0 }],
      options: { format: 'csv', header: true },
    });
    expect(text).toContain('.create-merge table ["my T"] (\n    a: long\n)');
    expect(text).toContain('.ingest into table ["my T"] ("/data/x.csv") with (format="csv"');
    const [create = ''] = text.split('\n\n');
    await host.query(create);
    expect(await host.query('.show table ["my T"] cslschema')).toHaveLength(1);
  });
});

describe('small extents', () => {
  it('are merged in the background, and answers stay the same', async () => {
    await host.query('.set Small <| print n = 0');
    for (let n = 1; n <= 17; n++) await host.query(`.append Small <| print n = ${n}`);
    const extents = async (): Promise<number> =>
      (await host.query('.show table Small extents')).length;
    for (let i = 0; i < 300 && (await extents()) > 2; i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await extents()).toBeLessThan(3);
    expect(await host.query('Small | summarize count(), sum(n)')).toEqual([['18', '153']]);
  });
});
