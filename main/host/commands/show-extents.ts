import type { TableRow } from '../catalog/tables-store.ts';
import type { HostContext } from '../context.ts';
import { type Command, type CommandAnswer, databaseOf, tableOf } from './command.ts';

export function extentsAnswer({ schema }: HostContext, tables: readonly TableRow[]): CommandAnswer {
  return {
    columns: [
      ['ExtentId', 'guid'],
      ['DatabaseName', 'string'],
      ['TableName', 'string'],
      ['MaxCreatedOn', 'datetime'],
      ['OriginalSize', 'real'],
      ['ExtentSize', 'real'],
      ['CompressedSize', 'real'],
      ['IndexSize', 'real'],
      ['Blocks', 'long'],
      ['Segments', 'long'],
      ['ExtentContainerId', 'string'],
      ['RowCount', 'long'],
      ['MinCreatedOn', 'datetime'],
      ['Tags', 'string'],
      ['Kind', 'string'],
      ['DeletedRowCount', 'long'],
    ],
    rows: tables.flatMap((table) =>
      schema
        .extentsOf(table)
        .map((e) => [
          e.extentId,
          table.database,
          table.name,
          BigInt(e.ingestedAt),
          e.sizeBytes,
          e.sizeBytes,
          e.sizeBytes,
          0,
          1,
          1,
          '',
          e.rowCount,
          BigInt(e.ingestedAt),
          e.tags.join(' '),
          e.reader.kind,
          0,
        ]),
    ),
  };
}

/** `.show table T extents` */
export const showTableExtents: Command = (call) => {
  const names = call.arguments.list('TableName');
  return extentsAnswer(
    call.host,
    names.map((name) => tableOf(call, name)),
  );
};

/** `.show database extents` */
export const showDatabaseExtents: Command = (call) =>
  extentsAnswer(call.host, call.host.catalog.tables.list(databaseOf(call)));

/** `.show cluster extents` */
export const showClusterExtents: Command = ({ host }) =>
  extentsAnswer(
    host,
    host.catalog.databases.list().flatMap((database) => [...host.catalog.tables.list(database)]),
  );
