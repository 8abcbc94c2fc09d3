/**
 * Commands of the service that have no meaning on a desk, by family: a pattern over Kusto.Language's names, and
 * why. The first that fits counts; a command that is done is never looked up here.
 */
const FAMILIES: readonly (readonly [names: RegExp, reason: string])[] = [
  [/Follower/, 'followers share databases between clusters of the service'],
  [/Mirroring/, "mirroring copies tables to a lake of the service's workspaces"],
  [/RowStore|RowId/, 'row stores are how the service buffers streamed rows'],
  [
    /ExtentContainer|StorageArtifacts|StorageKeys|TempStorage|KeyVault|StoredQueryResultContainers/,
    'storage accounts belong to the service; here the files lie in the data folder',
  ],
  [
    /Fabric|ServicePoints|CloudSettings|CommPools|CommConcurrency|TcpPorts|TcpConnections|ThreadPools|MemPools|CallStacks|Certificates|ClockDiagnostics|FeatureFlags|FileSystem|WhatsGoingOn|ClusterNetwork|ClusterMonitoring|ClusterServices|ClusterScaleIn|ClusterAdminState|RunningCallouts|FeatureFlag/,
    "it looks inside the service's nodes",
  ],
  [
    /(?:Cluster|ExternalArtifacts|RemoteCluster|TableCache|CacheStreaming|CacheQueryWeak)\w*Cache|Clear(?:ExternalArtifacts|RemoteCluster)|CacheStreamingIngestionSchema|CacheQueryWeakConsistency/,
    "there is no cache of the service's to clear",
  ],
  [
    /MaintenanceMode|PersistMetadata|ManagementGroups|SetAccess|AlterCache/,
    'it administers the service',
  ],
  [
    /^(?:Add|Set)\w*(?:Role|Admins|Principals)$|^Drop\w*(?:Role|Admins|Principals)$|BlockedPrincipals|FollowerDatabaseAuthorized|MultiDatabaseAdmins/,
    'whoever opens the data folder may do everything',
  ],
  [
    /Policy(?:Callout|Capacity|ManagedIdentity|QueryWeakConsistency|RequestClassification|Sandbox|Diagnostics)|WorkloadGroup|SandboxesStats/,
    "it steers the service's machines, users or identities",
  ],
  [/Shard/, 'groups of shards are how the service keeps its extents'],
  [/Graph/, 'graph models are snapshots inside the service; make-graph works on any table'],
  [
    /ExtentCorruptedDatetime|PretendExtents|PartitionMetadata|AttachExtents|AttachDatabase|StorageStats|ColumnStatistics(?:Method)?$|Classification$/,
    "it repairs or inspects the service's own storage format",
  ],
  [
    /RequestSupport|RequestMemoryProfile|QueryCallTree|QueryExecution|EntitySchema/,
    "it is for the service's support",
  ],
  [/SqlExternalTable|ExportToSqlTable/, 'databases behind SQL connections are not reached yet'],
  [/QueryAcceleration/, 'files of external tables are read in place'],
];

/** Why a command has no meaning here; undefined if it has one. */
export function meaninglessReason(kind: string): string | undefined {
  return FAMILIES.find(([names]) => names.test(kind))?.[1];
}
