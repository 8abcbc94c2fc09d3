import { stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { type ExternalFiles, shownUri } from '../../../common/contract/external.ts';
import type { PruningRange } from '../../../common/contract/store.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { formatDatetime } from '../../../common/types/ticks.ts';
import { fileError } from '../files/byte-stream.ts';
import { expandPaths, type FoundFile } from '../sources/expand.ts';
import { fetchFile } from '../sources/http/fetch-file.ts';
import { openFolder } from '../storage/folder.ts';
import { listAll, type OpenPlace, type StoredFile } from '../storage/place.ts';
import type { CachedFile } from './file-cache.ts';
import { mayHoldValues } from './may-hold.ts';
import { openUri } from './open-uri.ts';
import { walkPartitions } from './partition-walk.ts';
import { type PartitionValues, pathReader } from './path-format.ts';
import type { Memory } from './remembered-place.ts';

export interface ExternalFile extends FoundFile {
  /** '' as long as the file is only in a store. */
  readonly path: string;
  readonly values: PartitionValues;
  /** Texts of the columns that have one value in the whole file. */
  readonly constants: ReadonlyMap<string, string>;
  /** Below the folder that was named, without its own name; '' for a file that was named itself. */
  readonly folder: string;
  /** Milliseconds since 1970; absent where the file has to be asked. */
  readonly modifiedAt?: number;
  readonly stored?: CachedFile;
  /** File with the numbers of rows that are no more in the table. */
  readonly deletedRows?: string;
  readonly rowCount?: number;
}

export interface ListContext {
  /** Where fetched files go. */
  readonly folder: string;
  /** What stores said is kept there. */
  readonly memory?: Memory | undefined;
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
  const found: ExternalFile[] = [];
  for (const [i, uri] of files.uris.entries()) {
    const opened = await openUri(uri, context.memory);
    switch (opened.kind) {
      case 'address': {
        if (files.partitions.length > 0) throw unlistable(uri);
        const fetched = await fetchFile(
          opened.address,
          join(context.folder, `fetched-${i}`),
          context,
        );
        found.push({ ...fetched, ...NO_VALUES, folder: '' });
        break;
      }
      case 'path':
        found.push(...(await filesOfPath(opened.path, shownUri(uri), files, ranges, context)));
        break;
      case 'store':
        found.push(...(await filesOfStore(opened, files, ranges, context)));
    }
  }
  return found;
}

const NO_VALUES = { values: new Map<string, string>(), constants: new Map<string, string>() };

async function filesOfPath(
  path: string,
  name: string,
  files: Files,
  ranges: readonly PruningRange[],
  context: ListContext,
): Promise<ExternalFile[]> {
  const info = await stat(path).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw fileError(error, name);
  });
  const root = resolve(path);
  const keep = chooser(files, ranges);
  if (files.partitions.length > 0 && info?.isDirectory()) {
    const place = openFolder({ kind: 'folder', path: root });
    const walk = { ...files, ranges, exactNames: false, signal: context.signal };
    return (await walkPartitions(place, '', walk)).flatMap((file) =>
      keep(file.key, {
        name: place.shown(file.key),
        path: join(root, file.key),
        bytes: file.bytes,
        modifiedAt: file.modifiedAt,
      }),
    );
  }
  const found = await expandPaths([path], [name]).catch((error: unknown) => {
    // An empty folder is an empty table.
    if (info?.isDirectory() && error instanceof AppError && error.code === 'nothing_found')
      return [];
    throw error;
  });
  return found.flatMap((file) => keep(relative(root, file.path).split(sep).join('/'), file));
}

async function filesOfStore(
  { place, key, at }: { readonly place: OpenPlace; readonly key: string; readonly at: string },
  files: Files,
  ranges: readonly PruningRange[],
  context: ListContext,
): Promise<ExternalFile[]> {
  const keep = chooser(files, ranges);
  const foundAs = (file: StoredFile, below: string) =>
    keep(below, {
      name: place.shown(file.key),
      path: '',
      bytes: file.bytes,
      modifiedAt: file.modifiedAt,
      stored: { place, at, key: file.key, version: file.etag, etag: file.etag, bytes: file.bytes },
    });
  const single =
    key === '' || key.endsWith('/') ? undefined : await place.stat(key, context.signal);
  if (single) return foundAs(single, '');
  const root = key === '' || key.endsWith('/') ? key : `${key}/`;
  const found: StoredFile[] = [];
  if (files.partitions.length > 0)
    found.push(
      ...(await walkPartitions(place, root, {
        ...files,
        ranges,
        exactNames: true,
        signal: context.signal,
      })),
    );
  else for await (const page of listAll(place, root, context.signal)) found.push(...page);
  return found.flatMap((file) => foundAs(file, file.key.slice(root.length)));
}

type Known = Pick<ExternalFile, 'name' | 'path' | 'bytes' | 'modifiedAt' | 'stored'>;

/** Says of a file by its place below the folder whether it belongs to the source, and with which values. */
function chooser(files: Files, ranges: readonly PruningRange[]) {
  const { partitions, pathFormat, namePrefix, fileExtension } = files;
  const read = pathReader(partitions, pathFormat);
  return (below: string, known: Known): ExternalFile[] => {
    const values: PartitionValues | undefined = partitions.length === 0 ? new Map() : read(below);
    const name = (below || known.name).split(/[/\\]/).at(-1) ?? '';
    if (values === undefined) return [];
    if (namePrefix !== undefined && !name.startsWith(namePrefix)) return [];
    if (fileExtension !== undefined && !name.endsWith(fileExtension)) return [];
    if (!mayHoldValues(partitions, values, ranges)) return [];
    const constants = new Map<string, string>();
    for (const { name: column, type, source } of partitions) {
      const value = values.get(column);
      if (source !== undefined || value === undefined) continue;
      constants.set(column, type === 'datetime' ? formatDatetime(BigInt(value)) : value);
    }
    return [{ ...known, values, constants, folder: below.split('/').slice(0, -1).join('/') }];
  };
}

function unlistable(uri: string): AppError {
  return new AppError(
    'unsupported',
    'address_not_listable',
    `${shownUri(uri)}: the folders of a web address can't be listed, so it can't be partitioned.`,
  );
}
