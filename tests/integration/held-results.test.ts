import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIGINT, type DuckDBType, VARCHAR } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Engine } from '../../workers/engine/duckdb.ts';
import { Results, type StoredResult } from '../../workers/engine/results.ts';
import { Views } from '../../workers/engine/views.ts';

const NEVER = new AbortController().signal;

let folder: string;
let engine: Engine;
let results: Results;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'held-'));
  engine = await Engine.open({ spillFolder: folder, memoryLimit: 1e9, threads: 2 });
  results = new Results(engine);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function hold(resultId: string, rows: number): StoredResult {
  const ids = Array.from({ length: rows }, (_, i) => BigInt(i));
  const types: DuckDBType[] = [BIGINT, VARCHAR];
  const result = results.add({
    resultId,
    name: 'T',
    columns: [
      { name: 'id', type: 'long' },
      { name: 'text', type: 'string' },
    ],
    visualization: undefined,
    table: '',
    rowCount: rows,
    complete: true,
  });
  result.held = { types, columns: [ids, ids.map((i) => `t${i}`)] };
  return result;
}

async function tables(): Promise<string[]> {
  const reader = await engine.main.runAndReadAll('SELECT table_name FROM duckdb_tables()');
  return reader.getRows().map((row) => String(row[0]));
}

it('reads windows of held rows without a table, of any columns', async () => {
  hold('w', 10);
  const window = await results.window('w', undefined, 8, 5, ['text']);
  expect(window.rowCount).toBe(2);
  expect([...(tableFromIPC(window.batch).getChild('text') ?? [])]).toEqual(['t8', 't9']);
  expect(await tables()).toEqual([]);
  await results.release(['w']);
});

it('makes one table for statements over held rows, whoever asks first, and drops it at the end', async () => {
  hold('v', 5_000);
  const views = new Views(engine, results);
  const spec = { sort: [{ column: 'id', descending: true }], filters: [], search: '' };
  const [view, , stored] = await Promise.all([
    views.open('v', spec, NEVER),
    results.stored('v'),
    results.stored('v'),
  ]);
  const window = await results.window('v', view.viewId, 0, 2, undefined);
  expect([...(tableFromIPC(window.batch).getChild('text') ?? [])]).toEqual(['t4999', 't4998']);
  expect((await tables()).filter((t) => t.startsWith('res_'))).toEqual([stored.table]);
  await results.release(['v']);
  expect(await tables()).toEqual([]);
});

it('leaves no table when the result goes while its table is made', async () => {
  hold('gone', 10);
  const making = results.stored('gone');
  await results.release(['gone']);
  await expect(making).rejects.toThrow(/no longer held/);
  expect(await tables()).toEqual([]);
});
