/**
 * Commands of the service that have no meaning on a desk, by family: a pattern over Kusto.Language's names, and
 * why. The first that fits counts; a command that is done is never looked up here.
 */
const FAMILIES: readonly (readonly [names: RegExp, reason: string])[] = [
  [/Follower/, 'followers share databases between clusters of the service'],
  [/Mirroring/, "mirroring copies tables to a lake of the service's workspaces"],
  [/RowStore|PolicyRowId/, 'row stores are how the service buffers streamed rows'],
  [
    /Container|StorageArtifacts|StorageKeys|TempStorage|KeyVault/,
    'storage accounts belong to the service; here the files lie in the data folder',
  ],
  [
    /Fabric|ServicePoints|CloudSettings|CommPools|CommConcurrency|TcpPorts|TcpConnections|ThreadPools|MemPools|CallStacks|Certificates|ClockDiagnostics|FeatureFlags|FileSystem|WhatsGoingOn|ShowCluster(?:Network|Monitoring|Services|ScaleIn|AdminState)|RunningCallouts|StreamingIngestionStatistics/,
    "it looks inside the service's nodes",
  ],
  [/^Clear|CacheQueryResults|^AlterCache/, "there is no cache of the service's to clear"],
  [
    /MaintenanceMode|PersistMetadata|ManagementGroups|^SetAccess|^AttachDatabase/,
    "it administers the service's databases",
  ],
  [
    /^(?:Add|Set|Drop|Alter)\w*(?:Role|Admins|Principals)$|BlockedPrincipals/,
    'whoever opens the data folder may do everything',
  ],
  [/RowLevelSecurity/, 'there is one user, who sees all rows'],
  [
    /Policy(?:Callout|Capacity|ManagedIdentity|QueryWeakConsistency|RequestClassification|Sandbox|Diagnostics|MultiDatabaseAdmins)|WorkloadGroup|SandboxesStats/,
    "it steers the service's machines, users or identities",
  ],
  [/Shard|Shuffle/, 'groups of shards are how the service keeps its extents'],
  [/Graph/, 'graph models are snapshots inside the service; make-graph works on any table'],
  [
    /ExtentCorruptedDatetime|PretendExtents|PartitionMetadata|AttachExtents|StorageStats|TagsRetention$/,
    "it repairs or inspects the service's own storage format",
  ],
  [
    /RequestSupport|RequestMemoryProfile|QueryCallTree|QueryExecution/,
    "it is for the service's support",
  ],
  [/Plugin$/, 'what plugins may do is set in the permissions of this desk'],
  [/QueryAcceleration/, 'files of external tables are read in place'],
  [
    /^DefineTable|Freshness|PurgeOperation|EntitySchema|ColumnStat|Classification|Dimensions|PoliciesOfRetention|RetentionViolations|ExtentDetails|DataOperations/,
    'no page of the documentation describes it',
  ],
];

/** Why a command has no meaning here; undefined if it has one. */
export function meaninglessReason(kind: string): string | undefined {
  return FAMILIES.find(([names]) => names.test(kind))?.[1];
}
