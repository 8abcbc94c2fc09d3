import { mkdirSync, mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join, relative, sep } from 'node:path';

/** Where the host keeps what it owns. */
export interface DataFolder {
  /** What relative extent paths are relative to. */
  readonly root: string;
  readonly catalog: string;
  /** Committed extents, one folder per database and table. */
  readonly extents: string;
  /** Files of an ingestion before its commit; emptied at every start. */
  readonly staging: string;
  /** Uploads, exports and what the engine spills; emptied at every start. */
  readonly tmp: string;
  /** Copies of files that lie in stores, to be queried; may be deleted at any time. */
  readonly cache: string;
}

/** The folder for this person's data, as each platform wants it. */
export function defaultDataFolder(env: NodeJS.ProcessEnv = process.env): string {
  const explicit = env.CALYPSO_DATA;
  if (explicit) return explicit;
  switch (process.platform) {
    case 'win32':
      return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Calypso');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Calypso');
    default:
      return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'calypso');
  }
}

export function dataFolder(root: string): DataFolder {
  return {
    root,
    catalog: join(root, 'catalog.sqlite'),
    extents: join(root, 'extents'),
    staging: join(root, 'staging'),
    tmp: join(root, 'tmp'),
    cache: join(root, 'cache'),
  };
}

/** A folder whose files are found under `root`, but that writes only below a new temporary folder. */
export function readerFolder(root: string): DataFolder & { readonly temporary: string } {
  const temporary = mkdtempSync(join(tmpdir(), 'calypso-'));
  return { ...dataFolder(temporary), root, catalog: join(root, 'catalog.sqlite'), temporary };
}

export function makeFolders(folder: DataFolder): void {
  for (const path of [folder.extents, folder.staging, folder.tmp])
    mkdirSync(path, { recursive: true });
}

/** The form in which the catalog keeps a path: relative, with `/`, for files inside of the data folder. */
export function storedPath(folder: DataFolder, path: string): string {
  const inside = relative(folder.root, path);
  const outside = inside.startsWith('..') || isAbsolute(inside);
  return outside ? path : inside.split(sep).join('/');
}

export function absolutePath(folder: DataFolder, path: string): string {
  return isAbsolute(path) ? path : join(folder.root, ...path.split('/'));
}
