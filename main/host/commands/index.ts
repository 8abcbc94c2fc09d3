import { alertCommands } from './alerts.ts';
import { alterColumnType, dropColumns, renameColumn, renameColumns } from './alter-column.ts';
import { extentTagCommands } from './alter-extent-tags.ts';
import {
  alterColumnDocstrings,
  alterMergeTable,
  alterTable,
  alterTableDocstring,
  alterTableFolder,
} from './alter-table.ts';
import type { Commands } from './command.ts';
import { continuousExportCommands } from './continuous-export.ts';
import { createMergeTable, createTable, createTableBasedOn } from './create-table.ts';
import { databaseCommands } from './databases.ts';
import { deleteCommands } from './delete-records.ts';
import { dropTableCommands } from './drop-table.ts';
import { entityGroupCommands } from './entity-groups.ts';
import { executeCommands } from './execute-script.ts';
import { exportCommands } from './export.ts';
import { extentCommands } from './extents.ts';
import { externalTableMappingCommands } from './external-table-mappings.ts';
import { externalTableCommands } from './external-tables.ts';
import { functionCommands } from './function-commands.ts';
import { ingestInline, ingestInto } from './ingest.ts';
import { mappingCommands } from './ingestion-mappings.ts';
import { materializedViewCommands } from './materialized-view-commands.ts';
import { pipelineCommands } from './pipelines.ts';
import { policyCommands } from './policies.ts';
import { renameTables } from './rename-table.ts';
import { appendTable, setOrAppendTable, setOrReplaceTable, setTable } from './set-table.ts';
import { clusterCommands } from './show-cluster.ts';
import { showDatabaseCommands } from './show-databases.ts';
import { showExtentCommands } from './show-extents.ts';
import { operationCommands } from './show-operations.ts';
import { principalCommands } from './show-principals.ts';
import { queryCommands } from './show-queries.ts';
import { schemaCommands } from './show-schema.ts';
import { showTableCommands } from './show-tables.ts';
import { storedResultCommands } from './stored-results.ts';
import { streamCommands } from './streams.ts';
import { updatePolicyCommands } from './update-policy.ts';
import { updateTableCommands } from './update-table.ts';

/** By the name that Kusto.Language gives to the kind of command. */
export const COMMANDS: Commands = {
  ...continuousExportCommands,
  ...databaseCommands,
  ...deleteCommands,
  ...dropTableCommands,
  ...entityGroupCommands,
  ...executeCommands,
  ...exportCommands,
  ...extentCommands,
  ...extentTagCommands,
  ...mappingCommands,
  ...policyCommands,
  ...clusterCommands,
  ...operationCommands,
  ...principalCommands,
  ...queryCommands,
  ...schemaCommands,
  ...showDatabaseCommands,
  ...showExtentCommands,
  ...showTableCommands,
  ...storedResultCommands,
  ...externalTableCommands,
  ...externalTableMappingCommands,
  AlterColumnType: alterColumnType,
  AlterMergeTable: alterMergeTable,
  AlterMergeTableColumnDocStrings: alterColumnDocstrings,
  AlterTable: alterTable,
  AlterTableColumnDocStrings: alterColumnDocstrings,
  AlterTableDocString: alterTableDocstring,
  AlterTableFolder: alterTableFolder,
  AppendTable: appendTable,
  CreateMergeTable: createMergeTable,
  CreateMergeTables: createMergeTable,
  CreateTable: createTable,
  CreateTableBasedOnAnother: createTableBasedOn,
  CreateTables: createTable,
  DropColumn: dropColumns,
  DropTableColumns: dropColumns,
  IngestInlineIntoTable: ingestInline,
  IngestIntoTable: ingestInto,
  RenameColumn: renameColumn,
  RenameColumns: renameColumns,
  RenameTable: renameTables,
  RenameTables: renameTables,
  SetOrAppendTable: setOrAppendTable,
  SetOrReplaceTable: setOrReplaceTable,
  SetTable: setTable,
  ...alertCommands,
  ...pipelineCommands,
  ...streamCommands,
  ...functionCommands,
  ...materializedViewCommands,
  ...updatePolicyCommands,
  ...updateTableCommands,
};
