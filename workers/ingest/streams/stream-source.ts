import type { MappedColumn, ReadOptions } from '../../../common/contract/ingest.ts';
import type {
  PeekedRecord,
  StreamFormat,
  StreamSource,
  StreamStart,
  TopicInfo,
} from '../../../common/contract/stream.ts';
import type { Column } from '../../../common/types/kql-type.ts';

/** One record of a source. Its bytes are the receiver's until `deliver` resolves. */
export interface StreamRecord {
  /** What has an order of its own: `topic/partition`, a blob, a file. */
  readonly part: string;
  /** Place of this record in its part, as text. */
  readonly position: string;
  /** Where to go on after this record. */
  readonly next: string;
  /** null: a record without a value (Kafka's tombstone). */
  readonly value: Uint8Array | null;
  readonly key: Uint8Array | null;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What this record says of itself beside what its part says of all: columns `@name`. */
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
}

/** A finished file that is taken in whole, as a load of files does. */
export interface StreamFile {
  readonly part: string;
  /** Name to show. */
  readonly name: string;
  readonly path: string;
  /** Position of the part once its rows are stored. */
  readonly next: string;
}

/** What became of a file: its rows are stored, or why it was set aside. */
export type FileOutcome =
  | { readonly rows: number; readonly rejectedCells: number }
  | { readonly reason: string };

export interface SourceStatus {
  readonly state: 'running' | 'waiting';
  /** Records that wait at the source; -1 while unknown. */
  readonly lag: number;
  /** Records that nobody can read any more, since the run began. */
  readonly lost: number;
  readonly message: string;
}

export interface RunContext {
  readonly secret: string | undefined;
  /** Next position of each part, as committed; parts that are not there begin at `start`. */
  readonly positions: ReadonlyMap<string, string>;
  readonly start: StreamStart;
  readonly format: StreamFormat;
  /** The table's columns. */
  readonly target: readonly Column[];
  readonly signal: AbortSignal;
  /** Takes records, in the order of each part; the source waits for it, and reads no further meanwhile. */
  readonly deliver: (records: readonly StreamRecord[]) => Promise<void>;
  /**
   * Takes whole files in: their rows and positions become visible together. What can't be read is kept in the
   * dead-letter table by its name, with its position, so that the others go on.
   */
  readonly deliverFiles: (
    files: readonly StreamFile[],
    options: ReadOptions,
  ) => Promise<readonly FileOutcome[]>;
  /** A part begins here although no record came yet. An empty position forgets the part. */
  readonly begin: (part: string, position: string) => Promise<void>;
  /** Commits what was delivered so far without waiting for more: the source gets nothing else before that. */
  readonly flush: () => Promise<void>;
  readonly status: (status: SourceStatus) => void;
}

/** A run under way. */
export interface RunningSource {
  /** Ends when the signal aborts; throws when the source can't go on. */
  readonly done: Promise<void>;
  /** Rows up to these positions are stored for good: the source may forget them. */
  acknowledge(positions: ReadonlyMap<string, string>): Promise<void>;
}

/** A kind of source: one folder in `sources/`, one line in `streams/sources.ts`. */
export interface StreamSourceKind<S extends StreamSource = StreamSource> {
  readonly kind: S['kind'];
  /** What a part says of all its records: `@topic`, `@partition`. */
  properties(part: string): Readonly<Record<string, string | number>>;
  run(source: S, context: RunContext & { readonly name: string }): Promise<RunningSource>;
  browse(source: S, secret: string | undefined, signal: AbortSignal): Promise<TopicInfo[]>;
  /** The last `count` records, or from the earliest on; nothing is acknowledged. */
  peek(
    source: S,
    secret: string | undefined,
    wanted: {
      readonly count: number;
      readonly from: 'earliest' | 'latest';
      readonly format: StreamFormat;
    },
    signal: AbortSignal,
  ): Promise<StreamRecord[]>;
  /** Columns of its records, where they are known before the first one comes. */
  readonly columns?: readonly MappedColumn[];
  /** Files that show what the table should look like, for a source of whole files. */
  sampleFiles?(
    source: S,
    signal: AbortSignal,
  ): Promise<{ readonly paths: readonly string[]; readonly options: ReadOptions }>;
}

const SHOWN_BYTES = 4_096;

/** A record for the eye: texts cut to a few kilobytes. */
export function peeked(record: StreamRecord): PeekedRecord {
  const value = record.value ?? new Uint8Array();
  return {
    part: record.part,
    position: record.position,
    timestamp: new Date(record.timestamp).toISOString(),
    key: record.key ? textOrBase64(record.key.subarray(0, SHOWN_BYTES)) : '',
    headers: { ...record.headers },
    value: textOrBase64(value.subarray(0, SHOWN_BYTES)),
    bytes: value.byteLength,
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bytes that are no UTF-8 come as base64. */
export function textOrBase64(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('base64');
  }
}
