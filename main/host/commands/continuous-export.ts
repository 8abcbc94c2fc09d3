import { type PipelineDefinition, pipelineDefinition } from '../../../common/contract/pipelines.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import type { DatabaseRow } from '../catalog/databases-store.ts';
import type { PipelineRow } from '../catalog/pipelines-store.ts';
import { namedTables } from '../pipelines/named-tables.ts';
import { checkedQuery } from './check-query.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type CommandRecord,
  type Commands,
  changeSchema,
  databaseOf,
  journalParts,
  records,
  tableOf,
  writableDatabaseOf,
} from './command.ts';
import { timespanOf } from './timespan.ts';

/** The columns of what lists exports; `.create-or-alter` has none of its own in the grammar. */
const COLUMNS: CommandAnswer['columns'] = [
  ['Name', 'string'],
  ['ExternalTableName', 'string'],
  ['Query', 'string'],
  ['ForcedLatency', 'timespan'],
  ['IntervalBetweenRuns', 'timespan'],
  ['CursorScopedTables', 'string'],
  ['ExportProperties', 'string'],
  ['LastRunTime', 'datetime'],
  ['StartCursor', 'string'],
  ['IsDisabled', 'bool'],
  ['LastRunResult', 'string'],
  ['ExportedTo', 'datetime'],
  ['IsRunning', 'bool'],
];

const TICKS_PER_SECOND = 10_000_000;
const MOST_FAILURES = 100;
const HOUR_SECONDS = 3_600;
const SOONEST_SECONDS = 1;

type ExternalDestination = Extract<PipelineDefinition['destination'], { kind: 'externalTable' }>;

interface ExportRow extends PipelineRow {
  readonly exported: PipelineDefinition;
  readonly destination: ExternalDestination;
}

const timeOf = (iso: string): bigint | null =>
  iso === '' ? null : ticksOfUnixMillis(Date.parse(iso));
const ticksOf = (seconds: number): bigint => BigInt(Math.round(seconds * TICKS_PER_SECOND));

/** A continuous export is a pipeline to an external table. */
function exportOf(entry: PipelineRow): ExportRow | undefined {
  const exported = pipelineDefinition.parse(entry.definition);
  const { destination } = exported;
  return destination.kind === 'externalTable' ? { ...entry, exported, destination } : undefined;
}

function exportsOf({ host }: CommandCall, database?: DatabaseRow): readonly ExportRow[] {
  return host.catalog.pipelines
    .list('pipeline', database)
    .flatMap((entry) => exportOf(entry) ?? []);
}

function rowOf(
  { host }: CommandCall,
  { id, name, exported, destination, state }: ExportRow,
): CommandRecord {
  const { source, trigger, delaySeconds, database } = exported;
  const [last] = host.catalog.pipelines.runs(id, 1);
  const over =
    source.kind === 'query' ? source.over : source.kind === 'table' ? [source.table] : [];
  return {
    Name: name,
    ExternalTableName: destination.table,
    Query: source.kind === 'query' ? source.query : over.join(', '),
    ForcedLatency: ticksOf(delaySeconds),
    IntervalBetweenRuns: trigger.on === 'interval' ? ticksOf(trigger.seconds) : null,
    CursorScopedTables: JSON.stringify(over.map((table) => `['${database}'].['${table}']`)),
    ExportProperties: JSON.stringify(destination.properties),
    LastRunTime: timeOf(state.lastStart),
    StartCursor: state.startCursor,
    IsDisabled: state.paused,
    LastRunResult: last?.state === 'completed' ? 'Completed' : last?.failure ? 'Failed' : '',
    ExportedTo: state.readTo === '' ? null : BigInt(state.readTo),
    IsRunning: host.pipelines.isRunning(id),
  };
}

function answer(call: CommandCall, rows: readonly ExportRow[]): CommandAnswer {
  return records(
    { schema: COLUMNS, kind: call.kind },
    rows.map((row) => rowOf(call, row)),
  );
}

/** The grammar has three names for it. */
function nameOf({ arguments: args }: CommandCall): string {
  return (
    args.optional('ContinuousExportName') ??
    args.optional('jobName') ??
    args.text('ContinousExportName')
  );
}

function one(call: CommandCall): ExportRow {
  const database = databaseOf(call);
  const found = exportsOf(call, database).find(({ name }) => name === nameOf(call));
  if (found) return found;
  throw new AppError(
    'semantic',
    'unknown_export',
    `There is no continuous export named '${nameOf(call)}' in the database '${database.name}'.`,
  );
}

/** The tables of `over (…)`, else those that the query names. */
function sources(call: CommandCall, database: DatabaseRow, query: string): readonly string[] {
  const named = call.arguments.list('TableName');
  return named.length > 0
    ? named.map((name) => tableOf(call, name).name)
    : namedTables(call.host, database.name, query);
}

