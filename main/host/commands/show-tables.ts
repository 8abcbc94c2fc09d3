import { ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import { type CatalogExtent, createdTicks } from '../catalog/extents-store.ts';
import { effectivePolicy } from '../catalog/policies.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandCall,
  type CommandRecord,
  type Commands,
  databaseOf,
  table as listOf,
  records,
  tableOf,
} from './command.ts';
import { guidOf } from './guid.ts';
import { hotSpan } from './policy-kinds.ts';
import { tableCslAnswer, tableListAnswer, tableSchemaAnswer } from './table-rows.ts';
import { thisUser } from './this-user.ts';

/** `.show table T`: its columns with their sizes. Parquet doesn't say them per column for many files. */
const showTable: Command = (call) => ({
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

function chosen(call: CommandCall): readonly TableRow[] {
  const names = call.arguments.list('TableName');
  if (names.length > 0) return names.map((name) => tableOf(call, name));
  return call.host.catalog.tables.list(databaseOf(call));
}

/** JSON text of the policies that hold for a table, its own or inherited. */
const POLICY_COLUMNS: Readonly<Record<string, string>> = {
  RetentionPolicy: 'RetentionPolicy',
  CachingPolicy: 'CachingPolicy',
  ShardingPolicy: 'ShardingPolicy',
  MergePolicy: 'ExtentsMergePolicy',
  StreamingIngestionPolicy: 'StreamingIngestionPolicy',
  IngestionBatchingPolicy: 'IngestionBatchingPolicy',
  RowOrderPolicy: 'RowOrderPolicy',
};

function details(call: CommandCall, tables: readonly TableRow[]): CommandAnswer {
  const { catalog, schema } = call.host;
  const now = ticksOfUnixMillis(Date.now());
  return records(
    call,
    tables.map((table): CommandRecord => {
      const extents = schema.extentsOf(table);
      const span = hotSpan(effectivePolicy(catalog, table, 'CachingPolicy'));
      const hot = extents.filter((e) => span === undefined || createdTicks(e) + span > now);
      const times = extents.map(createdTicks).sort((a, b) => (a < b ? -1 : 1));
      const { name, fqn } = thisUser();
      return {
        TableName: table.name,
        DatabaseName: table.database,
        Folder: table.folder,
        DocString: table.docstring,
        TotalExtents: extents.length,
        TotalExtentSize: bytesOf(extents),
        TotalOriginalSize: bytesOf(extents),
        TotalRowCount: rowsOf(extents),
        HotExtents: hot.length,
        HotExtentSize: bytesOf(hot),
        HotOriginalSize: bytesOf(hot),
        HotRowCount: rowsOf(hot),
        AuthorizedPrincipals: JSON.stringify([
          { Type: 'LocalUser', DisplayName: name, FullyQualifiedName: fqn },
        ]),
        ...Object.fromEntries(
          Object.entries(POLICY_COLUMNS).map(([column, policy]) => [
            column,
            JSON.stringify(effectivePolicy(catalog, table, policy) ?? null),
          ]),
        ),
        MinExtentsCreationTime: times[0] ?? null,
        MaxExtentsCreationTime: times.at(-1) ?? null,
        TableId: guidOf('table', table.id),
      };
    }),
  );
}

const bytesOf = (extents: readonly CatalogExtent[]): number =>
  extents.reduce((sum, e) => sum + e.sizeBytes, 0);
const rowsOf = (extents: readonly CatalogExtent[]): number =>
  extents.reduce((sum, e) => sum + e.rowCount, 0);

/** `.show table T data statistics`: Parquet doesn't tell sizes per column without a look into each file. */
function dataStatistics(call: CommandCall): CommandAnswer {
  const table = tableOf(call);
  const extents = call.host.schema.extentsOf(table);
  return records(
    call,
    table.columns.map((column) => ({
      ColumnName: column.name,
      ColumnType: column.type,
      ColumnId: guidOf('column', column.id),
      SharedIndexSize: 0,
      IndexSize: 0,
      IndexSizePercent: 0,
      StorageEngineVersion: 'Parquet',
      PresentRowCount: extents
        .filter((e) => e.columns.some((held) => held.column === column.name))
        .reduce((sum, e) => sum + e.rowCount, 0),
      DeletedRowCount: 0,
      SamplePercent: 100,
      IncludeColdData: true,
    })),
  );
}

/** `.show columns`, `.show table T columns` */
function columns(call: CommandCall): CommandAnswer {
  return listOf(
    [
      ['TableName', 'string'],
      ['ColumnName', 'string'],
      ['ColumnType', 'string'],
      ['DatabaseName', 'string'],
      ['DocString', 'string'],
    ],
    chosen(call).flatMap((table) =>
      table.columns.map((column) => ({
        TableName: table.name,
        ColumnName: column.name,
        ColumnType: column.type,
        DatabaseName: table.database,
        DocString: column.docstring,
      })),
    ),
  );
}

const showDetails = (call: CommandCall): CommandAnswer => details(call, chosen(call));

/** Pages ".show tables", ".show table schema", ".show tables details". */
export const showTableCommands: Commands = {
  ShowTables: (call) => tableListAnswer(chosen(call)),
  ShowTable: showTable,
  ShowTablesDetails: showDetails,
  ShowTableDetails: showDetails,
  ShowTableCslSchema: (call) => tableCslAnswer([tableOf(call)]),
  ShowTableSchemaAsJson: (call) => tableSchemaAnswer([tableOf(call)]),
  ShowTableDataStatistics: dataStatistics,
  ShowColumns: columns,
};
