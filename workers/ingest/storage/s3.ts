import { readFile } from 'node:fs/promises';
import { AwsClient } from 'aws4fetch';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import type { S3Place } from '../../../common/contract/storage-place.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { ListPage, OpenPlace, StoredFile } from './place.ts';
import { answerError, changed, missing } from './storage-error.ts';
import { bytesOf, requestWeb } from './web.ts';

const text = z.string().default('');
const listing = z.object({
  ListBucketResult: z.object({
    Contents: z
      .array(z.object({ Key: z.string(), Size: text, ETag: text, LastModified: text }))
      .default([]),
    CommonPrefixes: z.array(z.object({ Prefix: z.string() })).default([]),
    NextContinuationToken: z.string().optional(),
  }),
});
const buckets = z.object({
  ListAllMyBucketsResult: z.object({
    Buckets: z
      .union([
        z.object({ Bucket: z.array(z.object({ Name: z.string() })).default([]) }),
        z.literal(''),
      ])
      .default(''),
  }),
});

const xml = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => name === 'Contents' || name === 'CommonPrefixes' || name === 'Bucket',
});

type Ask = (
  name: string,
  path: string,
  options?: {
    readonly method?: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Uint8Array<ArrayBuffer>;
    readonly signal?: AbortSignal | undefined;
  },
) => Promise<Response>;

