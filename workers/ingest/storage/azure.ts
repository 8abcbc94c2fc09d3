import {
  AnonymousCredential,
  BlobServiceClient,
  type ContainerClient,
  RestError,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { AzurePlace } from '../../../common/contract/storage-place.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { entraCredential, fixedToken } from './entra.ts';
import type { ListPage, OpenPlace, StoredFile } from './place.ts';
import { answerError, changed, missing, unreachable } from './storage-error.ts';

export interface AzureContext {
  /** Shows a person where to sign in. */
  readonly onPrompt?: ((message: string) => void) | undefined;
}

/** Downloads are taken up again by whoever asked, who knows how far they got; small requests are repeated here. */
const RETRIES = { maxTries: 3, retryDelayInMs: 500, maxRetryDelayInMs: 4_000 };

export async function openAzure(
  place: AzurePlace,
  secret: string | undefined,
  context: AzureContext = {},
): Promise<OpenPlace> {
  const service = await serviceOf(place, secret, context);
  const shownIn = `${place.service}/${place.container ?? ''}`;
  const shown = (key: string): string =>
    `${shownIn}/${key.split('/').map(encodeURIComponent).join('/')}`;
  const container = (): ContainerClient => {
    if (place.container !== undefined) return service.getContainerClient(place.container);
    throw new AppError('input', 'no_container', `${place.service}: no container is named.`);
  };
  return {
    shown,
    containers: (next, signal) =>
      translated(place.service, signal, async () => {
        const pages = service.listContainers(signal ? { abortSignal: signal } : {}).byPage({
          maxPageSize: 1_000,
          ...(next === undefined ? {} : { continuationToken: next }),
        });
        const page = await pages.next();
        if (page.done) return { names: [] };
        const names = page.value.containerItems.map((c) => c.name);
        const token = page.value.continuationToken;
        return { names, ...(token ? { next: token } : {}) };
      }),
    list: ({ prefix, byLevel, next, limit }, signal) =>
      translated(shownIn, signal, async (): Promise<ListPage> => {
        const options = {
          ...(prefix ? { prefix } : {}),
          // Tells the folders of Data Lake Storage from blobs.
          includeMetadata: true,
          ...(signal ? { abortSignal: signal } : {}),
        };
        const paging = {
          maxPageSize: limit ?? 5_000,
          ...(next === undefined ? {} : { continuationToken: next }),
        };
        const pages = byLevel
          ? container().listBlobsByHierarchy('/', options).byPage(paging)
          : container().listBlobsFlat(options).byPage(paging);
        const page = await pages.next();
        if (page.done) return { prefixes: [], files: [] };
        const { segment, continuationToken } = page.value;
        const levels = 'blobPrefixes' in segment ? segment.blobPrefixes : undefined;
        const prefixes = Array.isArray(levels) ? levels.map((p: { name: string }) => p.name) : [];
        const files = segment.blobItems
          .filter((item) => item.metadata?.hdi_isfolder !== 'true')
          .map(({ name, properties }) => ({
            key: name,
            bytes: properties.contentLength ?? 0,
            etag: plainEtag(properties.etag),
            modifiedAt: properties.lastModified.getTime(),
            ...md5Of(properties.contentMD5),
          }));
        return { prefixes, files, ...(continuationToken ? { next: continuationToken } : {}) };
      }),
    stat: (key, signal) =>
      translated(shown(key), signal, async () => {
        try {
          const found = await container()
            .getBlobClient(key)
            .getProperties(signal ? { abortSignal: signal } : {});
          if (found.metadata?.hdi_isfolder === 'true') return undefined;
          return fileOf(key, found, found.contentLength ?? 0, found.contentMD5);
        } catch (error) {
          if (error instanceof RestError && error.statusCode === 404) return undefined;
          throw error;
        }
      }),
    read: (key, { start = 0, length, etag }, signal) =>
      translated(shown(key), signal, async () => {
        const found = await container()
          .getBlobClient(key)
          .download(start, length, {
            ...(etag === undefined ? {} : { conditions: { ifMatch: `"${etag}"` } }),
            ...(signal ? { abortSignal: signal } : {}),
            maxRetryRequests: 0,
          });
        const total = /\/(\d+)$/.exec(found.contentRange ?? '')?.[1];
        const file = fileOf(
          key,
          found,
          Number(total ?? found.contentLength ?? 0),
          found.blobContentMD5 ?? (total === undefined ? found.contentMD5 : undefined),
        );
        return { file, content: contentOf(found.readableStreamBody, shown(key), signal) };
      }),
    write: (key, path, signal) =>
      translated(shown(key), signal, async () => {
        await container()
          .getBlockBlobClient(key)
          .uploadFile(path, signal ? { abortSignal: signal } : {});
      }),
    remove: (key, signal) =>
      translated(shown(key), signal, async () => {
        await container()
          .getBlobClient(key)
          .deleteIfExists(signal ? { abortSignal: signal } : {});
      }),
  };
}

async function serviceOf(
  place: AzurePlace,
  secret: string | undefined,
  context: AzureContext,
): Promise<BlobServiceClient> {
  const options = { retryOptions: RETRIES, userAgentOptions: { userAgentPrefix: 'calypso' } };
  if (place.auth !== 'anonymous' && place.auth !== 'entra' && !secret)
    throw new AppError(
      'input',
      'no_secret',
      `${place.service}: the ${place.auth === 'key' ? 'account key' : place.auth === 'sas' ? 'shared access signature' : 'token'} is missing.`,
    );
  switch (place.auth) {
    case 'key':
      return new BlobServiceClient(place.service, sharedKey(place, secret ?? ''), options);
    case 'sas':
      return new BlobServiceClient(
        `${place.service}?${secret}`,
        new AnonymousCredential(),
        options,
      );
    case 'token':
      return new BlobServiceClient(place.service, fixedToken(secret ?? ''), options);
    case 'entra':
      return new BlobServiceClient(place.service, await entraCredential(place, context), options);
    default:
      return new BlobServiceClient(place.service, new AnonymousCredential(), options);
  }
}

export function sharedKey(
  { account, service }: Pick<AzurePlace, 'account' | 'service'>,
  key: string,
): StorageSharedKeyCredential {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key))
    throw new AppError('input', 'bad_secret', `${service}: what was given is no account key.`, {
      hints: ['An account key is text in base64; a signature (sv=…&sig=…) stands behind ?.'],
    });
  return new StorageSharedKeyCredential(account, key);
}

