import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { AppError } from '../../../common/errors/app-error.ts';
import { fileError } from './byte-stream.ts';

export interface ExtractedFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/**
 * Extracts every file of a zip archive into `folder`, under names of our own: entry names are shown, never used
 * as paths. Folders and hidden files (`__MACOSX`, dot files) are left out.
 */
export async function unzip(
  archive: { readonly path: string; readonly name: string },
  folder: string,
  signal?: AbortSignal,
): Promise<ExtractedFile[]> {
  try {
    const zip = await yauzl.openPromise(archive.path);
    return await extractAll(zip, archive.name, folder, signal);
  } catch (error) {
    if (error instanceof AppError) throw error;
    if ((error as NodeJS.ErrnoException).code !== undefined) throw fileError(error, archive.name);
    throw new AppError(
      'input',
      'bad_archive',
      `${archive.name} is no readable zip archive: ${(error as Error).message}.`,
      { cause: error },
    );
  }
}

async function extractAll(
  zip: ZipFile,
  archiveName: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<ExtractedFile[]> {
  const files: ExtractedFile[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      if (signal?.aborted) throw AppError.cancelled();
      if (isHidden(entry)) continue;
      const path = join(folder, `entry-${files.length}`);
      const input = await zip.openReadStreamPromise(entry);
      await pipeline(input, createWriteStream(path), signal ? { signal } : {});
      const { size } = await stat(path);
      files.push({ name: `${archiveName}/${entry.fileName}`, path, bytes: size });
    }
  } finally {
    zip.close();
  }
  return files;
}

function isHidden(entry: Entry): boolean {
  const parts = entry.fileName.split('/');
  return entry.fileName.endsWith('/') || parts.some((p) => p.startsWith('.') || p === '__MACOSX');
}
