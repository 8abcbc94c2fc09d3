import { z } from 'zod';
import { column, none } from './values.ts';

/** How a materialized view is made; with the names of a table beside it, all that a reader needs. */
export const viewInfo = z.object({
  source: z.string(),
  sourceKind: z.enum(['table', 'materializedView']),
  /** The KQL text between the braces. */
  query: z.string(),
  /** Each key is kept once (`take_any(*)`): other views may be made of this one. */
  dedup: z.boolean(),
  autoUpdateSchema: z.boolean(),
  dimensionTables: z.array(z.string()),
  /** Columns of the materialized part: the keys, and states that aggregates go on from. */
  stored: z.array(column),
  /** Ticks of the oldest ingestion that the materialized part lacks; absent while it lacks nothing. */
  behindSince: z.string().optional(),
  /** Why the view can't be read whole: its source was dropped, say. */
  broken: z.string().optional(),
});
export type ViewInfo = z.infer<typeof viewInfo>;

export const tableInfo = z.object({
  name: z.string(),
  kind: z.enum(['table', 'materializedView', 'externalTable']),
  columns: z.array(column),
  folder: z.string(),
  docstring: z.string(),
  rowCount: z.number(),
  /** Bytes on disk. */
  sizeBytes: z.number(),
  extentCount: z.number(),
  /** Of a materialized view. */
  view: viewInfo.optional(),
});
export type TableInfo = z.infer<typeof tableInfo>;

export const functionInfo = z.object({
  name: z.string(),
  /** `(a: long, T: (x: string), b: real = 1.5)` */
  parameters: z.string(),
  /** `{ T | where x > a }` */
  body: z.string(),
  folder: z.string(),
  docstring: z.string(),
  isView: z.boolean(),
});
export type FunctionInfo = z.infer<typeof functionInfo>;

export const databaseInfo = z.object({
  name: z.string(),
  prettyName: z.string(),
  /** The shipped sample and other databases that can't be changed. */
  readOnly: z.boolean(),
  tables: z.array(tableInfo),
  functions: z.array(functionInfo),
  /** What `stored_query_result("name")` reads. */
  storedResults: z.array(z.object({ name: z.string(), columns: z.array(column) })).optional(),
  /** What `macro-expand` goes through by name; the entities as they were written: `database("d")`. */
  entityGroups: z.array(z.object({ name: z.string(), entities: z.array(z.string()) })).optional(),
});
export type DatabaseInfo = z.infer<typeof databaseInfo>;

export const schemaInfo = z.object({
  /** Grows with every change; caches are keyed by it. */
  version: z.number(),
  databases: z.array(databaseInfo),
});
export type SchemaInfo = z.infer<typeof schemaInfo>;

export const schemaCalls = {
  'schema.get': { params: none, result: schemaInfo },
  'tables.drop': {
    params: z.object({ database: z.string(), table: z.string() }),
    result: none,
  },
  'tables.rename': {
    params: z.object({ database: z.string(), table: z.string(), to: z.string() }),
    result: none,
  },
  /** The commands that would make the entity again. */
  'tables.script': {
    params: z.object({ database: z.string(), entity: z.string() }),
    result: z.object({ text: z.string() }),
  },
} as const;
