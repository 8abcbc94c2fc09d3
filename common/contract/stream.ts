import { z } from 'zod';
import { formatName, mappedColumn, readOptions } from './ingest.ts';
import { extent } from './store.ts';
import { column, kqlType, none } from './values.ts';

/**
 * Formats of single records. `json` wants one value per record, the separated ones may hold several lines, `txt`
 * and `raw` take the record as it is, `avro` and `protobuf` need a `schema`.
 */
export const STREAM_FORMATS = [
  'json',
  'csv',
  'tsv',
  'psv',
  'scsv',
  'sohsv',
  'txt',
  'raw',
  'avro',
  'protobuf',
] as const;
export const streamFormat = z.enum(STREAM_FORMATS);
export type StreamFormat = z.infer<typeof streamFormat>;

/** Whether a record's values have names; in the other formats they have places. */
export const hasNames = (format: StreamFormat): boolean =>
  format === 'json' || format === 'avro' || format === 'protobuf';

/**
 * What records were written with. With a registry each says the id of its schema (Confluent's wire format), and
 * is read as the registry says, whichever of `json`, `avro` and `protobuf` it is.
 */
export const streamSchema = z.object({
  registry: z
    .object({
      /** Where its API begins, as `http://host:8081`. */
      url: z.url({ protocol: /^https?$/ }),
      username: z.string().optional(),
      /** Kept as a secret. */
      password: z.string().optional(),
      /** PEM of the authorities to trust instead of the system's. */
      ca: z.string().optional(),
    })
    .optional(),
  /**
   * Avro's schema as JSON, or a `.proto` text. Without a registry records were written with it; with one it is
   * the schema that Avro's records are wanted in, whatever they were written with.
   */
  text: z.string().optional(),
  /** The message of a `.proto` text; by default the first one. */
  message: z.string().optional(),
});
export type StreamSchema = z.infer<typeof streamSchema>;

/** Where a source that nobody has read yet begins. */
export const streamStart = z.discriminatedUnion('from', [
  z.object({ from: z.literal('earliest') }),
  z.object({ from: z.literal('latest') }),
  /** ISO 8601. */
  z.object({ from: z.literal('time'), time: z.string() }),
  /** Next position of each part, `topic/partition` → offset for Kafka; parts not named begin at the earliest. */
  z.object({ from: z.literal('positions'), positions: z.record(z.string(), z.string()) }),
]);
export type StreamStart = z.infer<typeof streamStart>;

/** How a server proves who it is, and who we are. */
export const streamTls = z.object({
  /** PEM of the authorities to trust instead of the system's. */
  ca: z.string().optional(),
  /** PEM of the client's certificate and key, where the server asks for one. The key is kept as a secret. */
  certificate: z.string().optional(),
  key: z.string().optional(),
  /** Accept any certificate; for tests on one's own machine. */
  trustAny: z.boolean().default(false),
});
export type StreamTls = z.infer<typeof streamTls>;

/** How a Kafka cluster is reached. Passwords and tokens are kept apart, under the stream's name. */
export const kafkaCluster = z.object({
  brokers: z.array(z.string().regex(/^[^\s,]+:\d+$/, 'a broker is host:port')).min(1),
  tls: streamTls.optional(),
  sasl: z
    .object({
      mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer']),
      username: z.string().default(''),
      /**
       * For `oauthbearer`: where tokens are fetched by client credentials, the user name as the client's id and
       * the secret as its secret. Without it the secret is a token, which lives as long as it lives.
       */
      tokenUrl: z.url().optional(),
      scope: z.string().optional(),
    })
    .optional(),
});
export type KafkaCluster = z.infer<typeof kafkaCluster>;

export const kafkaSource = z.object({
  kind: z.literal('kafka'),
  cluster: kafkaCluster,
  /** Names, or one regular expression between slashes: `/^orders\./`. */
  topics: z.array(z.string().min(1)).min(1),
  /** Consumer group; by default one of the stream's own. */
  group: z.string().optional(),
  /** Only these partitions, of all topics. */
  partitions: z.array(z.number().int().min(0)).optional(),
});
export type KafkaSource = z.infer<typeof kafkaSource>;

/**
 * Text files that grow, as `tail -F` follows them: what was renamed, copied away or compressed is known by its
 * first bytes. A position is the byte after the last record; `positions` of a start go by path.
 */
