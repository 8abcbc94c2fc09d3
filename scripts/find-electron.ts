import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MODULE = join(import.meta.dirname, '..', 'node_modules', 'electron');
/** A binary that isn't here within this time is not worth waiting for at a start. */
const FETCH_MS = 180_000;
/** Where there is no way to it that is known at once; after this it is really coming. */
const SAY_AFTER_MS = 3_000;

/** The Electron binary, if its package has one. */
export function findElectron(): string | undefined {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const mark = join(MODULE, 'path.txt');
  if (!existsSync(mark)) return undefined;
  const path = join(override ?? join(MODULE, 'dist'), readFileSync(mark, 'utf8').trim());
  return existsSync(path) ? path : undefined;
}

/**
 * Lets Electron's own installer fetch the binary, once and quietly. Resolves to its path, or undefined when
 * it can't be had here.
 */
export async function fetchElectron(): Promise<string | undefined> {
  const script = join(MODULE, 'install.js');
  if (!existsSync(script)) return undefined;
  await new Promise<void>((resolve) => {
    const child = spawn(process.execPath, [script], { stdio: 'ignore', timeout: FETCH_MS });
    const say = setTimeout(
      () => console.log('Fetching Electron, once (about 120 MB)…'),
      SAY_AFTER_MS,
    );
    const done = (): void => {
      clearTimeout(say);
      resolve();
    };
    child.once('error', done);
    child.once('exit', done);
  });
  return findElectron();
}
