import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StartedHost, startHost } from '../../../scripts/start/host.ts';

/** `calypso serve` over a data folder of its own, in a process that a test may stop, kill and start again. */
export class TestHost {
  readonly dataFolder: string;
  #running: StartedHost | undefined;

  constructor() {
    this.dataFolder = mkdtempSync(join(tmpdir(), 'calypso-e2e-'));
  }

  get url(): string {
    if (!this.#running) throw new Error('the host is not running');
    return this.#running.url;
  }

  async start(): Promise<void> {
    this.#running = await startHost(this.dataFolder);
  }

  /** Ends it as Ctrl+C does, or at once as a crash does. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const running = this.#running?.process;
    this.#running = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dataFolder, { recursive: true, force: true, maxRetries: 3 });
  }
}