export const fileSource = z.object({
  kind: z.literal('file'),
  /** Paths or globs. Globs should match the rotated files too (`/var/log/app.log*`). */
  paths: z.array(z.string().min(1)).min(1),
  /**
   * `lines`: each record in the stream's format. `header`: separated values whose first line names the fields.
   * `w3c`: W3C extended log files. The last two make JSON records by name.
   */
  layout: z.enum(['lines', 'header', 'w3c']).default('lines'),
  /** By default what the byte order mark or the bytes themselves say. */
  encoding: readOptions.shape.encoding,
  /** Regular expression that the first line of a record matches; other lines belong to the record before them. */
  recordStart: z.string().optional(),
});
export type FileSource = z.infer<typeof fileSource>;

/** Files that appear in folders: each is taken in whole and once, in any format that files can have. */
export const folderSource = z.object({
  kind: z.literal('folder'),
  /** Folders (with all that is below them), paths or globs. */
  paths: z.array(z.string().min(1)).min(1),
  /** By default each file's own. */
  format: formatName.optional(),
  options: readOptions.omit({ format: true }).prefault({}),
  /** A file that has not changed for so long is finished. */
  settleSeconds: z.number().min(0).max(3_600).default(2),
  /** What to do with a file that changes after it was taken in: its rows stay, and `ingest` adds the new ones. */
  overwritten: z.enum(['keep', 'report', 'ingest']).default('report'),
});
export type FolderSource = z.infer<typeof folderSource>;

/**
 * HTTP posts to a port of the loopback: NDJSON, JSON, CSV and OTLP logs (`/v1/logs`), answered once the rows are
 * stored. With a secret, posts have to bring it as bearer token.
 */
export const httpListenerSource = z.object({
  kind: z.literal('http-listener'),
  /** 0: any free one, which the stream's message tells. 4318 is OTLP's. */
  port: z.number().int().min(0).max(65_535).default(4_318),
  /** Longest body, unpacked. */
  maxBytes: z
    .number()
    .int()
    .min(1_024)
    .default(16 * 1024 * 1024),
});
export type HttpListenerSource = z.infer<typeof httpListenerSource>;

/** Syslog (RFC 5424, RFC 3164) on a port of the loopback. Neither transport acknowledges anything. */
export const syslogSource = z.object({
  kind: z.literal('syslog'),
  port: z.number().int().min(0).max(65_535).default(5_514),
  transports: z
    .array(z.enum(['udp', 'tcp']))
    .min(1)
    .default(['udp', 'tcp']),
});
export type SyslogSource = z.infer<typeof syslogSource>;

/** Topics of an MQTT broker, at QoS 1 in a session that outlives connections. The secret is the password. */
export const mqttSource = z.object({
  kind: z.literal('mqtt'),
  /** `mqtt://host:1883` or `mqtts://host:8883`. */
  url: z.string().regex(/^mqtts?:\/\/[^\s/]+\/?$/, 'write mqtt://host:port or mqtts://host:port'),
  /** Topic filters: `plant/+/temperature`, `plant/#`. */
  topics: z.array(z.string().min(1)).min(1),
  username: z.string().optional(),
  /** By default one of the stream's own. The broker keeps the session under this name. */
  clientId: z.string().min(1).optional(),
  version: z.enum(['5', '3.1.1']).default('5'),
  tls: streamTls.optional(),
  /** How long the broker keeps what comes while nobody reads (version 5). */
  sessionExpirySeconds: z
    .number()
    .int()
    .min(60)
    .max(0xff_ff_ff_ff)
    .default(7 * 86_400),
});
export type MqttSource = z.infer<typeof mqttSource>;

/**
 * Azure Event Hubs by AMQP, and IoT Hub by its built-in Event Hub-compatible endpoint. The connection string is the
 * secret. A part is `hub/partition`, a position a sequence number. Columns of their own: `@sequenceNumber`,
 * `@eventOffset`, `@messageId`, `@correlationId`, `@contentType`, and every system property by its name, as
 * `@iothub-connection-device-id`; `@key` is the partition key, `@headers` are the application's properties.
 */
