import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DataFolder } from './data-folder.ts';

/** Deletes what no commit names: unfinished ingestions, dropped extents, temporary files. Run at start only. */
export function sweep(folder: DataFolder, named: ReadonlySet<string>): number {
  for (const path of [folder.staging, folder.tmp]) rmSync(path, { recursive: true, force: true });
  return existsSync(folder.extents) ? sweepFolder(folder.extents, named, true) : 0;
}

function sweepFolder(path: string, named: ReadonlySet<string>, keep: boolean): number {
  let removed = 0;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) removed += sweepFolder(child, named, false);
    else if (!named.has(child)) {
      rmSync(child, { force: true });
      removed++;
    }
  }
  if (!keep && readdirSync(path).length === 0) rmdirSync(path);
  return removed;
}
