import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const CLI = join(import.meta.dirname, '..', '..', 'main', 'cli', 'index.ts');

export interface StartedHost {
  readonly process: ChildProcess;
  /** With the token: whoever opens it is let in. */
  readonly url: string;
  readonly token: string | undefined;
}

/**
 * Runs `calypso serve` and waits for its first line. Rejects with what it said on stderr when it ends
 * before that.
 */
export function startHost(
  dataFolder: string | undefined,
  more: readonly string[] = [],
): Promise<StartedHost> {
  const args = [CLI, 'serve', ...(dataFolder === undefined ? [] : ['--data', dataFolder]), ...more];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => {
    errors = (errors + text.toString()).slice(-8_192);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`calypso serve ended with status ${code}\n${errors.trim()}`));
    });
    createInterface({ input: child.stdout }).once('line', (line) => {
      const { open, token } = JSON.parse(line) as { open: string; token?: string };
      resolve({ process: child, url: open, token });
    });
  });
}
