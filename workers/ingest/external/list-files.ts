import { stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ExternalFiles, type Partition, shownUri } from '../../../common/contract/external.ts';
import type { PruningRange } from '../../../common/contract/store.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { fileError } from '../files/byte-stream.ts';
import { expandPaths, type FoundFile } from '../sources/expand.ts';
import { fetchFile } from '../sources/http/fetch-file.ts';
import { type PartitionValues, partitionEnd, pathReader } from './path-format.ts';

export interface ExternalFile extends FoundFile {
  readonly values: PartitionValues;
  /** Below the folder that was named, without its own name; '' for a file that was named itself. */
  readonly folder: string;
}

export interface ListContext {
  /** Where fetched files go. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

type Files = Pick<
  ExternalFiles,
  'uris' | 'namePrefix' | 'fileExtension' | 'partitions' | 'pathFormat'
>;

/**
 * The files of an external source, those left out whose name doesn't fit or whose partition can't hold a row
 * within the ranges (page "Create and alter Azure Storage external tables", file filtering logic). In the order
 * of the addresses, in folders by name. A folder without a file is no error; an address that isn't there is.
 */
export async function listExternalFiles(
  files: Files,
  ranges: readonly PruningRange[],
  context: ListContext,
): Promise<ExternalFile[]> {
  const read = pathReader(files.partitions, files.pathFormat);
  const found: ExternalFile[] = [];
  for (const [i, uri] of files.uris.entries()) {
    const place = await placeOf(uri);
    if (place.kind === 'address') {
      if (files.partitions.length > 0) throw unlistable(uri);
      const fetched = await fetchFile(place.address, join(context.folder, `fetched-${i}`), context);
      found.push({ ...fetched, values: new Map(), folder: '' });
      continue;
    }
    for (const file of await filesAt(place.path, shownUri(uri))) {
      const below = relative(resolve(place.path), file.path).split(sep).join('/');
      const values = files.partitions.length === 0 ? new Map() : read(below);
      const name = basename(file.path);
      if (values === undefined) continue;
      if (files.namePrefix !== undefined && !name.startsWith(files.namePrefix)) continue;
      if (files.fileExtension !== undefined && !name.endsWith(files.fileExtension)) continue;
      if (files.partitions.every((p) => mayHold(p, values.get(p.name), ranges)))
        found.push({ ...file, values, folder: below.split('/').slice(0, -1).join('/') });
    }
  }
  return found;
}

type Place =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'address'; readonly address: string };

const STORAGE_HOST =
  /\.(blob|dfs|file)\.(core\.|storage\.)|\.onelake\.|onelake\.|s3[.-][^/]*amazonaws/i;

/** Splits a connection string (page "Storage connection strings"): what stands behind `;` is its secret. */
async function placeOf(uri: string): Promise<Place> {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === 'file') {
    const path = scheme === 'file' ? fileUrlPath(uri) : uri;
    // A file whose name has a semicolon is found as it is written.
    const literal = await stat(path).catch(() => undefined);
    return { kind: 'path', path: literal ? path : (path.split(';')[0] ?? path) };
  }
  const [address = '', secret] = uri.split(';');
  if (scheme !== 'http' && scheme !== 'https') throw later(`${scheme}://`);
  if (secret !== undefined && secret !== '') {
    if (STORAGE_HOST.test(address)) throw later('Azure Storage and S3 with a key');
    throw new AppError(
      'unsupported',
      'address_secret',
      `${shownUri(uri)}: a secret behind ; is for storage services only.`,
    );
  }
  return { kind: 'address', address };
}

function fileUrlPath(uri: string): string {
  try {
    return fileURLToPath(uri.split(';')[0] ?? uri);
  } catch (cause) {
    throw new AppError('input', 'bad_address', `${shownUri(uri)} is no file address.`, { cause });
  }
}

function later(what: string): AppError {
  return new AppError(
    'unsupported',
    'storage_not_implemented',
    `not implemented in Calypso: ${what} as the place of files`,
    {
      hints: [
        'Paths, folders and globs of this machine work, and http(s) addresses of single files.',
      ],
    },
  );
}

function unlistable(uri: string): AppError {
  return new AppError(
    'unsupported',
    'address_not_listable',
    `${shownUri(uri)}: the folders of a web address can't be listed, so it can't be partitioned.`,
  );
}

/** An empty folder is an empty table. */
async function filesAt(path: string, name: string): Promise<FoundFile[]> {
  const info = await stat(path).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw fileError(error, name);
  });
  try {
    return await expandPaths([path], [name]);
  } catch (error) {
    if (info?.isDirectory() && error instanceof AppError && error.code === 'nothing_found')
      return [];
    throw error;
  }
}

/** Whether a partition of this value may hold rows within the ranges; yes where it can't be told. */
function mayHold(
  partition: Partition,
  value: string | undefined,
  ranges: readonly PruningRange[],
): boolean {
  if (value === undefined) return true;
  const { source } = partition;
  // Rows of a hash partition can't be told from its number without Kusto's own hash.
  if (source?.function === 'hash') return true;
  const own = source === undefined || source.function === 'identity';
  const name = source?.column ?? partition.name;
  return ranges.every((range) => {
    if (range.column !== name && range.column !== partition.name) return true;
    if (
      range.values !== undefined &&
      (own || range.column === partition.name) &&
      partition.type === 'string'
    )
      return range.values.includes(value);
    if (partition.type === 'string' || !/^-?\d+$/.test(value)) return true;
    const start = BigInt(value);
    const single = own || range.column === partition.name;
    const end = single ? start : (partitionEnd(partition, start) ?? start);
    return (
      (range.min === undefined || end >= BigInt(range.min)) &&
      (range.max === undefined || start <= BigInt(range.max))
    );
  });
}

export interface DescribedFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: number;
  readonly partitions: Record<string, string>;
}

/** All files, or the first of them, with when they were written and the partition they are in. */
export async function describeFiles(
  files: Files,
  context: ListContext,
  limit = Number.POSITIVE_INFINITY,
): Promise<DescribedFile[]> {
  const found = await listExternalFiles(files, [], context);
  const described: DescribedFile[] = [];
  for (const { name, path, bytes, values } of found.slice(0, limit)) {
    const { mtimeMs } = await stat(path);
    described.push({
      name,
      path,
      bytes,
      modifiedAt: mtimeMs,
      partitions: Object.fromEntries(values),
    });
  }
  return described;
}
