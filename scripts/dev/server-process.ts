import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { connect } from 'node:net';

/** A slow machine loads for long. */
const START_MS = 120_000;

export interface ServerProcess {
  readonly pid: number;
  /** Ends it as a power cut does, or in order; its data stays. */
  stop(how?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  start(): Promise<void>;
}

/** A program that listens on a port of the loopback; running when this resolves. */
export async function startServer(
  name: string,
  port: number,
  command: readonly [string, ...string[]],
  options: SpawnOptions = {},
): Promise<ServerProcess> {
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const [program, ...args] = command;
    child = spawn(program, args, { stdio: 'ignore', ...options });
    await answers(name, port, child);
  };
  const stop = async (how: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child?.once('exit', resolve));
    child.kill(how);
    await gone;
  };
  await start();
  return {
    get pid() {
      return child?.pid ?? -1;
    },
    start,
    stop,
  };
}

async function answers(name: string, port: number, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + START_MS; Date.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}.`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${name} did not start within ${START_MS / 1000} s.`);
}

/** Runs until Ctrl+C, then tidies up. */
export function untilInterrupted(remove: () => Promise<void>): void {
  const end = (): void => {
    remove().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}
