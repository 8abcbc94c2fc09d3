import { tmpdir } from 'node:os';
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

export async function openKql(): Promise<Kql> {
  const engine = await Engine.open({ spillFolder: tmpdir(), memoryLimit: 1e9, threads: 2 });
  const results = new Results(engine);
  const globals = new GlobalsCache();
  globals.set({
    version: 1,
    databases: [{ name: 'Test', prettyName: '', readOnly: false, tables: [], functions: [] }],
  });
  const runner = new QueryRunner({
    engine,
    results,
    functions: new JsFunctions(),
    globals,
    snapshots: { take: async () => [], release: async () => undefined },
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
  return {
    askAll,
    ask: async (text) => {
      const [first] = await askAll(text);
      if (!first) throw new Error(`no answer to ${text}`);
      return first;
    },
  };
}
