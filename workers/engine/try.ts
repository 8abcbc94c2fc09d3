import { tmpdir } from 'node:os';
import { AppError } from '../../common/errors/app-error.ts';
import { textOf } from '../kql/functions/value/text.ts';
import { GlobalsCache } from '../kql/syntax/globals.ts';
import { Engine } from './duckdb.ts';
import { JsFunctions } from './js-functions.ts';
import { Results } from './results.ts';
import { QueryRunner } from './run-query.ts';
import { fromEngine } from './values.ts';

/** Runs texts without host and catalog, for people who write functions: `node workers/engine/try.ts "print 1"`. */
const engine = await Engine.open({ spillFolder: tmpdir(), memoryLimit: 2e9, threads: 2 });
const results = new Results(engine);
const globals = new GlobalsCache();
globals.set({
  version: 1,
  databases: [{ name: 'Local', prettyName: '', readOnly: false, tables: [], functions: [] }],
});
const runner = new QueryRunner({
  engine,
  results,
  functions: new JsFunctions(),
  globals,
  snapshots: { take: async () => [], release: async () => undefined },
});

for (const text of process.argv.slice(2)) {
  if (process.env.SQL) {
    const compiled = runner.compile({ text, database: 'Local', parameters: {} });
    const { lowered } = await runner.lower('x', compiled);
    process.stdout.write(`${lowered.map((l) => l.sql).join('\n--\n')}\n`);
  }
  try {
    const outcome = await runner.run(
      { queryId: 'try', text, database: 'Local', parameters: {}, options: {} },
      new AbortController().signal,
      () => undefined,
    );
    for (const info of outcome.results) {
      const values = await results.values(info.resultId);
      process.stdout.write(`${info.columns.map((c) => `${c.name}:${c.type}`).join(' | ')}\n`);
      for (let r = 0; r < Math.min(info.rowCount, 50); r++)
        process.stdout.write(
          `${info.columns
            .map((c, i) => {
              const v = fromEngine(values[i]?.[r] ?? null, c.type);
              return v === null ? '∅' : textOf(v, c.type);
            })
            .join(' | ')}\n`,
        );
    }
    process.stdout.write(
      `-- ${outcome.stats.elapsedMs.toFixed(1)} ms, compile ${outcome.stats.compileMs.toFixed(1)} ms\n`,
    );
  } catch (error) {
    const e = error instanceof AppError ? error : undefined;
    process.stdout.write(
      `ERROR ${e?.kind} ${e?.code}: ${e?.message ?? String(error)} ${e?.span ? `at ${e.span.line}:${e.span.column}` : ''}\n`,
    );
    if (e?.kind === 'internal' || !e)
      process.stdout.write(
        `${(e?.cause as Error)?.stack ?? (error as Error).stack}\n${(JSON.stringify(e?.details) ?? '').slice(0, 3000)}\n`,
      );
  }
}
