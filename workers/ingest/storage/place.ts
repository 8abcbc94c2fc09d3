/** A file of a store, as it was when it was looked at. */
export interface StoredFile {
  /** Below the container, bucket, base or folder, with `/` between its parts. */
  readonly key: string;
  readonly bytes: number;
  /** Changes whenever the content does; without quotes. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  /** Of the content, in hexadecimal digits, where the store tells. */
  readonly md5?: string;
}

export interface ListPage {
  /** What lies deeper, each ending with `/`; empty without a delimiter. */
  readonly prefixes: readonly string[];
  readonly files: readonly StoredFile[];
  /** Absent on the last page. */
  readonly next?: string;
}

export interface ListRequest {
  /** Keys begin with it. */
  readonly prefix?: string;
  /** One level only: what lies behind the next `/` is told by its prefix. */
  readonly byLevel?: boolean;
  readonly next?: string;
  readonly limit?: number;
}

export interface ReadRequest {
  /** First byte; 0 by default. */
  readonly start?: number;
  /** How many; to the end by default. */
  readonly length?: number;
  /** The version that is wanted: another one is an error `blob_changed`. */
  readonly etag?: string;
}

export interface OpenedFile {
  /** The whole file, whatever part of it is read. */
  readonly file: StoredFile;
  /** Bytes of the wanted part, once. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * A store that can be read. Failures are AppErrors of kind `source` that name the file and hold no secret:
 * `blob_missing`, `blob_changed`, `storage_denied`, `storage_busy`, `storage_unreachable`, `storage_failed`.
 */
export interface OpenPlace {
  /** A key's address, without a secret. */
  shown(key: string): string;
  /** Containers or buckets of the account; empty where there are none. */
  containers(
    next: string | undefined,
    signal?: AbortSignal,
  ): Promise<{ readonly names: readonly string[]; readonly next?: string }>;
  /** Files in the order of their keys, folders that are not files left out. */
  list(request: ListRequest, signal?: AbortSignal): Promise<ListPage>;
  /** Undefined if it isn't there. */
  stat(key: string, signal?: AbortSignal): Promise<StoredFile | undefined>;
  read(key: string, request: ReadRequest, signal?: AbortSignal): Promise<OpenedFile>;
  /** Puts a file of this machine under a key, whole or not at all; absent where nothing can be written. */
  write?(key: string, path: string, signal?: AbortSignal): Promise<void>;
  /** Deletes a file; nothing if it isn't there. */
  remove?(key: string, signal?: AbortSignal): Promise<void>;
  /** A file of this machine that holds the bytes now, where there is one; it may be gone a moment later. */
  local?(key: string, signal?: AbortSignal): Promise<string>;
}

/** All files below a prefix, page after page. */
export async function* listAll(
  place: OpenPlace,
  prefix: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly StoredFile[]> {
  let next: string | undefined;
  do {
    const page = await place.list({ prefix, ...(next === undefined ? {} : { next }) }, signal);
    yield page.files;
    next = page.next;
  } while (next !== undefined);
}
