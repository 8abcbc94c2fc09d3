import { z } from 'zod';
import { formatName } from './ingest.ts';
import { column } from './values.ts';

/** What a partition's values are made of; absent for a virtual column, whose values stand in the path alone. */
export const partitionSource = z.object({
  column: z.string(),
  function: z.enum([
    'identity',
    'hash',
    'bin',
    'startofday',
    'startofweek',
    'startofmonth',
    'startofyear',
  ]),
  /** The modulus of hash; the size of bin in ticks. */
  argument: z.string().optional(),
});

export const partition = z.object({
  name: z.string(),
  type: z.enum(['string', 'long', 'datetime']),
  source: partitionSource.optional(),
});
export type Partition = z.infer<typeof partition>;

/** A piece of the path below a table's folder (page "Create and alter Azure Storage external tables"). */
export const pathPart = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string() }),
  z.object({ kind: z.literal('partition'), name: z.string() }),
  /** A moment in a .NET format: `yyyy/MM/dd`. */
  z.object({ kind: z.literal('datetime'), name: z.string(), pattern: z.string() }),
]);
export type PathPart = z.infer<typeof pathPart>;

/** A Delta table, whose log tells its files; `uris` has its folder. */
export const deltaSource = z.object({
  /** Columns whose values stand in the log. */
  partitionColumns: z.array(z.string()).default([]),
  /** Absent: the latest. */
  version: z.number().int().min(0).optional(),
  /** The version that was the latest at this moment, in milliseconds since 1970. */
  at: z.number().optional(),
});
export type DeltaSource = z.infer<typeof deltaSource>;

/** Files that stand for a table: which ones, how they are read, and the columns they are read as. */
export const externalFiles = z.object({
  /**
   * Paths, folders, globs, `file:` and `http(s):` addresses, as written: behind a `;` there may be a secret, so
   * none of them is ever shown or logged whole.
   */
  uris: z.array(z.string()),
  format: formatName.optional(),
  /** Which files of a separated format begin with names. */
  headers: z.enum(['all', 'first', 'none']).default('none'),
  /** Of the files themselves; virtual columns are in `partitions`. */
  columns: z.array(column),
  /** JSON of an ingestion mapping. */
  mapping: z.string().optional(),
  namePrefix: z.string().optional(),
  fileExtension: z.string().optional(),
  partitions: z.array(partition).default([]),
  pathFormat: z.array(pathPart).default([]),
  delta: deltaSource.optional(),
  /** When the store can't be reached: an error (the default), or the rows that were seen last. */
  whenOffline: z.enum(['error', 'cached']).optional(),
});
export type ExternalFiles = z.infer<typeof externalFiles>;

/** Properties that matter when a table's files are written, kept and shown. */
const writing = z.object({
  compressed: z.boolean().default(false),
  compressionType: z.string().optional(),
  encoding: z.string().optional(),
});

/** Where copies of files that lie in stores are kept, and what the stores said of them. */
export const externalCache = z.object({ folder: z.string(), maxBytes: z.number() });
export type ExternalCache = z.infer<typeof externalCache>;

/** An external table as the catalog holds it. */
export const externalTable = z.object({
  files: externalFiles,
  folder: z.string().default(''),
  docstring: z.string().default(''),
  writing: writing.default({ compressed: false }),
  /** Name of the secret with the whole addresses; absent where none of them holds anything secret. */
  secret: z.string().optional(),
  mappings: z
    .array(z.object({ name: z.string(), mapping: z.string(), updatedAt: z.string() }))
    .default([]),
});
export type ExternalTable = z.infer<typeof externalTable>;

/** What a query reads that is no table of the catalog's own. */
export const externalScan = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('files'), files: externalFiles }),
  z.object({
    kind: z.literal('table'),
    database: z.string(),
    name: z.string(),
    mapping: z.string().optional(),
  }),
]);
export type ExternalScan = z.infer<typeof externalScan>;

/** The columns that queries see: the files' own, then those whose values stand in the path. */
export function visibleColumns(
  files: ExternalFiles,
): { name: string; type: (typeof column)['_output']['type'] }[] {
  const own = files.columns.map(({ name, type }) => ({ name, type }));
  const virtual = files.partitions.filter(
    (p) => p.source === undefined && !own.some((c) => c.name === p.name),
  );
  return [...own, ...virtual.map(({ name, type }) => ({ name, type }))];
}

/** A connection string as it may be shown: what stands behind `;`, in a query or before `@` is hidden. */
export function shownUri(uri: string): string {
  const [address = ''] = uri.split(';');
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(address)) return address;
  return address
    .replace(/^([a-z][a-z0-9+.-]+:\/\/)[^/@]*:[^/@]*@/i, '$1')
    .replace(/[?#].*$/s, (found) => (found.length > 1 ? '?***' : ''));
}
