import { z } from 'zod';
import { none } from './values.ts';

/** What connections and streams show to servers: passwords, keys, tokens. */
export const secretName = z.string().min(1).max(500);

/**
 * Secrets go in and are used by the host; none ever comes out to a window.
 * `system`: the key to them lies in the keychain of the system. `file`: it lies in a file beside them that only
 * this person may read, which keeps them out of backups of the catalog and from a glance, no more.
 */
export const secretCalls = {
  'secrets.list': {
    params: none,
    result: z.object({ names: z.array(z.string()), protection: z.enum(['system', 'file']) }),
  },
  'secrets.set': {
    params: z.object({ name: secretName, value: z.string().max(65_536) }),
    result: none,
  },
  'secrets.remove': { params: z.object({ name: secretName }), result: none },
} as const;
