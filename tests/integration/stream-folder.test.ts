import { mkdtempSync } from 'node:fs';
import { mkdir, rename, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FolderSource, StreamDefinition } from '../../common/contract/stream.ts';
import { killAll, runAndKill } from '../support/kill.ts';
import { infoOf, until } from '../support/ledger.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

const PROGRAM = fileURLToPath(new URL('programs/serve-streams.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'stream-folder-'));
let host: TestHost;

beforeAll(() => {
  host = openTestHost({ lazy: true });
});

afterEach(killAll);

afterAll(async () => {
  await host?.close();
  await rm(folder, { recursive: true, force: true });
});

async function watched(
  name: string,
  source: Partial<FolderSource> = {},
  rest: Partial<StreamDefinition> = {},
): Promise<(name: string) => string> {
  const own = join(folder, name);
  await mkdir(own, { recursive: true });
  await host.client.call('streams.create', {
    definition: {
      name,
      database: 'Local',
      table: name,
      ...rest,
      source: { kind: 'folder', paths: [own], settleSeconds: 0.5, ...source },
    },
  });
  return (file) => join(own, file);
}

const rows = (table: string, count: number): Promise<void> =>
  until(`${count} rows in ${table}`, async () => (await infoOf(host, table)).rows >= count);

describe('files of a folder fill a table', () => {
  it('takes each finished file in once, in the format that it has', async () => {
    await mkdir(join(folder, 'Mixed', 'below'), { recursive: true });
    await writeFile(join(folder, 'Mixed', 'a.csv'), 'n,word\n1,one\n2,two\n');
    const file = await watched('Mixed');
    await rows('Mixed', 2);
    // Another order of columns, another format, packed, below, and what is not finished.
    await writeFile(file('b.csv'), 'word,n\nthree,3\n');
    await writeFile(file('c.json'), '{"n":4,"word":"four"}\n{"n":5,"word":"five"}\n');
    await writeFile(file('below/d.json.gz'), gzipSync('{"n":6,"word":"six"}\n'));
    await writeFile(file('e.csv.part'), 'n,word\n9,unfinished\n');
    await writeFile(file('f.csv'), '');
    await rows('Mixed', 6);
    await rename(file('e.csv.part'), file('e.csv'));
    await rows('Mixed', 7);
    host = await host.reopen();
    await writeFile(file('g.csv'), 'n,word\n10,ten\n');
    await rows('Mixed', 8);
    expect(await host.query('Mixed | sort by n asc | project n, word')).toEqual([
      ['1', 'one'],
      ['2', 'two'],
      ['3', 'three'],
      ['4', 'four'],
      ['5', 'five'],
      ['6', 'six'],
      ['9', 'unfinished'],
      ['10', 'ten'],
    ]);
  });

  it('sets aside what can not be read, by its name, and takes a better version of it', async () => {
    await host.query('.create table Damaged (n: long)');
    const file = await watched('Damaged');
    await writeFile(file('good.csv'), 'n\n1\n');
    await writeFile(file('bad.parquet'), 'PAR1 and then nothing that fits PAR1');
    await writeFile(file('torn.csv.gz'), gzipSync('n\n2\n3\n').subarray(0, 15));
    await rows('Damaged', 1);
    await until(
      'two are set aside',
      async () => (await infoOf(host, 'Damaged')).deadLettered === 2,
    );
    expect(
      await host.query(
        'Damaged_deadletter | where isnotempty(Reason) | project extract("[^/]*$", 0, Part) | sort by Column1 asc',
      ),
    ).toEqual([['bad.parquet'], ['torn.csv.gz']]);
    await until('it says so', async () =>
      (await infoOf(host, 'Damaged')).message.includes('2 set aside'),
    );
    await writeFile(file('torn.csv.gz'), gzipSync('n\n2\n3\n'));
    await rows('Damaged', 3);
    expect(await host.query('Damaged | sort by n asc')).toEqual([['1'], ['2'], ['3']]);
    expect((await infoOf(host, 'Damaged')).deadLettered).toBe(2);
  });

  it.each([
    ['keep', 1, ''],
    ['report', 1, 'a.csv has changed'],
    ['ingest', 3, ''],
  ] as const)('does with a file that changes what was chosen: %s', async (choice, count, told) => {
    const name = `Changed_${choice}`;
    await host.query(`.create table ${name} (n: long)`);
    const file = await watched(name, { overwritten: choice });
    await writeFile(file('a.csv'), 'n\n1\n');
    await rows(name, 1);
    // Touched is not changed.
    await utimes(file('a.csv'), new Date(), new Date(Date.now() + 5_000));
    await writeFile(file('b.csv'), 'n\n1\n');
    await rows(name, 2);
    await writeFile(file('a.csv'), 'n\n2\n3\n');
    await writeFile(file('c.csv'), 'n\n7\n');
    await rows(name, count + 2);
    await until('it is told', async () => (await infoOf(host, name)).message.includes(told));
    expect(await host.query(`${name} | count`)).toEqual([[String(count + 2)]]);
    await unlink(file('a.csv'));
  });

  it('leaves alone what was there, where that is wished', async () => {
    await host.query('.create table Later (n: long)');
    await mkdir(join(folder, 'Later'));
    await writeFile(join(folder, 'Later', 'old.csv'), 'n\n1\n');
    const file = await watched('Later', {}, { start: { from: 'latest' } });
    await until('it has looked', async () => 'seen' in (await infoOf(host, 'Later')).positions);
    await writeFile(file('new.csv'), 'n\n2\n');
    await rows('Later', 1);
    expect(await host.query('Later')).toEqual([['2']]);
  });

  it('keeps each file once over kill -9', async () => {
    const data = mkdtempSync(join(tmpdir(), 'stream-folder-kill-'));
    const own = join(folder, 'Ledger');
    await mkdir(own);
    const first = openTestHost({ lazy: true }, data);
    await first.query('.create table Ledger (n: long)');
    await first.client.call('streams.create', {
      definition: {
        name: 'Ledger',
        database: 'Local',
        table: 'Ledger',
        source: { kind: 'folder', paths: [own], settleSeconds: 0.1 },
      },
    });
    first.client.close();
    await first.host.close();
    let sent = 0;
    for (let round = 0; round < 3; round++) {
      const killed = runAndKill(PROGRAM, [data], { lines: 1, delayMs: 900 + round * 350 });
      for (let i = 0; i < 20; i++) {
        const lines = Array.from({ length: 50 }, () => `${sent++}\n`);
        await writeFile(join(own, `.${sent}`), `n\n${lines.join('')}`);
        await rename(join(own, `.${sent}`), join(own, `${sent}.csv`));
      }
      await killed;
    }
    const last = openTestHost({ lazy: true }, data);
    try {
      await until('all rows', async () => (await infoOf(last, 'Ledger')).rows >= sent);
      expect(await last.query('Ledger | summarize count(), count_distinct(n), max(n)')).toEqual([
        [String(sent), String(sent), String(sent - 1)],
      ]);
    } finally {
      await last.close();
    }
  }, 300_000);
});
