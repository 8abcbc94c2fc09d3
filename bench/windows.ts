import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Charts } from '../workers/engine/chart.ts';
import { Engine } from '../workers/engine/duckdb.ts';
import { Results, type StoredResult } from '../workers/engine/results.ts';
import { Views } from '../workers/engine/views.ts';
import { type Figure, isEntry, median, numberArgument, printFigures } from './ingest-figures.ts';
import { alternate, percentile } from './statistics.ts';

/** Reading results: windows, sorts, charts and what a large result costs, against DuckDB's own ways. */

const NEVER = new AbortController().signal;
const WINDOW = 200;

async function makeResult(engine: Engine, results: Results, rows: number): Promise<StoredResult> {
  const table = results.newTable('res');
  await engine.main.run(
    `CREATE TABLE ${table} AS SELECT i AS c0, 'name ' || (hash(i) % 1000) AS c1, 638396640000000000 + i * 10000000 AS c2, (hash(i + 1) % 1000000) / 7.0 AS c3, CASE WHEN i % 9 = 0 THEN NULL ELSE (hash(i + 2) % 5000000)::BIGINT END AS c4, '{"k":' || i || '}' AS c5 FROM range(${rows}) t(i)`,
  );
  return results.add({
    resultId: table,
    name: 'T',
    columns: [
      { name: 'id', type: 'long' },
      { name: 'name', type: 'string' },
      { name: 'at', type: 'datetime' },
      { name: 'value', type: 'real' },
      { name: 'bytes', type: 'long' },
      { name: 'bag', type: 'dynamic' },
    ],
    visualization: undefined,
    table,
    rowCount: rows,
    complete: true,
  });
}

/** Places that look random and are the same in each run. */
function places(count: number, rows: number): number[] {
  return Array.from({ length: count }, (_, i) =>
    Math.floor(((i * 0.618033988749895) % 1) * (rows - WINDOW)),
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function windows(
  engine: Engine,
  results: Results,
  views: Views,
  result: StoredResult,
): Promise<Figure[]> {
  const at = places(100, result.rowCount);
  const view = await views.open(
    result.resultId,
    { sort: [{ column: 'bytes', descending: true }], filters: [], search: '' },
    NEVER,
  );
  // What a person sees while scrolling on; until then rows are looked up by number.
  await views.settled();
  const ours: number[] = [];
  const inView: number[] = [];
  const theirs: number[] = [];
  for (const offset of at) {
    ours.push(
      await timed(() => results.window(result.resultId, undefined, offset, WINDOW, undefined)),
    );
    theirs.push(
      await timed(async () => {
        const reader = await engine.main.runAndReadAll(
          `SELECT * FROM ${result.table} WHERE rowid >= ${offset} AND rowid < ${offset + WINDOW}`,
        );
        return reader.getColumns();
      }),
    );
    inView.push(
      await timed(() => results.window(result.resultId, view.viewId, offset, WINDOW, undefined)),
    );
  }
  const figure = (name: string, values: number[]): Figure[] => {
    const ratio = median(values) / median(theirs);
    const p95 = percentile(values, 95);
    return [
      {
        figure: `${name}, median`,
        value: median(values),
        peer: median(theirs),
        ratio,
        unit: 'ms',
        goal: '≤ 3× DuckDB by row id',
        ok: ratio <= 3,
      },
      { figure: `${name}, p95`, value: p95, unit: 'ms', goal: '≤ 20 ms', ok: p95 <= 20 },
    ];
  };
  return [
    ...figure(`window of ${WINDOW} rows`, ours),
    ...figure(`window of ${WINDOW} rows of a sorted view`, inView),
  ];
}

async function sorts(engine: Engine, results: Results, result: StoredResult): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [column, cell] of [
    ['bytes', 'c4'],
    ['name', 'c1'],
  ] as const) {
    const own = await alternate(
      async () => {
        const views = new Views(engine, results);
        const { viewId } = await views.open(
          result.resultId,
          { sort: [{ column, descending: true }], filters: [], search: '' },
          NEVER,
        );
        const view = results.view(result, viewId);
        if (view) await results.dropView(result, view);
        await views.settled();
      },
      async () => {
        await engine.main.run(
          `CREATE TABLE sorted AS SELECT rowid AS rid FROM ${result.table} ORDER BY ${cell} DESC NULLS LAST`,
        );
        await engine.main.run('DROP TABLE sorted');
      },
      3,
    );
    const ratio = median(own.ours) / median(own.theirs);
    figures.push({
      figure: `sort by ${column}`,
      value: median(own.ours),
      peer: median(own.theirs),
      ratio,
      unit: 'ms',
      goal: "≤ 1.5× DuckDB's ORDER BY",
      ok: ratio <= 1.5,
    });
  }
  const whole = await alternate(
    async () => {
      const views = new Views(engine, results);
      const view = await views.open(
        result.resultId,
        { sort: [{ column: 'bytes', descending: true }], filters: [], search: '' },
        NEVER,
      );
      await views.settled();
      await results.dropView(result, view);
    },
    async () => {
      await engine.main.run(
        `CREATE TABLE sorted AS SELECT * FROM ${result.table} ORDER BY c4 DESC NULLS LAST`,
      );
      await engine.main.run('DROP TABLE sorted');
    },
    2,
  );
  const ratio = median(whole.ours) / median(whole.theirs);
  figures.push({
    figure: 'sort by bytes until the rows are laid out',
    value: median(whole.ours),
    peer: median(whole.theirs),
    ratio,
    unit: 'ms',
    goal: "≤ 1.5× DuckDB's ORDER BY of whole rows",
    ok: ratio <= 1.5,
  });
  return figures;
}

