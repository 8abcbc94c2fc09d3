import { z } from 'zod';
import { formatName, mappedColumn } from './ingest.ts';
import { lookedAt, placeSecret, storagePlace, storedFile } from './storage-place.ts';
import { none } from './values.ts';

/** An Azure Storage queue that Event Grid writes to. */
export const storageQueue = z.object({
  /** `https://ACCOUNT.queue.core.windows.net`; absent: the one of the place's account. */
  service: z.string().optional(),
  name: z.string().min(1),
});
export type StorageQueue = z.infer<typeof storageQueue>;

/** What is kept current here, from where, and how. */
export const syncDefinition = z.object({
  name: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^/\\\p{Cc}]+$/u, 'a name without slashes'),
  place: storagePlace,
  /** Keys begin with it. */
  prefix: z.string().default(''),
  /** Which keys below the prefix: `**` is any number of folders, `*` any part of a name. */
  glob: z.string().default('**'),
  /** Where the rows go; absent: the files are mirrored and nothing more. */
  table: z.object({ database: z.string(), table: z.string().min(1).max(1024) }).optional(),
  format: formatName.optional(),
  /** First record holds names. Undefined: look. */
  header: z.boolean().optional(),
  columns: z.array(mappedColumn).optional(),
  /** Parts of the path like `year=2024` become columns. */
  pathColumns: z.boolean().default(true),
  /** What an overwritten file does to the rows and the copy of the earlier version. */
  onOverwrite: z.enum(['replace', 'keep']).default('replace'),
  /** What a deleted file does to its rows and its copy. */
  onDelete: z.enum(['remove', 'keep']).default('remove'),
  /** What the copies may take; what was least used goes first. */
  budgetBytes: z.number().min(0).optional(),
  parallel: z.number().int().min(1).max(64).default(8),
  bytesPerSecond: z.number().min(1).optional(),
  /** Absent: by hand, and by messages of the queue. */
  intervalSeconds: z.number().min(1).optional(),
  queue: storageQueue.optional(),
});
export type SyncDefinition = z.infer<typeof syncDefinition>;

export const syncState = z.enum(['idle', 'listing', 'running', 'waiting', 'paused', 'failed']);
export type SyncState = z.infer<typeof syncState>;

export const syncInfo = z.object({
  definition: syncDefinition,
  state: syncState,
  files: z.number(),
  bytes: z.number(),
  mirroredFiles: z.number(),
  mirroredBytes: z.number(),
  /** Files whose rows are in the table. */
  ingestedFiles: z.number(),
  rows: z.number(),
  /** Files that could not be read, and were set aside until they change. */
  failedFiles: z.number(),
  /** Of the run that is under way, or the last one. */
  progress: z.object({
    filesDone: z.number(),
    filesTotal: z.number(),
    bytesDone: z.number(),
    bytesTotal: z.number(),
    bytesPerSecond: z.number(),
    /** -1 while unknown. */
    secondsLeft: z.number(),
  }),
  /** The last time that all was as the store has it, ISO 8601; '' before the first one. */
  lastGoodAt: z.string(),
  /** Since then; -1 before the first one. */
  ageSeconds: z.number(),
  /** The last thing that went wrong; '' if nothing has since. */
  message: z.string(),
  /** The first files with a problem, with what to do. */
  problems: z.array(z.object({ key: z.string(), message: z.string() })),
  /** Messages of the queue that were taken in, and those that made no sense. */
  events: z.number(),
  badEvents: z.number(),
  /** Where the copies lie. */
  folder: z.string(),
});
export type SyncInfo = z.infer<typeof syncInfo>;

export const syncedFileInfo = z.object({
  key: z.string(),
  bytes: z.number(),
  modifiedAt: z.number(),
  /** `remote`: known, and fetched when it is needed. */
  state: z.enum(['remote', 'mirrored', 'ingested', 'failed', 'gone']),
  rows: z.number(),
  message: z.string(),
  /** Of the copy; '' without one. */
  path: z.string(),
});

const named = z.object({ name: z.string() });
const secret = placeSecret;

/** A store that is browsed in the tree. */
export const savedPlace = z.object({ name: z.string().min(1).max(200), place: storagePlace });
export type SavedPlace = z.infer<typeof savedPlace>;

