import { z } from 'zod';
import { column, kqlType } from './values.ts';

/** What the nested fields of a column are called, where its file has other names for them. */
export type NestedNames =
  | {
      readonly kind: 'struct';
      /** Those that the file has. */
      readonly fields: readonly {
        readonly name: string;
        readonly field: string;
        readonly of?: NestedNames | undefined;
      }[];
    }
  /** `of` is that of the elements, or of a map's values. */
  | { readonly kind: 'list' | 'map'; readonly of: NestedNames };

const nestedNames: z.ZodType<NestedNames> = z.lazy(() =>
  z.union([
    z.object({
      kind: z.literal('struct'),
      fields: z.array(
        z.object({ name: z.string(), field: z.string(), of: nestedNames.optional() }),
      ),
    }),
    z.object({ kind: z.enum(['list', 'map']), of: nestedNames }),
  ]),
);

/**
 * How one column of a table is found in one extent. Files that Calypso writes hold datetime and timespan as
 * BIGINT ticks and dynamic as JSON text; registered files keep the types that their writer chose.
 */
export const storedColumn = z.object({
  /** Name in the table, now. */
  column: z.string(),
  /** Name in the file, for ever. */
  field: z.string(),
  type: kqlType,
  /**
   * DuckDB's name of the type in the file: BIGINT, VARCHAR, TIMESTAMP, STRUCT(…)… `TEXT` is raw text (of a CSV
   * file in place) that the scan has to convert.
   */
  storage: z.string(),
  /** The strptime format of dates in a text column that are not ISO 8601. */
  format: z.string().optional(),
  /** The file has NULLs here; for a string column they read as "". */
  mayBeNull: z.boolean(),
  /** The value of all rows, as text, where it stands in the file's path and not in the file. */
  constant: z.string().optional(),
  names: nestedNames.optional(),
});
export type StoredColumn = z.infer<typeof storedColumn>;

/** Least and greatest value of a column in an extent: ticks or integers in decimal digits, or text. */
export const columnRange = z.object({ column: z.string(), min: z.string(), max: z.string() });
export type ColumnRange = z.infer<typeof columnRange>;

/** How the bytes of an extent are read. Only files opened in place are anything but Parquet. */
export const extentReader = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('parquet') }),
  z.object({
    kind: z.literal('csv'),
    delimiter: z.string(),
    quote: z.string(),
    escape: z.string(),
    header: z.boolean(),
    encoding: z.string(),
    compression: z.enum(['none', 'gzip', 'zstd']),
    /** All fields of a record, in order. */
    fields: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('json'),
    layout: z.enum(['newline_delimited', 'array', 'auto']),
    compression: z.enum(['none', 'gzip', 'zstd']),
  }),
]);
export type ExtentReader = z.infer<typeof extentReader>;

/** An immutable file of rows, as a query sees it. */
export const extent = z.object({
  extentId: z.string(),
  path: z.string(),
  reader: extentReader,
  rowCount: z.number(),
  sizeBytes: z.number(),
  columns: z.array(storedColumn),
  ranges: z.array(columnRange),
  /** Ticks. */
  ingestedAt: z.string(),
  /** Ticks from which retention counts, where that is not the time of ingestion (`creationTime`, merges). */
  createdAt: z.string().optional(),
  tags: z.array(z.string()),
  /** What people call the file, where `path` is a copy of it. */
  name: z.string().optional(),
  /** Parquet file with the numbers (`row`, from 0) of rows that are in the file and no more in the table. */
  deletedRows: z.string().optional(),
});
export type Extent = z.infer<typeof extent>;

/** The extents of one table at one moment. Its files stay until the snapshot is released. */
export const tableSnapshot = z.object({
  database: z.string(),
  table: z.string(),
  columns: z.array(column),
  extents: z.array(extent),
  /** Before pruning. */
  extentsTotal: z.number(),
});
export type TableSnapshot = z.infer<typeof tableSnapshot>;

/** A bound on a column that all wanted rows keep, both ends included; for pruning only. */
export const pruningRange = z.object({
  column: z.string(),
  min: z.string().optional(),
  max: z.string().optional(),
  /** The only texts that the column may have; asked of external tables alone, whose paths tell them. */
  values: z.array(z.string()).optional(),
});
export type PruningRange = z.infer<typeof pruningRange>;

/** Under this name the rows of a stored query result lie among the tables: no person can give such a name. */
export const STORED_RESULT_PREFIX = '\u{F0000}';
