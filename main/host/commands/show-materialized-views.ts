import type { TableRow } from '../catalog/tables-store.ts';
import type { ViewRow } from '../catalog/views-store.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandCall,
  databaseOf,
  table,
} from './command.ts';
import { ticksOfIso, viewAnswer } from './materialized-view-rows.ts';
import { extentsAnswer } from './show-extents.ts';
import { tableCslAnswer, tableSchemaAnswer } from './table-rows.ts';

function chosen(call: CommandCall): readonly ViewRow[] {
  const { views } = call.host.catalog;
  const database = databaseOf(call);
  const { arguments: args } = call;
  const names = [...args.list('MaterializedViewName'), ...args.list('viewName')];
  if (names.length === 0) return views.list(database);
  return names.map((name) => views.get(database.name, name));
}

/** The view as a table with the columns that queries see. */
function asTables(call: CommandCall): TableRow[] {
  return chosen(call).flatMap((view) => {
    const stored = call.host.catalog.tables.byId(view.id);
    const columns = view.definition.columns.map((c, i) => ({ ...c, id: i, docstring: '' }));
    return stored ? [{ ...stored, columns }] : [];
  });
}

/** `.show materialized-view V`, `.show materialized-views` */
export const showMaterializedViews: Command = (call) => viewAnswer(call, chosen(call));

/** `.show materialized-view V schema as json` */
export const showMaterializedViewSchemaAsJson: Command = (call) =>
  tableSchemaAnswer(asTables(call));

/** `.show materialized-view V cslschema` */
export const showMaterializedViewCslSchema: Command = (call) => tableCslAnswer(asTables(call));

/** `.show materialized-view V extents`: the materialized part. */
export const showMaterializedViewExtents: Command = (call) => extentsAnswer(call, asTables(call));

/** `.show materialized-view V details`; rows of the materialized part, which may hold a group in several pieces. */
export const showMaterializedViewDetails: Command = (call): CommandAnswer =>
  table(
    [
      ['MaterializedViewName', 'string'],
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
      ['MinExtentsCreationTime', 'datetime'],
      ['MaxExtentsCreationTime', 'datetime'],
    ],
    asTables(call).map((view) => {
      const extents = call.host.schema.extentsOf(view);
      const size = extents.reduce((sum, e) => sum + e.sizeBytes, 0);
      const rows = extents.reduce((sum, e) => sum + e.rowCount, 0);
      const times = extents.map((e) => BigInt(e.ingestedAt)).sort((a, b) => (a < b ? -1 : 1));
      return {
        MaterializedViewName: view.name,
        DatabaseName: view.database,
        Folder: view.folder,
        DocString: view.docstring,
        TotalExtents: extents.length,
        TotalExtentSize: size,
        TotalOriginalSize: size,
        TotalRowCount: rows,
        HotExtents: extents.length,
        HotExtentSize: size,
        HotOriginalSize: size,
        HotRowCount: rows,
        AuthorizedPrincipals: '',
        RetentionPolicy: '',
        CachingPolicy: '',
        ShardingPolicy: '',
        MergePolicy: '',
        MinExtentsCreationTime: times[0] ?? null,
        MaxExtentsCreationTime: times.at(-1) ?? null,
      };
    }),
  );

/** `.show materialized-view V failures`, `… diagnostics`: runs that failed, newest first. */
export const showMaterializedViewFailures: Command = (call) =>
  table(
    [
      ['Timestamp', 'datetime'],
      ['OperationId', 'string'],
      ['Name', 'string'],
      ['LastSuccessRun', 'datetime'],
      ['FailureKind', 'string'],
      ['Details', 'string'],
    ],
    chosen(call).flatMap((view) =>
      call.host.catalog.views.failures(view.id).map((failure) => ({
        Timestamp: ticksOfIso(failure.at),
        OperationId: failure.operation,
        Name: view.name,
        LastSuccessRun: ticksOfIso(view.state.lastSuccess),
        FailureKind: failure.kind,
        Details: failure.details,
      })),
    ),
  );
