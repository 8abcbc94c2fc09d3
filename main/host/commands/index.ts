import { alterColumnType, dropColumns, renameColumn, renameColumns } from './alter-column.ts';
import {
  alterColumnDocstrings,
  alterMergeTable,
  alterTable,
  alterTableDocstring,
  alterTableFolder,
} from './alter-table.ts';
import type { Commands } from './command.ts';
import { createMergeTable, createTable, createTableBasedOn } from './create-table.ts';
import { databaseCommands } from './databases.ts';
import { dropTableCommands } from './drop-table.ts';
import { extentCommands } from './extents.ts';
import { externalTableMappingCommands } from './external-table-mappings.ts';
import { externalTableCommands } from './external-tables.ts';
import { functionCommands } from './function-commands.ts';
import { ingestInline, ingestInto } from './ingest.ts';
import { mappingCommands } from './ingestion-mappings.ts';
import { materializedViewCommands } from './materialized-view-commands.ts';
import { policyCommands } from './policies.ts';
import { renameTables } from './rename-table.ts';
import { appendTable, setOrAppendTable, setOrReplaceTable, setTable } from './set-table.ts';
import { showDatabase, showDatabases } from './show-databases.ts';
import { showClusterExtents, showDatabaseExtents, showTableExtents } from './show-extents.ts';
import { showDatabaseJournal, showJournal } from './show-journal.ts';
import { cancelQuery, showQueries, showRunningQueries } from './show-queries.ts';
import {
  showDatabaseCslSchema,
  showDatabaseSchema,
  showDatabaseSchemaAsJson,
  showDatabaseSchemaAsScript,
  showDatabasesSchema,
  showDatabasesSchemaAsJson,
} from './show-schema.ts';
import {
  showTable,
  showTableCslSchema,
  showTableSchemaAsJson,
  showTables,
  showTablesDetails,
} from './show-tables.ts';
import { showCluster, showVersion } from './show-version.ts';
import { updatePolicyCommands } from './update-policy.ts';

/** By the name that Kusto.Language gives to the kind of command. */
export const COMMANDS: Commands = {
  ...databaseCommands,
  ...dropTableCommands,
  ...extentCommands,
  ...mappingCommands,
  ...policyCommands,
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
  CancelQuery: cancelQuery,
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
  ShowCluster: showCluster,
  ShowClusterDatabases: showDatabases,
  ShowClusterExtents: showClusterExtents,
  ShowDatabase: showDatabase,
  ShowDatabaseCslSchema: showDatabaseCslSchema,
  ShowDatabaseExtents: showDatabaseExtents,
  ShowDatabaseJournal: showDatabaseJournal,
  ShowDatabaseSchema: showDatabaseSchema,
  ShowDatabaseSchemaAsCslScript: showDatabaseSchemaAsScript,
  ShowDatabaseSchemaAsJson: showDatabaseSchemaAsJson,
  ShowDatabasesSchema: showDatabasesSchema,
  ShowDatabasesSchemaAsJson: showDatabasesSchemaAsJson,
  ShowJournal: showJournal,
  ShowQueries: showQueries,
  ShowRunningQueries: showRunningQueries,
  ShowTable: showTable,
  ShowTableCslSchema: showTableCslSchema,
  ShowTableDetails: showTablesDetails,
  ShowTableExtents: showTableExtents,
  ShowTableSchemaAsJson: showTableSchemaAsJson,
  ShowTables: showTables,
  ShowTablesDetails: showTablesDetails,
  ShowVersion: showVersion,
  ...functionCommands,
  ...materializedViewCommands,
  ...updatePolicyCommands,
};
