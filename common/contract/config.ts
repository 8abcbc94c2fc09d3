import { z } from 'zod';
import { none } from './values.ts';

export const CONFIG_SCHEMA = 'urn:calypso:config:1';

export const configKind = z.enum(['table', 'externalTable', 'stream', 'sync', 'pipeline', 'alert']);
export type ConfigKind = z.infer<typeof configKind>;

/** A secret that a file only names: its value comes from an environment variable, or is asked for. */
export const neededSecret = z.object({
  /** `CALYPSO_STREAM_ORDERS` */
  name: z.string(),
  /** `stream orders` */
  for: z.string(),
  /** There is one already, which stays if no other is given. */
  held: z.boolean(),
});
export type NeededSecret = z.infer<typeof neededSecret>;

export const configChange = z.object({
  kind: configKind,
  /** '' for what belongs to no database. */
  database: z.string(),
  name: z.string(),
  action: z.enum(['create', 'change', 'same']),
  /** What is another, as paths: `source.topics`. */
  differences: z.array(z.string()),
  /** Why it could not be done; '' if it was, or was not tried. */
  problem: z.string(),
});
export type ConfigChange = z.infer<typeof configChange>;

/** What fills tables and what takes rows elsewhere, as a file that people read, keep and share. No secrets. */
export const configCalls = {
  'config.export': {
    params: none,
    result: z.object({ text: z.string(), secrets: z.array(neededSecret) }),
  },
  /**
   * Makes what the file holds, or changes it; what the file doesn't name stays as it is. A file that is wrong
   * changes nothing. `dryRun` tells what would change.
   */
  'config.import': {
    params: z.object({
      text: z.string(),
      dryRun: z.boolean().default(false),
      /** By the names that the file gives. */
      secrets: z.record(z.string(), z.string()).default({}),
    }),
    result: z.object({ changes: z.array(configChange), secrets: z.array(neededSecret) }),
  },
} as const;
