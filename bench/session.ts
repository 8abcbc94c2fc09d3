import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { TableSnapshot } from '../common/contract/store.ts';
import { AppError } from '../common/errors/app-error.ts';
import { Engine } from '../workers/engine/duckdb.ts';
import { warmUp } from '../workers/engine/handlers.ts';
import { JsFunctions } from '../workers/engine/js-functions.ts';
import { Results, readColumns } from '../workers/engine/results.ts';
import { QueryRunner } from '../workers/engine/run-query.ts';
import { SideCopies } from '../workers/engine/side-copies.ts';
import { GlobalsCache } from '../workers/kql/syntax/globals.ts';
import { type Figure, median } from './ingest-figures.ts';
import { alternate, geometricMean } from './statistics.ts';
import { type BenchTable, extentsOf } from './tables.ts';

/** KQL over extents on one side, SQL over the same files on the other, in two engines with the same settings. */

export type Columns = readonly (readonly unknown[])[];

export interface Session {
  readonly runner: QueryRunner;
  readonly sides: SideCopies;
  /** Runs a text and reads its first result whole. */
  ask(kql: string): Promise<Columns>;
  /** The peer: each table is a view over its files. */
  readonly peer: DuckDBConnection;
  sql(text: string): Promise<Columns>;
  /** For files of the bench's own; goes with the session. */
  readonly folder: string;
  close(): Promise<void>;
}

export interface Question {
  readonly name: string;
  readonly kql: string;
  readonly sql: string;
  /** Whether two answers are as good as equal; absent: they have to be equal. */
  readonly same?: (ours: Columns, theirs: Columns) => boolean;
}

export async function openSession(
  tables: readonly BenchTable[],
  { memoryLimit = 8e9, threads = 2 } = {},
): Promise<Session> {
  const spillFolder = await mkdtemp(join(tmpdir(), 'calypso-bench-spill-'));
  const engine = await Engine.open({ spillFolder, memoryLimit, threads });
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: `${Math.floor(memoryLimit / 1e6)}MB`,
  });
  const peer = await instance.connect();
  await peer.run("SET GLOBAL parquet_metadata_cache = true; SET TimeZone = 'UTC'");
  const snapshots = new Map<string, TableSnapshot>();
  for (const table of tables) {
    const extents = await extentsOf(engine.main, table);
    snapshots.set(table.name, {
      database: 'Bench',
      table: table.name,
      columns: [...table.columns],
      extents,
      extentsTotal: extents.length,
    });
    const files = extents.map((e) => `'${e.path}'`).join(', ');
    await peer.run(`CREATE VIEW ${table.name} AS SELECT * FROM read_parquet([${files}])`);
  }
  const globals = new GlobalsCache();
  globals.set({
    version: 1,
    databases: [
      {
        name: 'Bench',
        prettyName: '',
        readOnly: true,
        functions: [],
        tables: tables.map(({ name, columns, rows }) => ({
          name,
          kind: 'table',
          columns: [...columns],
          folder: '',
          docstring: '',
          rowCount: rows,
          sizeBytes: 0,
          extentCount: snapshots.get(name)?.extentsTotal ?? 0,
        })),
      },
    ],
  });
  const results = new Results(engine);
  const functions = new JsFunctions();
  const sides = new SideCopies({ engine, functions, folder: join(spillFolder, 'copies') });
  const runner = new QueryRunner({
    engine,
    results,
    functions,
    sides,
    globals,
    snapshots: {
      take: async (_id, wanted) =>
        wanted.map(({ table }) => {
          const snapshot = snapshots.get(table);
          if (!snapshot) throw new AppError('internal', 'no_table', `No table ${table}.`);
          return snapshot;
        }),
      release: async () => undefined,
    },
  });
  // As a query worker does when it starts, before the first question can come.
  await warmUp(runner, results);
  return {
    runner,
    sides,
    peer,
    ask: async (kql) => {
      const outcome = await runner.run(
        { queryId: 'bench', text: kql, database: 'Bench', parameters: {}, options: {} },
        new AbortController().signal,
        () => undefined,
      );
      const [info] = outcome.results;
      const values = info ? await results.values(info.resultId) : [];
      await results.release(outcome.results.map((r) => r.resultId));
      return values;
    },
    sql: (text) => readColumns(peer, text),
    folder: spillFolder,
    close: async () => {
      instance.closeSync();
      await rm(spillFolder, { recursive: true, force: true });
    },
  };
}

export interface Goals {
  readonly label: string;
  readonly rounds: number;
  /** Ratio of each question. */
  readonly each: number;
  /** Geometric mean of the ratios. */
  readonly mean: number;
}

/** Each question asked both ways, in turns, the answers compared first. */
export async function compare(
  session: Session,
  questions: readonly Question[],
  goals: Goals,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const ratios: number[] = [];
  const only = process.argv.find((a) => a.startsWith('--only='))?.slice('--only='.length);
  for (const question of questions) {
    if (only !== undefined && !question.name.includes(only)) continue;
    try {
      const figure = await compareOne(session, question, goals);
      figures.push(figure);
      ratios.push(figure.ratio);
    } catch (error) {
      console.error(`${question.name}: ${String(error)}`);
      figures.push(failed(`${goals.label}: ${question.name}`));
    }
  }
  const mean = geometricMean(ratios);
  figures.push({
    figure: `${goals.label}: geometric mean of ${ratios.length}`,
    value: mean,
    ratio: mean,
    unit: '×',
    goal: `≤ ${goals.mean.toFixed(2)} × SQL`,
    ok: mean <= goals.mean,
  });
  return figures;
}

export const failed = (figure: string): Figure => ({
  figure,
  value: Number.NaN,
  unit: '',
  goal: 'the same answer',
  ok: false,
});

export async function compareOne(
  session: Session,
  { name, kql, sql, same }: Question,
  goals: Goals,
): Promise<Figure & { readonly ratio: number }> {
  const [mine, theirs] = [await session.ask(kql), await session.sql(sql)];
  const equal = same ? same(mine, theirs) : answerOf(mine) === answerOf(theirs);
  // Asked twice, as by somebody who goes on looking: what the engine makes of that in the background is made.
  await session.ask(kql);
  await session.sides.settled();
  if (!equal) throw new Error(`the answers differ\n${start(mine)}\n--\n${start(theirs)}`);
  const times = await alternate(
    () => session.ask(kql),
    () => session.sql(sql),
    goals.rounds,
  );
  const [ours, other] = [median(times.ours), median(times.theirs)];
  return {
    figure: `${goals.label}: ${name}`,
    value: ours,
    peer: other,
    ratio: ours / other,
    unit: 'ms',
    goal: `≤ ${goals.each} × SQL`,
    ok: ours / other <= goals.each,
  };
}

const start = (columns: Columns): string => answerOf(columns).slice(0, 600);

/** Rows as sorted text; reals to nine digits, for sums in another order differ in the last. */
export function answerOf(columns: Columns): string {
  const cell = (value: unknown): string =>
    typeof value === 'number' && !Number.isInteger(value)
      ? String(Number(value.toPrecision(9)))
      : String(value);
  return Array.from({ length: columns[0]?.length ?? 0 }, (_, r) =>
    columns.map((c) => cell(c[r])).join('\t'),
  )
    .sort()
    .join('\n');
}