export const storageCalls = {
  'storage.places': { params: none, result: z.object({ places: z.array(savedPlace) }) },
  'storage.putPlace': { params: savedPlace.extend({ secret }), result: none },
  'storage.removePlace': { params: named, result: none },
  /** One level of a store: its containers, or folders and files of one of them. */
  'storage.browse': {
    params: z.object({
      at: lookedAt,
      /** In an account without a container of its own. */
      container: z.string().optional(),
      prefix: z.string().default(''),
      next: z.string().optional(),
      limit: z.number().int().min(1).max(5_000).default(500),
    }),
    result: z.object({
      containers: z.array(z.string()),
      /** Prefixes, each ending with `/`. */
      folders: z.array(z.string()),
      files: z.array(storedFile),
      next: z.string().optional(),
    }),
  },
  'storage.syncs': { params: none, result: z.object({ syncs: z.array(syncInfo) }) },
  'storage.createSync': {
    params: z.object({ definition: syncDefinition, secret, queueSecret: secret }),
    result: syncInfo,
  },
  /** Everything but the name, the place and the table may change. */
  'storage.changeSync': { params: z.object({ definition: syncDefinition }), result: syncInfo },
  /** Begins a run, or waits for the one that is under way; ends when all is as the store has it. */
  'storage.runSync': {
    params: named.extend({
      /** Files that were set aside are tried again. */
      again: z.boolean().default(false),
    }),
    result: syncInfo,
  },
  /** Stops a run; what it has done stays. */
  'storage.cancelSync': { params: named, result: syncInfo },
  'storage.pauseSync': { params: named, result: syncInfo },
  'storage.resumeSync': { params: named, result: syncInfo },
  /** The definition and the copies; the table and its rows stay. */
  'storage.removeSync': { params: named, result: none },
  'storage.syncedFiles': {
    params: named.extend({
      prefix: z.string().default(''),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(10_000).default(1_000),
    }),
    result: z.object({ files: z.array(syncedFileInfo), total: z.number() }),
  },
} as const;

/** Where something is read, with what is shown to its server. */
const opened = { place: storagePlace, secret };

export const downloadRequest = z.object({
  key: z.string(),
  etag: z.string(),
  bytes: z.number(),
  md5: z.string().optional(),
  /** The file to be, whose folder is made. */
  path: z.string(),
});
export type DownloadRequest = z.infer<typeof downloadRequest>;

export const downloadEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bytes'), bytes: z.number() }),
  /** In place and checked; `file` is the version that it is, which may be a newer one than was asked for. */
  z.object({ kind: z.literal('done'), file: storedFile }),
  z.object({ kind: z.literal('missing'), key: z.string() }),
  z.object({ kind: z.literal('failed'), key: z.string(), message: z.string() }),
  z.object({ kind: z.literal('prompt'), message: z.string() }),
]);
export type DownloadEvent = z.infer<typeof downloadEvent>;

const queued = { queue: z.object({ service: z.string(), name: z.string() }), ...opened };

/** What the host asks of the thread that talks to stores. */
export const storageWorkerContract = {
  calls: {
    'storage.look': {
      params: z.object({
        ...opened,
        prefix: z.string(),
        next: z.string().optional(),
        limit: z.number(),
      }),
      result: storageCalls['storage.browse'].result,
      event: z.object({ message: z.string() }),
    },
    /** All files below a prefix that fit, page by page. */
    'storage.scan': {
      params: z.object({ ...opened, prefix: z.string(), glob: z.string() }),
      result: z.object({ files: z.number() }),
      event: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('files'), files: z.array(storedFile) }),
        z.object({ kind: z.literal('prompt'), message: z.string() }),
      ]),
    },
    /** Those of the named files that are there. */
    'storage.stat': {
      params: z.object({ ...opened, keys: z.array(z.string()) }),
      result: z.object({ files: z.array(storedFile) }),
    },
    /** Puts files of this machine under keys; what is there is replaced. Each appears whole or not at all. */
    'storage.upload': {
      params: z.object({
        ...opened,
        files: z.array(z.object({ path: z.string(), key: z.string() })),
      }),
      result: none,
    },
    /** Keys that are not there are none to be deleted. */
    'storage.delete': {
      params: z.object({ ...opened, keys: z.array(z.string()) }),
      result: none,
    },
    /**
     * Fetches files, several at a time. Ends when each has been told by `done`, `missing` or `failed`; an error is
     * about the store as a whole. What was fetched of a file lies in `parts`, and is taken up again next time.
     */
    'storage.download': {
      params: z.object({
        ...opened,
        files: z.array(downloadRequest),
        parts: z.string(),
        parallel: z.number(),
        bytesPerSecond: z.number().optional(),
      }),
      result: none,
      event: downloadEvent,
    },
    /** Messages that nobody else gets for some time. */
    'queue.receive': {
      params: z.object(queued),
      result: z.object({
        messages: z.array(
          z.object({ id: z.string(), receipt: z.string(), text: z.string(), seen: z.number() }),
        ),
      }),
    },
    'queue.delete': {
      params: z.object({
        ...queued,
        messages: z.array(z.object({ id: z.string(), receipt: z.string() })),
      }),
      result: none,
    },
  },
  topics: {},
} as const;
export type StorageWorkerContract = typeof storageWorkerContract;
