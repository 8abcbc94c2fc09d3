import { AppError } from '../../../common/errors/app-error.ts';
import type { ViewDefinition, ViewRow } from '../catalog/views-store.ts';
import { describe } from '../materialized-views/materialize.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandCall,
  changeSchema,
  table,
  writableDatabaseOf,
} from './command.ts';
import { ticksOfIso, viewAnswer } from './materialized-view-rows.ts';
import { timespanOf } from './timespan.ts';

/** The view that the command names, in a database that may be changed. */
function viewOf(call: CommandCall): ViewRow {
  const name = call.arguments.optional('viewName') ?? call.arguments.text('MaterializedViewName');
  return call.host.catalog.views.get(writableDatabaseOf(call).name, name);
}

async function change(
  call: CommandCall,
  event: string,
  view: ViewRow,
  work: () => void,
): Promise<CommandAnswer> {
  await changeSchema(call, { event, database: view.database, entity: view.name }, work);
  const now = call.host.catalog.views.byId(view.id);
  return viewAnswer(call, now ? [now] : []);
}

const define = (call: CommandCall, next: Partial<ViewDefinition>): Promise<CommandAnswer> => {
  const view = viewOf(call);
  return change(call, 'ALTER-MATERIALIZED-VIEW', view, () =>
    call.host.catalog.views.define(view, view.sourceId, { ...view.definition, ...next }),
  );
};

const describeTable = (
  call: CommandCall,
  properties: { readonly docstring?: string; readonly folder?: string },
): Promise<CommandAnswer> => {
  const view = viewOf(call);
  const { tables } = call.host.catalog;
  return change(call, 'ALTER-MATERIALIZED-VIEW', view, () => {
    const stored = tables.byId(view.id);
    if (stored) tables.setProperties(stored, properties);
  });
};

/** `.alter materialized-view V docstring "…"` */
export const alterMaterializedViewDocstring: Command = (call) =>
  describeTable(call, { docstring: call.arguments.text('Documentation') });

/** `.alter materialized-view V folder "…"` */
export const alterMaterializedViewFolder: Command = (call) =>
  describeTable(call, { folder: call.arguments.text('Folder') });

/** `.alter materialized-view V lookback 6h`. Keys are told apart over the whole view, which is no less. */
export const alterMaterializedViewLookback: Command = (call) =>
  define(call, { lookback: timespanOf(call.arguments.text('Lookback'), 'lookback').toString() });

/** `.alter materialized-view V autoUpdateSchema true` */
export const alterMaterializedViewAutoUpdateSchema: Command = (call) =>
  define(call, { autoUpdateSchema: call.arguments.has('true') });

/** `.rename materialized-view V to W`: views that are made of V must be made of it by its name. */
export const renameMaterializedView: Command = async (call) => {
  const view = viewOf(call);
  const { catalog } = call.host;
  const to = call.arguments.text('NewMaterializedViewName');
  const database = catalog.databases.get(view.database);
  if (catalog.functions.find(database, to))
    throw new AppError('input', 'function_exists', `A function named '${to}' exists already.`);
  return change(call, 'RENAME-MATERIALIZED-VIEW', view, () => {
    const stored = catalog.tables.byId(view.id);
    if (stored) catalog.tables.rename(stored, to);
  });
};

/** `.drop materialized-view V` */
export const dropMaterializedView: Command = async (call) => {
  const { catalog, writer } = call.host;
  const view = viewOf(call);
  const answer = viewAnswer(call, [view]);
  const stored = catalog.tables.byId(view.id);
  if (stored) await writer.dropTable(stored);
  return answer;
};

/** `.enable materialized-view V`, `.disable …`: enabled again, it goes on where it stopped. */
export const enableMaterializedView: Command = async (call) => {
  const view = viewOf(call);
  const { host } = call;
  const { views, tables } = host.catalog;
  const on = call.arguments.has('enable');
  if (on) {
    const now = await describe(host, view);
    const same = JSON.stringify(now.columns) === JSON.stringify(view.definition.columns);
    if (!same && !view.definition.autoUpdateSchema)
      throw new AppError(
        'semantic',
        'view_columns',
        `The query of '${view.name}' gives other columns than the view has.`,
        { hints: ['`.alter materialized-view` with the same query takes the new columns.'] },
      );
  }
  const answer = await change(
    call,
    on ? 'ENABLE-MATERIALIZED-VIEW' : 'DISABLE-MATERIALIZED-VIEW',
    view,
    () => {
      views.enable(view.id, on);
      const { unhealthy: _, ...state } = view.state;
      if (on) views.setState(view.id, state);
    },
  );
  const source = view.sourceId === undefined ? undefined : tables.byId(view.sourceId);
  if (on && source) host.views.consider(host, [source]);
  return answer;
};