export const eventHubsSource = z.object({
  kind: z.literal('eventHubs'),
  /** `NAMESPACE.servicebus.windows.net` */
  host: z.string().min(1),
  hub: z.string().min(1),
  /** Consumer group: a view of the hub, which others may read as well. */
  group: z.string().min(1).default('$Default'),
  /** Only these partitions, by their ids. */
  partitions: z.array(z.string()).optional(),
});
export type EventHubsSource = z.infer<typeof eventHubsSource>;

/** What a stream reads. A new kind of source is a member here and a folder in `workers/ingest/sources`. */
export const streamSource = z.discriminatedUnion('kind', [
  kafkaSource,
  fileSource,
  eventHubsSource,
  httpListenerSource,
  syslogSource,
  mqttSource,
  folderSource,
]);
export type StreamSource = z.infer<typeof streamSource>;

/** When a batch is closed and committed: whichever comes first. */
export const streamFlush = z.object({
  seconds: z.number().min(0.1).max(3_600).default(1),
  rows: z.number().int().min(1).default(500_000),
  bytes: z
    .number()
    .int()
    .min(1_024)
    .default(64 * 1024 * 1024),
});
export type StreamFlush = z.infer<typeof streamFlush>;

/**
 * A source that fills a table. Paths of `columns` are JSONPath into the record (`$` is the whole of it), or the
 * record's own properties: `@topic`, `@partition`, `@offset`, `@timestamp`, `@key`, `@headers`.
 */
export const streamDefinition = z.object({
  name: z.string().min(1).max(256),
  database: z.string(),
  table: z.string().min(1).max(1024),
  source: streamSource,
  format: streamFormat.default('json'),
  schema: streamSchema.optional(),
  columns: z.array(mappedColumn).optional(),
  start: streamStart.default({ from: 'earliest' }),
  flush: streamFlush.prefault({}),
});
export type StreamDefinition = z.infer<typeof streamDefinition>;

/** The format of the records that a source hands over: some decode what they read themselves. */
export function deliveredFormat({
  source,
  format,
}: Pick<StreamDefinition, 'source' | 'format'>): StreamFormat {
  if (source.kind === 'syslog' || source.kind === 'http-listener') return 'json';
  if (source.kind !== 'file') return format;
  if (source.layout !== 'lines') return 'json';
  // A record of several lines is one row.
  return source.recordStart !== undefined && format === 'txt' ? 'raw' : format;
}

export const streamState = z.enum(['starting', 'running', 'waiting', 'paused', 'failed']);
export type StreamState = z.infer<typeof streamState>;

export const streamInfo = z.object({
  definition: streamDefinition,
  state: streamState,
  /** Committed since the stream was made. */
  rows: z.number(),
  /** Records that did not decode: kept in `<table>_deadletter`. */
  deadLettered: z.number(),
  /** Records that are gone: their batch could not be decompressed, or the source deleted them unread. */
  lost: z.number(),
  rowsPerSecond: z.number(),
  /** Records that wait at the source; -1 while unknown. */
  lag: z.number(),
  /** The last thing that went wrong or is worth a look, with the time; '' if nothing is. */
  message: z.string(),
  /** ISO 8601; '' before the first one. */
  lastCommitAt: z.string(),
  positions: z.record(z.string(), z.string()),
});
export type StreamInfo = z.infer<typeof streamInfo>;

/** A topic of a cluster, as it is browsed. */
export const topicInfo = z.object({
  name: z.string(),
  partitions: z.array(
    z.object({ partition: z.number(), low: z.string(), high: z.string(), leader: z.number() }),
  ),
  groups: z.array(z.object({ group: z.string(), lag: z.number() })),
});
export type TopicInfo = z.infer<typeof topicInfo>;

export const peekedRecord = z.object({
  part: z.string(),
  position: z.string(),
  /** ISO 8601. */
  timestamp: z.string(),
  key: z.string(),
  headers: z.record(z.string(), z.string()),
  /** The first part of the value as text; binary values as base64. */
  value: z.string(),
  bytes: z.number(),
});
export type PeekedRecord = z.infer<typeof peekedRecord>;

/** A change of a stream's state, or what it said in that state. */
export const streamMessage = z.object({
  /** ISO 8601. */
  at: z.string(),
  state: streamState,
  text: z.string(),
});
export type StreamMessage = z.infer<typeof streamMessage>;

const named = z.object({ name: z.string() });
/** What the stream's server is shown: a password, a token. Stays out of definitions, logs and exports. */
const secret = z.string().optional();

