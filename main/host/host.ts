import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { type HostContract, type HostHandlers, hostContract } from '../../common/contract/host.ts';
import { createPeer } from '../../common/contract/peer.ts';
import type { Contract, TopicName, TopicOf, Transport } from '../../common/contract/rpc.ts';
import type { SinkWorkerContract } from '../../common/contract/sinks.ts';
import type { StorageWorkerContract } from '../../common/contract/storage.ts';
import {
  type CoverageInfo,
  type IngestWorkerContract,
  type QueryWorkerContract,
  type SnapshotContract,
  snapshotContract,
} from '../../common/contract/worker.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { Alerts } from './alerts/alerts.ts';
import { Catalog } from './catalog/catalog.ts';
import { dataFolder, readerFolder } from './catalog/data-folder.ts';
import { Snapshots } from './catalog/snapshots.ts';
import { showForQuery } from './commands/show-for-query.ts';
import { dropExpiredResults } from './commands/stored-results.ts';
import type {
  HostContext,
  IngestWorker,
  Publish,
  QueryWorker,
  StorageWorker,
  StreamWorker,
} from './context.ts';
import { ExtentScopes } from './extent-scopes.ts';
import { ExternalFiles } from './external/external-files.ts';
import { mirrored } from './external/mirrored.ts';
import { type Allowed, permissionsOf } from './external/permissions.ts';
import { FileExchange } from './files/file-exchange.ts';
import { Jobs } from './jobs.ts';
import { LiveTails } from './live/live-tails.ts';
import { type Logger, SILENT } from './logger.ts';
import { MaterializedViews } from './materialized-views/materialized-views.ts';
import { Merges } from './merges.ts';
import { Operations } from './operations.ts';
import { Pipelines } from './pipelines/pipelines.ts';
import { SupervisedWorker } from './pool/supervised-worker.ts';
import { RequestLog } from './request-log.ts';
import { type KustoServices, kustoServices } from './rest/kusto-services.ts';
import { RunningQueries } from './running-queries.ts';
import { DEFAULT_DATABASE, prepareDatabases, SAMPLES_DATABASE } from './samples.ts';
import { Schema } from './schema.ts';
import { SecretStore } from './secrets/secret-store.ts';
import { alertService } from './services/alerts.ts';
import { configService } from './services/config.ts';
import { coverage } from './services/coverage.ts';
import { ingestService } from './services/ingest.ts';
import { liveService } from './services/live.ts';
import { type LoadRequest, loadFiles, overlayDatabase } from './services/load.ts';
import { pipelineService } from './services/pipelines.ts';
import { queryService } from './services/query.ts';
import { schemaService } from './services/schema.ts';
import { secretService } from './services/secrets.ts';
import { storageService } from './services/storage.ts';
import { streamService } from './services/streams.ts';
import { workspaceService } from './services/workspace.ts';
import { trackResults } from './session.ts';
import { Syncs } from './storage/syncs.ts';
import { Streams } from './streams/streams.ts';
import { TableWriter } from './table-writer.ts';
import { withUpdatePolicies } from './update-policies/with-update-policies.ts';
import {
  dropAutoDeleted,
  dropExpired,
  dropOldTags,
  forgetDropped,
  forgetOperations,
  Upkeep,
} from './upkeep.ts';

export interface HostOptions {
  readonly dataFolder: string;
  /**
   * 'owner' locks the folder and keeps what is changed. 'reader' works on a copy of the catalog, next to
   * whoever owns it; its own changes live in a temporary folder until it is closed. The default database
   * shows the sample's tables too.
   */
  readonly mode?: 'owner' | 'reader';
  readonly version?: string;
  /** Sources or bundles of the worker threads; by default the sources beside this file. */
  readonly workers?: {
    readonly query: URL;
    readonly ingest: URL;
    readonly stream: URL;
    readonly storage: URL;
  };
  /** Folder of the catalog's migrations, where a bundle has put it. */
  readonly migrations?: URL;
  /** Folder with the shipped sample; absent: no sample. */
  readonly samples?: URL;
  /** Start the query worker at the first query instead of at once. */
  readonly lazy?: boolean;
  /** Bytes that the engine may hold before it spills; by default half of the machine's memory. */
  readonly memoryLimit?: number;
  readonly threads?: number;
  /** What queries may do beyond the settings, for as long as the host is open. */
  readonly allow?: Allowed;
  /** Key of the secrets, from the system's keychain; absent: one in a file of the data folder. */
  readonly secretKey?: Uint8Array;
  readonly logger?: Logger;
}

