import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What of the repository goes into the packaged application, beside the shipped dependencies. */
const KEPT = ['/package.json', '/LICENSE', '/dist', '/node_modules', '/samples'] as const;
/** Files that bundled code reads at its place in the repository. */
const KEPT_PLACES = ['/main/host/catalog/migrations'] as const;

/** Folders that lie beside the archive: DuckDB and worker threads read them from disk. */
export const UNPACKED = '{dist/host,node_modules,samples,main}';

/** For the packager: true leaves a path (from the root, with `/`) out. */
export function isLeftOut(path: string): boolean {
  if (path === '') return false;
  if (/\.map$|\/\.inputs$|^\/node_modules\/\.(bin|cache)(\/|$)/.test(path)) return true;
  if (KEPT.some((kept) => isAtOrBelow(path, kept))) return false;
  return !KEPT_PLACES.some((place) => isAtOrBelow(path, place) || isAtOrBelow(place, path));
}

function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * What packagers like to lose. Says what is missing below the application's unpacked folder; nothing when
 * all is there.
 */
export function missingFrom(unpacked: string): string[] {
  const missing: string[] = [];
  const need = (path: string): void => {
    if (!existsSync(join(unpacked, path))) missing.push(path);
  };
  need('dist/host/host-process.js');
  need('dist/host/engine.worker.js');
  need('dist/host/ingest.worker.js');
  need('dist/host/stream.worker.js');
  need('dist/host/storage.worker.js');
  need('main/host/catalog/migrations');
  need('samples/manifest.json');
  need('node_modules/@kusto/language-service-next/package.json');
  need('node_modules/better-sqlite3/package.json');
  const native = (folder: string): boolean => {
    const path = join(unpacked, folder);
    if (!existsSync(path)) return false;
    return readdirSync(path, { recursive: true }).some((name) => String(name).endsWith('.node'));
  };
  const duckdb = join(unpacked, 'node_modules', '@duckdb');
  const bindings = existsSync(duckdb)
    ? readdirSync(duckdb).filter((name) => name.startsWith('node-bindings-'))
    : [];
  if (!bindings.some((name) => native(`node_modules/@duckdb/${name}`)))
    missing.push('the native library of DuckDB');
  if (!native('node_modules/better-sqlite3')) missing.push('the native library of SQLite');
  return missing;
}
