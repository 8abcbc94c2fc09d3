import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../main/cli/index.ts', import.meta.url));

/** `calypso serve` as a user starts it: a process of its own, any port, a random token. */
export interface Server {
  readonly url: string;
  readonly token: string;
  /** The endpoint with the token in its address, for clients that send none. */
  readonly clientUrl: string;
  stop(): Promise<void>;
}

export async function startServer(): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), 'calypso-sdk-'));
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--data', data, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const line = await firstLine(child);
  if (line === undefined) throw new Error(`calypso serve ended: ${errors}`);
  const { url, token, clientUrl } = JSON.parse(line) as Omit<Server, 'stop'>;
  return {
    url,
    token,
    clientUrl,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (!child.stdout) return undefined;
  for await (const line of createInterface({ input: child.stdout })) return line;
  return undefined;
}
