import type { Extent } from '../../../common/contract/store.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { TableProperties } from '../catalog/tables-store.ts';
import { matchByPlace, withNames } from './columns-by-place.ts';
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
