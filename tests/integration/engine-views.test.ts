import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Engine } from '../../workers/engine/duckdb.ts';
import { Results, type StoredResult } from '../../workers/engine/results.ts';
import { Views } from '../../workers/engine/views.ts';

const ROWS = 300_000;
const NEVER = new AbortController().signal;

let folder: string;
let engine: Engine;
let results: Results;
let views: Views;
let result: StoredResult;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'views-'));
  engine = await Engine.open({ spillFolder: folder, memoryLimit: 1e9, threads: 2 });
  results = new Results(engine);
  views = new Views(engine, results);
  await engine.main.run(
    `CREATE TABLE res_x AS SELECT i AS c0, i % 3 AS c1, 't' || i AS c2 FROM range(${ROWS}) t(i)`,
  );
  result = results.add({
    resultId: 'r',
    name: 'T',
    columns: [
      { name: 'id', type: 'long' },
      { name: 'third', type: 'long' },
      { name: 'text', type: 'string' },
    ],
    visualization: undefined,
    table: 'res_x',
    rowCount: ROWS,
    complete: true,
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const spec = (column: string, descending = true) => ({
  sort: [{ column, descending }],
  filters: [],
  search: '',
});

async function tables(): Promise<string[]> {
  const reader = await engine.main.runAndReadAll('SELECT table_name FROM duckdb_tables()');
  return reader.getRows().map((row) => String(row[0]));
}

it('shows the same rows in the same order before and after they are laid out', async () => {
  const view = await views.open('r', spec('third'), NEVER);
  const read = async () => {
    const parts: Uint8Array[] = [];
    for (const offset of [0, 99_990, 150_000, ROWS - 10])
      parts.push((await results.window('r', view.viewId, offset, 20, undefined)).batch);
    return parts;
  };
  const before = await read();
  await views.settled();
  expect(view.laidOut).toBeDefined();
  expect(await read()).toEqual(before);
});

it('lays out the latest view only, and again when it is asked for again', async () => {
  const first = await views.open('r', spec('text'), NEVER);
  const second = await views.open('r', spec('text', false), NEVER);
  await views.settled();
  expect(second.laidOut).toBeDefined();
  expect(await views.open('r', spec('text'), NEVER)).toBe(first);
  await views.settled();
  expect(first.laidOut).toBeDefined();
});

it('keeps a bounded number of views', async () => {
  const first = await views.open('r', { ...spec('id'), search: 't1' }, NEVER);
  for (let i = 2; i < 10; i++) await views.open('r', { ...spec('id'), search: `t${i}` }, NEVER);
  await views.settled();
  expect(result.views.size).toBe(8);
  expect(() => results.view(result, first.viewId)).toThrow(/no longer held/);
  expect(await tables()).not.toContain(first.table);
});

it('leaves no table behind when the result is released', async () => {
  await views.open('r', spec('third', false), NEVER);
  await results.release(['r']);
  await views.settled();
  expect(await tables()).toEqual([]);
});
