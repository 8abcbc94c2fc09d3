import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { freePorts } from './free-port.ts';
import { startServer, untilInterrupted } from './server-process.ts';

/**
 * Apicurio Registry from Maven Central, which speaks Confluent's API: `npm run dev:registry`. Confluent's own is
 * not there. Wants Java 17 and Maven; 2.6 is the last line that runs on Java 17. What it holds is in memory.
 */

const run = promisify(execFile);
const VERSION = '2.6.13.Final';
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';
const ARTIFACT = `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`;
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/calypso', import.meta.url));
const FOLDER = join(CACHE, `apicurio-${VERSION}`);
const START_MS = 120_000;

export interface Registry {
  /** Where Confluent's API begins. */
  readonly url: string;
  /** Registers a schema; its id. */
  register(subject: string, schema: RegistrySchema): Promise<number>;
  stop(): Promise<void>;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
}

export interface RegistrySchema {
  readonly schema: string;
  readonly schemaType?: 'AVRO' | 'PROTOBUF' | 'JSON';
  readonly references?: readonly {
    readonly name: string;
    readonly subject: string;
    readonly version: number;
  }[];
}

/** Why it can't be had here; undefined if it can. */
export async function registryMissing(): Promise<string | undefined> {
  for (const [program, flag] of [
    ['java', '-version'],
    ...(existsSync(FOLDER) ? [] : [['mvn', '--version'] as const]),
  ] as const)
    try {
      await run(program, [flag]);
    } catch {
      return `${program} is not installed`;
    }
  return undefined;
}

async function program(): Promise<string> {
  if (!existsSync(FOLDER)) {
    await mkdir(CACHE, { recursive: true });
    const folder = await mkdtemp(join(CACHE, 'apicurio-'));
    const unpack = [`${PLUGIN}:unpack`, `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${folder}`];
    await run('mvn', ['-q', '-B', ...unpack], { cwd: folder, maxBuffer: 1e8 });
    // Without a project Maven leaves its marks in a folder of this name.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the folder is called just so
    await rm(join(folder, '${project.basedir}'), { recursive: true, force: true });
    await rename(folder, FOLDER).catch(async (error: unknown) => {
      await rm(folder, { recursive: true, force: true });
      // Somebody else was faster.
      if (!existsSync(FOLDER)) throw error;
    });
  }
  const jar = readdirSync(FOLDER).find((name) => name.endsWith('-runner.jar'));
  if (jar === undefined) throw new Error('The registry holds no program.');
  return join(FOLDER, jar);
}

export async function startRegistry(options: { readonly port?: number } = {}): Promise<Registry> {
  const jar = await program();
  const [free = 0] = await freePorts(1);
  const port = options.port ?? free;
  const server = await startServer('The schema registry', port, [
    'java',
    '-Xmx300m',
    '-XX:+UseSerialGC',
    '-Dquarkus.http.host=127.0.0.1',
    `-Dquarkus.http.port=${port}`,
    ...['-jar', jar],
  ]);
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  await answering(url);
  return {
    url,
    register: (subject, schema) => register(url, subject, schema),
    stop: () => server.stop('SIGKILL'),
    start: async () => {
      await server.start();
      await answering(url);
    },
  };
}

async function register(url: string, subject: string, schema: RegistrySchema): Promise<number> {
  const response = await fetch(`${url}/subjects/${encodeURIComponent(subject)}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(schema),
  });
  const answer = (await response.json()) as { readonly id?: number };
  if (answer.id === undefined)
    throw new Error(`The registry refused ${subject}: ${JSON.stringify(answer)}`);
  return answer.id;
}

/** It opens its port before it can answer. */
async function answering(url: string): Promise<void> {
  for (const end = Date.now() + START_MS; Date.now() < end; ) {
    const ok = await fetch(`${url}/subjects`).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The schema registry did not answer within ${START_MS / 1_000} s.`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const missing = await registryMissing();
  if (missing) {
    process.stderr.write(`No schema registry here: ${missing}.\n`);
    process.exit(1);
  }
  const registry = await startRegistry({ port: Number(process.argv[2] ?? 8081) });
  process.stdout.write(`The schema registry answers at ${registry.url}; Ctrl+C ends it.\n`);
  untilInterrupted(() => registry.stop());
}