export const streamCalls = {
  'streams.list': { params: none, result: z.object({ streams: z.array(streamInfo) }) },
  /** Makes the table too, if there is none, with columns that the first records show. */
  'streams.create': {
    params: z.object({ definition: streamDefinition, secret }),
    result: streamInfo,
  },
  'streams.pause': { params: named, result: streamInfo },
  /** With a secret, it takes the place of the one before: a password that was wrong or has changed. */
  'streams.resume': { params: named.extend({ secret }), result: streamInfo },
  /** Reads again, or skips, from there on; rows that are in the table stay. */
  'streams.rewind': { params: named.extend({ start: streamStart }), result: streamInfo },
  'streams.remove': { params: named, result: none },
  'streams.browse': {
    params: z.object({ source: streamSource, secret }),
    result: z.object({ topics: z.array(topicInfo) }),
  },
  /** Columns that the last records of a source would make; none where it holds no records. Nothing is stored. */
  'streams.inspect': {
    params: z.object({ definition: streamDefinition, secret }),
    result: z.object({
      columns: z.array(mappedColumn),
      /** The first rows as text, in the order of the columns. */
      preview: z.array(z.array(z.string().nullable())),
      records: z.number(),
    }),
  },
  /** The command that would make the stream again, without its secrets. */
  'streams.script': { params: named, result: z.object({ text: z.string() }) },
  /** What happened to a stream since the host started, oldest first. */
  'streams.messages': {
    params: named,
    result: z.object({ messages: z.array(streamMessage) }),
  },
  /** The last records of a source, without taking them in. */
  'streams.peek': {
    params: z.object({
      source: streamSource,
      secret,
      records: z.number().int().min(1).max(1_000).default(20),
    }),
    result: z.object({ records: z.array(peekedRecord) }),
  },
} as const;

/** What happens in a running stream; events of one run arrive in order. */
export const streamEvent = z.discriminatedUnion('kind', [
  /** Written, not yet visible. The host commits rows and positions together and says so with `stream.committed`. */
  z.object({
    kind: z.literal('batch'),
    batch: z.number(),
    extents: z.array(extent),
    columns: z.array(column),
    deadLetters: z.array(extent),
    deadLetterColumns: z.array(column),
    rows: z.number(),
    positions: z.record(z.string(), z.string()),
  }),
  z.object({
    kind: z.literal('status'),
    state: z.enum(['running', 'waiting']),
    lag: z.number(),
    lost: z.number(),
    message: z.string(),
  }),
]);
export type StreamEvent = z.infer<typeof streamEvent>;

/** What the host asks of the thread that runs the streams. */
export const streamWorkerContract = {
  calls: {
    /** Runs until it is cancelled or fails for good. */
    'stream.run': {
      params: z.object({
        definition: streamDefinition,
        secret,
        /** The table's columns. */
        target: z.array(column),
        /** Next position of each part, as committed. */
        positions: z.record(z.string(), z.string()),
        /** A folder of this run's own; the host moves committed files out of it. */
        folder: z.string(),
      }),
      result: none,
      event: streamEvent,
    },
    'stream.committed': {
      params: z.object({ name: z.string(), batch: z.number() }),
      result: none,
    },
    /** Somebody watches the table: batches for it are closed after so many seconds, for so many milliseconds. */
    'stream.hurry': {
      params: z.object({
        database: z.string(),
        table: z.string(),
        seconds: z.number().positive(),
        forMs: z.number().positive(),
      }),
      result: none,
    },
    'stream.browse': streamCalls['streams.browse'],
    'stream.peek': streamCalls['streams.peek'],
    /** Values of the first records, in a file that can be inspected. */
    'stream.sample': {
      params: z.object({ definition: streamDefinition, secret, path: z.string() }),
      result: z.object({
        records: z.number(),
        /** Types of columns that a schema says, which values alone may not show. */
        types: z.record(z.string(), kqlType).optional(),
        /** The columns, where they are known without records. */
        columns: z.array(mappedColumn).optional(),
        /** Files to look at in place of the sample. */
        files: z.object({ paths: z.array(z.string()), options: readOptions }).optional(),
      }),
    },
    'engine.memory': { params: none, result: z.object({ bytes: z.number() }) },
  },
  topics: {},
} as const;
export type StreamWorkerContract = typeof streamWorkerContract;
