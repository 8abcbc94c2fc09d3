import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { freePorts } from './free-port.ts';
import {
  type KafkaSecurity,
  type KafkaUser,
  makeCertificates,
  scramArguments,
  securityProperties,
} from './kafka-security.ts';

/**
 * A real Apache Kafka of one node on the loopback, from Maven Central, for tests and for trying things out:
 * `npm run dev:kafka`. Wants Java 17 and Maven.
 */

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const JARS = join(ROOT, 'node_modules', '.cache', 'calypso', 'kafka-4.1.0');
const POM = fileURLToPath(new URL('kafka.pom.xml', import.meta.url));
const START_MS = 60_000;

export interface Kafka {
  readonly broker: string;
  readonly pid: number;
  /** With users only. */
  readonly security: KafkaSecurity | undefined;
  /** Ends it as a power cut does, or in order; its data stays. */
  stop(how?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
}

export interface KafkaOptions {
  readonly partitions?: number;
  readonly port?: number;
  /** Lines for the broker's properties beside the usual ones; `{port}` and `{controller}` are its own ports. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Listeners with TLS, where these may log in, beside the plain one. Those with `scram: false` by PLAIN only. */
  readonly users?: readonly (KafkaUser & { readonly scram?: boolean })[];
}

const VERSION: Readonly<Record<string, string>> = { java: '-version', openssl: 'version' };

/** Why it can't be had here; undefined if it can. */
export async function kafkaMissing(secure = false): Promise<string | undefined> {
  const needed = ['java', ...(existsSync(JARS) ? [] : ['mvn']), ...(secure ? ['openssl'] : [])];
  for (const program of needed)
    try {
      await run(program, [VERSION[program] ?? '--version']);
    } catch {
      return `${program} is not installed`;
    }
  return undefined;
}

async function jars(): Promise<string> {
  if (existsSync(JARS)) return JARS;
  await mkdir(join(JARS, '..'), { recursive: true });
  const folder = await mkdtemp(join(JARS, '..', 'kafka-'));
  await run(
    'mvn',
    ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`],
    {
      maxBuffer: 1e8,
    },
  );
  await rename(folder, JARS).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    // Somebody else was faster.
    if (!existsSync(JARS)) throw error;
  });
  return JARS;
}

export async function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const classes = join(await jars(), '*');
  const folder = await mkdtemp(join(tmpdir(), 'calypso-kafka-'));
  const [free = 0, controller = 0, sasl = 0, mutual = 0] = await freePorts(4);
  const port = options.port ?? free;
  const config = join(folder, 'server.properties');
  const { users } = options;
  const certificates = users && (await makeCertificates(folder));
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': join(folder, 'data'),
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '3',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
    'num.partitions': String(options.partitions ?? 3),
    'auto.create.topics.enable': 'false',
    ...(users ? securityProperties(folder, users, { plain: port, controller, sasl, mutual }) : {}),
    ...options.properties,
  };
  const ports = (value: string): string =>
    value.replaceAll('{port}', String(port)).replaceAll('{controller}', String(controller));
  const text = Object.entries(properties).map(([name, value]) => `${name}=${ports(value)}\n`);
  await writeFile(config, text.join(''));
  const java = ['-cp', classes];
  const { stdout } = await run('java', [...java, 'kafka.tools.StorageTool', 'random-uuid']);
  const id = stdout.trim().split('\n').at(-1) ?? '';
  await run('java', [
    ...java,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    id,
    '-c',
    config,
    ...scramArguments((users ?? []).filter((u) => u.scram !== false)),
  ]);

  let child: ChildProcess;
  const start = async (): Promise<void> => {
    child = spawn('java', ['-Xmx384m', '-XX:+UseSerialGC', ...java, 'kafka.Kafka', config], {
      stdio: 'ignore',
    });
    await answers(port, child);
  };
  const stop = async (how: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(how);
    await gone;
  };
  await start();
  return {
    broker: `127.0.0.1:${port}`,
    security: certificates && {
      ...certificates,
      saslBroker: `127.0.0.1:${sasl}`,
      mutualBroker: `127.0.0.1:${mutual}`,
    },
    get pid() {
      return child.pid ?? -1;
    },
    start,
    stop,
    remove: async () => {
      await stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + START_MS; Date.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`Kafka ended with ${child.exitCode}.`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Kafka did not start within a minute.');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const missing = await kafkaMissing();
  if (missing) {
    process.stderr.write(`No Kafka here: ${missing}.\n`);
    process.exit(1);
  }
  const kafka = await startKafka({
    port: Number(process.argv[2] ?? 9092),
    properties: { 'auto.create.topics.enable': 'true' },
  });
  process.stdout.write(`Kafka answers at ${kafka.broker}; Ctrl+C ends it and deletes its data.\n`);
  const end = (): void => {
    kafka.remove().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}