export interface Host extends KustoServices {
  readonly handlers: HostHandlers;
  /** Uploads and downloads of faces that speak HTTP. */
  readonly files: FileExchange;
  /** Serves one client until its transport closes; the results it left are released then. */
  connect(transport: Transport): void;
  /** Tells all clients. */
  publish: Publish;
  /** Makes files a table for as long as the host is open; with `mode: 'reader'` only. */
  load(request: LoadRequest, signal: AbortSignal): Promise<void>;
  /** Tells clients where the Kusto endpoint is. */
  shareAt(endpoint: string): void;
  /** What of the language and of the commands works. */
  coverage(): Promise<CoverageInfo>;
  /** Finishes commits that have begun, then ends the workers and unlocks the folder. */
  close(): Promise<void>;
}

const SOURCES = new URL('../../workers/', import.meta.url);
const WORKERS = {
  query: new URL('engine/engine.worker.ts', SOURCES),
  ingest: new URL('ingest/ingest.worker.ts', SOURCES),
  stream: new URL('ingest/stream.worker.ts', SOURCES),
  storage: new URL('ingest/storage.worker.ts', SOURCES),
};

const UPKEEP = [
  dropExpiredResults,
  dropExpired,
  dropAutoDeleted,
  dropOldTags,
  forgetDropped,
  forgetOperations,
];

/** Streams write small files all the time; what they may hold doesn't depend on how much waits for them. */
const STREAM_MEMORY = 160_000_000;

