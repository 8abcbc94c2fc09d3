import { z } from 'zod';

/**
 * Azure Blob Storage and Data Lake Storage Gen2, which answers the same requests. The secret, where there is one, is
 * kept apart: an account key, a shared access signature without `?`, or an access token.
 */
export const azurePlace = z.object({
  kind: z.literal('azure'),
  /** `https://ACCOUNT.blob.core.windows.net`; the emulator's ends with the account's name. */
  service: z.string().regex(/^https?:\/\/[^/?#;@]+(\/[^/?#;@]+)?$/, 'an address without a secret'),
  account: z.string().default(''),
  /** Absent: the account itself, whose containers can be browsed. */
  container: z.string().optional(),
  auth: z.enum(['anonymous', 'key', 'sas', 'token', 'entra']).default('anonymous'),
  /** How to sign in with Entra: what `az login` left, a code for another device, or the browser. */
  signIn: z.enum(['cli', 'device', 'browser']).default('cli'),
  tenant: z.string().optional(),
});
export type AzurePlace = z.infer<typeof azurePlace>;

/** Amazon S3 and what speaks like it. The secret is `ACCESS_KEY_ID,SECRET[,SESSION_TOKEN]`. */
export const s3Place = z.object({
  kind: z.literal('s3'),
  /** `https://minio.example:9000`; absent: Amazon's own of the region. */
  endpoint: z
    .string()
    .regex(/^https?:\/\/[^/?#;@]+$/, 'an address without a path')
    .optional(),
  region: z.string().default('us-east-1'),
  bucket: z.string().optional(),
  /** The bucket stands in the path and not in the host's name; always so with an endpoint that is a number. */
  pathStyle: z.boolean().default(false),
  auth: z.enum(['anonymous', 'keys']).default('anonymous'),
});
export type S3Place = z.infer<typeof s3Place>;

/** Files of a web server, which can't be listed and are named therefore. The secret is what follows `?`, if any. */
export const httpPlace = z.object({
  kind: z.literal('http'),
  /** Ends with `/`. */
  base: z.string().regex(/^https?:\/\/[^?#;@]+\/$/, 'an address that ends with /'),
  files: z.array(z.string().min(1)).default([]),
});
export type HttpPlace = z.infer<typeof httpPlace>;

/** A folder of this machine or of a share. */
export const folderPlace = z.object({ kind: z.literal('folder'), path: z.string().min(1) });
export type FolderPlace = z.infer<typeof folderPlace>;

/** Where files are kept. A new kind of place is a member here and a file in `workers/ingest/storage`. */
export const storagePlace = z.discriminatedUnion('kind', [
  azurePlace,
  s3Place,
  httpPlace,
  folderPlace,
]);
export type StoragePlace = z.infer<typeof storagePlace>;

/** Account key, signature, token, or `ACCESS_KEY_ID,SECRET`: kept in the secret store, and never told. */
export const placeSecret = z.string().max(65_536).optional();

/** Which store is meant: a saved one, a sync's, one that is given, or a connection string or URL with its secret. */
export const lookedAt = z.union([
  z.object({ saved: z.string() }),
  z.object({ sync: z.string() }),
  z.object({ place: storagePlace, secret: placeSecret }),
  z.object({ address: z.string() }),
]);
export type LookedAt = z.infer<typeof lookedAt>;

/** Files of a store with what opens it: keys, prefixes that end with `/`, and globs. */
export const storedSource = z.object({
  place: storagePlace,
  secret: placeSecret,
  keys: z.array(z.string()).min(1),
});
export type StoredSource = z.infer<typeof storedSource>;

/** A file of a store, as it was when it was looked at. */
export const storedFile = z.object({
  key: z.string(),
  bytes: z.number(),
  /** Changes whenever the content does. */
  etag: z.string(),
  /** Milliseconds since 1970. */
  modifiedAt: z.number(),
  /** In hexadecimal digits, where the store tells. */
  md5: z.string().optional(),
});
