import { z } from 'zod';
import { formatName } from './ingest.ts';
import { storagePlace } from './storage-place.ts';
import { kafkaCluster } from './stream.ts';
import { none } from './values.ts';

/** Seconds; what comes back more often than that is an arrival. */
const SHORTEST_INTERVAL = 1;
const LONGEST_INTERVAL = 366 * 86_400;

/** What starts a run. */
export const trigger = z.discriminatedUnion('on', [
  z.strictObject({
    on: z.literal('interval'),
    seconds: z.number().min(SHORTEST_INTERVAL).max(LONGEST_INTERVAL),
  }),
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  z.strictObject({
    on: z.literal('cron'),
    cron: z.string().min(1),
    zone: z.enum(['utc', 'local']).default('local'),
  }),
  /** A commit to a table that is read; commits that come while a run is under way are one more run. */
  z.strictObject({
    on: z.literal('arrival'),
    /** So long after the first commit, so that many small ones are one run. */
    afterSeconds: z.number().min(0).max(3_600).default(1),
  }),
  /** By hand. */
  z.strictObject({ on: z.literal('demand') }),
]);
export type Trigger = z.infer<typeof trigger>;

const kql = z.string().trim().min(1);

/** What a pipeline reads. */
export const pipelineSource = z.discriminatedUnion('kind', [
  /** A stored table; each row is read once, however long it takes and whatever is restarted meanwhile. */
  z.strictObject({ kind: z.literal('table'), table: z.string().min(1) }),
  /** Any query. Rows of the tables in `over` are read once each; other tables are read whole in each run. */
  z.strictObject({ kind: z.literal('query'), query: kql, over: z.array(z.string()).default([]) }),
  /** Files, folders and globs of this machine. A file is read once, and again if it has changed. */
  z.strictObject({
    kind: z.literal('files'),
    paths: z.array(z.string().min(1)).min(1),
    format: formatName.optional(),
  }),
]);
export type PipelineSource = z.infer<typeof pipelineSource>;

export const FILE_FORMATS = ['parquet', 'csv', 'tsv', 'json'] as const;

/** Where a PostgreSQL server is. Its password is kept apart, under the pipeline's name. */
export const postgresServer = z.strictObject({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535).default(5_432),
  database: z.string().min(1),
  user: z.string().min(1),
  /** `verify` checks the server's certificate, `trust` encrypts only. */
  tls: z.enum(['off', 'trust', 'verify']).default('off'),
});
export type PostgresServer = z.infer<typeof postgresServer>;

/** How files are written. */
const layout = {
  format: z.enum(FILE_FORMATS).default('parquet'),
  partitionBy: z.array(z.string()).default([]),
  prefix: z
    .string()
    .regex(/^[\w.-]+$/, 'letters, digits, _, . and - only')
    .default('part'),
  /** Text is compressed with gzip only; Parquet by default with zstd. */
  compression: z.enum(['gzip', 'snappy', 'zstd']).optional(),
  /** Names in the first line of csv and tsv. */
  headers: z.boolean().default(true),
};

/** Where the rows go. */
export const pipelineDestination = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('table'),
    table: z.string().min(1),
    /** By default the pipeline's own. */
    database: z.string().optional(),
    mode: z.enum(['append', 'replace']).default('append'),
  }),
  /** A folder of this machine: files per run, in folders `column=value` where there are partitions. */
  z.strictObject({
    kind: z.literal('files'),
    folder: z.string().min(1),
    ...layout,
    mode: z.enum(['append', 'replace']).default('append'),
  }),
  /** The same in a container of Azure or a bucket of S3. The key or signature is the pipeline's secret. */
  z.strictObject({
    kind: z.literal('storage'),
    place: storagePlace,
    /** What the keys begin with; a folder ends with `/`. */
    below: z.string().default(''),
    ...layout,
  }),
  /** Continuous export (page "Continuous data export"). */
  z.strictObject({
    kind: z.literal('externalTable'),
    table: z.string().min(1),
    properties: z.record(z.string(), z.string()).default({}),
  }),
  /** One JSON record per row. At least once: after a crash the rows of the last run may come again. */
  z.strictObject({
    kind: z.literal('kafka'),
    cluster: kafkaCluster,
    topic: z.string().min(1),
    /** Column whose value is the record's key, and so chooses its partition. */
    keyColumn: z.string().optional(),
  }),
  /** Rows and the mark of their run are one transaction of the server. */
  z.strictObject({
    kind: z.literal('postgres'),
    server: postgresServer,
    schema: z.string().min(1).default('public'),
    table: z.string().min(1),
    mode: z.enum(['append', 'replace']).default('append'),
  }),
]);
export type PipelineDestination = z.infer<typeof pipelineDestination>;

