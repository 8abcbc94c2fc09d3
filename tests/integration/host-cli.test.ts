import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../main/cli/index.ts', import.meta.url));

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-test-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function calypso(args: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      env: { ...process.env, CALYPSO_DATA: join(folder, 'data') },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input);
  });
}

const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('standard input', () => {
  it('goes into a table, and what was wrong with it is said by that name', async () => {
    const piped = ['ingest', '--table', 'Piped', '--format', 'json', '-'];
    expect(await calypso(piped, '{"a":1}\n{"a":2}\n')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2 rows into Piped'),
    });
    const wrong = await calypso([...piped, '--on-bad-cell', 'stop'], '{"a":3}\n{"a":"x"}\n');
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('standard input') });
    const { stdout } = await calypso([
      'query',
      'Piped | summarize s = sum(a)',
      '--format',
      'ndjson',
    ]);
    expect(stdout).toBe('{"s":3}\n');
    expect(await calypso([...piped, 'other.json'])).toMatchObject({ code: 2 });
  });

  it('is a table of a query', async () => {
    const query = 'T | summarize s = sum(a)';
    const load = ['query', '--load', 'T=-'];
    expect(await calypso([...load, query, '--format', 'ndjson'], 'a,b\n1,x\n2,y\n')).toEqual({
      code: 0,
      stdout: '{"s":3}\n',
      stderr: '',
    });
    expect(await calypso(load, query)).toMatchObject({ code: 2 });
  });
});

describe('query', () => {
  it('answers from the sample before there is a data folder', async () => {
    const ended = await calypso(['query', 'Flights | count']);
    expect(ended).toEqual({ code: 0, stderr: '', stdout: ' Count\n------\n600000\n' });
  });

  it.each([
    ['csv', 'a,b\n1,x\n2,y\n'],
    ['tsv', 'a\tb\n1\tx\n2\ty\n'],
    ['json', '{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n'],
    ['csv.gz', gzipSync('a,b\n1,x\n2,y\n')],
  ])('loads a file of %s', async (ending, content) => {
    const path = file(`load.${ending}`, content);
    const ended = await calypso([
      'query',
      '--load',
      `T=${path}`,
      'T | sort by a asc | project a, b',
      '--format',
      'ndjson',
    ]);
    expect(ended.stderr).toBe('');
    expect(
      ended.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
    ]);
    expect(ended.code).toBe(0);
  });

  it('writes the formats to stdout and to files', async () => {
    const text = 'print a = 1, b = "x,y"';
    expect((await calypso(['query', text, '--format', 'csv'])).stdout.replaceAll('\r', '')).toBe(
      'a,b\n1,"x,y"\n',
    );
    expect(JSON.parse((await calypso(['query', text, '--format', 'json'])).stdout)).toEqual([
      { a: 1, b: 'x,y' },
    ]);
    const out = join(folder, 'out.parquet');
    await calypso(['query', text, '--format', 'parquet', '--out', out]);
    expect(readFileSync(out).subarray(0, 4).toString()).toBe('PAR1');
    const back = await calypso(['query', '--load', `P=${out}`, 'P | project b', '--format', 'csv']);
    expect(back.stdout).toContain('"x,y"');
  });

  it('takes the query from stdin', async () => {
    expect((await calypso(['query', '-'], 'print x = 7')).stdout).toContain('7');
  });

  it('underlines what is wrong with the query and ends with 1', async () => {
    const ended = await calypso(['query', 'Flights\n| where nope > 1']);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toMatch(/^error 2:9: .*nope/);
    expect(ended.stderr).toContain('\n  | where nope > 1\n          ^^^^\n');
  });

  it('ends with 1 when the data is at fault', async () => {
    const ended = await calypso(['query', '--load', `T=${join(folder, 'missing.csv')}`, 'T']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error: .*missing\.csv/);
  });
});

describe('wrong usage', () => {
  it.each([
    [['frobnicate']],
    [['query', '--bogus', 'print 1']],
    [['query', '--format', 'xml', 'print 1']],
    [['query', 'print 1', 'print 2']],
    [['query', '--load', 'nofile', 'print 1']],
    [['ingest', 'file.csv']],
    [['serve', '--port', 'many']],
  ])('%j ends with 2', async (args) => {
    const ended = await calypso(args);
    expect(ended.code).toBe(2);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).not.toBe('');
  });
});

describe('ingest', () => {
  it('keeps a table that later queries see', async () => {
    const path = file('birds.csv', 'species,n\nowl,3\nwren,4\n');
    const ended = await calypso(['ingest', '--table', 'Birds', path]);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/^2 rows into Birds/);
    const sum = await calypso(['query', 'Birds | summarize sum(n)', '--format', 'csv']);
    expect(sum.stdout).toContain('7');
    const changed = await calypso(['query', '.drop table Birds']);
    expect(changed.code).toBe(0);
    const gone = await calypso(['query', 'Birds']);
    expect(gone.code).toBe(1);
  });

  it('does not let a query with --load touch stored tables', async () => {
    const path = file('mine.csv', 'a\n1\n2\n3\n');
    await calypso(['ingest', '--table', 'Mine', path]);
    const other = file('other.csv', 'b\n9\n');
    const shadowed = await calypso(['query', '--load', `Mine=${other}`, 'Mine', '--format', 'csv']);
    expect(shadowed.stdout.replaceAll('\r', '')).toBe('b\n9\n');
    const kept = await calypso(['query', 'Mine | count', '--format', 'csv']);
    expect(kept.stdout.replaceAll('\r', '')).toBe('Count\n3\n');
  });
});

describe('coverage', () => {
  it('counts what the planner and the host really have', async () => {
    const { stdout } = await calypso(['coverage', '--json']);
    const info = JSON.parse(stdout) as Record<string, { implemented: string[]; missing: string[] }>;
    expect(info.operators?.implemented).toContain('where');
    expect(info.functions?.implemented).toContain('strcat');
    expect(info.aggregates?.implemented).toContain('count');
    expect(info.commands?.implemented).toContain('ShowTables');
    expect(info.commands?.missing).not.toContain('ShowTables');
  });
});

describe('serve', () => {
  it('says where it is in one line, while queries go on beside it, and ends when it is told', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'serve', '--data', join(folder, 'data')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const line = await new Promise<string>((resolve) => {
        let text = '';
        child.stdout.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (text.includes('\n')) resolve(text);
        });
      });
      const { url, token, pid } = JSON.parse(line) as { url: string; token: string; pid: number };
      expect(pid).toBe(child.pid);
      const answer = await fetch(`${url}/v1/rest/mgmt`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ csl: '.show version' }),
      });
      expect(answer.status).toBe(200);
      const beside = await calypso(['query', 'Flights | count', '--format', 'csv']);
      expect(beside.stdout).toContain('600000');
      const second = await calypso(['ingest', '--table', 'X', file('x.csv', 'a\n1\n')]);
      expect(second.code).toBe(1);
      expect(second.stderr).toContain(`process ${pid}`);
    } finally {
      child.kill('SIGTERM');
    }
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(0);
  });
});
