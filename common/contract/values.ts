import { z } from 'zod';
import { KQL_TYPES } from '../types/kql-type.ts';

export const kqlType = z.enum(KQL_TYPES);
export const column = z.object({
  name: z.string(),
  type: kqlType,
  docstring: z.string().optional(),
});
/** Arrow IPC stream bytes: schema, then record batches. KQL types stand in the fields' metadata (`kql`). */
export const bytes = z.instanceof(Uint8Array);
export const none = z.object({}).strict();

export const span = z.object({
  start: z.number(),
  length: z.number(),
  line: z.number(),
  column: z.number(),
});

export const diagnostic = z.object({
  severity: z.enum(['error', 'warning', 'suggestion', 'information']),
  code: z.string(),
  message: z.string(),
  span,
});
export type Diagnostic = z.infer<typeof diagnostic>;

/** What `render` said, as the `Visualization` property of the REST API names it (page "render operator"). */
export const visualization = z.object({
  kind: z.string(),
  properties: z.record(z.string(), z.string()),
});
export type Visualization = z.infer<typeof visualization>;