export const retryRule = z.strictObject({
  /** Tries of one run, the first included. */
  attempts: z.number().int().min(1).max(100).default(5),
  /** Before the second try; doubles each time. */
  firstSeconds: z.number().min(0.05).max(3_600).default(2),
  longestSeconds: z.number().min(0.05).max(86_400).default(300),
});

export const pipelineDefinition = z.strictObject({
  name: z.string().min(1).max(256),
  database: z.string().min(1),
  source: pipelineSource,
  /** Operators that the rows of the source go through: `where x > 1 | summarize count() by y`. */
  transform: z.string().trim().default(''),
  destination: pipelineDestination,
  trigger: trigger.default({ on: 'demand' }),
  retry: retryRule.prefault({}),
  /** Rows of `over` tables are taken once they are so old. */
  delaySeconds: z.number().min(0).max(LONGEST_INTERVAL).default(0),
});
export type PipelineDefinition = z.infer<typeof pipelineDefinition>;

export const runState = z.enum(['running', 'retrying', 'completed', 'failed', 'cancelled']);

/** One run of a pipeline or of an alert. Times are ISO 8601, '' while not known. */
export const runInfo = z.object({
  run: z.number().int(),
  trigger: z.enum(['interval', 'cron', 'arrival', 'demand']),
  state: runState,
  startedAt: z.string(),
  endedAt: z.string(),
  attempts: z.number().int(),
  /** Rows that arrived at the destination. */
  rows: z.number(),
  /** Why it failed, or what went wrong in an earlier try. */
  message: z.string(),
});
export type RunInfo = z.infer<typeof runInfo>;

export const pipelineInfo = z.object({
  definition: pipelineDefinition,
  state: z.enum(['idle', 'running', 'retrying', 'paused', 'failed']),
  lastRun: runInfo.optional(),
  /** ISO 8601; '' where nothing is planned. */
  nextRunAt: z.string(),
  /** Extents that wait to be read. */
  pendingExtents: z.number(),
  /** Since the pipeline was made. */
  rows: z.number(),
});
export type PipelineInfo = z.infer<typeof pipelineInfo>;

/** A pipeline or an alert: its name is its database's. */
export const inDatabase = z.object({ database: z.string(), name: z.string() });

export const pipelineCalls = {
  'pipelines.list': { params: none, result: z.object({ pipelines: z.array(pipelineInfo) }) },
  /**
   * Makes a pipeline or gives one a new definition; what it has read stays read. `existing: false` reads only
   * what comes from now on. The secret is the destination's: a password.
   */
  'pipelines.save': {
    params: z.object({
      definition: pipelineDefinition,
      secret: z.string().optional(),
      existing: z.boolean().default(true),
    }),
    result: pipelineInfo,
  },
  /** Resolves when the run has ended; a cancelled call cancels it. Refused while another run is under way. */
  'pipelines.run': { params: inDatabase, result: runInfo },
  /** Ends a run that is under way; nothing of it is kept. */
  'pipelines.cancel': { params: inDatabase, result: none },
  'pipelines.pause': { params: inDatabase, result: pipelineInfo },
  'pipelines.resume': { params: inDatabase, result: pipelineInfo },
  'pipelines.remove': { params: inDatabase, result: none },
  /** Newest first. */
  'pipelines.runs': {
    params: inDatabase.extend({ limit: z.number().int().min(1).max(1_000).default(100) }),
    result: z.object({ runs: z.array(runInfo) }),
  },
} as const;
