import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { load } from '../../workers/ingest/load.ts';
import { IngestBench } from '../integration/ingest-support.ts';

/** The ledger of bad files: each is a clear error or a load that says what it forgave, and leaves nothing behind. */
const FIXTURES = join(import.meta.dirname, '../fixtures/formats');

let bench: IngestBench;
beforeAll(async () => {
  bench = await IngestBench.open();
});
afterAll(() => bench.close());
beforeEach(async () => {
  for (const name of ['extents', 'errors'])
    await rm(bench.path(name), { recursive: true, force: true });
});

async function file(name: string, data: string | Uint8Array): Promise<string> {
  const path = bench.path(name);
  await writeFile(path, data);
  return path;
}

function numberedCsv(rows: number): string {
  const lines = ['id,text'];
  for (let i = 0; i < rows; i++) lines.push(`${i},text ${i}`);
  return `${lines.join('\n')}\n`;
}

describe('files that are not what they seem', () => {
  it.each(['csv', 'json', 'txt', 'parquet', 'avro', 'arrow'])(
    'an empty .%s file is an error',
    async (ending) => {
      const path = await file(`empty.${ending}`, '');
      await expect(bench.load(path)).rejects.toMatchObject({ kind: 'input' });
      expect(await bench.leftovers()).toEqual([]);
    },
  );

  it('Parquet that is called CSV is read as Parquet, and the report says so', async () => {
    const path = await file('table.csv', await readFile(join(FIXTURES, 'parquet/table.parquet')));
    const { report } = await bench.load(path);
    expect(report.rows).toBe(5);
    expect(report.notes).toContain('table.csv is called csv but holds parquet');
  });

  it('CSV that is called JSON is read as CSV', async () => {
    const { report, columns } = await bench.load(await file('data.json', 'a,b\n1,2\n'));
    expect(columns.map((c) => c.name)).toEqual(['a', 'b']);
    expect(report.notes).toContain('data.json is called json but holds csv');
  });

  it.each(['avro', 'arrow', 'parquet', 'json'] as const)(
    'CSV that is forced to be %s is an error',
    async (format) => {
      const path = await file('forced.csv', numberedCsv(10));
      await expect(
        bench.load(path, { options: { format, nestedLevels: 1 } }),
      ).rejects.toMatchObject({ kind: 'input' });
    },
  );

  it('a picture called CSV is an error', async () => {
    const png = Uint8Array.from([
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0,
      1, 0,
    ]);
    await expect(bench.load(await file('picture.csv', png))).rejects.toMatchObject({
      kind: 'input',
    });
  });

  it.each([
    ['gz', gzipSync],
    ['zst', zstdCompressSync],
  ] as const)(
    'truncated .%s data is an error, not the end of the file',
    async (ending, compress) => {
      for (const rows of [200, 300_000]) {
        const whole = compress(Buffer.from(numberedCsv(rows)));
        const path = await file(
          `cut.csv.${ending}`,
          whole.subarray(0, Math.floor(whole.length * 0.7)),
        );
        await expect(bench.load(path)).rejects.toMatchObject({ kind: 'input' });
        expect(await bench.leftovers()).toEqual([]);
      }
    },
  );

  it('a broken zip archive is an error', async () => {
    const zip = await readFile(join(FIXTURES, 'csv/table.csv.zip'));
    const path = await file('broken.zip', zip.subarray(0, zip.length - 30));
    await expect(bench.load(path)).rejects.toMatchObject({ kind: 'input', code: 'bad_archive' });
  });

  it('a missing file, and a folder without files, are errors', async () => {
    await expect(bench.load(bench.path('nowhere.csv'))).rejects.toMatchObject({
      kind: 'source',
      code: 'file_missing',
    });
    await mkdir(bench.path('hollow'), { recursive: true });
    await expect(bench.load(bench.path('hollow'))).rejects.toMatchObject({ code: 'nothing_found' });
  });
});

