import { MessageChannelMain, type MessagePortMain, utilityProcess } from 'electron';
import type { Log } from './log.ts';
import type { HostMessage } from './messages.ts';

export interface HostProcessOptions {
  /** The bundled host-process.ts, outside of any archive: its workers are read from disk. */
  readonly script: string;
  readonly start: Extract<HostMessage, { kind: 'start' }>;
  readonly log: Log;
  /** Called when the host has died so often that it is not started again by itself. */
  readonly onGivenUp: (reason: string) => void;
}

export interface HostProcess {
  /** The other end of a new connection to the host; a host that is starting answers when it is up. */
  connect(): MessagePortMain;
  openFile(path: string): void;
  /** Starts again after `onGivenUp`. */
  restart(): void;
  /** Lets the host finish its commits. Resolves when the process is gone. */
  stop(): Promise<void>;
}

/** So many deaths within this time are no accident. */
const DEATHS = 4;
const WITHIN_MS = 60_000;
const STOP_MS = 5_000;

/**
 * The host in a process of its own: a crash of the engine is a message in the window and a new start here.
 * When it dies its ports close, so each window sees it and asks for a new port.
 */
export function forkHost(options: HostProcessOptions): HostProcess {
  let child: Electron.UtilityProcess;
  let alive = false;
  let stopping = false;
  let deaths: number[] = [];
  let afterExit: (() => void) | undefined;

  function send(message: HostMessage, ports: MessagePortMain[] = []): void {
    child.postMessage(message, ports);
  }

  function fork(): void {
    const forked = utilityProcess.fork(options.script, [], {
      serviceName: 'Calypso host',
      stdio: 'pipe',
    });
    child = forked;
    alive = true;
    forked.stdout?.on('data', (text: Buffer) => options.log(`host: ${text.toString()}`));
    forked.stderr?.on('data', (text: Buffer) => options.log(`host: ${text.toString()}`));
    forked.once('exit', (code) => {
      alive = false;
      options.log(`host: ended with code ${code}`);
      afterExit?.();
      if (!stopping) died(`The host's process ended with code ${code}.`);
    });
    send(options.start);
  }

  function died(reason: string): void {
    const now = Date.now();
    deaths = [...deaths.filter((time) => now - time < WITHIN_MS), now];
    if (deaths.length >= DEATHS) options.onGivenUp(reason);
    else fork();
  }

  fork();

  return {
    connect() {
      const { port1, port2 } = new MessageChannelMain();
      if (alive) send({ kind: 'connect' }, [port1]);
      else port1.close();
      return port2;
    },
    openFile(path) {
      if (alive) send({ kind: 'openFile', path });
    },
    restart() {
      deaths = [];
      if (!alive) fork();
    },
    stop() {
      stopping = true;
      if (!alive) return Promise.resolve();
      return new Promise((resolve) => {
        const force = setTimeout(() => child.kill(), STOP_MS);
        afterExit = () => {
          clearTimeout(force);
          resolve();
        };
        send({ kind: 'stop' });
      });
    },
  };
}
