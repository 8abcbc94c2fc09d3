import { alterColumnType, dropColumns, renameColumn } from './alter-column.ts';
import {
  alterColumnDocstrings,
  alterMergeTable,
  alterTable,
  alterTableDocstring,
  alterTableFolder,
} from './alter-table.ts';
import type { Command } from './command.ts';
import { createDatabase } from './create-database.ts';
import {
  alterFunction,
  createFunction,
  createOrAlterFunction,
  dropFunction,
} from './create-function.ts';
import { createMergeTable, createTable, createTableBasedOn } from './create-table.ts';
import { clearTableData, dropTable } from './drop-table.ts';
import { externalTableMappingCommands } from './external-table-mappings.ts';
import { externalTableCommands } from './external-tables.ts';
import { ingestInline, ingestInto } from './ingest.ts';
import { renameTables } from './rename-table.ts';
import { appendTable, setOrAppendTable, setOrReplaceTable, setTable } from './set-table.ts';
import { showDatabase, showDatabases } from './show-databases.ts';
import { showClusterExtents, showDatabaseExtents, showTableExtents } from './show-extents.ts';
import { showFunction, showFunctions } from './show-functions.ts';
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

/** By the name that Kusto.Language gives to the kind of command. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  ...externalTableCommands,
  ...externalTableMappingCommands,
  AlterColumnType: alterColumnType,
  AlterFunction: alterFunction,
  AlterMergeTable: alterMergeTable,
  AlterMergeTableColumnDocStrings: alterColumnDocstrings,
  AlterTable: alterTable,
  AlterTableColumnDocStrings: alterColumnDocstrings,
  AlterTableDocString: alterTableDocstring,
  AlterTableFolder: alterTableFolder,
  AppendTable: appendTable,
  CancelQuery: cancelQuery,
  ClearTableData: clearTableData,
  CreateDatabase: createDatabase,
  CreateFunction: createFunction,
  CreateMergeTable: createMergeTable,
  CreateMergeTables: createMergeTable,
  CreateOrAlterFunction: createOrAlterFunction,
  CreateTable: createTable,
  CreateTableBasedOnAnother: createTableBasedOn,
  CreateTables: createTable,
  DropColumn: dropColumns,
  DropFunction: dropFunction,
  DropTable: dropTable,
  DropTableColumns: dropColumns,
  DropTables: dropTable,
  IngestInlineIntoTable: ingestInline,
  IngestIntoTable: ingestInto,
  RenameColumn: renameColumn,
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
  ShowFunction: showFunction,
  ShowFunctions: showFunctions,
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
};
