import { TICKS_PER_SECOND, ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import { type CatalogExtent, createdTicks } from '../catalog/extents-store.ts';
import { effectivePolicy } from '../catalog/policies.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type CommandRecord,
  type Commands,
  databaseOf,
  records,
  tableOf,
} from './command.ts';
import { hotSpan } from './policy-kinds.ts';

/** As `.show … extents` describes one. */
function extentRecord(table: TableRow, extent: CatalogExtent): CommandRecord {
  const created = createdTicks(extent);
  const ingested = BigInt(extent.ingestedAt);
  return {
    ExtentId: extent.extentId,
    DatabaseName: table.database,
    TableName: table.name,
    MaxCreatedOn: created,
    OriginalSize: extent.sizeBytes,
    ExtentSize: extent.sizeBytes,
    CompressedSize: extent.sizeBytes,
    IndexSize: 0,
    Blocks: 1,
    Segments: 1,
    ExtentContainerId: '',
    RowCount: extent.rowCount,
    MinCreatedOn: ingested < created ? ingested : created,
    Tags: extent.tags.join('\r\n'),
    Kind: extent.reader.kind,
    DeletedRowCount: 0,
  };
}

type Wanted = (extent: CatalogExtent, table: TableRow) => boolean;

/** `tags [!]has|[!]contains 'x'`, of which the grammar names only the texts. */
const TAG_FILTER =
  /\btags\s+(!?)(has|contains)\s+(?:@?"((?:[^"\\]|\\.)*)"|@?'((?:[^'\\]|\\.)*)')/gi;

/** The conditions of `extents [hot] [where tags …]`. */
function wantedBy({ host, text, arguments: args }: CommandCall): Wanted {
  const conditions = args.list('Tag').length === 0 ? [] : [...text.matchAll(TAG_FILTER)];
  const tests = conditions.map(([, not, operator, double, single]) => {
    const wanted = (double ?? single ?? '').replace(/\\(.)/g, '$1').toLowerCase();
    const has = operator?.toLowerCase() === 'has';
    return (extent: CatalogExtent): boolean =>
      (not === '!') !==
      extent.tags.some((tag) =>
        has ? tag.toLowerCase() === wanted : tag.toLowerCase().includes(wanted),
      );
  });
  const now = ticksOfUnixMillis(Date.now());
  const isHot: Wanted = (extent, table) => {
    const span = hotSpan(effectivePolicy(host.catalog, table, 'CachingPolicy'));
    return span === undefined || createdTicks(extent) + span + TICKS_PER_SECOND > now;
  };
  const hot = args.has('hot');
  return (extent, table) => tests.every((test) => test(extent)) && (!hot || isHot(extent, table));
}

function placed(
  call: CommandCall,
  tables: readonly TableRow[],
): readonly (readonly [TableRow, CatalogExtent])[] {
  const ids = new Set(call.arguments.list('ExtentId'));
  const wanted = wantedBy(call);
  return tables.flatMap((table) =>
    call.host.schema
      .extentsOf(table)
      .filter((e) => (ids.size === 0 || ids.has(e.extentId)) && wanted(e, table))
      .map((extent) => [table, extent] as const),
  );
}

/** `.show … extents` of the tables, as far as the command's conditions let them through. */
export function extentsAnswer(call: CommandCall, tables: readonly TableRow[]): CommandAnswer {
  return records(
    call,
    placed(call, tables).map(([table, extent]) => extentRecord(table, extent)),
  );
}

function metadata(call: CommandCall, tables: readonly TableRow[]): CommandAnswer {
  return records(
    call,
    placed(call, tables).map(([table, extent]) => ({
      ExtentId: extent.extentId,
      DatabaseName: table.database,
      TableName: table.name,
      ExtentMetadata: JSON.stringify({
        Path: extent.path,
        Reader: extent.reader,
        Columns: extent.columns,
        Ranges: extent.ranges,
      }),
    })),
  );
}

const ofTables = (call: CommandCall): readonly TableRow[] =>
  call.arguments.list('TableName').map((name) => tableOf(call, name));
const ofDatabase = (call: CommandCall): readonly TableRow[] =>
  call.host.catalog.tables.list(databaseOf(call));
const ofAll = ({ host }: CommandCall): readonly TableRow[] =>
  host.catalog.databases.list().flatMap((database) => [...host.catalog.tables.list(database)]);

function tagStatistics(call: CommandCall): CommandAnswer {
  const length = (tags: readonly string[]): number =>
    tags.reduce((sum, tag) => sum + tag.length, 0);
  return records(
    call,
    ofDatabase(call).map((table) => {
      const all = call.host.schema.extentsOf(table);
      const tags = all.flatMap((e) => e.tags);
      const drop = tags.filter((tag) => tag.startsWith('drop-by:'));
      const ingest = tags.filter((tag) => tag.startsWith('ingest-by:'));
      return {
        TableName: table.name,
        TotalExtentsCount: all.length,
        TaggedExtentsCount: all.filter((e) => e.tags.length > 0).length,
        TotalTagsCount: tags.length,
        TotalTagsLength: length(tags),
        DropByTagsCount: drop.length,
        DropByTagsLength: length(drop),
        IngestByTagsCount: ingest.length,
        IngestByTagsLength: length(ingest),
      };
    }),
  );
}

/** No extent is partitioned here; the policy is kept and shown. */
function partitioningStatistics(call: CommandCall): CommandAnswer {
  return records(
    call,
    ofDatabase(call).flatMap((table) => {
      const policy = effectivePolicy(call.host.catalog, table, 'PartitioningPolicy');
      if (policy === undefined) return [];
      const rows = call.host.schema.extentsOf(table).reduce((sum, e) => sum + e.rowCount, 0);
      return [
        {
          TableName: table.name,
          PartitioningPolicy: JSON.stringify(policy),
          TotalRowCount: rows,
          PartitionedRowCount: 0,
          PartitionedRowsPercentage: 0,
        },
      ];
    }),
  );
}

/** Pages ".show extents" and "Extent tags". */
export const showExtentCommands: Commands = {
  ShowTableExtents: (call) => extentsAnswer(call, ofTables(call)),
  ShowDatabaseExtents: (call) => extentsAnswer(call, ofDatabase(call)),
  ShowClusterExtents: (call) => extentsAnswer(call, ofAll(call)),
  ShowTableExtentsMetadata: (call) => metadata(call, ofTables(call)),
  ShowDatabaseExtentsMetadata: (call) => metadata(call, ofDatabase(call)),
  ShowClusterExtentsMetadata: (call) => metadata(call, ofAll(call)),
  ShowDatabaseExtentTagsStatistics: tagStatistics,
  ShowDatabaseExtentsPartitioningStatistics: partitioningStatistics,
};
