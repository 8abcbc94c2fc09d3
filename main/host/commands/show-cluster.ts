import { availableParallelism, freemem, hostname, totalmem } from 'node:os';
import { AppError } from '../../../common/errors/app-error.ts';
import { ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import { permissionsOf } from '../external/permissions.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type CommandRecord,
  type Commands,
  records,
  table,
} from './command.ts';

const startedAt = (): bigint => ticksOfUnixMillis(Date.now() - process.uptime() * 1_000);

/** This machine is the one node. */
function node({ host }: CommandCall): CommandRecord {
  return {
    NodeId: String(process.pid),
    Address: '127.0.0.1',
    Name: hostname(),
    StartTime: startedAt(),
    IsAdmin: true,
    MachineTotalMemory: totalmem(),
    MachineAvailableMemory: freemem(),
    ProcessorCount: availableParallelism(),
    EnvironmentDescription: `Calypso ${host.version}`,
  };
}

function showDiagnostics(call: CommandCall): CommandAnswer {
  const { host } = call;
  const databases = host.catalog.databases.list();
  const tables = databases
    .flatMap((database) => [...host.catalog.tables.list(database)])
    .map((t) => ({ name: t.name, extents: host.schema.extentsOf(t) }));
  const largest = tables.toSorted((a, b) => b.extents.length - a.extents.length)[0];
  const bytes = tables.flatMap((t) => t.extents).reduce((sum, e) => sum + e.sizeBytes, 0);
  const jobs = host.jobs.list();
  const running = (kind: string): number =>
    jobs.filter((job) => job.kind === kind && job.state === 'running').length;
  const failed = (kind: string): number =>
    jobs.filter((job) => job.kind === kind && job.state === 'failed').length;
  return records(call, [
    {
      IsHealthy: true,
      EnvironmentDescription: `Calypso ${host.version}`,
      IsScaleOutRequired: false,
      MachinesTotal: 1,
      MachinesOffline: 0,
      NodeLastRestartedOn: startedAt(),
      AdminLastElectedOn: startedAt(),
      ExtentsTotal: tables.reduce((sum, t) => sum + t.extents.length, 0),
      TotalOriginalDataSize: bytes,
      TotalExtentSize: bytes,
      IngestionsInProgress: running('ingest'),
      MergesInProgress: running('merge'),
      ExportsInProgress: running('export'),
      FailedIngestOperations: failed('ingest'),
      FailedMergeOperations: failed('merge'),
      BuildVersion: host.version,
      ProductVersion: `Calypso ${host.version}`,
      IsAttentionRequired: false,
      NotHealthyReason: '',
      MaxExtentsInSingleTable: largest?.extents.length ?? 0,
      TableWithMaxExtents: largest?.name ?? '',
      NumberOfDatabases: databases.length,
      PendingContinuousExports: host.catalog.pipelines
        .list('pipeline')
        .filter(({ id }) => host.catalog.pipelines.countPending(id) > 0).length,
    },
  ]);
}

/** A desk has no slots to run out of; what is under way is counted against the processors. */
function showCapacity(call: CommandCall): CommandAnswer {
  const { host } = call;
  const total = availableParallelism();
  const jobs = host.jobs.list().filter((job) => job.state === 'running');
  const count = (kind: string): number => jobs.filter((job) => job.kind === kind).length;
  const consumed: Readonly<Record<string, number>> = {
    Ingestions: count('ingest'),
    'Extents-Merge': count('merge'),
    'Data-Export': count('export'),
    Queries: host.running.list().length,
  };
  const wanted = call.arguments.optional('Resource')?.toLowerCase();
  return records(
    call,
    Object.entries(consumed)
      .filter(([Resource]) => wanted === undefined || Resource.toLowerCase() === wanted)
      .map(([Resource, Consumed]) => ({
        Resource,
        Total: total,
        Consumed,
        Remaining: Math.max(0, total - Consumed),
      })),
  );
}

async function showMemory({ host, signal }: CommandCall): Promise<CommandAnswer> {
  const query = await host.queryWorker.call('engine.memory', {}, { signal });
  const { rss, heapUsed } = process.memoryUsage();
  return table(
    [
      ['NodeId', 'string'],
      ['Area', 'string'],
      ['Bytes', 'long'],
    ],
    [
      { NodeId: String(process.pid), Area: 'Process', Bytes: rss },
      { NodeId: String(process.pid), Area: 'Host', Bytes: heapUsed },
      { NodeId: String(process.pid), Area: 'QueryEngine', Bytes: query.bytes },
    ],
  );
}

const DEFAULT_GROUP = 'default';

function showWorkloadGroups(call: CommandCall): CommandAnswer {
  const wanted = call.arguments.optional('WorkloadGroup');
  if (wanted !== undefined && wanted !== DEFAULT_GROUP)
    throw new AppError(
      'semantic',
      'unknown_group',
      `There is no workload group named '${wanted}'.`,
      {
        hints: ['A desk has one: default.'],
      },
    );
  return records(call, [{ WorkloadGroupName: DEFAULT_GROUP, WorkloadGroup: '{}' }]);
}

/** Plugins that reach beyond the data are on when the settings allow them. */
async function showPlugins({ host, signal }: CommandCall): Promise<CommandAnswer> {
  const { plugins } = await host.queryWorker.call('engine.coverage', {}, { signal });
  const allowed = permissionsOf(host.catalog);
  const isEnabled = (name: string): boolean => {
    if (name === 'python') return allowed.python.allowed;
    if (name.startsWith('http_request')) return allowed.http.hosts.length > 0;
    return true;
  };
  return table(
    [
      ['PluginName', 'string'],
      ['IsEnabled', 'bool'],
    ],
    plugins.implemented.map((PluginName) => ({ PluginName, IsEnabled: isEnabled(PluginName) })),
  );
}

/** Pages ".show cluster", ".show diagnostics", ".show capacity", ".show version", ".show plugins". */
export const clusterCommands: Commands = {
  ShowCluster: (call) => records(call, [node(call)]),
  ShowClusterDetails: (call) =>
    records(call, [{ ...node(call), NetAndClsVersion: `Node.js ${process.version}` }]),
  ShowDiagnostics: showDiagnostics,
  ShowCapacity: showCapacity,
  ShowVersion: (call) =>
    records(call, [
      {
        BuildVersion: call.host.version,
        BuildTime: null,
        ServiceType: 'Engine',
        ProductVersion: `Calypso ${call.host.version}`,
      },
    ]),
  ShowMemory: showMemory,
  // Files are read through the system's own cache, of which only it knows the figures.
  ShowCache: (call) =>
    records(call, [{ NodeId: String(process.pid), TotalMemoryCapacity: totalmem() }]),
  ShowWorkloadGroups: showWorkloadGroups,
  ShowWorkloadGroup: showWorkloadGroups,
  ShowPlugins: showPlugins,
};
