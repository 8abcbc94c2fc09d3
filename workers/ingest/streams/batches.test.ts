import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type StreamDefinition, streamDefinition } from '../../../common/contract/stream.ts';
import { Database } from '../../store/database.ts';
import { literal } from '../../store/quote.ts';
import { Batches, type Written } from './batches.ts';
import { Hurry } from './hurry.ts';
import type { StreamRecord } from './stream-source.ts';

let folder: string;
let database: Database;
let written: Written[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batches-test-'));
  for (const name of ['rows', 'errors']) await mkdir(join(folder, name));
  database = await Database.open({
    spillFolder: join(folder, 'spill'),
    memoryLimit: 160_000_000,
    threads: 1,
    rowGroupBytes: 8 << 20,
  });
  written = [];
});

afterEach(async () => {
  database.close();
  await rm(folder, { recursive: true, force: true });
});

function open(given: Partial<StreamDefinition> = {}): Batches {
  const definition = streamDefinition.parse({
    name: 's',
    database: 'D',
    table: 'T',
    source: { kind: 'kafka', cluster: { brokers: ['localhost:1'] }, topics: ['t'] },
    flush: { seconds: 3_600 },
    ...given,
  });
  return new Batches({
    definition,
    target: [
      { name: 'n', type: 'long' },
      { name: 's', type: 'dynamic' },
    ],
    folder,
    database,
    properties: () => ({}),
    positions: new Map(),
    signal: new AbortController().signal,
    hurry: new Hurry().of('D', 'T'),
    onFailure: () => undefined,
    commit: async (batch) => {
      written.push(batch);
    },
  });
}

function record(position: number, value: string | Uint8Array): StreamRecord {
  return {
    part: 't/0',
    position: String(position),
    next: String(position + 1),
    value: Buffer.from(value),
    key: Buffer.from('k'),
    timestamp: 1_700_000_000_000,
    headers: {},
  };
}

async function cells(files: readonly { readonly path: string }[], sql: string): Promise<unknown[]> {
  if (files.length === 0) return [];
  const list = files.map((f) => literal(f.path)).join(', ');
  const rows = await database.session((s) => s.rows(`SELECT ${sql} FROM read_parquet([${list}])`));
  return rows.map(([cell]) => cell);
}

const rowsOf = async (): Promise<number[]> =>
  (
    await cells(
      written.flatMap((w) => w.extents),
      'n',
    )
  )
    .map(Number)
    .sort((a, b) => a - b);

const lettersOf = (sql: string): Promise<unknown[]> =>
  cells(
    written.flatMap((w) => w.deadLetters),
    sql,
  );

it('takes each position once, however often and in whatever pieces it comes', async () => {
  const batches = open();
  const all = Array.from({ length: 20 }, (_, n) => record(n, `{"n":${n}}`));
  await batches.add(all.slice(0, 8));
  await batches.add(all.slice(3, 12));
  await batches.flush();
  await batches.add(all.slice(0, 12));
  await batches.add(all.slice(10));
  await batches.flush();
  await batches.close();
  expect(await rowsOf()).toEqual(all.map((_, n) => n));
  expect(written.map((w) => w.positions.get('t/0'))).toEqual(['12', '20']);
});

it('keeps apart what looks like a record and is none', async () => {
  const batches = open();
  const values = [
    '{"n":1,"s":"good"}',
    '{"n":2,"s":"\\ud800"}',
    '{"n":01}',
    '{"n":"three"}',
    '{"n":4}',
    Buffer.concat([Buffer.from('{"n":5,"s":"'), Buffer.from([0xff]), Buffer.from('"}')]),
    '{"n":6,"s":"\u2028"}',
    'seven',
    '{"n":8,"s":",\\"v\\":1"}',
    '\n\r\n {"n":9,\n"s":"\\u0000"}\n',
  ];
  await batches.add(values.map((value, i) => record(i, value)));
  await batches.flush();
  await batches.close();
  expect(await rowsOf()).toEqual([1, 4, 6, 8, 9]);
  expect((await lettersOf('"Position"')).toSorted()).toEqual(['1', '2', '3', '5', '7']);
  expect((await lettersOf('"Reason"')).every((reason) => String(reason).length > 5)).toBe(true);
  expect(written[0]).toMatchObject({ rows: 5 });
});

it('keeps lines of any length', async () => {
  const batches = open();
  const lengths = [10, 600_000, 900_000, 20, 900_000, 700_000, 900_000, 1_000_000, 30];
  await batches.add(
    lengths.map((length, n) => record(n, `{"n":${n},"s":"${'x'.repeat(length)}"}`)),
  );
  await batches.flush();
  await batches.close();
  expect(await rowsOf()).toEqual(lengths.map((_, n) => n));
});
