import { z } from 'zod';
import { bytes, column, diagnostic, none, visualization } from './values.ts';

/** One table of an answer. It stays in the query worker and is read by window until it is released. */
export const resultInfo = z.object({
  resultId: z.string(),
  name: z.string(),
  columns: z.array(column),
  /** Rows that can be read now; grows until `complete`. */
  rowCount: z.number(),
  complete: z.boolean(),
  visualization: visualization.optional(),
});
export type ResultInfo = z.infer<typeof resultInfo>;

export const queryStats = z.object({
  /** Wall time in milliseconds. */
  elapsedMs: z.number(),
  compileMs: z.number(),
  /** Size of the extents and files that the query had to consider, in bytes. */
  bytesScanned: z.number(),
  rowsScanned: z.number(),
  extentsScanned: z.number(),
  extentsTotal: z.number(),
  /** Memory that the engine holds at the end, in bytes. */
  memoryBytes: z.number(),
});
export type QueryStats = z.infer<typeof queryStats>;

export const queryOutcome = z.object({
  queryId: z.string(),
  results: z.array(resultInfo),
  stats: queryStats,
  warnings: z.array(diagnostic),
});
export type QueryOutcome = z.infer<typeof queryOutcome>;

export const queryEvent = z.discriminatedUnion('kind', [
  /** `percent` is the engine's own figure, -1 while it has none. */
  z.object({ kind: z.literal('progress'), percent: z.number(), stage: z.string() }),
  /**
   * A result, or its first rows, can be read. Sent again when the row count grows. `of` is the number of results
   * that the query will have.
   */
  z.object({ kind: z.literal('result'), result: resultInfo, of: z.number().optional() }),
]);
export type QueryEvent = z.infer<typeof queryEvent>;

export const sortKey = z.object({ column: z.string(), descending: z.boolean() });
export type SortKey = z.infer<typeof sortKey>;

/** A condition on one column of a result; conditions of one view are joined by `and`. */
export const viewFilter = z.object({
  column: z.string(),
  operator: z.enum([
    'equals',
    'notEquals',
    'contains',
    'notContains',
    'startsWith',
    'endsWith',
    'less',
    'lessOrEqual',
    'greater',
    'greaterOrEqual',
    'in',
    'notIn',
    'isEmpty',
    'isNotEmpty',
  ]),
  /** KQL's text of each value: `2024-01-01T00:00:00Z`, `1.00:00:00`, `3.5`, `abc`. */
  values: z.array(z.string()),
});
export type ViewFilter = z.infer<typeof viewFilter>;

/** How a grid looks at a result: sorted, filtered, or only rows that contain a text in any column. */
export const viewSpec = z.object({
  sort: z.array(sortKey).default([]),
  filters: z.array(viewFilter).default([]),
  search: z.string().default(''),
  /** Rows that are equal in every column are shown once, at the first one's place. */
  distinct: z.boolean().optional(),
});
export type ViewSpec = z.infer<typeof viewSpec>;

export const exportFormat = z.enum([
  'csv',
  'tsv',
  'json',
  'ndjson',
  'xlsx',
  'parquet',
  'arrow',
  'markdown',
  'html',
  'datatable',
]);
export type ExportFormat = z.infer<typeof exportFormat>;

const rowRange = z.object({ start: z.number(), end: z.number() });

export const chartRequest = z.object({
  resultId: z.string(),
  viewId: z.string().optional(),
  kind: z.string(),
  x: z.string(),
  ys: z.array(z.string()),
  series: z.array(z.string()).default([]),
  /** Points per series that the drawing can show, about two per pixel; the engine thins to it. */
  maxPoints: z.number().int().min(1).max(200_000).default(4_000),
});