/** The composition root: the catalog, the workers, and the contract above them. */
export function createHost(options: HostOptions): Host {
  const logger = options.logger ?? SILENT;
  const reader = options.mode === 'reader' ? readerFolder(options.dataFolder) : undefined;
  const folder = reader ?? dataFolder(options.dataFolder);
  const catalog = Catalog.open({
    folder,
    mode: reader ? 'copy' : 'owner',
    ...(options.migrations ? { migrations: options.migrations } : {}),
  });
  prepareDatabases(catalog, options.samples);

  const clients = new Set<ReturnType<typeof createPeer<Contract, HostContract>>>();
  const publish = <T extends TopicName<HostContract>>(
    topic: T,
    value: TopicOf<HostContract, T>,
  ): void => {
    for (const client of clients) client.push(topic, value);
  };

  const snapshots = new Snapshots((path, error) => logger.error(`could not delete ${path}`, error));
  const schema = new Schema(catalog);
  const scopes = new ExtentScopes();
  const merges = new Merges();
  const settings = (name: string) => ({
    spillFolder: join(folder.tmp, `spill-${name}`),
    memoryLimit: options.memoryLimit ?? Math.floor(totalmem() / 2),
    threads: options.threads ?? Math.max(1, cpus().length),
  });
  const workers = options.workers ?? WORKERS;
  const external = new ExternalFiles({
    catalog,
    folder: folder.tmp,
    cacheFolder: folder.cache,
    ingestWorker: () => ingestWorker,
    secret: (name) => context.secrets.get(name),
    permissions: () => permissionsOf(catalog, options.allow),
    onError: (message, error) => logger.error(message, error),
  });
  const snapshotHandlers = {
    'snapshot.take': ({ queryId, tables }) => {
      const taken = tables.map((t) =>
        scopes.limit(queryId, schema.snapshot(t.database, t.table, t.ranges, t.delta)),
      );
      for (const table of taken)
        snapshots.pin(
          queryId,
          table.extents.map((extent) => extent.path),
        );
      return { tables: taken };
    },
    'external.open': (request, { signal }) => external.open(request, signal),
    'external.infer': async (request, { signal }) => ({
      columns: (await external.infer(request.files, request.mode, signal)).columns,
    }),
    'external.mirrored': ({ place, files }) => ({ paths: mirrored(context.syncs, place, files) }),
    'permissions.get': () => ({
      permissions: permissionsOf(catalog, options.allow),
      requestId: randomUUID(),
    }),
    'command.show': (request, { signal }) => showForQuery(context, request, signal),
    'mirror.list': ({ sync, prefix }) => ({ files: context.syncs.files(sync, prefix) }),
    'mirror.fetch': async ({ sync, keys }, { signal }) => ({
      paths: await context.syncs.fetch(context, sync, keys, signal),
    }),
    'snapshot.release': ({ queryId }) => {
      snapshots.release(queryId);
      external.release(queryId);
      return {};
    },
  } satisfies ConstructorParameters<
    typeof SupervisedWorker<QueryWorkerContract, SnapshotContract>
  >[0]['handlers'];
  const queryWorker: QueryWorker = new SupervisedWorker<QueryWorkerContract, SnapshotContract>({
    name: 'query',
    url: workers.query,
    settings: settings('query'),
    contract: snapshotContract,
    handlers: snapshotHandlers,
    onStart: async (worker) => {
      await worker.call('engine.setSchema', schema.get());
    },
    onCrash: (reason) => {
      snapshots.releaseAll();
      external.releaseAll();
      publish('engine.restarted', { worker: 'query', reason });
    },
    logger,
  });
  const ingestWorker: IngestWorker = new SupervisedWorker<IngestWorkerContract, SnapshotContract>({
    name: 'ingest',
    url: workers.ingest,
    settings: settings('ingest'),
    contract: snapshotContract,
    handlers: snapshotHandlers,
    onStart: () => Promise.resolve(),
    onCrash: (reason) => publish('engine.restarted', { worker: 'ingest', reason }),
    logger,
  });

  const streamWorker: StreamWorker = new SupervisedWorker<SinkWorkerContract, SnapshotContract>({
    name: 'stream',
    url: workers.stream,
    settings: { ...settings('stream'), memoryLimit: STREAM_MEMORY, threads: 1 },
    contract: snapshotContract,
    handlers: snapshotHandlers,
    onStart: () => Promise.resolve(),
    onCrash: (reason) => publish('engine.restarted', { worker: 'stream', reason }),
    logger,
  });

  const storageWorker: StorageWorker = new SupervisedWorker<
    StorageWorkerContract,
    SnapshotContract
  >({
    name: 'storage',
    url: workers.storage,
    settings: settings('storage'),
    contract: snapshotContract,
    handlers: snapshotHandlers,
    onStart: () => Promise.resolve(),
    onCrash: (reason) => publish('engine.restarted', { worker: 'storage', reason }),
    logger,
  });

  schema.onChange(async (info) => {
    publish('schema.changed', { version: info.version });
    if (queryWorker.isRunning) await queryWorker.call('engine.setSchema', info);
  });
  const views = new MaterializedViews(reader === undefined);
  const writer = new TableWriter(
    folder,
    catalog,
    snapshots,
    schema,
    (tables) => {
      merges.consider(context, tables);
      views.consider(context, tables);
    },
    (commits, commit) => withUpdatePolicies(context, commits, commit),
  );
  const shared: { endpoint?: string; closing?: boolean } = {};
  const context: HostContext = {
    shared,
    version: options.version ?? '0.0.0',
    folder,
    catalog,
    snapshots,
    schema,
    writer,
    queryWorker,
    ingestWorker,
    streamWorker,
    streams: new Streams(),
    storageWorker,
    syncs: new Syncs(),
    live: new LiveTails(),
    files: new FileExchange(folder.tmp),
    secrets: new SecretStore({
      folder: options.dataFolder,
      readOnly: reader !== undefined,
      ...(options.secretKey ? { key: options.secretKey } : {}),
    }),
    external,
    jobs: new Jobs((job) => publish('jobs.changed', { job })),
    running: new RunningQueries(),
    operations: new Operations(catalog.operations),
    requests: new RequestLog(),
    views,
    upkeep: new Upkeep(UPKEEP),
    pipelines: new Pipelines(),
    alerts: new Alerts((host) => permissionsOf(host.catalog, options.allow).http.hosts),
    scopes,
    publish,
    logger,
  };
  const handlers: HostHandlers = {
    ...queryService(context),
    ...schemaService(context),
    ...ingestService(context),
    ...streamService(context),
    ...storageService(context),
    ...pipelineService(context),
    ...alertService(context),
    ...configService(context),
    ...liveService(context),
    ...secretService(context),
    ...workspaceService(context),
  };
  context.live.start(context);
  if (reader) overlayDatabase(context, DEFAULT_DATABASE, SAMPLES_DATABASE);
  // The first query shouldn't wait for the engine to load; a failure shows at the first call.
  // A reader works beside the owner, whose catalog it only has a copy of.
  if (!reader) {
    context.upkeep.start(context);
    context.pipelines.start(context);
    context.alerts.start(context);
    context.streams.resume(context);
    context.syncs.resume(context);
  } else context.syncs.open(context);
  if (!options.lazy) {
    queryWorker.start().catch(() => {});
    views.resume(context);
  }

  return {
    ...kustoServices(context),
    handlers,
    files: context.files,
    publish,
    load: async (request, signal) => {
      if (!reader) throw new AppError('internal', 'not_a_reader', 'Only a reader loads files.');
      await loadFiles(context, request, signal);
    },
    shareAt: (endpoint) => {
      shared.endpoint = endpoint;
    },
    coverage: () => coverage(context),
    connect(transport) {
      const session = trackResults(handlers);
      const peer = createPeer<Contract, HostContract>(transport, {
        contract: hostContract,
        handlers: session.handlers,
      });
      clients.add(peer);
      peer.onClose(() => {
        clients.delete(peer);
        session.release().catch((error: unknown) => logger.error('release failed', error));
      });
    },
    async close() {
      shared.closing = true;
      merges.close();
      await context.upkeep.close();
      await context.pipelines.close();
      await context.alerts.close();
      await context.streams.close();
      await context.syncs.close();
      context.jobs.cancelAll();
      context.operations.cancelAll();
      await context.operations.idle();
      for (const client of clients) client.close();
      await Promise.all([
        queryWorker.close(),
        ingestWorker.close(),
        streamWorker.close(),
        storageWorker.close(),
      ]);
      await merges.idle();
      await views.idle();
      catalog.close();
      if (reader) await rm(reader.temporary, { recursive: true, force: true });
    },
  };
}
