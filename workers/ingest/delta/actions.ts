import { z } from 'zod';

/** What the log of a Delta table is made of, as far as a reader needs it (protocol, "Actions"). */

const texts = z.record(z.string(), z.string().nullable());

export const deletionVector = z.object({
  storageType: z.enum(['u', 'i', 'p']),
  pathOrInlineDv: z.string(),
  offset: z
    .number()
    .nullish()
    .transform((n) => n ?? undefined),
  sizeInBytes: z.number(),
  cardinality: z.coerce.number(),
});
export type DeletionVector = z.infer<typeof deletionVector>;

const vector = deletionVector.nullish().transform((v) => v ?? undefined);

const statistics = z.object({
  numRecords: z.coerce.number().optional(),
  minValues: z.record(z.string(), z.unknown()).nullish(),
  maxValues: z.record(z.string(), z.unknown()).nullish(),
  nullCount: z.record(z.string(), z.unknown()).nullish(),
});
export type Statistics = z.infer<typeof statistics>;

export const add = z.object({
  path: z.string(),
  partitionValues: texts.nullish().transform((t) => t ?? {}),
  size: z.coerce.number(),
  modificationTime: z.coerce.number().default(0),
  stats: z.string().nullish(),
  /** Checkpoints may hold statistics as values in place of text. */
  stats_parsed: statistics.nullish(),
  deletionVector: vector,
});
export type Add = z.infer<typeof add>;

export const remove = z.object({ path: z.string(), deletionVector: vector });

export const metaData = z.object({
  schemaString: z.string(),
  partitionColumns: z
    .array(z.string())
    .nullish()
    .transform((p) => p ?? []),
  configuration: texts.nullish().transform((c) => c ?? {}),
  format: z.object({ provider: z.string() }).nullish(),
});
export type MetaData = z.infer<typeof metaData>;

export const protocol = z.object({
  minReaderVersion: z.number(),
  readerFeatures: z.array(z.string()).nullish(),
});
export type Protocol = z.infer<typeof protocol>;

export const commitInfo = z.object({
  timestamp: z.coerce.number().optional(),
  inCommitTimestamp: z.coerce.number().optional(),
});

/** A line of a commit. Actions that a reader has no use for are passed over. */
export const action = z.object({
  add: add.nullish(),
  remove: remove.nullish(),
  metaData: metaData.nullish(),
  protocol: protocol.nullish(),
  commitInfo: commitInfo.nullish().catch(undefined),
  sidecar: z.object({ path: z.string() }).nullish(),
});
export type Action = z.infer<typeof action>;

/** The statistics of a file; undefined where there are none that can be read. */
export function statisticsOf({ stats, stats_parsed }: Add): Statistics | undefined {
  if (!stats) return stats_parsed ?? undefined;
  try {
    return statistics.safeParse(parseExact(stats)).data;
  } catch {
    return undefined;
  }
}

/** JSON whose integers beyond 53 bits become texts of digits: JavaScript's numbers would round them. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' &&
    !Number.isSafeInteger(value) &&
    /^-?\d+$/.test(context?.source ?? '')
      ? context?.source
      : value,
  );
}
