import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TableSnapshot } from '../../common/contract/store.ts';
import { AppError, asAppError } from '../../common/errors/app-error.ts';
import { DUCKDB_TYPE } from '../../common/types/duckdb-type.ts';
import { type Column, KQL_TYPES } from '../../common/types/kql-type.ts';
import { Engine } from '../../workers/engine/duckdb.ts';
import { JsFunctions } from '../../workers/engine/js-functions.ts';
import { Results } from '../../workers/engine/results.ts';
import { QueryRunner } from '../../workers/engine/run-query.ts';
import { GlobalsCache } from '../../workers/kql/syntax/globals.ts';
import { Queries } from './queries.ts';
import { Random } from './random.ts';

const ROWS = 300;
/** What a person would wait before pressing Stop. */
const PATIENCE_MS = 10_000;

const TYPED: readonly Column[] = KQL_TYPES.map((type) => ({ name: `c_${type}`, type }));
const EVENTS: readonly Column[] = [
  { name: 'Time', type: 'datetime' },
  { name: 'Who', type: 'string' },
  { name: 'Count of things', type: 'long' },
  { name: 'Cost', type: 'real' },
  { name: 'Bag', type: 'dynamic' },
];

const TICKS_2024 = 638_396_640_000_000_000n;
const SOME_NULLS = (sql: string, every: number): string =>
  `CASE WHEN i % ${every} = 0 THEN NULL ELSE ${sql} END`;
const BAG = `CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN '{"a":' || i || ',"b":{"c":[1,2,' || i || ']}}' WHEN 2 THEN '[' || i || ',"x",null,2.5]' WHEN 3 THEN '"text"' ELSE '{}' END`;

const ROWS_OF: Readonly<Record<string, string>> = {
  Typed: [
    SOME_NULLS('i % 2 = 0', 7),
    SOME_NULLS('(i * 7919 - 1000000)::INTEGER', 11),
    SOME_NULLS('i::BIGINT * 1000003', 13),
    SOME_NULLS("CASE WHEN i % 50 = 1 THEN 'nan'::DOUBLE ELSE i / 3.0 END", 9),
    SOME_NULLS('(i / 8.0)::DECIMAL(38,18)', 10),
    "CASE WHEN i % 6 = 0 THEN '' ELSE 'word' || (i % 40) || ' k=' || i END",
    SOME_NULLS(`${TICKS_2024} + i * 36000000000`, 17),
    SOME_NULLS('(i - 150)::BIGINT * 600000000', 19),
    SOME_NULLS('md5(i::VARCHAR)::UUID', 23),
    BAG,
  ].join(', '),
  Events: `${TICKS_2024} + i * 6000000000, ['ann', 'bob', 'Çelik', ''][1 + i % 4], ${SOME_NULLS('i % 17', 8)}, i * 0.25, ${BAG}`,
};

export interface Verdict {
  readonly text: string;
  /** `answer`, or the kind of the error. */
  readonly kind: string;
  readonly message: string;
  /** False for an error of the text that does not say where. */
  readonly placed: boolean;
  readonly ms: number;
}

/** An engine with two small tables, and the queries that are asked of it. */
export class World {
  readonly #runner: QueryRunner;
  readonly #results: Results;
  readonly #folder: string;
  readonly #tables: ReadonlyMap<string, readonly Column[]>;

  private constructor(
    runner: QueryRunner,
    results: Results,
    folder: string,
    tables: ReadonlyMap<string, readonly Column[]>,
  ) {
    this.#runner = runner;
    this.#results = results;
    this.#folder = folder;
    this.#tables = tables;
  }

  static async open(): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'calypso-fuzz-'));
    const engine = await Engine.open({ spillFolder: folder, memoryLimit: 1e9, threads: 1 });
    const tables = new Map([
      ['Typed', TYPED],
      ['Events', EVENTS],
    ]);
    const snapshots = new Map<string, TableSnapshot>();
    for (const [name, columns] of tables) {
      const path = join(folder, `${name}.parquet`);
      const list = columns.map((c, i) => `column${i}::${DUCKDB_TYPE[c.type]} AS "${c.name}"`);
      const names = columns.map((_, i) => `column${i}`).join(', ');
      await engine.main.run(
        `COPY (SELECT ${list.join(', ')} FROM (SELECT ${ROWS_OF[name] ?? ''} FROM range(${ROWS}) r(i)) t(${names})) TO '${path}' (FORMAT parquet)`,
      );
      snapshots.set(name, snapshotOf(name, columns, path));
    }
    const globals = new GlobalsCache();
    globals.set({
      version: 1,
      databases: [
        {
          name: 'Fuzz',
          prettyName: '',
          readOnly: false,
          functions: [],
          tables: [...tables].map(([name, columns]) => ({
            name,
            kind: 'table',
            columns: [...columns],
            folder: '',
            docstring: '',
            rowCount: ROWS,
            sizeBytes: 1,
            extentCount: 1,
          })),
        },
      ],
    });
    const results = new Results(engine);
    const runner = new QueryRunner({
      engine,
      results,
      functions: new JsFunctions(),
      globals,
      snapshots: {
        take: async (_query, wanted) =>
          wanted.map(({ table }) => {
            const snapshot = snapshots.get(table);
            if (!snapshot) throw new AppError('internal', 'no_table', `No table ${table}.`);
            return snapshot;
          }),
        release: async () => undefined,
      },
    });
    return new World(runner, results, folder, tables);
  }

  text(seed: number, number: number): string {
    return new Queries(new Random(seed, number), this.#tables).next();
  }

  async ask(text: string): Promise<Verdict> {
    const started = performance.now();
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
    const verdict = (kind: string, message: string, placed = true): Verdict => ({
      text,
      kind,
      message,
      placed,
      ms: performance.now() - started,
    });
    try {
      const outcome = await this.#runner.run(
        { queryId: 'fuzz', text, database: 'Fuzz', parameters: {}, options: {} },
        stop.signal,
        () => undefined,
      );
      await this.#results.release(outcome.results.map((r) => r.resultId));
      return verdict('answer', '');
    } catch (thrown) {
      const error = asAppError(thrown);
      const ofText = error.kind === 'syntax' || error.kind === 'semantic';
      return verdict(
        error.kind,
        `${error.code}: ${error.message}`,
        !ofText || error.span !== undefined,
      );
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function snapshotOf(table: string, columns: readonly Column[], path: string): TableSnapshot {
  return {
    database: 'Fuzz',
    table,
    columns: [...columns],
    extentsTotal: 1,
    extents: [
      {
        extentId: '1',
        path,
        reader: { kind: 'parquet' },
        rowCount: ROWS,
        sizeBytes: 1,
        columns: columns.map((c) => ({
          column: c.name,
          field: c.name,
          type: c.type,
          storage: DUCKDB_TYPE[c.type],
          mayBeNull: c.type !== 'string',
        })),
        ranges: [],
        ingestedAt: '0',
        tags: [],
      },
    ],
  };
}
