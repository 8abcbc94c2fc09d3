import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type { Port } from './ports.ts';
import type { FromChild, ToChild } from './utility-child.ts';

/** utilityProcess.fork: a Node process with `process.parentPort` and ports that reach it. */
export class UtilityProcess extends EventEmitter {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #ports = new Map<number, Port>();
  #nextPort = 1;

  constructor(script: string, options: { readonly serviceName?: string } = {}) {
    super();
    this.name = options.serviceName ?? 'Node Utility Process';
    this.#child = fork(join(import.meta.dirname, 'utility-child.ts'), [script], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
    });
    this.#child.on('message', (message: FromChild) => {
      const port = this.#ports.get(message.id);
      if (message.t === 'port') port?.postMessage(message.data);
      else port?.close();
    });
    this.#child.once('spawn', () => this.emit('spawn'));
    this.#child.once('exit', (code) => {
      for (const port of this.#ports.values()) port.close();
      this.emit('exit', code ?? 1);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get stdout(): NodeJS.ReadableStream | null {
    return this.#child.stdout;
  }

  get stderr(): NodeJS.ReadableStream | null {
    return this.#child.stderr;
  }

  postMessage(data: unknown, ports: readonly Port[] = []): void {
    const ids = ports.map((port) => {
      const id = this.#nextPort++;
      this.#ports.set(id, port);
      return { id, port };
    });
    this.#send({ t: 'message', data, ports: ids.map(({ id }) => id) });
    for (const { id, port } of ids)
      port.handOver({
        message: (message) => this.#send({ t: 'port', id, data: message }),
        closed: () => this.#send({ t: 'closed', id }),
      });
  }

  kill(): boolean {
    return this.#child.kill();
  }

  #send(message: ToChild): void {
    if (this.#child.connected) this.#child.send(message);
  }
}
