import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Digest of all that a target is made of: names and contents, so that a touched file means nothing. */
export function digestOf(root: string, inputs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) add(join(root, input), input);
  return hash.digest('hex');

  function add(path: string, name: string): void {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return;
    if (stats.isDirectory()) {
      for (const child of readdirSync(path).sort())
        if (!isIrrelevant(child)) add(join(path, child), `${name}/${child}`);
      return;
    }
    hash.update(`${name}\0${stats.size}\0`);
    hash.update(readFileSync(path));
  }
}

function isIrrelevant(name: string): boolean {
  return name.startsWith('.') || /\.test\.tsx?$/.test(name) || name === 'node_modules';
}

const MARK = '.inputs';

export function isFresh(outFolder: string, digest: string): boolean {
  const path = join(outFolder, MARK);
  return existsSync(path) && readFileSync(path, 'utf8') === digest;
}

export function markFresh(outFolder: string, digest: string): void {
  mkdirSync(outFolder, { recursive: true });
  writeFileSync(join(outFolder, MARK), digest);
}
