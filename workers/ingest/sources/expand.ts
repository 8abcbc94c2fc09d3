import { glob, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../../common/errors/app-error.ts';
import { fileError } from '../files/byte-stream.ts';

export interface FoundFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/**
 * Files that paths, folders (with all that is below them) and globs mean, in that order; inside of a folder or
 * glob by name. Hidden files and folders are skipped unless a path names them. A path that exists is taken
 * literally even if it looks like a glob. Nothing found for one of them is an error.
 */
export async function expandPaths(
  paths: readonly string[],
  names: readonly string[],
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const [i, path] of paths.entries()) {
    const name = names[i] ?? path;
    const info = await stat(path).catch(() => undefined);
    if (info?.isFile()) found.push({ name, path: resolve(path), bytes: info.size });
    else if (info?.isDirectory()) found.push(...(await filesBelow(path)));
    else if (info === undefined && /[*?[{]/.test(path)) found.push(...(await filesOfGlob(path)));
    else if (info === undefined)
      throw new AppError('source', 'file_missing', `${name} is not there.`);
    else throw new AppError('source', 'not_a_file', `${name} is neither a file nor a folder.`);
  }
  return found;
}

async function filesBelow(folder: string): Promise<FoundFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    throw fileError(error, folder);
  });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !isHidden(path.slice(folder.length)));
  return await inspected(paths, folder);
}

async function filesOfGlob(pattern: string): Promise<FoundFile[]> {
  const paths: string[] = [];
  for await (const path of glob(pattern.replaceAll('\\', '/')))
    if (!isHidden(path)) paths.push(path);
  return await inspected(paths, pattern);
}

async function inspected(paths: readonly string[], origin: string): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  for (const path of paths.toSorted()) {
    const info = await stat(path);
    if (info.isFile()) files.push({ name: path, path: resolve(path), bytes: info.size });
  }
  if (files.length === 0)
    throw new AppError('source', 'nothing_found', `There is no file in ${origin}.`);
  return files;
}

function isHidden(path: string): boolean {
  return path.split(/[/\\]/).some((part) => part.startsWith('.') && part !== '.' && part !== '..');
}