describe('text that is not regular', () => {
  it('one line of 100 MB is read', async () => {
    const path = await file('line.csv', `a,b\n1,${'x'.repeat(100_000_000)}\n2,y\n`);
    const { columns, extents } = await bench.load(path);
    const scan = await bench.rows(columns, extents, "WHERE c1 = 'y'");
    expect(scan).toHaveLength(1);
    expect(extents[0]?.rowCount).toBe(2);
    await rm(path);
  });

  it('a line beyond the limit is an error that names it', async () => {
    const path = bench.path('endless.csv');
    await writeFile(path, 'a,b\n1,"');
    for (let i = 0; i < 28; i++) await writeFile(path, 'x'.repeat(10_000_000), { flag: 'a' });
    await expect(bench.load(path)).rejects.toMatchObject({
      kind: 'input',
      code: 'line_too_long',
      message: expect.stringMatching(/endless\.csv, row 1: .*256 million/),
    });
    await rm(path);
  });

  it('wrong bytes are replaced and counted, or stop the load at their row', async () => {
    const path = await file('latin.csv', Buffer.from('a,b\n1,gr\xfcn\n2,ok\n', 'latin1'));
    const { report } = await bench.load(path);
    expect(report.notes).toEqual([
      'latin.csv: 1 byte sequences were no utf-8 and became U+FFFD (first: row 1)',
    ]);
    await expect(bench.load(path, { onBadCell: 'stop' })).rejects.toMatchObject({
      code: 'wrong_encoding',
      message: expect.stringContaining('latin.csv, row 1'),
    });
    const right = await bench.load(path, { options: { encoding: 'latin1', nestedLevels: 1 } });
    expect(await bench.rows(right.columns, right.extents)).toEqual([
      ['1', 'grün'],
      ['2', 'ok'],
    ]);
  });

  it('wrong bytes behind the sample are found too', async () => {
    const text = Buffer.from(numberedCsv(600_000));
    text.write('\xff', 3_000_003, 'latin1');
    const { report } = await bench.load(await file('deep.csv', text));
    expect(report.rows).toBe(600_000);
    expect(report.notes.join()).toMatch(/deep\.csv: 1 byte sequences were no utf-8/);
  });

  it.each([
    ['utf-16le', Buffer.from('\ufeffa,b\n1,é😀\n', 'utf16le')],
    ['utf-16be', Buffer.from('\ufeffa,b\n1,é😀\n', 'utf16le').swap16()],
    ['utf-8', Buffer.from('\ufeffa,b\n1,é😀\n')],
  ])('%s with a byte order mark', async (_, data) => {
    const { columns, extents } = await bench.load(await file('bom.csv', data));
    expect(columns.map((c) => c.name)).toEqual(['a', 'b']);
    expect(await bench.rows(columns, extents)).toEqual([['1', 'é😀']]);
  });

  it('ragged rows are padded or cut, counted, and stop a strict load', async () => {
    const path = await file('ragged.csv', 'a,b\n1,x\n2\n3,y,z\n');
    const { columns, extents, report } = await bench.load(path);
    expect(await bench.rows(columns, extents)).toEqual([
      ['1', 'x'],
      ['2', ''],
      ['3', 'y'],
    ]);
    expect(report.notes).toEqual([
      'ragged.csv: 1 rows have fewer fields than the others (first: row 2); the missing ones are null',
      'ragged.csv: 1 rows have more fields than the others (first: row 3); the surplus was left out',
    ]);
    await expect(bench.load(path, { onBadCell: 'stop' })).rejects.toMatchObject({
      code: 'irregular_row',
    });
  });

  it('a ragged row behind the sample is found too', async () => {
    const lines = numberedCsv(600_000).split('\n');
    lines[200_000] = '199999';
    const { report } = await bench.load(await file('ragged-deep.csv', lines.join('\n')));
    expect(report.rows).toBe(600_000);
    expect(report.notes.join()).toMatch(/1 rows have fewer fields.*first: row 200000/);
  });

  it('quoted line ends, also of Windows', async () => {
    const { columns, extents } = await bench.load(
      await file('quoted.csv', 'a,b\r\n"x\r\ny",1\r\n"",2\r\n'),
    );
    expect(await bench.rows(columns, extents)).toEqual([
      ['x\r\ny', '1'],
      ['', '2'],
    ]);
  });

  it('a broken JSON line is left out and named, or stops the load', async () => {
    const path = await file('broken.json', '{"a":1}\n{"a":\n{"a":3}\n');
    const { report } = await bench.load(path);
    expect(report.rows).toBe(2);
    expect(report.notes.join()).toMatch(/1 lines are no JSON objects.*first: line 2/);
    await expect(bench.load(path, { onBadCell: 'stop' })).rejects.toMatchObject({
      message: expect.stringContaining('broken.json, line 2'),
    });
  });
});

