import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'sdk');

/** Runs a tool quietly; what it said is the error when it fails. */
export function mustRun(command: string, args: readonly string[], cwd?: string): void {
  const ended = spawnSync(command, args, { encoding: 'utf8', ...(cwd ? { cwd } : {}) });
  if (ended.status === 0) return;
  const said = `${ended.stdout ?? ''}${ended.stderr ?? ''}`.trim().split('\n').slice(-8).join('\n');
  throw new Error(`${command} ${args.join(' ')}: ${ended.error?.message ?? said}`);
}

/** Whether a command answers to being asked for its version. */
export function answers(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/**
 * A folder under `node_modules/.cache/sdk` that `fill` has made for exactly this content; made once. A half-made one
 * is never found.
 */
export function cached(name: string, content: string, fill: (folder: string) => void): string {
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const folder = join(CACHE, `${name}-${digest}`);
  if (existsSync(join(folder, 'complete'))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  fill(folder);
  const mark = join(folder, 'making');
  mkdirSync(mark, { recursive: true });
  renameSync(mark, join(folder, 'complete'));
  return folder;
}
