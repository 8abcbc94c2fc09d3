import type { TableRow } from '../catalog/tables-store.ts';
import type { HostContext } from '../context.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandCell,
  databaseOf,
  tableOf,
} from './command.ts';
import { guidOf } from './guid.ts';
import { tableCslAnswer, tableListAnswer, tableSchemaAnswer } from './table-rows.ts';

/** `.show tables`, of all or of those named in brackets. */
export const showTables: Command = (call) => tableListAnswer(chosen(call));

/** `.show table T cslschema` */
export const showTableCslSchema: Command = (call) => tableCslAnswer([tableOf(call)]);

/** `.show table T schema as json` */
export const showTableSchemaAsJson: Command = (call) => tableSchemaAnswer([tableOf(call)]);

/** `.show table T`: its columns with their sizes. Parquet doesn't say them per column for many files. */
export const showTable: Command = (call) => ({
  columns: [
    ['AttributeName', 'string'],
    ['AttributeType', 'string'],
    ['ExtentSize', 'long'],
    ['CompressionRatio', 'real'],
    ['IndexSize', 'long'],
    ['IndexSizePercent', 'real'],
    ['OriginalSize', 'long'],
    ['AttributeId', 'guid'],
    ['SharedIndexSize', 'long'],
    ['StorageEngineVersion', 'string'],
  ],
  rows: tableOf(call).columns.map((column) => [
    column.name,
    column.type,
    null,
    null,
    0,
    0,
    null,
    guidOf('column', column.id),
    0,
    'Parquet',
  ]),
});

/** `.show tables details` and `.show table T details` */
export const showTablesDetails: Command = (call) => details(call.host, chosen(call));

function chosen(call: Parameters<Command>[0]): readonly TableRow[] {
  const names = call.arguments.list('TableName');
  if (names.length > 0) return names.map((name) => tableOf(call, name));
  return call.host.catalog.tables.list(databaseOf(call));
}

function details({ schema }: HostContext, tables: readonly TableRow[]): CommandAnswer {
  return {
    columns: [
      ['TableName', 'string'],
      ['DatabaseName', 'string'],
      ['Folder', 'string'],
      ['DocString', 'string'],
      ['TotalExtents', 'long'],
      ['TotalExtentSize', 'real'],
      ['TotalOriginalSize', 'real'],
      ['TotalRowCount', 'long'],
      ['HotExtents', 'long'],
      ['HotExtentSize', 'real'],
      ['HotOriginalSize', 'real'],
      ['HotRowCount', 'long'],
      ['AuthorizedPrincipals', 'string'],
      ['RetentionPolicy', 'string'],
      ['CachingPolicy', 'string'],
      ['ShardingPolicy', 'string'],
      ['MergePolicy', 'string'],
      ['StreamingIngestionPolicy', 'string'],
      ['IngestionBatchingPolicy', 'string'],
      ['MinExtentsCreationTime', 'datetime'],
      ['MaxExtentsCreationTime', 'datetime'],
      ['RowOrderPolicy', 'string'],
      ['TableId', 'guid'],
    ],
    rows: tables.map((table): CommandCell[] => {
      const extents = schema.extentsOf(table);
      const size = extents.reduce((sum, e) => sum + e.sizeBytes, 0);
      const rows = extents.reduce((sum, e) => sum + e.rowCount, 0);
      const times = extents.map((e) => BigInt(e.ingestedAt)).sort((a, b) => (a < b ? -1 : 1));
      const figures = [extents.length, size, size, rows];
      const none = ['', '', '', '', '', '', ''];
      return [
        table.name,
        table.database,
        table.folder,
        table.docstring,
        ...figures,
        ...figures,
        ...none,
        times[0] ?? null,
        times.at(-1) ?? null,
        '',
        guidOf('table', table.id),
      ];
    }),
  };
}
