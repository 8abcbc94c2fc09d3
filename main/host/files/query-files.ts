import { glob, lstat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { QueryFile } from '../../../common/contract/workspace.ts';
import { translateFileError } from './text-files.ts';

/** More than anybody reads through; a home directory that was tracked by mistake ends here. */
const MAX_FILES = 2_000;
const ENDINGS = '**/*.{kql,csl,kusto}';
const UNWANTED = new Set(['node_modules', '.git']);

/** The query files below a folder, by name. Links are not followed. */
export async function listQueryFiles(
  folder: string,
): Promise<{ files: QueryFile[]; more: boolean }> {
  const files: QueryFile[] = [];
  try {
    await lstat(folder);
    const exclude = (name: string): boolean => UNWANTED.has(name.split(sep).at(-1) ?? name);
    for await (const found of glob(ENDINGS, { cwd: folder, exclude })) {
      if (files.length >= MAX_FILES) return { files: sorted(files), more: true };
      const path = join(folder, found);
      // A file that goes away in between is no error: it is not there any more.
      const stats = await lstat(path).catch(() => undefined);
      if (stats?.isFile())
        files.push({
          path,
          name: found.replaceAll(sep, '/'),
          changedAt: stats.mtime.toISOString(),
        });
    }
  } catch (error) {
    throw translateFileError(error, folder);
  }
  return { files: sorted(files), more: false };
}

const sorted = (files: QueryFile[]): QueryFile[] =>
  files.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
