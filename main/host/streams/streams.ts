import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type StreamDefinition,
  type StreamEvent,
  type StreamInfo,
  type StreamMessage,
  type StreamStart,
  streamDefinition,
} from '../../../common/contract/stream.ts';
import { AppError, asAppError, messageOf } from '../../../common/errors/app-error.ts';
import type { TableCommit } from '../catalog/catalog.ts';
import type { HostContext } from '../context.ts';
import { RunState, type StoredStream, sourceOf } from './run-state.ts';
import { columnsOfStream } from './stream-columns.ts';
import { StreamSecrets } from './stream-secrets.ts';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const PUBLISH_MS = 1_000;

interface Entry {
  readonly run: RunState;
  controller: AbortController | undefined;
  /** Resolves when the run and its retries are over. */
  ended: Promise<void>;
}

type Batch = Extract<StreamEvent, { kind: 'batch' }>;

/** The streams of this host: made, run, tried again when something fails, paused, and taken up at the next start. */
export class Streams {
  readonly #entries = new Map<string, Entry>();
  readonly #publishing = new Map<string, NodeJS.Timeout>();
  #closed = false;

  /** Takes up what was running when the host was closed. */
  resume(host: HostContext): void {
    for (const { name, definition } of host.catalog.entities.list('stream', '')) {
      const { paused, definition: kept } = definition as StoredStream;
      const entry = this.#add(host, streamDefinition.parse(kept));
      if (paused) entry.run.state = 'paused';
      else this.#start(host, name);
    }
  }

  list(): StreamInfo[] {
    return [...this.#entries.values()].map((entry) => entry.run.info());
  }

  definition(name: string): StreamDefinition {
    return this.#entry(name).run.definition;
  }

  /** What the stream said since the host started, oldest first. */
  messages(name: string): StreamMessage[] {
    return [...this.#entry(name).run.messages];
  }

  async create(
    host: HostContext,
    given: StreamDefinition,
    secret: string | undefined,
    signal: AbortSignal,
  ): Promise<StreamInfo> {
    if (this.#entries.has(given.name))
      throw new AppError('input', 'stream_exists', `There is a stream ${given.name} already.`, {
        hints: ['Give this one another name, or remove the other one.'],
      });
    const database = host.catalog.databases.writable(given.database);
    const definition = await columnsOfStream(host, given, secret, signal);
    if (!host.catalog.tables.find(given.database, given.table)) {
      const columns = (definition.columns ?? []).map(({ name, type }) => ({ name, type }));
      await host.writer.commit([
        { database, table: given.table, columns, extents: [], owned: true },
      ]);
    }
    // Files have layouts of their own: what one looks like is no mapping for the others.
    const read = given.source.kind === 'folder' ? given : definition;
    const kept = new StreamSecrets(host.secrets).keep(read, secret);
    this.#add(host, kept);
    this.#save(host, kept, false);
    this.#start(host, definition.name);
    return this.#entry(definition.name).run.info();
  }

  /** Gives a stream another definition. Where it reads on stays, unless the source is of another kind. */
  async alter(
    host: HostContext,
    given: StreamDefinition,
    secret: string | undefined,
    signal: AbortSignal,
  ): Promise<StreamInfo> {
    const entry = this.#entry(given.name);
    const { definition: before, state } = entry.run;
    host.catalog.databases.writable(given.database);
    const definition = await columnsOfStream(host, given, secret, signal);
    await this.#stop(entry);
    const kept = new StreamSecrets(host.secrets).keep(definition, secret);
    if (before.source.kind !== kept.source.kind)
      host.catalog.change(() => host.catalog.positions.forgetParts(sourceOf(given.name)));
    this.#entries.delete(given.name);
    const next = this.#add(host, kept);
    next.run.messages.push(...entry.run.messages);
    this.#save(host, kept, state === 'paused');
    if (state === 'paused') next.run.state = 'paused';
    else this.#start(host, given.name);
    this.#tell(host, given.name);
    return next.run.info();
  }

  async pause(host: HostContext, name: string): Promise<StreamInfo> {
    const entry = this.#entry(name);
    await this.#stop(entry);
    entry.run.state = 'paused';
    this.#save(host, entry.run.definition, true);
    this.#tell(host, name);
    return entry.run.info();
  }

  async resumeOne(
    host: HostContext,
    name: string,
    secret: string | undefined,
  ): Promise<StreamInfo> {
    const entry = this.#entry(name);
    if (secret !== undefined) {
      await this.#stop(entry);
      new StreamSecrets(host.secrets).keep(entry.run.definition, secret);
    }
    this.#save(host, entry.run.definition, false);
    if (!entry.controller) this.#start(host, name);
    return entry.run.info();
  }

  /** Reads on from somewhere else; what is in the table stays. */
  async rewind(host: HostContext, name: string, start: StreamStart): Promise<StreamInfo> {
    const entry = this.#entry(name);
    const { state } = entry.run;
    await this.#stop(entry);
    const definition = { ...entry.run.definition, start };
    host.catalog.change(() => host.catalog.positions.forgetParts(sourceOf(name)));
    this.#entries.delete(name);
    const next = this.#add(host, definition);
    next.run.messages.push(...entry.run.messages);
    this.#save(host, definition, state === 'paused');
    if (state === 'paused') next.run.state = 'paused';
    else this.#start(host, name);
    this.#tell(host, name);
    return next.run.info();
  }

  /** The stream and its positions; its table stays. */
  async remove(host: HostContext, name: string): Promise<void> {
    const entry = this.#entry(name);
    await this.#stop(entry);
    this.#entries.delete(name);
    host.catalog.change(() => {
      host.catalog.entities.remove('stream', '', name);
      host.catalog.positions.forget(sourceOf(name));
    });
    new StreamSecrets(host.secrets).forget(name);
    host.publish('streams.changed', { name });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#publishing.values()) clearTimeout(timer);
    await Promise.all([...this.#entries.values()].map((entry) => this.#stop(entry)));
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (!entry)
      throw new AppError('input', 'no_stream', `There is no stream ${name}.`, {
        hints: [`There are: ${[...this.#entries.keys()].join(', ') || 'none'}.`],
      });
    return entry;
  }

  #add(host: HostContext, definition: StreamDefinition): Entry {
    const stored = host.catalog.positions.ofSource(sourceOf(definition.name));
    const entry: Entry = {
      run: new RunState(definition, stored),
      controller: undefined,
      ended: Promise.resolve(),
    };
    this.#entries.set(definition.name, entry);
    return entry;
  }

  #save(host: HostContext, definition: StreamDefinition, paused: boolean): void {
    const stored: StoredStream = { definition, paused };
    host.catalog.change(() =>
      host.catalog.entities.put('stream', { owner: '', name: definition.name, definition: stored }),
    );
  }

  #start(host: HostContext, name: string): void {
    const entry = this.#entry(name);
    const controller = new AbortController();
    entry.controller = controller;
    entry.run.state = 'starting';
    entry.run.message = '';
    entry.ended = this.#keepRunning(host, entry, controller.signal).finally(() => {
      if (entry.controller === controller) entry.controller = undefined;
    });
    this.#tell(host, name);
  }