function fileOf(
  key: string,
  found: { readonly etag?: string | undefined; readonly lastModified?: Date | undefined },
  bytes: number,
  md5: Uint8Array | undefined,
): StoredFile {
  return {
    key,
    bytes,
    etag: plainEtag(found.etag),
    modifiedAt: found.lastModified?.getTime() ?? 0,
    ...md5Of(md5),
  };
}

/** Listings tell it without quotes, answers with them. */
const plainEtag = (etag = ''): string => etag.replace(/^"(.*)"$/, '$1');

const md5Of = (md5: Uint8Array | undefined): { md5?: string } =>
  md5 && md5.length > 0 ? { md5: Buffer.from(md5).toString('hex') } : {};

async function* contentOf(
  stream: NodeJS.ReadableStream | undefined,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of stream ?? []) yield piece as unknown as Uint8Array;
  } catch (error) {
    throw signal?.aborted ? AppError.cancelled() : unreachable(name, error);
  }
}

/** Errors of the library hold the request with its headers and its address: only what they say goes on. */
export async function translated<T>(
  name: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted) throw AppError.cancelled();
    if (error instanceof AppError) throw error;
    const { statusCode, code, name: kind, message } = error as RestError;
    if (statusCode === 404) throw missing(name);
    if (statusCode === 412) throw changed(name);
    if (statusCode !== undefined) throw answerError(name, statusCode, code ?? '');
    if (/Credential|Authentication/.test(kind ?? ''))
      throw new AppError(
        'source',
        'storage_denied',
        `${name}: could not sign in: ${firstLine(message)}`,
        {
          hints: ['Sign in with “az login”, or choose the browser or a code.'],
        },
      );
    throw unreachable(name, new Error(code ?? firstLine(message)));
  }
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text;
