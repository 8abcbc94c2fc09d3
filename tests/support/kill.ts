import { type ChildProcess, spawn } from 'node:child_process';

/** When a program is killed: some time after it has printed so many lines. */
export interface Moment {
  readonly lines: number;
  readonly delayMs: number;
}

const running = new Set<ChildProcess>();

/**
 * Runs a program of the tests and ends it as a power cut does. Gives the lines that it had printed by then.
 * Rejects if the program ends by itself.
 */
export async function runAndKill(
  program: string,
  args: readonly string[],
  { lines, delayMs }: Moment,
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  running.add(child);
  let printed = '';
  let counting = true;
  const gone = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_, signal) => resolve(signal)),
  );
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    if (!counting || whole(printed).length < lines) return;
    counting = false;
    setTimeout(() => child.kill('SIGKILL'), delayMs);
  });
  const signal = await gone;
  running.delete(child);
  if (signal !== 'SIGKILL') throw new Error(`${program} ended by itself, after: ${printed}`);
  return whole(printed);
}

/** For `afterEach`: whatever a failed test has left running. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

const whole = (printed: string): string[] => printed.split('\n').slice(0, -1);
