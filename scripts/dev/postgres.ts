import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePorts } from './free-port.ts';

/**
 * A real PostgreSQL on the loopback, with data of its own, for tests and for trying things out: `npm run
 * dev:postgres`. Wants the server's programs, which Debian has in the package postgresql.
 */

const run = promisify(execFile);
const START_MS = 60_000;
/** Where distributions put the programs that are not on the PATH. */
const VERSIONS = '/usr/lib/postgresql';
const USER = 'calypso';
const DATABASE = 'calypso';

export interface Postgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Ends it as a power cut does, or in order; its data stays. */
  stop(how?: 'SIGKILL' | 'SIGINT'): Promise<void>;
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
  query(text: string): Promise<readonly unknown[][]>;
}

async function programs(): Promise<string | undefined> {
  const versions = await readdir(VERSIONS).catch(() => []);
  const folders = [
    ...versions.sort((a, b) => Number(b) - Number(a)).map((v) => join(VERSIONS, v, 'bin')),
    '/usr/local/bin',
    '/usr/bin',
  ];
  for (const folder of folders)
    try {
      await run(join(folder, 'initdb'), ['--version']);
      return folder;
    } catch {
      // Not here.
    }
  return undefined;
}

/** Why it can't be had here; undefined if it can. */
export async function postgresMissing(): Promise<string | undefined> {
  if ((await programs()) === undefined) return 'PostgreSQL is not installed';
  if (userInfo().uid === 0 && (await nobody()) === undefined)
    return 'PostgreSQL refuses to run as root, and there is no user nobody';
  return undefined;
}

/** The server refuses to run as root: an account without rights runs it then. */
async function nobody(): Promise<{ uid: number; gid: number } | undefined> {
  if (userInfo().uid !== 0) return undefined;
  for (const name of ['postgres', 'nobody'])
    try {
      const [uid, gid] = await Promise.all(
        ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout)),
      );
      if (uid !== undefined && gid !== undefined) return { uid, gid };
    } catch {
      // There is none of this name.
    }
  return undefined;
}

export async function startPostgres(options: { readonly port?: number } = {}): Promise<Postgres> {
  const folder = await programs();
  if (folder === undefined) throw new Error('PostgreSQL is not installed.');
  const [free = 0] = await freePorts(1);
  const port = options.port ?? free;
  const root = await mkdtemp(join(tmpdir(), 'calypso-postgres-'));
  const account = await nobody();
  if (account) await chown(root, account.uid, account.gid);
  const as = { ...account, cwd: root };
  const data = join(root, 'data');
  await run(
    join(folder, 'initdb'),
    ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    as,
  );
  let child: ChildProcess;
  const start = async (): Promise<void> => {
    child = spawn(
      join(folder, 'postgres'),
      [
        '-D',
        data,
        '-p',
        String(port),
        '-c',
        'listen_addresses=127.0.0.1',
        '-c',
        `unix_socket_directories=${root}`,
      ],
      { ...as, stdio: 'ignore' },
    );
    await answers(port, child);
  };
  const stop = async (how: 'SIGKILL' | 'SIGINT' = 'SIGINT'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(how);
    await gone;
  };
  await start();
  const password = 'test-password';
  await ask(port, 'postgres', `ALTER USER ${USER} PASSWORD '${password}'`);
  await ask(port, 'postgres', `CREATE DATABASE ${DATABASE}`);
  return {
    host: '127.0.0.1',
    port,
    user: USER,
    password,
    database: DATABASE,
    start,
    stop,
    remove: async () => {
      await stop();
      await rm(root, { recursive: true, force: true });
    },
    query: (text) => ask(port, DATABASE, text),
  };
}

async function ask(port: number, database: string, text: string): Promise<readonly unknown[][]> {
  const client = new Client({ host: '127.0.0.1', port, user: USER, database });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
    return rows;
  } finally {
    await client.end();
  }
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + START_MS; Date.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`PostgreSQL ended with ${child.exitCode}.`);
    try {
      await ask(port, 'postgres', 'SELECT 1');
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error('PostgreSQL did not start within a minute.');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const missing = await postgresMissing();
  if (missing) {
    process.stderr.write(`No PostgreSQL here: ${missing}.\n`);
    process.exit(1);
  }
  const server = await startPostgres({ port: Number(process.argv[2] ?? 5432) });
  process.stdout.write(
    `PostgreSQL answers at ${server.host}:${server.port}, database ${server.database}, user ${server.user}; Ctrl+C ends it and deletes its data.\n`,
  );
  const end = (): void => {
    server.remove().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}