export const queryCalls = {
  'query.run': {
    params: z.object({
      queryId: z.string(),
      text: z.string(),
      database: z.string(),
      /** Client request properties, as in `set` and in the REST API. */
      options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
      /** Values of `declare query_parameters`, as KQL literals. */
      parameters: z.record(z.string(), z.string()).default({}),
      record: z.boolean().default(true),
    }),
    result: queryOutcome,
    event: queryEvent,
  },
  /** What the engine would say of a text without running it; positions fit the text. */
  'query.check': {
    params: z.object({ text: z.string(), database: z.string() }),
    result: z.object({ diagnostics: z.array(diagnostic) }),
  },
  'query.explain': {
    params: z.object({ text: z.string(), database: z.string() }),
    result: z.object({ plan: z.string(), sql: z.string() }),
  },
  /** Makes a sorted or filtered view of a result; an equal one is found again. */
  'query.view': {
    params: z.object({ resultId: z.string(), spec: viewSpec }),
    result: z.object({ viewId: z.string(), rowCount: z.number() }),
  },
  /**
   * Goes on from the rows of a result, or of a view of it, with query text (`summarize count() by city`): the
   * answer is a result of its own, which the caller releases. Errors point into `pipe`.
   */
  'query.pipe': {
    params: z.object({
      resultId: z.string(),
      viewId: z.string().optional(),
      pipe: z.string(),
      database: z.string(),
    }),
    result: resultInfo,
  },
  /** Rows [offset, offset+limit) of a result or of a view of it, as one Arrow IPC stream. */
  'query.window': {
    params: z.object({
      resultId: z.string(),
      viewId: z.string().optional(),
      offset: z.number().int().min(0),
      limit: z.number().int().min(0).max(100_000),
      columns: z.array(z.string()).optional(),
    }),
    result: z.object({ offset: z.number(), rowCount: z.number(), batch: bytes }),
  },
  /** The most frequent values of a column and its figures, for filters and "explore values". */
  'query.columnProfile': {
    params: z.object({
      resultId: z.string(),
      viewId: z.string().optional(),
      column: z.string(),
      top: z.number().int().max(1_000).default(50),
      contains: z.string().default(''),
    }),
    result: z.object({
      rowCount: z.number(),
      distinct: z.number(),
      empty: z.number(),
      min: z.string().optional(),
      max: z.string().optional(),
      avg: z.number().optional(),
      top: z.array(z.object({ value: z.string(), count: z.number() })),
    }),
  },
  /** Count, sum, average, min and max over the numeric cells of selected rows and columns. */
  'query.selectionStats': {
    params: z.object({
      resultId: z.string(),
      viewId: z.string().optional(),
      ranges: z.array(rowRange),
      columns: z.array(z.string()),
    }),
    result: z.object({
      count: z.number(),
      numeric: z.number(),
      sum: z.number().optional(),
      avg: z.number().optional(),
      min: z.string().optional(),
      max: z.string().optional(),
    }),
  },
  /** The next row, from `from` on and round again, in which a text occurs; -1 if there is none. */
  'query.find': {
    params: z.object({
      resultId: z.string(),
      viewId: z.string().optional(),
      text: z.string(),
      from: z.number().int(),
      backwards: z.boolean().default(false),
    }),
    result: z.object({ row: z.number(), matches: z.number() }),
  },
  /** Points for a chart, thinned per series so that the drawing looks the same: columns x, series, y… */
  'query.chart': {
    params: chartRequest,
    result: z.object({ batch: bytes, pointCount: z.number(), thinned: z.boolean() }),
  },
  /** One whole cell, however long. */
  'query.cell': {
    params: z.object({
      resultId: z.string(),
      viewId: z.string().optional(),
      row: z.number().int(),
      column: z.string(),
    }),
    result: z.object({ text: z.string(), isNull: z.boolean() }),
  },
  /** Writes a result to a file; with `path` where the person chose it, else to a file to be fetched once. */
  'query.export': {
    params: z.object({
      resultId: z.string(),
      viewId: z.string().optional(),
      format: exportFormat,
      columns: z.array(z.string()).optional(),
      ranges: z.array(rowRange).optional(),
      path: z.string().optional(),
      /** Suggested file name without ending. */
      name: z.string().default('result'),
      /** Names in the first line of csv and tsv; by default true. */
      headers: z.boolean().optional(),
      /** Of a Parquet file; by default zstd. */
      compression: z.enum(['zstd', 'snappy', 'gzip', 'lz4_raw', 'brotli']).optional(),
    }),
    result: z.object({
      rows: z.number(),
      bytes: z.number(),
      path: z.string(),
      /** Where a browser fetches the file, relative to the host's address; absent when `path` was given. */
      url: z.string().optional(),
    }),
    event: z.object({ rows: z.number(), total: z.number() }),
  },
  /** The same as text for the clipboard; refused, with the limit named, above 50 MB. */
  'query.copy': {
    params: z.object({
      resultId: z.string(),
      viewId: z.string().optional(),
      format: exportFormat,
      columns: z.array(z.string()).optional(),
      ranges: z.array(rowRange).optional(),
      headers: z.boolean().default(true),
    }),
    result: z.object({ text: z.string(), rows: z.number() }),
  },
  'query.release': {
    params: z.object({ resultIds: z.array(z.string()) }),
    result: none,
  },
} as const;