async function createOrAlter(call: CommandCall): Promise<CommandAnswer> {
  const { arguments: args, host } = call;
  const database = writableDatabaseOf(call);
  const name = nameOf(call);
  const query = await checkedQuery(call);
  const over = sources(call, database, query);
  if (over.length === 0)
    throw new AppError('semantic', 'no_source', 'The query names no table of this database.', {
      hints: ['`over (T)` says whose rows are exported once.'],
    });
  const secondsOf = (property: string, fallback: number): number => {
    const given = args.property(property);
    return given === undefined ? fallback : Number(timespanOf(given, property)) / TICKS_PER_SECOND;
  };
  const held = host.catalog.pipelines.find('pipeline', database, name);
  if (held && !exportOf(held))
    throw new AppError('input', 'name_taken', `There is a pipeline named '${name}' already.`);
  await host.pipelines.save(
    host,
    pipelineDefinition.parse({
      name,
      database: database.name,
      source: { kind: 'query', query, over },
      destination: {
        kind: 'externalTable',
        table: args.text('ExternalTableName'),
        properties: { ...args.properties() },
      },
      trigger: {
        on: 'interval',
        seconds: Math.max(SOONEST_SECONDS, secondsOf('intervalBetweenRuns', HOUR_SECONDS)),
      },
      delaySeconds: secondsOf('forcedLatency', 0),
    }),
    // What was in the tables before isn't exported (page ".create-or-alter continuous-export").
    { existing: false },
    call.signal,
  );
  const disabled = args.property('isdisabled')?.toLowerCase() === 'true';
  await change(call, 'ALTER-CONTINUOUS-EXPORT', ({ id }) =>
    host.catalog.pipelines.patchState(id, { paused: disabled }),
  );
  return answer(call, [one(call)]);
}

async function change(
  call: CommandCall,
  event: string,
  work: (entry: ExportRow) => void,
): Promise<ExportRow> {
  const database = writableDatabaseOf(call);
  const entry = one(call);
  await changeSchema(call, { event, database: database.name, entity: entry.name }, () =>
    work(entry),
  );
  call.host.pipelines.plan();
  return entry;
}

function switchTo(enabled: boolean): (call: CommandCall) => Promise<CommandAnswer> {
  return async (call) => {
    await change(
      call,
      enabled ? 'ENABLE-CONTINUOUS-EXPORT' : 'DISABLE-CONTINUOUS-EXPORT',
      (entry) => call.host.catalog.pipelines.patchState(entry.id, { paused: !enabled }),
    );
    return answer(call, [one(call)]);
  };
}

async function drop(call: CommandCall): Promise<CommandAnswer> {
  const rows = answer(call, [one(call)]);
  const { database, name } = one(call);
  await call.host.pipelines.remove(call.host, database, name);
  const { journal } = call.host.catalog;
  journal.add({ event: 'DROP-CONTINUOUS-EXPORT', database, entity: name, ...journalParts(call) });
  return rows;
}

/** `.set continuous-export X cursor to "ticks"`: what was ingested after that moment is written, again or for the first time. */
async function setCursor(call: CommandCall): Promise<CommandAnswer> {
  const cursor = call.arguments.text('cursorValue');
  if (!/^\d+$/.test(cursor))
    throw new AppError('syntax', 'bad_cursor', 'A cursor is a number of ticks as text.', {
      hints: ['`.show continuous-export` tells the one that the export started with.'],
    });
  const { catalog, schema } = call.host;
  await change(call, 'SET-CONTINUOUS-EXPORT-CURSOR', ({ id }) => {
    const extents = catalog.pipelines.tables(id).flatMap((tableId) => {
      const table = catalog.tables.byId(tableId);
      return table ? schema.extentsOf(table) : [];
    });
    const later = extents.filter((extent) => BigInt(extent.ingestedAt) > BigInt(cursor));
    catalog.pipelines.awaitOnly(
      id,
      later.map((extent) => extent.extentId),
    );
    catalog.pipelines.patchState(id, { startCursor: cursor, openBatch: false });
  });
  return answer(call, [one(call)]);
}

function artifacts(call: CommandCall): CommandAnswer {
  const entry = one(call);
  return records(
    call,
    call.host.catalog.pipelines.artifacts(entry.id).map(({ at, path, records: count }) => ({
      Timestamp: timeOf(at),
      ExternalTableName: entry.destination.table,
      Path: path,
      NumRecords: count,
    })),
  );
}

function failures(call: CommandCall): CommandAnswer {
  const { id, name, state } = one(call);
  return records(
    call,
    call.host.catalog.pipelines
      .runs(id, MOST_FAILURES)
      .filter((run) => run.failure !== '')
      .map((run) => ({
        Timestamp: timeOf(run.endedAt === '' ? run.startedAt : run.endedAt),
        OperationId: run.operation,
        Name: name,
        LastSuccessRun: timeOf(state.lastSuccess),
        FailureKind: run.failure,
        Details: run.message,
      })),
  );
}

/** Pages ".create-or-alter continuous-export" and its sisters. */
export const continuousExportCommands: Commands = {
  CreateOrAlterContinuousExport: createOrAlter,
  SetContinuousExportCursor: setCursor,
  DropContinuousExport: drop,
  EnableContinuousExport: switchTo(true),
  DisableContinuousExport: switchTo(false),
  ShowContinuousExport: (call) => answer(call, [one(call)]),
  ShowContinuousExports: (call) => answer(call, exportsOf(call, databaseOf(call))),
  ShowClusterPendingContinuousExports: (call) =>
    answer(
      call,
      exportsOf(call).filter(({ id }) => call.host.catalog.pipelines.countPending(id) > 0),
    ),
  ShowContinuousExportExportedArtifacts: artifacts,
  ShowContinuousExportFailures: failures,
};
