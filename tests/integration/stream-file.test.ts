import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import {
  appendFile,
  copyFile,
  mkdir,
  readFile,
  rename,
  rm,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FileSource, StreamDefinition, StreamInfo } from '../../common/contract/stream.ts';
import { killAll, runAndKill } from '../support/kill.ts';
import { infoOf, until } from '../support/ledger.ts';
import { openTestHost, type TestHost } from './support/test-host.ts';

const CLI = fileURLToPath(new URL('../../main/cli/index.ts', import.meta.url));
const PROGRAM = fileURLToPath(new URL('programs/serve-streams.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'stream-file-'));
let host: TestHost;

beforeAll(() => {
  host = openTestHost({ lazy: true });
});

afterEach(killAll);

afterAll(async () => {
  await host?.close();
  await rm(folder, { recursive: true, force: true });
});

const info = (name: string): Promise<StreamInfo> => infoOf(host, name);

/** A folder of logs and a stream that follows them. */
async function logs(
  name: string,
  source: Partial<FileSource> & { readonly paths: readonly string[] },
  rest: Partial<StreamDefinition> = {},
): Promise<(name: string) => string> {
  const own = join(folder, name);
  await mkdir(own, { recursive: true });
  await host.client.call('streams.create', {
    definition: {
      name,
      database: 'Local',
      table: name,
      flush: { seconds: 0.2 },
      ...rest,
      source: { kind: 'file', ...source, paths: source.paths.map((p) => join(own, p)) },
    },
  });
  return (file) => join(own, file);
}

const lines = (from: number, to: number): string =>
  Array.from(
    { length: to - from },
    (_, i) => `{"n":${from + i},"word":"w${(from + i) % 7}"}\n`,
  ).join('');

async function holdsEachOnce(table: string, count: number, on = host): Promise<void> {
  await until(`${count} rows in ${table}`, async () => {
    const [[rows = '0'] = []] = await on.query(`${table} | count`);
    return Number(rows) >= count;
  });
  expect(await on.query(`${table} | summarize count(), count_distinct(n), min(n), max(n)`)).toEqual(
    [[String(count), String(count), '0', String(count - 1)]],
  );
}

describe('text files fill a table', () => {
  it('makes the table by its records, follows what is appended, and goes on after a restart', async () => {
    await mkdir(join(folder, 'Grown'));
    await writeFile(join(folder, 'Grown', 'app.log'), `${lines(0, 50)}{"n":50,`);
    const file = await logs('Grown', { paths: ['app.log'] });
    await holdsEachOnce('Grown', 50);
    expect(await host.query('Grown | getschema | project ColumnName, ColumnType')).toEqual([
      ['n', 'long'],
      ['word', 'string'],
    ]);
    await appendFile(file('app.log'), `"word":"w"}\r\n\r\n${lines(51, 60)}`);
    await holdsEachOnce('Grown', 60);
    host = await host.reopen();
    await appendFile(file('app.log'), lines(60, 70));
    await holdsEachOnce('Grown', 70);
    expect(await info('Grown')).toMatchObject({ rows: 70, deadLettered: 0, lag: 0 });
  });

  it('survives rename rotation, a rotated file that grows on, and its compression', async () => {
    await host.query('.create table Renamed (n: long, word: string)');
    const file = await logs('Renamed', { paths: ['app.log'] });
    await writeFile(file('app.log'), lines(0, 100));
    await holdsEachOnce('Renamed', 100);
    await appendFile(file('app.log'), lines(100, 110));
    await rename(file('app.log'), file('app.log.1'));
    await appendFile(file('app.log.1'), lines(110, 120));
    await writeFile(file('app.log'), lines(120, 200));
    await holdsEachOnce('Renamed', 200);
    await rename(file('app.log.1'), file('app.log.2'));
    await writeFile(file('app.log.2.gz'), gzipSync(await readFile(file('app.log.2'))));
    await unlink(file('app.log.2'));
    await rename(file('app.log'), file('app.log.1'));
    await writeFile(file('app.log'), lines(200, 260));
    await holdsEachOnce('Renamed', 260);
  });

  it('reads what nobody was there to read: rotated and compressed while the host was closed', async () => {
    await host.query('.create table Away (n: long, word: string)');
    const file = await logs('Away', { paths: ['app.log*'] });
    await writeFile(file('app.log'), lines(0, 100));
    await holdsEachOnce('Away', 100);
    await host.client.call('streams.pause', { name: 'Away' });
    await appendFile(file('app.log'), `${lines(100, 149)}{"n":149,"word":"the last one"}`);
    await writeFile(file('app.log.1.gz'), gzipSync(await readFile(file('app.log'))));
    await unlink(file('app.log'));
    await writeFile(file('app.log'), lines(150, 160));
    await host.client.call('streams.resume', { name: 'Away' });
    await holdsEachOnce('Away', 160);
  });

  it('survives copytruncate, with a copy beside the log', async () => {
    await host.query('.create table Truncated (n: long, word: string)');
    const file = await logs('Truncated', { paths: ['app.log'] });
    await writeFile(file('app.log'), lines(0, 300));
    await holdsEachOnce('Truncated', 300);
    await copyFile(file('app.log'), file('app.log.1'));
    // Longer than one look: the copy must not be taken for a new log.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await truncate(file('app.log'), 0);
    await appendFile(file('app.log'), lines(300, 310));
    await holdsEachOnce('Truncated', 310);
  });

  it('reads a file that was deleted and made again, though it begins with the same line', async () => {
    await host.query('.create table Again (Line: string)');
    const file = await logs('Again', { paths: ['*.log'] }, { format: 'txt' });
    await writeFile(file('a.log'), 'start\none\ntwo\n');
    await until('three', async () => (await info('Again')).rows === 3);
    await unlink(file('a.log'));
    await until('it is seen', async () => (await info('Again')).message.includes('Nothing'));
    await writeFile(file('a.log'), 'start\nthree\n');
    await until('five', async () => (await info('Again')).rows === 5);
    expect(await host.query('Again | summarize count() by Line | sort by Line asc')).toEqual([
      ['one', '1'],
      ['start', '2'],
      ['three', '1'],
      ['two', '1'],
    ]);
  });

  it('reads UTF-16, byte order marks and archives, each once', async () => {
    await host.query('.create table Encoded (Line: string, File: string, Place: long)');
    const own = join(folder, 'Encoded');
    await mkdir(own);
    await writeFile(join(own, 'a.log'), Buffer.from('\ufeffgrüß\r\ngott\r\n', 'utf16le'));
    await writeFile(join(own, 'b.log'), '\ufeffüber\n');
    await writeFile(join(own, 'c.log.gz'), gzipSync('packed\nwithout an end'));
    await writeFile(join(own, 'd.log.gz'), gzipSync('damaged\n').subarray(0, 20));
    const file = await logs(
      'Encoded',
      { paths: ['*'] },
      {
        format: 'txt',
        columns: [
          { name: 'Line', type: 'string', path: '$' },
          { name: 'File', type: 'string', path: '@file' },
          { name: 'Place', type: 'long', path: '@position' },
        ],
      },
    );
    await until('five', async () => (await info('Encoded')).rows >= 5);
    await appendFile(file('a.log'), Buffer.from('später\n', 'utf16le'));
    await until('six', async () => (await info('Encoded')).rows >= 6);
    expect(
      await host.query(
        'Encoded | project Line, File = extract("[^/]*$", 0, File), Place | sort by File asc, Place asc',
      ),
    ).toEqual([
      ['grüß', 'a.log', '2'],
      ['gott', 'a.log', '14'],
      ['später', 'a.log', '26'],
      ['über', 'b.log', '3'],
      ['packed', 'c.log.gz', '0'],
      ['without an end', 'c.log.gz', '7'],
    ]);
    expect((await info('Encoded')).message).toContain('d.log.gz');
  });

  it('takes header lines as names, also behind a rotation and in W3C logs', async () => {
    const own = join(folder, 'Named');
    await mkdir(own);
    await writeFile(join(own, 'a.csv'), 'n,word\n0,"two\nlines"\n1,x\n');
    const file = await logs('Named', { paths: ['*.csv'], layout: 'header' }, { format: 'csv' });
    await until('two', async () => (await info('Named')).rows === 2);
    await appendFile(file('a.csv'), '2,y\n');
    // Other columns, in another order.
    await writeFile(file('b.csv'), 'word,other,n\nz,1,3\n');
    await holdsEachOnce('Named', 4);
    expect(await host.query('Named | sort by n asc | project n, word')).toEqual([
      ['0', 'two\nlines'],
      ['1', 'x'],
      ['2', 'y'],
      ['3', 'z'],
    ]);
    expect(await host.query('Named | getschema | project ColumnName, ColumnType')).toEqual([
      ['n', 'long'],
      ['word', 'string'],
    ]);

    const head = '#Version: 1.0\n#Fields: date time cs-uri-stem sc-status\n';
    await mkdir(join(folder, 'Web'));
    await writeFile(
      join(folder, 'Web', 'ex.log'),
      `${head}2026-01-31 12:00:00 /a 200\n2026-01-31 12:00:01 - 404\n`,
    );
    await logs('Web', { paths: ['ex.log'], layout: 'w3c' });
    await until('two', async () => (await info('Web')).rows === 2);
    expect(
      await host.query('Web | sort by ["time"] asc | project ["cs-uri-stem"], ["sc-status"]'),
    ).toEqual([
      ['/a', '200'],
      ['', '404'],
    ]);
  });

  it('puts the lines of a record together, and begins at the end where that is wished', async () => {
    await host.query('.create table Traces (Text: string)');
    const own = join(folder, 'Traces');
    await mkdir(own);
    await writeFile(join(own, 'app.log'), '2026-01-01 old\n');
    const file = await logs(
      'Traces',
      { paths: ['app.log'], recordStart: '^\\d{4}-' },
      { format: 'txt', start: { from: 'latest' } },
    );
    await until('it began', async () => Object.keys((await info('Traces')).positions).length === 2);
    await appendFile(file('app.log'), '2026-01-02 oops\n  at a\n  at b\n2026-01-03 fine\n');
    await until('two', async () => (await info('Traces')).rows === 2);
    expect(await host.query('Traces | sort by Text asc')).toEqual([
      ['2026-01-02 oops\n  at a\n  at b'],
      ['2026-01-03 fine'],
    ]);
  });

  it('keeps each line once over kill -9, while the log grows and rotates', async () => {
    const data = mkdtempSync(join(tmpdir(), 'stream-file-kill-'));
    const own = join(folder, 'Ledger');
    await mkdir(own);
    const log = join(own, 'app.log');
    const first = openTestHost({ lazy: true }, data);
    await first.query('.create table Ledger (n: long)');
    await first.client.call('streams.create', {
      definition: {
        name: 'Ledger',
        database: 'Local',
        table: 'Ledger',
        source: { kind: 'file', paths: [log] },
        flush: { seconds: 0.1, rows: 400 },
      },
    });
    await until('it began', async () => 'seen' in (await infoOf(first, 'Ledger')).positions);
    first.client.close();
    await first.host.close();
    const PER_ROUND = 2_000;
    const ROUNDS = 6;
    for (let round = 0; round < ROUNDS; round++) {
      const from = round * PER_ROUND;
      const killed = runAndKill(PROGRAM, [data], {
        lines: 1,
        delayMs: 700 + ((round * 977) % 2_500),
      });
      await appendFile(log, lines(from, from + PER_ROUND / 2));
      if (round % 2 === 1) await rename(log, `${log}.${round}`);
      await appendFile(log, lines(from + PER_ROUND / 2, from + PER_ROUND));
      await killed;
    }
    const last = openTestHost({ lazy: true }, data);
    try {
      await holdsEachOnce('Ledger', ROUNDS * PER_ROUND, last);
    } finally {
      await last.close();
    }
  }, 300_000);
});

describe('calypso tail file:', () => {
  it('prints lines as they come, and goes on where it ended', async () => {
    const data = mkdtempSync(join(tmpdir(), 'tail-file-'));
    const log = join(folder, 'told.log');
    await writeFile(log, 'one\ntwo\n');
    const tail = (wanted: number): Promise<string[]> =>
      new Promise((resolve) => {
        const program = spawn(process.execPath, [
          ...[CLI, 'tail', `file:${log}`, '--from', 'earliest', '--data', data],
          ...['--query', 'project Value'],
        ]);
        let printed = '';
        program.stdout.on('data', (chunk: Buffer) => {
          printed += chunk.toString();
          if (printed.split('\n').length > wanted) program.kill('SIGINT');
        });
        program.once('exit', () =>
          resolve(
            printed
              .trimEnd()
              .split('\n')
              .map((line) => (JSON.parse(line) as { Value: string }).Value)
              .toSorted(),
          ),
        );
      });
    expect(await tail(2)).toEqual(['one', 'two']);
    await appendFile(log, 'three\n');
    expect(await tail(1)).toEqual(['three']);
    await rm(data, { recursive: true, force: true });
  });
});