/** A million rows held and shown by their first window, against the same rows as objects. */
async function asObjects(engine: Engine, results: Results): Promise<Figure[]> {
  const select = 'SELECT * FROM source_million';
  await engine.main.run(
    `CREATE TABLE source_million AS SELECT i AS c0, 'name ' || (hash(i) % 1000) AS c1, 638396640000000000 + i AS c2, i / 7.0 AS c3, i % 977 AS c4, '{"k":' || i || '}' AS c5 FROM range(1000000) t(i)`,
  );
  const held = (): number => {
    globalThis.gc?.();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  };
  const columns = (await makeResult(engine, results, 1)).columns;
  let before = held();
  const engineBefore = await engine.memory();
  let start = performance.now();
  const table = results.newTable('res');
  await engine.main.run(`CREATE TABLE ${table} AS ${select}`);
  const resultId = 'million';
  results.add({
    resultId,
    name: 'T',
    columns,
    visualization: undefined,
    table,
    rowCount: 1_000_000,
    complete: true,
  });
  await results.window(resultId, undefined, 0, WINDOW, undefined);
  const ours = performance.now() - start;
  const ourBytes =
    Math.max(0, held() - before) + Math.max(0, (await engine.memory()) - engineBefore);
  await results.release([resultId]);

  before = held();
  start = performance.now();
  const objects = (await engine.main.runAndReadAll(select)).getRowObjects();
  const theirs = performance.now() - start;
  const theirBytes = Math.max(1, held() - before);
  if (objects.length !== 1_000_000) throw new Error('the peer read another number of rows');
  await engine.main.run('DROP TABLE source_million');
  return [
    {
      figure: '1 M rows to the first window',
      value: ours,
      peer: theirs,
      ratio: ours / theirs,
      unit: 'ms',
      goal: '≤ 0.2× row objects',
      ok: ours / theirs <= 0.2,
    },
    {
      figure: '1 M rows, memory held',
      value: ourBytes / 1e6,
      peer: theirBytes / 1e6,
      ratio: ourBytes / theirBytes,
      unit: 'MB',
      goal: '≤ 0.2× row objects',
      ok: ourBytes / theirBytes <= 0.2,
    },
  ];
}

async function charts(engine: Engine, results: Results): Promise<Figure[]> {
  const drawn = new Charts(engine, results);
  const large = await makeResult(engine, results, 1_000_000);
  const small = await makeResult(engine, results, 10_000);
  const draw = (result: StoredResult) => () =>
    drawn.chart(
      {
        resultId: result.resultId,
        kind: 'timechart',
        x: 'at',
        ys: ['value'],
        series: [],
        maxPoints: 4_000,
      },
      NEVER,
    );
  await draw(large)();
  const times = await alternate(draw(large), draw(small), 9);
  const ratio = median(times.ours) / median(times.theirs);
  await results.release([large.resultId, small.resultId]);
  return [
    {
      figure: 'points of a chart of 1 M rows, against one of 10,000',
      value: median(times.ours),
      peer: median(times.theirs),
      ratio,
      unit: 'ms',
      goal: 'recorded; ≤ 2× with the drawing',
      ok: true,
    },
  ];
}

export async function run(rows = 10_000_000): Promise<Figure[]> {
  const spillFolder = await mkdtemp(join(tmpdir(), 'bench-windows-'));
  try {
    const engine = await Engine.open({ spillFolder, memoryLimit: 6e9, threads: 2 });
    const results = new Results(engine);
    const views = new Views(engine, results);
    const objects = await asObjects(engine, results);
    const chart = await charts(engine, results);
    const result = await makeResult(engine, results, rows);
    const window = await windows(engine, results, views, result);
    const sort = await sorts(engine, results, result);
    await results.release([result.resultId]);
    return [...window, ...sort, ...objects, ...chart];
  } finally {
    await rm(spillFolder, { recursive: true, force: true });
  }
}

if (isEntry(import.meta.url)) printFigures(await run(numberArgument('rows', 10_000_000)));
