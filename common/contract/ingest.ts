import { z } from 'zod';
import { lookedAt } from './storage-place.ts';
import { kqlType, none } from './values.ts';

export const FORMATS = [
  'csv',
  'tsv',
  'tsve',
  'psv',
  'scsv',
  'sohsv',
  'txt',
  'raw',
  'json',
  'multijson',
  'parquet',
  'arrow',
  'avro',
  'w3clogfile',
] as const;
export const formatName = z.enum(FORMATS);
export type FormatName = z.infer<typeof formatName>;

/** Where the data is: paths, globs or folders on this machine, addresses of stores; files of a store that is known; uploads of this session; pasted text. */
export const ingestSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('paths'), paths: z.array(z.string()).min(1) }),
  z.object({
    kind: z.literal('storage'),
    at: lookedAt,
    /** In an account without a container of its own. */
    container: z.string().optional(),
    /** Keys, prefixes that end with `/`, and globs. */
    keys: z.array(z.string()).min(1),
  }),
  z.object({ kind: z.literal('uploads'), ids: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal('text'), text: z.string(), name: z.string().default('pasted') }),
]);
export type IngestSource = z.infer<typeof ingestSource>;

export const transformation = z.enum([
  'PropertyBagArrayToDictionary',
  'SourceLocation',
  'SourceLineNumber',
  'DateTimeFromUnixSeconds',
  'DateTimeFromUnixMilliseconds',
  'DateTimeFromUnixMicroseconds',
  'DateTimeFromUnixNanoseconds',
  'DropMappedFields',
  'BytesAsBase64',
]);

/** One column of a mapping (page "Ingestion mappings"): exactly one of ordinal, path or constant. */
export const mappedColumn = z.object({
  name: z.string(),
  type: kqlType,
  ordinal: z.number().int().optional(),
  /** JSONPath for JSON and Avro, the field's name for Parquet, Arrow and W3C. */
  path: z.string().optional(),
  constant: z.string().optional(),
  transform: transformation.optional(),
});
export type MappedColumn = z.infer<typeof mappedColumn>;

export const readOptions = z.object({
  format: formatName.optional(),
  /** First record holds names. Undefined: look. */
  header: z.boolean().optional(),
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'latin1']).optional(),
  /** Levels of nested objects that become columns (1 = top level only). */
  nestedLevels: z.number().int().min(1).max(100).default(1),
});
export type ReadOptions = z.infer<typeof readOptions>;

/** What to do with a cell that doesn't fit its column's type. */
export const badCells = z.enum(['widen', 'keep', 'stop']);
export type BadCells = z.infer<typeof badCells>;

export const inspectedFile = z.object({
  name: z.string(),
  bytes: z.number(),
  format: formatName,
  compression: z.enum(['none', 'gzip', 'zstd', 'zip']),
});

export const inspection = z.object({
  files: z.array(inspectedFile),
  format: formatName,
  header: z.boolean(),
  encoding: z.string(),
  columns: z.array(mappedColumn),
  /** The first rows as text, one array per row, in the columns' order; null is an empty cell. */
  preview: z.array(z.array(z.string().nullable())),
  /** Rows looked at to find the types. */
  rowsExamined: z.number(),
  notes: z.array(z.string()),
  suggestedTable: z.string(),
});
export type Inspection = z.infer<typeof inspection>;

export const ingestRequest = z.object({
  source: ingestSource,
  database: z.string(),
  table: z.string().min(1).max(1024),
  options: readOptions.default({ nestedLevels: 1 }),
  /** Absent: the inferred columns, or for an existing table its own by name or by position. */
  columns: z.array(mappedColumn).optional(),
  /** Name of a stored ingestion mapping of the table or its database, in place of `columns`. */
  mapping: z.string().optional(),
  onBadCell: badCells.default('widen'),
  /** Ends with an error once so many rows are bad. */
  maxErrors: z.number().int().default(1_000_000),
  tags: z.array(z.string()).default([]),
  /** Ticks from which retention counts, in place of the time of ingestion (`creationTime`). */
  createdAt: z.string().optional(),
  /** The management command's operation, which failures are listed under. */
  operationId: z.string().optional(),
});
export type IngestRequest = z.infer<typeof ingestRequest>;

export const rejectedCell = z.object({
  file: z.string(),
  row: z.number(),
  column: z.string(),
  value: z.string(),
  reason: z.string(),
});

export const ingestReport = z.object({
  database: z.string(),
  table: z.string(),
  rows: z.number(),
  bytesRead: z.number(),
  extents: z.number(),
  elapsedMs: z.number(),
  rejectedCells: z.number(),
  /** The first rejected cells. All of them are in `errorTable`, when cells were kept aside. */
  rejected: z.array(rejectedCell),
  errorTable: z.string().optional(),
  widened: z.array(z.object({ column: z.string(), from: kqlType, to: kqlType })),
  notes: z.array(z.string()),
});
export type IngestReport = z.infer<typeof ingestReport>;

export const ingestEvent = z.object({
  rows: z.number(),
  bytesRead: z.number(),
  bytesTotal: z.number(),
  file: z.string(),
  /** Seconds left, -1 while unknown. */
  secondsLeft: z.number(),
});
export type IngestEvent = z.infer<typeof ingestEvent>;

export const ingestCalls = {
  'ingest.inspect': {
    params: z.object({
      source: ingestSource,
      options: readOptions.default({ nestedLevels: 1 }),
      /** Shape the preview by this mapping instead of the inferred one. */
      columns: z.array(mappedColumn).optional(),
    }),
    result: inspection,
  },
  'ingest.run': { params: ingestRequest, result: ingestReport, event: ingestEvent },
  /** The commands that do the same as a request, to copy into a script. */
  'ingest.script': { params: ingestRequest, result: z.object({ text: z.string() }) },
  /** Begins an upload from a browser; its bytes go to PUT {url}. */
  'ingest.beginUpload': {
    params: z.object({ name: z.string(), bytes: z.number() }),
    result: z.object({ id: z.string(), url: z.string() }),
  },
  'ingest.dropUploads': { params: z.object({ ids: z.array(z.string()) }), result: none },
} as const;
