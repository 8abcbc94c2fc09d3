import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredSource } from '../../../common/contract/storage-place.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { compressionOf, readAt } from '../files/byte-stream.ts';
import type { InputFile } from '../files/input-file.ts';
import { unzip } from '../files/unzip.ts';
import { fetchStored } from '../storage/fetch-stored.ts';
import { expandPaths } from './expand.ts';

/** Where the files of a load are. */
export interface LocalSource {
  readonly paths: readonly string[];
  /** Names to show, one per path. */
  readonly names: readonly string[];
  readonly stored?: readonly StoredSource[] | undefined;
}

/** The files of a source with their compression known; zip archives are extracted into `workFolder`. */
export async function openFiles(
  source: LocalSource,
  workFolder: string,
  signal?: AbortSignal,
): Promise<InputFile[]> {
  const files: InputFile[] = [];
  const here = await expandPaths(source.paths, source.names);
  const fetched = await fetchStored(source.stored ?? [], join(workFolder, 'fetched'), signal);
  for (const found of [...here, ...fetched]) {
    if (signal?.aborted) throw AppError.cancelled();
    const compression = compressionOf(await readAt({ ...found }, 0, 4));
    if (compression !== 'zip') {
      files.push({ ...found, compression, container: compression });
      continue;
    }
    const folder = join(workFolder, `zip-${files.length}`);
    await mkdir(folder, { recursive: true });
    for (const entry of await unzip(found, folder, signal)) {
      const inner = compressionOf(await readAt(entry, 0, 4));
      if (inner === 'zip')
        throw new AppError('input', 'nested_zip', `${entry.name} is a zip archive inside of one.`, {
          hints: ['Extract the outer archive first.'],
        });
      files.push({ ...entry, compression: inner, container: 'zip' });
    }
  }
  return files;
}
