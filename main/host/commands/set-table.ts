import type { Extent } from '../../../common/contract/store.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import type { TableProperties, TableRow } from '../catalog/tables-store.ts';
import { type Command, type CommandAnswer, missingQuery, writableDatabaseOf } from './command.ts';
import { extentTags, isIngestedAlready } from './extent-tags.ts';
import { datetimeOf } from './timespan.ts';

type Call = Parameters<Command>[0];

interface Kind {
  /** What to do with a table that is there, and with one that isn't. */
  readonly existing: 'fail' | 'append' | 'replace';
  readonly missing: 'fail' | 'create';
}

/** `.set T <| query` */
export const setTable: Command = (call) => run(call, { existing: 'fail', missing: 'create' });
/** `.append T <| query` */
export const appendTable: Command = (call) => run(call, { existing: 'append', missing: 'fail' });
/** `.set-or-append T <| query` */
export const setOrAppendTable: Command = (call) =>
  run(call, { existing: 'append', missing: 'create' });
/** `.set-or-replace T <| query` */
export const setOrReplaceTable: Command = (call) =>
  run(call, { existing: 'replace', missing: 'create' });

/** Page "Ingest from query". What `distributed` and `persistDetails` ask for is so anyway. */
async function run(call: Call, kind: Kind): Promise<CommandAnswer> {
  const { host, arguments: args, query } = call;
  const database = writableDatabaseOf(call);
  const name = args.text('TableName');
  if (query === undefined) throw missingQuery();
  const existing = host.catalog.tables.find(database.name, name);
  if (existing && kind.existing === 'fail')
    throw new AppError('input', 'table_exists', `A table named '${name}' exists already.`);
  if (!existing && kind.missing === 'fail') host.catalog.tables.get(database.name, name);
  if (existing && isIngestedAlready(host, existing, args.property('ingestifnotexists')))
    return answer([]);

  return host.writer.staged(async (folder) => {
    const written = await host.queryWorker.call(
      'engine.writeExtents',
      { queryId: call.queryId, text: query, database: call.database, folder, command: call.text },
      { signal: call.signal },
    );
    call.signal.throwIfAborted();
    const recreate = kind.existing === 'replace' && args.flag('recreate_schema');
    const columns =
      existing && !recreate
        ? matchByPlace(existing, written.columns, args.flag('extend_schema'))
        : written.columns;
    const tags = extentTags(args.property('tags'));
    const created = args.property('creationtime');
    const extents = written.extents.map((extent) => ({
      ...withNames(extent, written.columns, columns),
      tags: [...extent.tags, ...tags],
      ...(created === undefined
        ? {}
        : { createdAt: datetimeOf(created, 'creationTime').toString() }),
    }));
    const properties = propertiesOf(call);
    await host.writer.commit([
      {
        database,
        table: name,
        columns: recreate || !existing ? columns : columns.slice(existing.columns.length),
        extents,
        owned: true,
        ...(properties ? { properties } : {}),
        ...(kind.existing === 'replace' ? { replaces: 'all' as const } : {}),
        ...(recreate ? { exactColumns: true } : {}),
      },
    ]);
    return answer(extents);
  });
}

/**
 * The table's column for each column of the query: by place, not by name (section "Schema considerations").
 * More columns than the table has extend it if that was asked for.
 */
function matchByPlace(
  table: TableRow,
  columns: readonly Column[],
  extend: boolean,
): readonly Column[] {
  if (columns.length > table.columns.length && !extend)
    throw new AppError(
      'input',
      'schema_differs',
      `The query gives ${columns.length} columns; the table '${table.name}' has ${table.columns.length}.`,
      { hints: ['`with (extend_schema=true)` adds the missing columns to the table.'] },
    );
  return columns.map((column, i) => {
    const target = table.columns[i];
    if (!target) return column;
    if (target.type !== column.type)
      throw new AppError(
        'input',
        'schema_differs',
        `Column ${i + 1} of the query is ${column.type} (${column.name}), of the table ${target.type} (${target.name}).`,
        { hints: ['Columns are matched by their order, not by their names.'] },
      );
    return { name: target.name, type: target.type };
  });
}

/** The extent with its columns called as in the table; names in the file stay. */
function withNames(extent: Extent, from: readonly Column[], to: readonly Column[]): Extent {
  const names = new Map(from.map((column, i) => [column.name, to[i]?.name ?? column.name]));
  const rename = (name: string): string => names.get(name) ?? name;
  return {
    ...extent,
    columns: extent.columns.map((c) => ({ ...c, column: rename(c.column) })),
    ranges: extent.ranges.map((r) => ({ ...r, column: rename(r.column) })),
  };
}

function propertiesOf({ arguments: args }: Call): TableProperties | undefined {
  const folder = args.property('folder');
  const docstring = args.property('docstring');
  if (folder === undefined && docstring === undefined) return undefined;
  return {
    ...(folder === undefined ? {} : { folder }),
    ...(docstring === undefined ? {} : { docstring }),
  };
}

function answer(extents: readonly Extent[]): CommandAnswer {
  return {
    columns: [
      ['ExtentId', 'guid'],
      ['OriginalSize', 'long'],
      ['ExtentSize', 'long'],
      ['ColumnSize', 'long'],
      ['IndexSize', 'long'],
      ['RowCount', 'long'],
    ],
    rows: extents.map((e) => [e.extentId, e.sizeBytes, e.sizeBytes, e.sizeBytes, 0, e.rowCount]),
  };
}