  async #stop(entry: Entry): Promise<void> {
    entry.controller?.abort();
    await entry.ended;
  }

  async #keepRunning(host: HostContext, entry: Entry, signal: AbortSignal): Promise<void> {
    const { run } = entry;
    const { name } = run.definition;
    for (
      let delay = FIRST_RETRY_MS;
      !signal.aborted;
      delay = Math.min(delay * 2, LONGEST_RETRY_MS)
    ) {
      const rows = run.rows;
      try {
        await this.#runOnce(host, entry, signal);
      } catch (thrown) {
        if (signal.aborted) {
          run.runEnded();
          break;
        }
        const error = asAppError(thrown);
        host.logger.error(`stream ${name}: ${error.message}`);
        // What the definition or the table says wrong, no second try puts right.
        const final = error.kind === 'input' || error.kind === 'semantic';
        run.state = final ? 'failed' : 'waiting';
        run.message = messageOf(error);
        this.#tell(host, name);
        if (final) return;
      }
      run.runEnded();
      if (run.rows > rows) delay = FIRST_RETRY_MS;
      await pause(delay, signal);
    }
  }

  async #runOnce(host: HostContext, entry: Entry, signal: AbortSignal): Promise<void> {
    const { run } = entry;
    const { definition } = run;
    const table = host.catalog.tables.get(definition.database, definition.table);
    const failed = new AbortController();
    const secrets = new StreamSecrets(host.secrets);
    const secret = secrets.secret(definition.name);
    let failure: unknown;
    let committing: Promise<void> = Promise.resolve();
    await host.writer.staged(async (folder) => {
      await mkdir(join(folder, 'rows'));
      await mkdir(join(folder, 'errors'));
      const call = host.streamWorker.call(
        'stream.run',
        {
          definition: secrets.whole(definition),
          ...(secret === undefined ? {} : { secret }),
          target: [...table.columns],
          positions: Object.fromEntries(run.positions),
          folder,
        },
        {
          signal: AbortSignal.any([signal, failed.signal]),
          onEvent: (event) => {
            if (event.kind === 'status') {
              run.state = event.state;
              run.lag = event.lag;
              run.runLost(event.lost);
              run.message = event.message;
              this.#tell(host, definition.name);
              return;
            }
            committing = this.#commit(host, run, event).catch((error: unknown) => {
              failure = error;
              failed.abort();
            });
          },
        },
      );
      try {
        await call;
      } catch (error) {
        throw failure ?? error;
      } finally {
        // The next run begins where this commit ends, also if the thread died meanwhile.
        await committing;
        await rm(join(folder, 'load'), { recursive: true, force: true });
      }
    });
  }

  /** Rows, records that did not decode, and positions become visible together, or none of them. */
  async #commit(host: HostContext, run: RunState, batch: Batch): Promise<void> {
    const { database: databaseName, table, name } = run.definition;
    const database = host.catalog.databases.writable(databaseName);
    const commits: TableCommit[] = [];
    if (!host.catalog.tables.find(databaseName, table))
      throw new AppError('input', 'no_table', `The table ${table} was dropped: the stream ends.`);
    if (batch.extents.length > 0)
      commits.push({
        database,
        table,
        columns: batch.columns,
        extents: batch.extents,
        owned: true,
      });
    if (batch.deadLetters.length > 0)
      commits.push({
        database,
        table: `${table}_deadletter`,
        columns: batch.deadLetterColumns,
        extents: batch.deadLetters,
        owned: true,
      });
    const counted = {
      rows: batch.rows,
      deadLettered: batch.deadLetters.reduce((sum, e) => sum + e.rowCount, 0),
      positions: batch.positions,
    };
    await host.writer.commit(commits, run.after(counted));
    run.committed(counted);
    await host.streamWorker.call('stream.committed', { name, batch: batch.batch });
    this.#tell(host, name);
  }

  #tell(host: HostContext, name: string): void {
    if (this.#closed || this.#publishing.has(name)) return;
    const timer = setTimeout(() => {
      this.#publishing.delete(name);
      host.publish('streams.changed', { name });
    }, PUBLISH_MS);
    timer.unref();
    this.#publishing.set(name, timer);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
