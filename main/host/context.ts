import type { HostContract } from '../../common/contract/host.ts';
import type { TopicName, TopicOf } from '../../common/contract/rpc.ts';
import type { SinkWorkerContract } from '../../common/contract/sinks.ts';
import type { StorageWorkerContract } from '../../common/contract/storage.ts';
import type {
  IngestWorkerContract,
  QueryWorkerContract,
  SnapshotContract,
} from '../../common/contract/worker.ts';
import type { Alerts } from './alerts/alerts.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { DataFolder } from './catalog/data-folder.ts';
import type { Snapshots } from './catalog/snapshots.ts';
import type { ExtentScopes } from './extent-scopes.ts';
import type { ExternalFiles } from './external/external-files.ts';
import type { FileExchange } from './files/file-exchange.ts';
import type { Jobs } from './jobs.ts';
import type { LiveTails } from './live/live-tails.ts';
import type { Logger } from './logger.ts';
import type { MaterializedViews } from './materialized-views/materialized-views.ts';
import type { Operations } from './operations.ts';
import type { Pipelines } from './pipelines/pipelines.ts';
import type { SupervisedWorker } from './pool/supervised-worker.ts';
import type { RequestLog } from './request-log.ts';
import type { RunningQueries } from './running-queries.ts';
import type { Schema } from './schema.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import type { Syncs } from './storage/syncs.ts';
import type { Streams } from './streams/streams.ts';
import type { TableWriter } from './table-writer.ts';
import type { Upkeep } from './upkeep.ts';

export type QueryWorker = SupervisedWorker<QueryWorkerContract, SnapshotContract>;
export type IngestWorker = SupervisedWorker<IngestWorkerContract, SnapshotContract>;
export type StreamWorker = SupervisedWorker<SinkWorkerContract, SnapshotContract>;
export type StorageWorker = SupervisedWorker<StorageWorkerContract, SnapshotContract>;
export type Publish = <T extends TopicName<HostContract>>(
  topic: T,
  value: TopicOf<HostContract, T>,
) => void;

/** What services and commands work with; put together once, in `host.ts`. */
export interface HostContext {
  readonly version: string;
  /** Set once a server shares the host. */
  readonly shared: { readonly endpoint?: string; readonly closing?: boolean };
  readonly folder: DataFolder;
  readonly catalog: Catalog;
  readonly snapshots: Snapshots;
  readonly schema: Schema;
  readonly writer: TableWriter;
  readonly queryWorker: QueryWorker;
  readonly ingestWorker: IngestWorker;
  readonly streamWorker: StreamWorker;
  readonly streams: Streams;
  readonly storageWorker: StorageWorker;
  readonly syncs: Syncs;
  readonly live: LiveTails;
  readonly files: FileExchange;
  /** Passwords and tokens, encrypted on disk; read where they are used. */
  readonly secrets: SecretStore;
  /** Files of queries and external tables. */
  readonly external: ExternalFiles;
  readonly jobs: Jobs;
  readonly running: RunningQueries;
  readonly operations: Operations;
  readonly requests: RequestLog;
  readonly views: MaterializedViews;
  readonly upkeep: Upkeep;
  readonly pipelines: Pipelines;
  readonly alerts: Alerts;
  readonly scopes: ExtentScopes;
  readonly publish: Publish;
  readonly logger: Logger;
}
