import { z } from 'zod';
import { none } from './values.ts';

/** A query tab. Saved as it is typed, so that a crash costs at most a second of typing. */
export const document = z.object({
  id: z.string(),
  title: z.string(),
  text: z.string(),
  database: z.string(),
  /** Place among the open tabs; closed ones keep their text and have -1. */
  position: z.number(),
  /** The file it was opened from, if any. */
  path: z.string().optional(),
  updatedAt: z.string(),
});
export type Document = z.infer<typeof document>;

export const queryFile = z.object({
  path: z.string(),
  /** From the folder that was asked for, with `/`. */
  name: z.string(),
  changedAt: z.string(),
});
export type QueryFile = z.infer<typeof queryFile>;

export const historyEntry = z.object({
  id: z.string(),
  text: z.string(),
  database: z.string(),
  startedAt: z.string(),
  elapsedMs: z.number(),
  rowCount: z.number(),
  state: z.enum(['completed', 'failed', 'cancelled']),
  error: z.string().optional(),
});
export type HistoryEntry = z.infer<typeof historyEntry>;

export const savedQuery = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  text: z.string(),
  database: z.string(),
});
export type SavedQuery = z.infer<typeof savedQuery>;

export const job = z.object({
  id: z.string(),
  kind: z.enum(['ingest', 'export', 'merge', 'sync', 'query']),
  title: z.string(),
  state: z.enum(['running', 'completed', 'failed', 'cancelled']),
  /** 0…1, or -1 while unknown. */
  progress: z.number(),
  detail: z.string(),
  startedAt: z.string(),
});
export type Job = z.infer<typeof job>;

export const appInfo = z.object({
  version: z.string(),
  platform: z.string(),
  dataFolder: z.string(),
  /** The Kusto endpoint, when it is shared. */
  endpoint: z.string().optional(),
  memoryBytes: z.number(),
  engine: z.string(),
});

const json: z.ZodType<unknown> = z.unknown();

export const workspaceCalls = {
  'app.info': { params: none, result: appInfo },
  'documents.list': { params: none, result: z.object({ documents: z.array(document) }) },
  'documents.save': { params: document, result: none },
  'documents.remove': { params: z.object({ id: z.string() }), result: none },
  'documents.readFile': {
    params: z.object({ path: z.string() }),
    result: z.object({ text: z.string() }),
  },
  /** The query files in a folder and the folders below it, by path. */
  'documents.listFolder': {
    params: z.object({ path: z.string() }),
    result: z.object({
      files: z.array(queryFile),
      /** There are more than are listed. */
      more: z.boolean(),
    }),
  },
  'documents.writeFile': { params: z.object({ path: z.string(), text: z.string() }), result: none },
  'history.list': {
    params: z.object({ contains: z.string().default(''), limit: z.number().int().default(200) }),
    result: z.object({ entries: z.array(historyEntry) }),
  },
  'history.clear': { params: none, result: none },
  'savedQueries.list': { params: none, result: z.object({ queries: z.array(savedQuery) }) },
  'savedQueries.save': { params: savedQuery, result: none },
  'savedQueries.remove': { params: z.object({ id: z.string() }), result: none },
  /** Small state of the window (layout, theme, column widths), one JSON value per key. */
  'settings.getAll': { params: none, result: z.object({ settings: z.record(z.string(), json) }) },
  'settings.set': { params: z.object({ key: z.string(), value: json }), result: none },
  'jobs.list': { params: none, result: z.object({ jobs: z.array(job) }) },
  'jobs.cancel': { params: z.object({ id: z.string() }), result: none },
} as const;
