import type { DatabaseRow } from '../catalog/databases-store.ts';
import { databaseOwner } from '../catalog/definitions-store.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type CommandRecord,
  type Commands,
  databaseOf,
  records,
} from './command.ts';
import { guidOf } from './guid.ts';
import { thisUser } from './this-user.ts';

const VERSION = 'v1.0';

/** JSON text of the policy that a database has itself. */
function policyOf({ host }: CommandCall, database: DatabaseRow, name: string): string {
  const { definitions } = host.catalog;
  const found =
    definitions.find('policy', databaseOwner(database), name) ??
    definitions.find('policy', '', name);
  return found ? JSON.stringify(found.definition) : 'null';
}

function basics(call: CommandCall, database: DatabaseRow): CommandRecord {
  return {
    DatabaseName: database.name,
    PersistentStorage: '',
    Version: VERSION,
    IsCurrent: database.name === call.database,
    DatabaseAccessMode: database.readOnly ? 'ReadOnly' : 'ReadWrite',
    PrettyName: database.prettyName,
    DatabaseId: guidOf('database', database.id),
  };
}

function policies(call: CommandCall, database: DatabaseRow): CommandRecord {
  const { name, fqn } = thisUser();
  return {
    AuthorizedPrincipals: JSON.stringify([
      { Type: 'LocalUser', DisplayName: name, FullyQualifiedName: fqn },
    ]),
    RetentionPolicy: policyOf(call, database, 'RetentionPolicy'),
    MergePolicy: policyOf(call, database, 'ExtentsMergePolicy'),
    CachingPolicy: policyOf(call, database, 'CachingPolicy'),
    ShardingPolicy: policyOf(call, database, 'ShardingPolicy'),
    StreamingIngestionPolicy: policyOf(call, database, 'StreamingIngestionPolicy'),
    IngestionBatchingPolicy: policyOf(call, database, 'IngestionBatchingPolicy'),
  };
}

function sizes(call: CommandCall, database: DatabaseRow): { bytes: number; rows: number } {
  const extents = call.host.catalog.tables
    .list(database)
    .flatMap((table) => call.host.schema.extentsOf(table));
  return {
    bytes: extents.reduce((sum, e) => sum + e.sizeBytes, 0),
    rows: extents.reduce((sum, e) => sum + e.rowCount, 0),
  };
}

function stats(call: CommandCall, database: DatabaseRow): CommandRecord {
  const { bytes, rows } = sizes(call, database);
  return {
    OriginalSize: bytes,
    ExtentSize: bytes,
    CompressedSize: bytes,
    IndexSize: 0,
    RowCount: rows,
    HotOriginalSize: bytes,
    HotExtentSize: bytes,
    HotCompressedSize: bytes,
    HotIndexSize: 0,
    HotRowCount: rows,
  };
}

type Describe = (call: CommandCall, database: DatabaseRow) => CommandRecord;

/** What each flavour of `.show database(s)` tells. */
const FLAVOURS: Readonly<Record<string, Describe>> = {
  '': (call, database) => ({ ...basics(call, database), ReservedSlot1: null }),
  Details: (call, database) => ({
    ...basics(call, database),
    ...policies(call, database),
    TotalSize: sizes(call, database).bytes,
  }),
  Policies: (call, database) => ({ ...basics(call, database), ...policies(call, database) }),
  Identity: (call, database) => ({
    ...basics(call, database),
    CurrentUserIsUnrestrictedViewer: true,
  }),
  DataStats: (call, database) => ({ ...basics(call, database), ...stats(call, database) }),
  Metadata: (_call, database) => ({
    DatabaseName: database.name,
    Version: VERSION,
    PersistentStorage: '',
    MetadataPersistentStorage: '',
    DatabaseAccessMode: database.readOnly ? 'ReadOnly' : 'ReadWrite',
  }),
};

/** All databases, or those that the command names. */
function chosen(call: CommandCall): readonly DatabaseRow[] {
  const { databases } = call.host.catalog;
  const names = call.arguments.list('DatabaseName');
  return names.length > 0 ? names.map((name) => databases.get(name)) : databases.list();
}

function show(call: CommandCall, all: readonly DatabaseRow[], describe: Describe): CommandAnswer {
  return records(
    call,
    all.map((database) => describe(call, database)),
  );
}

/** Pages ".show databases" and ".show database". */
export const showDatabaseCommands: Commands = Object.fromEntries(
  Object.entries(FLAVOURS).flatMap(([flavour, describe]) => [
    [`ShowDatabase${flavour}`, (call: CommandCall) => show(call, [databaseOf(call)], describe)],
    [`ShowClusterDatabases${flavour}`, (call: CommandCall) => show(call, chosen(call), describe)],
  ]),
);