/** Amazon S3 and what speaks its REST API, version 2006-03-01. */
export function openS3(place: S3Place, secret: string | undefined): OpenPlace {
  const { bucket } = place;
  const host = place.endpoint ?? `https://s3.${place.region}.amazonaws.com`;
  // The certificate of *.s3 covers no bucket with dots; numbers have no hosts below them.
  const inPath = place.pathStyle || bucket?.includes('.') || /\/\/(\d|\[|localhost)/.test(host);
  const base = inPath || !bucket ? host : host.replace('://', `://${bucket}.`);
  const root = inPath && bucket ? `/${encodeURIComponent(bucket)}` : '';
  const ask = askWith(place, base, secret);
  const pathOf = (key: string): string => `${root}/${key.split('/').map(encoded).join('/')}`;
  const shown = (key: string): string => `${base}${pathOf(key)}`;
  const needsBucket = (): void => {
    if (!bucket) throw new AppError('input', 'no_container', `${host}: no bucket is named.`);
  };
  return {
    shown,
    async containers(_, signal) {
      const response = await ask(host, '/', { signal });
      if (!response.ok) throw await failure(host, response);
      const { Buckets } = buckets.parse(xml.parse(await response.text())).ListAllMyBucketsResult;
      return { names: Buckets === '' ? [] : Buckets.Bucket.map((b) => b.Name) };
    },
    async list({ prefix = '', byLevel = false, next, limit }, signal): Promise<ListPage> {
      needsBucket();
      const name = shown(prefix);
      const response = await ask(name, root === '' ? '/' : root, {
        signal,
        query: {
          'list-type': '2',
          'encoding-type': 'url',
          prefix,
          'max-keys': String(limit ?? 1_000),
          ...(byLevel ? { delimiter: '/' } : {}),
          ...(next === undefined ? {} : { 'continuation-token': next }),
        },
      });
      if (!response.ok) throw await failure(name, response);
      const found = listing.parse(xml.parse(await response.text())).ListBucketResult;
      const files = found.Contents.map((item) => ({
        key: decoded(item.Key),
        bytes: Number(item.Size),
        etag: plainEtag(item.ETag),
        modifiedAt: Date.parse(item.LastModified) || 0,
      })).filter((file) => !(file.key.endsWith('/') && file.bytes === 0));
      const token = found.NextContinuationToken;
      return {
        prefixes: found.CommonPrefixes.map((p) => decoded(p.Prefix)),
        files,
        ...(token ? { next: token } : {}),
      };
    },
    async stat(key, signal) {
      needsBucket();
      const response = await ask(shown(key), pathOf(key), { method: 'HEAD', signal });
      if (response.status === 404) return undefined;
      if (!response.ok) throw answerError(shown(key), response.status, response.statusText);
      return fileOf(key, response.headers);
    },
    async read(key, { start = 0, length, etag }, signal) {
      needsBucket();
      const whole = start === 0 && length === undefined;
      const end = length === undefined ? '' : start + length - 1;
      const response = await ask(shown(key), pathOf(key), {
        signal,
        headers: {
          ...(whole ? {} : { range: `bytes=${start}-${end}` }),
          ...(etag === undefined ? {} : { 'if-match': `"${etag}"` }),
        },
      });
      if (!response.ok) throw await failure(shown(key), response);
      const file = fileOf(key, response.headers);
      if (etag !== undefined && file.etag !== etag) {
        await response.body?.cancel();
        throw changed(shown(key));
      }
      return { file, content: bytesOf(response, shown(key)) };
    },
    async write(key, path, signal) {
      needsBucket();
      // In one piece: a signed request of unknown length is refused.
      const body = await readFile(path);
      const response = await ask(shown(key), pathOf(key), { method: 'PUT', body, signal });
      if (!response.ok) throw await failure(shown(key), response);
      await response.body?.cancel();
    },
    async remove(key, signal) {
      needsBucket();
      const response = await ask(shown(key), pathOf(key), { method: 'DELETE', signal });
      if (!response.ok && response.status !== 404) throw await failure(shown(key), response);
      await response.body?.cancel();
    },
  };
}

function askWith(place: S3Place, base: string, secret: string | undefined): Ask {
  const [id = '', key = '', token] = (secret ?? '').split(',');
  if (place.auth === 'keys' && (id === '' || key === ''))
    throw new AppError('input', 'no_secret', `${base}: the access key is missing.`, {
      hints: ['It is written ACCESS_KEY_ID,SECRET.'],
    });
  const client =
    place.auth === 'keys'
      ? new AwsClient({
          accessKeyId: id,
          secretAccessKey: key,
          ...(token ? { sessionToken: token } : {}),
          service: 's3',
          region: place.region,
          retries: 0,
        })
      : undefined;
  return async (name, path, { query, ...options } = {}) => {
    const url = new URL(`${base}${path}`);
    for (const [field, value] of Object.entries(query ?? {})) url.searchParams.set(field, value);
    const { signal, ...request } = options;
    const signed = client ? await client.sign(url.href, request) : url.href;
    return requestWeb(name, signed, signed instanceof Request ? { signal } : options);
  };
}

async function failure(name: string, response: Response): Promise<AppError> {
  const body = await response.text().catch(() => '');
  const code = /<Code>([^<]{1,100})<\/Code>/.exec(body)?.[1] ?? response.statusText;
  if (response.status === 404) return missing(name);
  if (response.status === 412) return changed(name);
  return answerError(name, response.status, code);
}

function fileOf(key: string, headers: Headers): StoredFile {
  const total = /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  const etag = plainEtag(headers.get('etag') ?? '');
  const encryption = headers.get('x-amz-server-side-encryption') ?? '';
  // The tag is the MD5 of what was put in one piece, unless it was encrypted with a key of its own ("Object", ETag).
  const isMd5 =
    /^[0-9a-f]{32}$/.test(etag) &&
    !encryption.includes('kms') &&
    !headers.has('x-amz-server-side-encryption-customer-algorithm');
  return {
    key,
    bytes: Number(total ?? headers.get('content-length') ?? 0),
    etag,
    modifiedAt: Date.parse(headers.get('last-modified') ?? '') || 0,
    ...(isMd5 ? { md5: etag } : {}),
  };
}

const plainEtag = (etag: string): string => etag.replace(/^"(.*)"$/, '$1').replace(/&quot;/g, '');

/** Signatures want all that isn't unreserved encoded (RFC 3986). */
const encoded = (part: string): string =>
  encodeURIComponent(part).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const decoded = (key: string): string => {
  try {
    return decodeURIComponent(key.replace(/\+/g, ' '));
  } catch {
    return key;
  }
};