/** `.clear materialized-view V data`: only what was materialized goes; what is not taken in yet still comes. */
export const clearMaterializedViewData: Command = async (call) => {
  const view = viewOf(call);
  const { host } = call;
  const stored = host.catalog.tables.byId(view.id);
  const extents = stored ? host.schema.extentsOf(stored) : [];
  await host.writer.commit([
    {
      database: host.catalog.databases.get(view.database),
      table: view.name,
      kind: 'materializedView',
      columns: [],
      extents: [],
      owned: true,
      replaces: 'all',
    },
  ]);
  return table(
    [
      ['ExtentId', 'guid'],
      ['TableName', 'string'],
      ['CreatedOn', 'datetime'],
    ],
    extents.map((extent) => ({
      ExtentId: extent.extentId,
      TableName: view.name,
      CreatedOn: BigInt(extent.ingestedAt),
    })),
  );
};

/** `.clear materialized-view V statistics`: what is told of runs that failed. */
export const clearMaterializedViewStatistics: Command = (call) => {
  const view = viewOf(call);
  call.host.catalog.views.clearFailures(view.id);
  return statistics(call, view);
};

/** `.set materialized-view V concurrency = n`: one run at a time takes in all there is, so that more change nothing. */
export const setMaterializedViewConcurrency: Command = (call) => viewAnswer(call, [viewOf(call)]);

/**
 * `.set materialized-view V cursor to "…"`: everything ingested up to the cursor counts as taken in, what came
 * later does not.
 */
export const setMaterializedViewCursor: Command = async (call) => {
  const view = viewOf(call);
  const { views, tables } = call.host.catalog;
  const text = call.arguments.text('CursorValue');
  if (!/^\d+$/.test(text))
    throw new AppError('input', 'bad_cursor', `This is no cursor: ${text}`, {
      hints: ['print current_cursor() gives one.'],
    });
  const source = view.sourceId === undefined ? undefined : tables.byId(view.sourceId);
  const later = (source ? call.host.schema.extentsOf(source) : [])
    .filter((extent) => BigInt(extent.ingestedAt) > BigInt(text))
    .map((extent) => extent.extentId);
  const answer = await change(call, 'ALTER-MATERIALIZED-VIEW', view, () => {
    views.take(view.id, views.pending(view.id));
    if (source) views.await(view.id, source.id, later);
  });
  if (source) call.host.views.consider(call.host, [source]);
  return answer;
};

/** `.show materialized-view V statistics` */
export const showMaterializedViewStatistics: Command = (call) => statistics(call, viewOf(call));

function statistics(call: CommandCall, view: ViewRow): CommandAnswer {
  const { views, tables } = call.host.catalog;
  const stored = tables.byId(view.id);
  const extents = stored ? call.host.schema.extentsOf(stored) : [];
  return table(
    [
      ['Name', 'string'],
      ['PendingExtents', 'long'],
      ['BehindSince', 'datetime'],
      ['MaterializedExtents', 'long'],
      ['MaterializedRows', 'long'],
      ['MaterializedBytes', 'long'],
      ['LastRun', 'datetime'],
      ['LastRunResult', 'string'],
      ['Failures', 'long'],
    ],
    [
      {
        Name: view.name,
        PendingExtents: views.pending(view.id).length,
        BehindSince: ((since) => (since === undefined ? null : BigInt(since)))(
          views.behindSince(view.id),
        ),
        MaterializedExtents: extents.length,
        MaterializedRows: extents.reduce((sum, e) => sum + e.rowCount, 0),
        MaterializedBytes: extents.reduce((sum, e) => sum + e.sizeBytes, 0),
        LastRun: ticksOfIso(view.state.lastRun),
        LastRunResult: view.state.lastResult ?? '',
        Failures: views.failures(view.id).length,
      },
    ],
  );
}
