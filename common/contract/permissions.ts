import { z } from 'zod';

/** The setting that holds what queries may do beyond reading this desk's tables. */
export const PERMISSIONS_SETTING = 'permissions';

export const pythonPermission = z.object({
  allowed: z.boolean().default(false),
  /** A command on the PATH, or the path of an interpreter: one with pandas and pyarrow. */
  interpreter: z.string().default(''),
  timeLimitSeconds: z.number().int().min(1).max(86_400).default(120),
  memoryLimitBytes: z.number().int().min(100_000_000).default(2_000_000_000),
});
export type PythonPermission = z.infer<typeof pythonPermission>;

export const permissions = z.object({
  /** The plugin `python`: the script may do whatever the person at the desk may. */
  python: pythonPermission.prefault({}),
  http: z
    .object({
      /**
       * Hosts that `http_request` and `http_request_post` may call: `api.example.com`, `*.example.com`, with
       * `:port` where it isn't the usual one.
       */
      hosts: z.array(z.string()).default([]),
      timeLimitSeconds: z.number().int().min(1).max(3_600).default(60),
      maxResponseBytes: z.number().int().min(1).default(50_000_000),
    })
    .prefault({}),
  externalData: z
    .object({
      /** externaldata and external tables may fetch http(s) addresses that the query or table names. */
      web: z.boolean().default(true),
    })
    .prefault({}),
});
export type Permissions = z.infer<typeof permissions>;
