import { AppError } from '../../../common/errors/app-error.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import type { ViewDefinition, ViewRow } from '../catalog/views-store.ts';
import { describe } from '../materialized-views/materialize.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandCall,
  changeSchema,
  databaseOf,
  writableDatabaseOf,
} from './command.ts';
import { viewAnswer } from './materialized-view-rows.ts';
import { datetimeOf, timespanOf } from './timespan.ts';

type Described = Awaited<ReturnType<typeof describe>>;

interface Wanted {
  readonly name: string;
  readonly source: TableRow;
  readonly definition: ViewDefinition;
  readonly stored: Described['stored'];
}

function sourceOf(call: CommandCall): TableRow {
  const { catalog } = call.host;
  const { name: database } = databaseOf(call);
  const { arguments: args } = call;
  const name =
    args.optional('SourceTableName') ??
    args.optional('SourceMaterializedViewName') ??
    args.list('MaterializedViewName')[1] ??
    '';
  const source = catalog.tables.stored(database, name);
  if (!source) return catalog.tables.get(database, name);
  const named = call.kind.endsWith('OverMaterializedView') ? 'materializedView' : 'table';
  if (source.kind !== named)
    throw new AppError(
      'semantic',
      'view_source',
      source.kind === 'table'
        ? `'${name}' is a table; write \`on table ${name}\`.`
        : `'${name}' is a materialized view; write \`on materialized-view ${name}\`.`,
    );
  if (source.kind === 'materializedView' && !catalog.views.get(database, name).definition.dedup)
    throw new AppError(
      'semantic',
      'view_source',
      `A view can be made of '${name}' only if that keeps each key once: take_any(*) alone.`,
    );
  return source;
}

/** `dynamic(["A", "B"])`, or the array alone. */
function namesOf(text: string | undefined): string[] {
  if (text === undefined || text === '') return [];
  const inner = (/^dynamic\s*\(([\s\S]*)\)$/i.exec(text.trim())?.[1] ?? text).replaceAll("'", '"');
  try {
    const names = JSON.parse(inner) as unknown;
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  } catch {
    // Said below, like every other text that is no list.
  }
  throw new AppError('input', 'bad_property', `This is no list of names: ${text}`, {
    hints: ['For instance: dimensionTables=dynamic(["Users"])'],
  });
}

