import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBValue } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TableSnapshot } from '../../common/contract/store.ts';
import { Engine } from '../../workers/engine/duckdb.ts';
import { JsFunctions } from '../../workers/engine/js-functions.ts';
import { Results } from '../../workers/engine/results.ts';
import { QueryRunner } from '../../workers/engine/run-query.ts';
import { SideCopies } from '../../workers/engine/side-copies.ts';
import { GlobalsCache } from '../../workers/kql/syntax/globals.ts';
import { Session } from '../../workers/store/database.ts';
import { writeExtents } from '../../workers/store/extent-writer.ts';

const ROWS = 120_000;
const COLUMNS: TableSnapshot['columns'] = [
  { name: 'Id', type: 'long' },
  { name: 'Kind', type: 'string' },
  { name: 'Bag', type: 'dynamic' },
];

let folder: string;
let sides: SideCopies;
let runner: QueryRunner;
let results: Results;
let snapshot: TableSnapshot;

const copies = (): string[] => {
  try {
    return readdirSync(join(folder, 'copies'));
  } catch {
    return [];
  }
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sides-'));
  const engine = await Engine.open({ spillFolder: folder, memoryLimit: 1e9, threads: 2 });
  const extents = await engine.use(undefined, (connection) =>
    writeExtents(new Session(connection), {
      columns: COLUMNS.map((c) => ({ name: c.name, type: c.type, sql: `"${c.name}"` })),
      from: `(SELECT i AS "Id", 'k' || i % 3 AS "Kind", CASE WHEN i % 10 = 0 THEN NULL ELSE '{"q":"v' || i % 7 || '","n":' || i % 5 || ',"deep":{"x":[1,' || i % 4 || ']}}' END AS "Bag" FROM range(${ROWS}) t(i))`,
      folder,
      estimatedRows: ROWS,
    }),
  );
  snapshot = { database: 'D', table: 'T', columns: COLUMNS, extents, extentsTotal: extents.length };
  const globals = new GlobalsCache();
  const table = {
    name: 'T',
    kind: 'table' as const,
    columns: [...COLUMNS],
    folder: '',
    docstring: '',
    rowCount: ROWS,
    sizeBytes: 0,
    extentCount: 1,
  };
  globals.set({
    version: 1,
    databases: [{ name: 'D', prettyName: '', readOnly: true, functions: [], tables: [table] }],
  });
  results = new Results(engine);
  const functions = new JsFunctions();
  sides = new SideCopies({ engine, functions, folder: join(folder, 'copies') });
  runner = new QueryRunner({
    engine,
    results,
    functions,
    globals,
    sides,
    snapshots: {
      take: async (_id, tables) => tables.map(() => snapshot),
      release: async () => undefined,
    },
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function ask(text: string): Promise<readonly (readonly DuckDBValue[])[]> {
  const outcome = await runner.run(
    { queryId: 'q', text, database: 'D', parameters: {}, options: {} },
    new AbortController().signal,
    () => undefined,
  );
  const values = await results.values(outcome.results[0]?.resultId ?? '');
  await results.release(outcome.results.map((r) => r.resultId));
  await sides.settled();
  return values;
}

it('answers the same with copies as without, for paths of all kinds', async () => {
  for (const text of [
    'T | summarize n = count() by q = tostring(Bag.q) | sort by q asc',
    'T | where tolong(Bag.n) >= 3 | summarize s = sum(Id) by Kind | sort by Kind asc',
    'T | where Bag.deep.x[1] == 2 | count',
    'T | extend n = Bag.n | where isnull(n) | summarize count(), max(Id)',
    'T | summarize a = avg(todouble(Bag.n)), m = max(tostring(Bag.deep.x))',
  ]) {
    const before = copies().length;
    const first = await ask(text);
    expect(copies().length, text).toBe(before + snapshot.extents.length);
    expect(await ask(text), text).toEqual(first);
    expect(copies().length, text).toBe(before + snapshot.extents.length);
  }
});

it('searches texts in copies only when they are searched again', async () => {
  const before = copies().length;
  const text = 'T | where Kind has "K1" or Kind contains "2" | summarize count(), sum(Id)';
  const first = await ask(text);
  expect(copies().length).toBe(before);
  expect(await ask(text)).toEqual(first);
  expect(copies().length).toBe(before + snapshot.extents.length);
  expect(await ask(text)).toEqual(first);
});

it('makes none where the bag is read whole', async () => {
  const before = copies();
  await ask('T | where tostring(Bag.q) == "v1" | take 3');
  await ask('T | summarize count() by tostring(Bag)');
  expect(copies()).toEqual(before);
});

it('takes a column that was dropped and made again for another one', async () => {
  const text = 'T | summarize n = count() by Kind, q = tostring(Bag.q) | summarize count()';
  const first = await ask(text);
  const whole = snapshot;
  snapshot = {
    ...whole,
    extents: whole.extents.map((e) => ({
      ...e,
      columns: e.columns.filter((c) => c.column !== 'Kind'),
    })),
  };
  const later = await ask(text);
  expect(Number(later[0]?.[0])).toBeLessThan(Number(first[0]?.[0]));
  snapshot = whole;
  expect(await ask(text)).toEqual(first);
});
