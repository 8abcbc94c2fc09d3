import { AppError } from '../../../common/errors/app-error.ts';
import { TICKS_PER_HOUR, ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import type { DatabaseRow } from '../catalog/databases-store.ts';
import type { ExportRow } from '../catalog/exports-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import { externalTarget } from '../exports/external-target.ts';
import { checkedQuery } from './check-query.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type CommandRecord,
  type Commands,
  changeSchema,
  databaseOf,
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

const timeOf = (iso: string | undefined): bigint | null =>
  iso === undefined ? null : ticksOfUnixMillis(Date.parse(iso));

function rowOf({ host }: CommandCall, { id, name, definition, state }: ExportRow): CommandRecord {
  const tables = definition.tables.flatMap((table) => host.catalog.tables.byId(table) ?? []);
  return {
    Name: name,
    ExternalTableName: definition.externalTable,
    Query: definition.query,
    ForcedLatency: BigInt(definition.forcedLatency),
    IntervalBetweenRuns: BigInt(definition.interval),
    CursorScopedTables: JSON.stringify(tables.map((t) => `['${t.database}'].['${t.name}']`)),
    ExportProperties: JSON.stringify(definition.properties),
    LastRunTime: timeOf(state.lastRun),
    StartCursor: state.startCursor,
    IsDisabled: !state.enabled,
    LastRunResult: state.lastResult ?? '',
    ExportedTo: state.exportedTo === undefined ? null : BigInt(state.exportedTo),
    IsRunning: host.exports.isRunning(id),
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

const one = (call: CommandCall): ExportRow =>
  call.host.catalog.exports.get(databaseOf(call), nameOf(call));

/** The tables of `over (…)`, else those that the query names. */
function sources(call: CommandCall, database: DatabaseRow, query: string): readonly TableRow[] {
  const named = call.arguments.list('TableName');
  if (named.length > 0) return named.map((name) => tableOf(call, name));
  const words = new Set(
    query
      .match(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[\p{L}\p{N}_]+/gu)
      ?.map((word) => word.replace(/^["']|["']$/g, '')),
  );
  return call.host.catalog.tables.list(database).filter((table) => words.has(table.name));
}

async function createOrAlter(call: CommandCall): Promise<CommandAnswer> {
  const { arguments: args, host } = call;
  const database = writableDatabaseOf(call);
  const name = nameOf(call);
  const externalTable = args.text('ExternalTableName');
  const property = (key: string): string | undefined => args.property(key);
  // What is wrong with the query or the target is said now, not in an hour.
  externalTarget(host, database.name, externalTable, property);
  const query = await checkedQuery(call);
  const tables = sources(call, database, query);
  if (tables.length === 0)
    throw new AppError('semantic', 'no_source', 'The query names no table of this database.', {
      hints: ['`over (T)` says whose rows are exported once.'],
    });
  const given = args.property('intervalbetweenruns');
  const latency = args.property('forcedlatency');
  const disabled = args.property('isdisabled')?.toLowerCase() === 'true';
  await changeSchema(
    call,
    { event: 'ALTER-CONTINUOUS-EXPORT', database: database.name, entity: name },
    () => {
      const { exports } = host.catalog;
      const held = exports.find(database, name);
      const entry = exports.put(database, name, {
        externalTable,
        query,
        tables: tables.map((table) => table.id),
        interval: (given === undefined
          ? TICKS_PER_HOUR
          : timespanOf(given, 'intervalBetweenRuns')
        ).toString(),
        forcedLatency: (latency === undefined
          ? 0n
          : timespanOf(latency, 'forcedLatency')
        ).toString(),
        properties: { ...args.properties() },
      });
      const startCursor = ticksOfUnixMillis(Date.now()).toString();
      exports.patchState(entry.id, { enabled: !disabled, ...(held ? {} : { startCursor }) });
    },
  );
  host.exports.plan();
  return answer(call, [host.catalog.exports.get(database, name)]);
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
  call.host.exports.plan();
  return entry;
}

function switchTo(enabled: boolean): (call: CommandCall) => Promise<CommandAnswer> {
  return async (call) => {
    await change(
      call,
      enabled ? 'ENABLE-CONTINUOUS-EXPORT' : 'DISABLE-CONTINUOUS-EXPORT',
      (entry) => call.host.catalog.exports.patchState(entry.id, { enabled }),
    );
    return answer(call, [one(call)]);
  };
}

async function drop(call: CommandCall): Promise<CommandAnswer> {
  const rows = answer(call, [one(call)]);
  await change(call, 'DROP-CONTINUOUS-EXPORT', (entry) => call.host.catalog.exports.drop(entry.id));
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
  await change(call, 'SET-CONTINUOUS-EXPORT-CURSOR', ({ id, definition }) => {
    const extents = definition.tables.flatMap((tableId) => {
      const table = catalog.tables.byId(tableId);
      return table ? schema.extentsOf(table) : [];
    });
    const later = extents.filter((extent) => BigInt(extent.ingestedAt) > BigInt(cursor));
    catalog.exports.awaitOnly(
      id,
      later.map((extent) => extent.extentId),
    );
    catalog.exports.patchState(id, { startCursor: cursor });
  });
  return answer(call, [one(call)]);
}

function artifacts(call: CommandCall): CommandAnswer {
  const entry = one(call);
  return records(
    call,
    call.host.catalog.exports.artifacts(entry.id).map(({ at, path, records: count }) => ({
      Timestamp: timeOf(at),
      ExternalTableName: entry.definition.externalTable,
      Path: path,
      NumRecords: count,
    })),
  );
}

function failures(call: CommandCall): CommandAnswer {
  const entry = one(call);
  return records(
    call,
    call.host.catalog.exports.failures(entry.id).map((failure) => ({
      Timestamp: timeOf(failure.at),
      OperationId: failure.operation,
      Name: entry.name,
      LastSuccessRun: timeOf(failure.lastSuccess === '' ? undefined : failure.lastSuccess),
      FailureKind: failure.kind,
      Details: failure.details,
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
  ShowContinuousExports: (call) => answer(call, call.host.catalog.exports.list(databaseOf(call))),
  ShowClusterPendingContinuousExports: (call) =>
    answer(
      call,
      call.host.catalog.exports
        .list()
        .filter(({ id }) => call.host.catalog.exports.pending(id).size > 0),
    ),
  ShowContinuousExportExportedArtifacts: artifacts,
  ShowContinuousExportFailures: failures,
};