/** Reads the command and has the worker check its query. `held` is the view that is altered. */
async function wanted(call: CommandCall, held?: ViewRow): Promise<Wanted> {
  const { arguments: args, host, text } = call;
  const { name: database } = databaseOf(call);
  const name = args.list('MaterializedViewName')[0] ?? '';
  const source = sourceOf(call);
  const query = args
    .text('SourceBody')
    .trim()
    .replace(/^\{|\}$/g, '')
    .trim();
  const before = held?.definition;
  const dimensions = [
    args.property('dimensiontables'),
    args.property('dimensionmaterializedviews'),
  ];
  const dimensionTables = dimensions.every((given) => given === undefined)
    ? (before?.dimensionTables ?? [])
    : dimensions.flatMap(namesOf);
  const lookback = args.property('lookback');
  const lookbackColumn = args.property('lookback_column') ?? args.property('lookbackcolumn');
  const effective = args.property('effectivedatetime');
  if (effective !== undefined && !args.flag('backfill'))
    throw new AppError('input', 'bad_property', 'effectiveDateTime goes with backfill=true only.');
  const { stored, ...described } = await describe(
    host,
    { database, name, definition: { source: source.name, query, dimensionTables } },
    text,
  );
  const oneRow = /\b(arg_?max|arg_?min|take_any|any)\s*\(/i.test(query);
  if (lookback !== undefined && !oneRow)
    throw new AppError(
      'input',
      'bad_property',
      'lookback goes with views of arg_max, arg_min or take_any only.',
    );
  return {
    name,
    source,
    stored,
    definition: {
      source: source.name,
      sourceKind: source.kind,
      query,
      ...described,
      autoUpdateSchema:
        args.property('autoupdateschema') === undefined
          ? (before?.autoUpdateSchema ?? false)
          : args.flag('autoupdateschema'),
      dimensionTables,
      ...(lookback === undefined
        ? before?.lookback === undefined
          ? {}
          : { lookback: before.lookback }
        : { lookback: timespanOf(lookback, 'lookback').toString() }),
      ...(lookbackColumn === undefined ? {} : { lookbackColumn }),
      ...(effective === undefined
        ? before?.effectiveDateTime === undefined
          ? {}
          : { effectiveDateTime: before.effectiveDateTime }
        : { effectiveDateTime: datetimeOf(effective, 'effectiveDateTime').toString() }),
    },
  };
}

async function create(call: CommandCall): Promise<CommandAnswer> {
  const { host, arguments: args } = call;
  const { catalog } = host;
  const database = writableDatabaseOf(call);
  const { name, source, definition, stored } = await wanted(call);
  if (catalog.functions.find(database, name))
    throw new AppError('input', 'function_exists', `A function named '${name}' exists already.`);
  const backfill = args.flag('backfill');
  const since = BigInt(definition.effectiveDateTime ?? '0');
  const id = await changeSchema(
    call,
    { event: 'CREATE-MATERIALIZED-VIEW', database: database.name, entity: name },
    () => {
      const folder = args.property('folder') ?? '';
      const docstring = args.property('docstring') ?? '';
      const properties = { folder, docstring };
      const table = catalog.tables.create(database, name, stored, properties, 'materializedView');
      catalog.views.create(table, source.id, definition);
      if (backfill)
        catalog.views.await(
          table.id,
          source.id,
          host.schema
            .extentsOf(source)
            .filter((extent) => BigInt(extent.ingestedAt) >= since)
            .map((extent) => extent.extentId),
        );
      return table.id;
    },
  );
  if (backfill) await fill(call, id, name);
  return viewAnswer(call, [catalog.views.get(database.name, name)]);
}

/**
 * Takes in what was there before the view. Cancelled, or failing, it takes the view away again; a crash in between
 * leaves the view with what it has yet to take in, and it goes on at the next start.
 */
async function fill(call: CommandCall, id: number, name: string): Promise<void> {
  const { host, signal } = call;
  try {
    await host.jobs.run('merge', `Fill ${name}`, signal, (job) =>
      host.views.run(host, id, {
        signal: job.signal,
        onBatch: (taken, left) =>
          job.update(taken / Math.max(1, taken + left), `${taken} of ${taken + left} extents`),
      }),
    );
  } catch (error) {
    const table = host.catalog.tables.byId(id);
    if (table && !host.shared.closing) await host.writer.dropTable(table);
    throw error;
  }
}

/** `.create [async] [ifnotexists] materialized-view` */
export const createMaterializedView: Command = (call) => {
  const database = writableDatabaseOf(call);
  const held = call.host.catalog.views.find(
    database.name,
    call.arguments.list('MaterializedViewName')[0] ?? '',
  );
  if (!held) return create(call);
  if (call.arguments.has('ifnotexists')) return viewAnswer(call, [held]);
  throw new AppError(
    'input',
    'view_exists',
    `A materialized view named '${held.name}' exists already.`,
    { hints: ['`.create-or-alter materialized-view` changes it.'] },
  );
};

/**
 * `.alter materialized-view`: another query over the same groups. What is there stays; what is new starts empty
 * (page ".alter materialized-view", section "limitations").
 */
export const alterMaterializedView: Command = async (call) => {
  const { catalog } = call.host;
  const database = writableDatabaseOf(call);
  const held = catalog.views.get(
    database.name,
    call.arguments.list('MaterializedViewName')[0] ?? '',
  );
  if (call.arguments.flag('backfill'))
    throw new AppError('input', 'bad_property', 'A view that exists can not be backfilled.');
  const { source, definition, stored } = await wanted(call, held);
  checkAlterable(held, definition);
  await changeSchema(
    call,
    { event: 'ALTER-MATERIALIZED-VIEW', database: database.name, entity: held.name },
    () => {
      catalog.views.define(held, source.id, definition);
      catalog.mergeTable({
        database,
        table: held.name,
        kind: 'materializedView',
        columns: stored,
        exactColumns: true,
      });
    },
  );
  call.host.views.consider(call.host, [source]);
  return viewAnswer(call, [catalog.views.get(database.name, held.name)]);
};

function checkAlterable(held: ViewRow, next: ViewDefinition): void {
  const refuse = (what: string): never => {
    throw new AppError('semantic', 'view_alter', `${what} of '${held.name}' can't be altered.`, {
      hints: ['Create another view for that, and drop this one.'],
    });
  };
  const { definition } = held;
  if (definition.dedup !== next.dedup) refuse('The kind');
  if (JSON.stringify([...definition.keys].sort()) !== JSON.stringify([...next.keys].sort()))
    refuse('The columns that are grouped by');
  for (const column of definition.columns) {
    const now = next.columns.find((c) => c.name === column.name);
    if (now && now.type !== column.type) refuse(`The type of the column '${column.name}'`);
  }
}

/** `.create-or-alter materialized-view` */
export const createOrAlterMaterializedView: Command = (call) => {
  const database = writableDatabaseOf(call);
  const name = call.arguments.list('MaterializedViewName')[0] ?? '';
  return call.host.catalog.views.find(database.name, name)
    ? alterMaterializedView(call)
    : create(call);
};