describe('columns', () => {
  it('5,000 of them', async () => {
    const names = Array.from({ length: 5000 }, (_, i) => `c${i}`);
    const rows = [1, 2, 3].map((r) => names.map((_, i) => r * i).join(','));
    const { columns, extents } = await bench.load(
      await file('wide.csv', [names.join(','), ...rows].join('\n')),
    );
    expect(columns).toHaveLength(5000);
    expect((await bench.rows(columns.slice(4999), extents)).flat()).toEqual([
      '4999',
      '9998',
      '14997',
    ]);
  });

  it('names twice, empty, reserved, with quotes and emoji', async () => {
    const path = await file('names.csv', 'id,id,,where,"a""b",it\'s,😀,ID\n1,2,3,4,5,6,7,8\n');
    const { columns, extents, report } = await bench.load(path);
    expect(columns.map((c) => c.name)).toEqual([
      'id',
      'id_1',
      'Column3',
      'where',
      'a"b',
      "it's",
      '😀',
      'ID',
    ]);
    expect(report.notes).toEqual([
      'a second column id is called id_1',
      'column 3 had no name and is called Column3',
    ]);
    expect(await bench.rows(columns, extents)).toEqual([['1', '2', '3', '4', '5', '6', '7', '8']]);
  });
});

describe('the machine', () => {
  it('a cancelled load rejects and leaves no file', async () => {
    const path = await file('large.csv', numberedCsv(1_500_000));
    for (const wait of [0, 30, 150, 400]) {
      const controller = new AbortController();
      const running = load(bench.request(path), { ...bench.context, signal: controller.signal });
      const timer = setTimeout(() => controller.abort(), wait);
      const outcome = await running.then(
        () => 'finished',
        (error: { kind: string }) => error.kind,
      );
      clearTimeout(timer);
      expect(outcome).toBe(controller.signal.aborted ? 'cancelled' : 'finished');
      if (outcome === 'cancelled') expect(await bench.leftovers()).toEqual([]);
      await rm(bench.path('extents'), { recursive: true, force: true });
    }
  });

  it('a disk that fills up is a clear error, and nothing is left on it', async (test) => {
    const mount = bench.path('small-disk');
    await mkdir(mount, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', mount], { stdio: 'pipe' });
    } catch (error) {
      test.skip(`a small tmpfs cannot be mounted here: ${(error as Error).message.split('\n')[0]}`);
      return;
    }
    try {
      const path = await file(
        'random.csv',
        `n\n${Array.from({ length: 400_000 }, () => Math.random()).join('\n')}\n`,
      );
      await expect(bench.load(path, { folder: mount })).rejects.toMatchObject({
        kind: 'resource',
        code: 'disk_full',
      });
      expect(execFileSync('ls', ['-A', mount], { encoding: 'utf8' })).toBe('');
    } finally {
      execFileSync('umount', [mount]);
    }
  });

  it('a file that disappears before it is read is named', async () => {
    const one = await file('stays.csv', 'a\n1\n');
    const two = await file('goes.csv', 'a\n2\n');
    const running = bench.load([one, two]);
    await rm(two);
    // It may have been opened already; then its bytes are still there.
    await running.then(
      ({ report }) => expect(report.rows).toBe(2),
      (error) =>
        expect(error).toMatchObject({
          kind: 'source',
          message: expect.stringContaining('goes.csv'),
        }),
    );
  });
});
