import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { freePorts } from './free-port.ts';
import { type ServerProcess, startServer, untilInterrupted } from './server-process.ts';

/**
 * A real Mosquitto on the loopback, for tests and for trying things out: `npm run dev:mosquitto`. Wants the package
 * mosquitto of the system.
 */

const run = promisify(execFile);
/** Debian puts it where only administrators look. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin`;
const env = { ...process.env, PATH };

/** Ended in order it keeps its sessions; they are there when it starts again on the same port. */
export interface Mosquitto extends ServerProcess {
  readonly url: string;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
}

export interface MosquittoOptions {
  readonly port?: number;
  /** Clients have to log in. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Paths of PEM files: only TLS is spoken then. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** More lines for its configuration. */
  readonly lines?: readonly string[];
}

/** Why it can't be had here; undefined if it can. */
export async function mosquittoMissing(): Promise<string | undefined> {
  // It answers --help with an exit status of its own.
  const found = await run('sh', ['-c', 'command -v mosquitto'], { env }).catch(() => undefined);
  return found ? undefined : 'mosquitto is not installed';
}

export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = await mkdtemp(join(tmpdir(), 'calypso-mosquitto-'));
  const [free = 0] = await freePorts(1);
  const port = options.port ?? free;
  const config = join(folder, 'mosquitto.conf');
  const passwords = join(folder, 'passwords');
  const { login, tls } = options;
  if (login) {
    await writeFile(passwords, `${login.username}:${login.password}\n`);
    await run('mosquitto_passwd', ['-U', passwords], { env });
  }
  const lines = [
    `listener ${port} 127.0.0.1`,
    ...(tls ? [`certfile ${tls.certificate}`, `keyfile ${tls.key}`] : []),
    ...(login ? ['allow_anonymous false', `password_file ${passwords}`] : ['allow_anonymous true']),
    'persistence true',
    `persistence_location ${folder}/`,
    // By default it throws away what comes beyond a thousand messages while nobody reads.
    'max_queued_messages 0',
    // As the administrator it would become somebody else, who may not read this folder.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    ...(options.lines ?? []),
  ];
  await writeFile(config, lines.map((line) => `${line}\n`).join(''));
  const server = await startServer('Mosquitto', port, ['mosquitto', '-c', config], { env });
  return {
    url: `${tls ? 'mqtts' : 'mqtt'}://127.0.0.1:${port}`,
    get pid() {
      return server.pid;
    },
    start: server.start,
    stop: server.stop,
    remove: async () => {
      await server.stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const missing = await mosquittoMissing();
  if (missing) {
    process.stderr.write(`No Mosquitto here: ${missing}.\n`);
    process.exit(1);
  }
  const broker = await startMosquitto({ port: Number(process.argv[2] ?? 1883) });
  process.stdout.write(
    `Mosquitto answers at ${broker.url}; Ctrl+C ends it and deletes its data.\n`,
  );
  untilInterrupted(broker.remove);
}
