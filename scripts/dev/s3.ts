import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { answers, mustRun } from '../sdk/prepare.ts';
import { freePorts } from './free-port.ts';
import { startServer, untilInterrupted } from './server-process.ts';

/**
 * An S3 server on the loopback, moto's from PyPI, for tests and for trying things out: `npm run dev:s3`. Keeps what
 * it is given in memory, and takes any access key.
 */

const PACKAGE = 'moto[s3,server]==5.2.5';
const PLACE = fileURLToPath(
  new URL('../../node_modules/.cache/calypso/moto-5.2.5', import.meta.url),
);
const WINDOWS = process.platform === 'win32';

export interface S3Server {
  readonly endpoint: string;
  remove(): Promise<void>;
}

export type S3Program = { readonly python: string } | { readonly missing: string };

/** The environment it runs in, made the first time; or why there can be none. */
export function s3Program(): S3Program {
  const system = WINDOWS ? 'python' : 'python3';
  if (!answers(system, '-c', 'import venv, ensurepip'))
    return { missing: `${system} with its venv module is not installed` };
  try {
    if (!existsSync(PLACE)) {
      // Made beside and moved into place: two may begin at once, and neither finds half of one.
      const beside = `${PLACE}-${process.pid}`;
      mkdirSync(join(PLACE, '..'), { recursive: true });
      mustRun(system, ['-m', 'venv', beside]);
      mustRun(interpreter(beside), ['-m', 'pip', 'install', '--quiet', PACKAGE]);
      try {
        renameSync(beside, PLACE);
      } catch (error) {
        rmSync(beside, { recursive: true, force: true });
        if (!existsSync(PLACE)) throw error;
      }
    }
    return { python: interpreter(PLACE) };
  } catch (error) {
    return { missing: (error as Error).message.split('\n')[0] ?? 'moto can’t be installed' };
  }
}

const interpreter = (environment: string): string =>
  WINDOWS ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python');

export async function startS3(
  { python }: { readonly python: string },
  options: { readonly port?: number } = {},
): Promise<S3Server> {
  const [free = 0] = await freePorts(1);
  const port = options.port ?? free;
  const server = await startServer('moto', port, [
    python,
    ...['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
  ]);
  return { endpoint: `http://127.0.0.1:${port}`, remove: () => server.stop('SIGKILL') };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const program = s3Program();
  if ('missing' in program) {
    process.stderr.write(`No S3 server here: ${program.missing}.\n`);
    process.exit(1);
  }
  const s3 = await startS3(program, { port: Number(process.argv[2] ?? 9_000) });
  process.stdout.write(`S3 answers at ${s3.endpoint}; Ctrl+C ends it and forgets its data.\n`);
  untilInterrupted(s3.remove);
}
