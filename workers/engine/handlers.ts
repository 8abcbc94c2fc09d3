import { join } from 'node:path';
import type { Client, Handlers } from '../../common/contract/rpc.ts';
import type {
  QueryWorkerContract,
  SnapshotContract,
  WorkerSettings,
} from '../../common/contract/worker.ts';
import { checkFunction } from '../kql/commands/check-function.ts';
import { parseCommand } from '../kql/commands/parse-command.ts';
import { coverage } from '../kql/coverage.ts';
import { GlobalsCache } from '../kql/syntax/globals.ts';
import { Charts } from './chart.ts';
import { checkText, explainText } from './check.ts';
import { describeView } from './describe-view.ts';
import { Engine } from './duckdb.ts';
import { Exports } from './export/export.ts';
import { HostRowsRunner } from './host-rows.ts';
import { JsFunctions } from './js-functions.ts';
import { jsonRows } from './json-rows.ts';
import { createOutside } from './outside/outside.ts';
import { pipeResult } from './pipe.ts';
import { Profiles } from './profile.ts';
import { Results } from './results.ts';
import { QueryRunner, type Snapshots } from './run-query.ts';
import { SideCopies } from './side-copies.ts';
import { checkStanding, runStanding } from './standing.ts';
import { Views } from './views.ts';
import { writeQueryExtents, writeView } from './write-extents.ts';

/** A text that goes through every room of the compiler and of the engine once. */
const WARM_UP =
  'print x = 1 | where x > 0 | summarize n = count() by y = strcat("a", x) | order by n';

const COMMANDS_LATER_MS = 1_000;

/**
 * Opens the engine of a query worker and gives its answers to the host. Kusto.Language and DuckDB are warm when
 * this resolves: their first use takes most of a second.
 */
export async function createQueryHandlers(
  settings: WorkerSettings,
  snapshots: Snapshots,
  host: Pick<Client<SnapshotContract>, 'call'>,
): Promise<Handlers<QueryWorkerContract>> {
  const engine = await Engine.open(settings);
  const results = new Results(engine);
  const views = new Views(engine, results);
  const profiles = new Profiles(engine, results, views);
  const charts = new Charts(engine, results);
  const exports = new Exports(engine, results);
  const globals = new GlobalsCache();
  const outside = createOutside(host, results, settings.spillFolder);
  const functions = new JsFunctions();
  const sides = new SideCopies({ engine, functions, folder: join(settings.spillFolder, 'copies') });
  const parts = { engine, results, functions, globals, snapshots, outside, sides };
  const runner = new QueryRunner(parts);
  const hostRows = new HostRowsRunner(parts);
  await warmUp(runner, results);
  // The grammar of commands is built at its first use; the first question doesn't wait for it.
  setTimeout(() => parseCommand('.show tables', '', globals), COMMANDS_LATER_MS).unref();

  return {
    'query.run': (request, { signal, emit }) => runner.run(request, signal, emit),
    'query.check': ({ text, database }) => ({ diagnostics: checkText(text, database, globals) }),
    'query.explain': ({ text, database }) => explainText(text, database, globals),
    'query.window': ({ resultId, viewId, offset, limit, columns }, { signal }) =>
      results.window(resultId, viewId, offset, limit, columns, signal),
    'query.release': async ({ resultIds }) => {
      await results.release(resultIds);
      return {};
    },
    'query.view': async ({ resultId, spec }, { signal }) => {
      const { viewId, rowCount } = await views.open(resultId, spec, signal);
      return { viewId, rowCount };
    },
    'query.pipe': (params, { signal }) => pipeResult(parts, params, signal),
    'query.columnProfile': (params, { signal }) => profiles.columnProfile(params, signal),
    'query.selectionStats': (params, { signal }) => profiles.selectionStats(params, signal),
    'query.find': (params, { signal }) => profiles.find(params, signal),
    'query.chart': (params, { signal }) => charts.chart(params, signal),
    'query.cell': (params, { signal }) => profiles.cell(params, signal),
    'query.export': (params, { signal, emit }) => exports.file(params, signal, emit),
    'query.copy': (params, { signal }) => exports.copy(params, signal),
    'command.parse': ({ text, database }) => {
      const parsed = parseCommand(text, database, globals);
      return { ...parsed, schema: [...parsed.schema], diagnostics: [...parsed.diagnostics] };
    },
    'engine.writeExtents': (params, { signal }) => writeQueryExtents(parts, params, signal),
    'engine.writeView': (params, { signal }) => writeView(parts, params, signal),
    'standing.check': (params) => checkStanding(parts, params),
    'standing.run': (params, { signal }) => runStanding(parts, params, signal),
    'views.describe': (params) => describeView(params, globals),
    'functions.check': (params) => checkFunction(params, globals),
    'engine.setSchema': (schema) => {
      globals.set(schema);
      return {};
    },
    'engine.rows': (request, { signal }) => hostRows.run(request, signal),
    'engine.jsonRows': (params, { signal }) => jsonRows(parts, params, signal),
    'engine.coverage': () => coverage(),
    'engine.memory': async () => ({ bytes: await engine.memory() }),
  };
}

export async function warmUp(runner: QueryRunner, results: Results): Promise<void> {
  const outcome = await runner.run(
    { queryId: 'warm-up', text: WARM_UP, database: '', parameters: {}, options: {} },
    new AbortController().signal,
    () => undefined,
  );
  await results.release(outcome.results.map((r) => r.resultId));
}
