import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TableSnapshot } from '../../common/contract/store.ts';
import { DUCKDB_TYPE } from '../../common/types/duckdb-type.ts';
import type { Column } from '../../common/types/kql-type.ts';
import { Engine } from '../../workers/engine/duckdb.ts';
import { JsFunctions } from '../../workers/engine/js-functions.ts';
import { Results } from '../../workers/engine/results.ts';
import { QueryRunner } from '../../workers/engine/run-query.ts';
import { fromEngine } from '../../workers/engine/values.ts';
import type { Value } from '../../workers/kql/functions/define.ts';
import { textOf } from '../../workers/kql/functions/value/text.ts';
import { GlobalsCache } from '../../workers/kql/syntax/globals.ts';

export interface Answer {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
  /** The rows as `tostring` prints each value. */
  readonly text: readonly (readonly string[])[];
}

/** The engine without host and catalog: texts in, answers out. */
export interface Kql {
  ask(text: string): Promise<Answer>;
  askAll(text: string): Promise<Answer[]>;
}

/** A stored table of one extent: what a KQL text gives. */
export interface StoredTable {
  readonly database?: string;
  readonly name: string;
  readonly rows: string;
  /** Ticks. */
  readonly ingestedAt?: string;
  readonly tags?: readonly string[];
}

export async function openKql(stored: readonly StoredTable[] = []): Promise<Kql> {
  const engine = await Engine.open({ spillFolder: tmpdir(), memoryLimit: 1e9, threads: 2 });
  const results = new Results(engine);
  const globals = new GlobalsCache();
  const tables: TableSnapshot[] = [];
  const declare = (): void =>
    globals.set({
      version: tables.length + 1,
      databases: ['Test', ...new Set(stored.flatMap((t) => t.database ?? []))].map((name) => ({
        name,
        prettyName: '',
        readOnly: false,
        functions: [],
        entityGroups: [{ name: 'All', entities: [`database('Test')`, `database('Second')`] }],
        tables: tables
          .filter((t) => t.database === name)
          .map((t) => ({
            name: t.table,
            kind: 'table' as const,
            columns: [...t.columns],
            folder: '',
            docstring: '',
            rowCount: 0,
            sizeBytes: 0,
            extentCount: 1,
          })),
      })),
    });
  declare();
  const runner = new QueryRunner({
    engine,
    results,
    functions: new JsFunctions(),
    globals,
    snapshots: {
      take: async (_, wanted) =>
        wanted.map((w) => {
          const found = tables.find((t) => t.database === w.database && t.table === w.table);
          if (!found) throw new Error(`no table ${w.database}.${w.table}`);
          return found;
        }),
      release: async () => undefined,
    },
  });
  let number = 0;
  const askAll = async (text: string): Promise<Answer[]> => {
    const outcome = await runner.run(
      { queryId: `q${++number}`, text, database: 'Test', parameters: {}, options: {} },
      new AbortController().signal,
      () => undefined,
    );
    const answers: Answer[] = [];
    for (const info of outcome.results) {
      const result = results.get(info.resultId);
      const values = await results.values(info.resultId);
      const rows = Array.from({ length: info.rowCount }, (_, r) =>
        result.columns.map((c, i) => fromEngine(values[i]?.[r] ?? null, c.type)),
      );
      answers.push({
        columns: result.columns,
        rows,
        text: rows.map((row) => row.map((v, i) => textOf(v, result.columns[i]?.type ?? 'dynamic'))),
      });
    }
    await results.release(outcome.results.map((r) => r.resultId));
    return answers;
  };
  const folder = stored.length > 0 ? await mkdtemp(join(tmpdir(), 'calypso-kql-')) : '';
  for (const { database = 'Test', name, rows, ingestedAt = '0', tags = [] } of stored) {
    const outcome = await runner.run(
      { queryId: `t${++number}`, text: rows, database, parameters: {}, options: {} },
      new AbortController().signal,
      () => undefined,
    );
    const result = await results.stored(outcome.results[0]?.resultId ?? '');
    const path = join(folder, `${tables.length}.parquet`);
    const list = result.columns.map((c, i) => `c${i} AS "${c.name}"`).join(', ');
    await engine.main.run(
      `COPY (SELECT ${list} FROM ${result.table}) TO '${path}' (FORMAT parquet)`,
    );
    tables.push({
      database,
      table: name,
      columns: [...result.columns],
      extentsTotal: 1,
      extents: [
        {
          extentId: randomUUID(),
          path,
          reader: { kind: 'parquet' },
          rowCount: result.rowCount,
          sizeBytes: 1,
          columns: result.columns.map((c) => ({
            column: c.name,
            field: c.name,
            type: c.type,
            storage: DUCKDB_TYPE[c.type],
            mayBeNull: true,
          })),
          ranges: [],
          ingestedAt,
          tags: [...tags],
        },
      ],
    });
    declare();
  }
  return {
    askAll,
    ask: async (text) => {
      const [first] = await askAll(text);
      if (!first) throw new Error(`no answer to ${text}`);
      return first;
    },
  };
}
