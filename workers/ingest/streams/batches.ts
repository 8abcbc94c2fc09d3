import { join } from 'node:path';
import type { MappedColumn, ReadOptions } from '../../../common/contract/ingest.ts';
import type { Extent } from '../../../common/contract/store.ts';
import { deliveredFormat, type StreamDefinition } from '../../../common/contract/stream.ts';
import { asAppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import type { Database } from '../../store/database.ts';
import { type LoadResult, load } from '../load.ts';
import { DEAD_LETTER_COLUMNS, deadLetter, deadLetterMapping } from './dead-letters.ts';
import { Envelopes, mappingOfEnvelopes } from './envelope.ts';
import type { TableHurry } from './hurry.ts';
import type { Bury } from './recheck.ts';
import { type RecordDecoder, recordDecoder } from './schemas/record-decoder.ts';
import { Spool } from './spool.ts';
import type { FileOutcome, StreamFile, StreamRecord } from './stream-source.ts';
import { writeRows } from './write-rows.ts';

export interface Written {
  readonly extents: readonly Extent[];
  readonly columns: readonly Column[];
  readonly deadLetters: readonly Extent[];
  readonly rows: number;
  /** Next position of each part after this batch. */
  readonly positions: ReadonlyMap<string, string>;
}

export interface BatchesOptions {
  readonly definition: StreamDefinition;
  readonly target: readonly Column[];
  readonly folder: string;
  readonly database: Database;
  readonly properties: (part: string) => Readonly<Record<string, string | number>>;
  readonly positions: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  readonly hurry: TableHurry;
  /** A batch could not be stored, and the source may not come by to hear of it. */
  readonly onFailure: () => void;
  /** Makes a batch visible; resolves when it is stored for good. */
  readonly commit: (written: Written) => Promise<void>;
}

interface Filling {
  /** Milliseconds of `performance.now()`. */
  readonly openedAt: number;
  readonly rows: Spool;
  readonly dead: Spool;
  readonly positions: Map<string, string>;
}

/**
 * Gathers records into batches and commits them one after the other, with the positions that follow them. While
 * one is written the next one fills; when that is full too, the source has to wait.
 */
export class Batches {
  readonly #options: BatchesOptions;
  readonly #mapping: MappedColumn[];
  readonly #decoder: RecordDecoder;
  readonly #envelopes: Envelopes;
  /** Positions up to what was taken over: records before them come a second time. */
  readonly #next: Map<string, string>;
  #filling: Filling | undefined;
  #opening: Promise<void> | undefined;
  #flushing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown;
  readonly #notHurried: () => void;

  constructor(options: BatchesOptions) {
    this.#options = options;
    const { definition, target } = options;
    const format = deliveredFormat(definition);
    this.#mapping = mappingOfEnvelopes(definition.columns, target, format);
    this.#decoder = recordDecoder({ format, schema: definition.schema });
    this.#envelopes = new Envelopes(options.properties);
    this.#next = new Map(options.positions);
    this.#notHurried = options.hurry.onChange(() => this.#setTimer());
  }

  /** Takes records in; waits while the batch before is still being written and this one is full. */
  async add(records: readonly StreamRecord[]): Promise<void> {
    await this.#decoder.prepare?.(
      records.map((record) => record.value),
      this.#options.signal,
    );
    const filling = await this.#with((open) => {
      for (const record of records) this.#take(record, open);
      return open;
    });
    const { rows, bytes } = this.#options.definition.flush;
    await filling.rows.written();
    while (this.#filling === filling && (filling.rows.lines >= rows || filling.rows.bytes >= bytes))
      await this.flush();
    this.#failed();
  }

  /** A part begins here although it has no record yet; the next batch stores it. */
  async begin(part: string, position: string): Promise<void> {
    await this.#with((open) => {
      this.#next.set(part, position);
      open.positions.set(part, position);
    });
  }

  /**
   * Takes whole files in, all in one commit with their positions. If one of them can't be read, they are taken in
   * one by one, and what can't be read becomes a dead letter.
   */
  async addFiles(
    files: readonly StreamFile[],
    options: ReadOptions,
  ): Promise<readonly FileOutcome[]> {
    await this.flush();
    let outcomes: readonly FileOutcome[] = [];
    await this.#inTurn(async () => {
      outcomes = await this.#writeFiles(files, options);
    });
    return outcomes;
  }

  /** Commits what is there, after the batch before it. */
  async flush(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    this.#failed();
    const filling = this.#filling;
    if (!filling) return;
    this.#filling = undefined;
    clearTimeout(this.#timer);
    await this.#inTurn(() => this.#write(filling));
  }

  /** One write at a time. */
  async #inTurn(write: () => Promise<void>): Promise<void> {
    while (this.#flushing) await this.#flushing;
    this.#failed();
    this.#flushing = write()
      .catch((error: unknown) => {
        this.#failure = error;
        this.#options.onFailure();
      })
      .finally(() => {
        this.#flushing = undefined;
      });
    await this.#flushing;
    this.#failed();
  }

  /** Leaves what is not committed: its records come again. */
  async close(): Promise<void> {
    this.#notHurried();
    clearTimeout(this.#timer);
    await this.#opening;
    await this.#flushing;
    await this.#filling?.rows.discard();
    await this.#filling?.dead.discard();
    this.#filling = undefined;
  }

  #failed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Does something with the open batch in one turn: a flush takes a batch away only between two turns. */
  async #with<T>(work: (open: Filling) => T): Promise<T> {
    for (;;) {
      this.#failed();
      if (this.#filling) return work(this.#filling);
      this.#opening ??= this.#fill().finally(() => {
        this.#opening = undefined;
      });
      await this.#opening;
    }
  }

  async #fill(): Promise<void> {
    const { folder } = this.#options;
    const rows = await Spool.open(join(folder, 'spool'));
    const dead = await Spool.open(join(folder, 'spool'));
    this.#filling = {
      openedAt: performance.now(),
      rows,
      dead,
      positions: new Map(),
    };
    this.#setTimer();
  }

  /** The open batch is closed when the definition says so, or sooner while somebody watches the table. */
  #setTimer(): void {
    clearTimeout(this.#timer);
    if (!this.#filling) return;
    const { definition, hurry } = this.#options;
    const seconds = Math.min(definition.flush.seconds, hurry.seconds() ?? Number.POSITIVE_INFINITY);
    const left = this.#filling.openedAt + seconds * 1_000 - performance.now();
    this.#timer = setTimeout(
      () => {
        // Whoever runs the batches hears of it by `onFailure`.
        this.flush().catch(() => undefined);
      },
      Math.max(0, left),
    );
  }

  #take(record: StreamRecord, filling: Filling): void {
    const expected = this.#next.get(record.part);
    if (expected !== undefined && before(record.position, expected)) return;
    this.#next.set(record.part, record.next);
    filling.positions.set(record.part, record.next);
    if (record.value === null) return;
    try {
      const values = this.#decoder.decode(record.value);
      const head = this.#envelopes.head(record);
      for (const value of values) filling.rows.add(head, value);
    } catch (error) {
      this.#bury(record, (error as Error).message, filling);
    }
  }

  #bury(record: StreamRecord, reason: string, filling: Filling): void {
    filling.dead.add('{"v":', deadLetter(this.#options.definition.name, record, reason));
  }

  async #write(filling: Filling): Promise<void> {
    const { rows, dead, positions } = filling;
    try {
      await rows.close();
      const { target } = this.#options;
      const written = await this.#store(rows, this.#mapping, target, (record, reason) =>
        this.#bury(record, reason, filling),
      );
      await dead.close();
      const deadLetters = await this.#deadLetters(dead);
      await this.#options.commit({
        extents: written,
        columns: this.#options.target,
        deadLetters,
        rows: written.reduce((sum, e) => sum + e.rowCount, 0),
        positions,
      });
    } finally {
      await rows.discard();
      await dead.discard();
    }
  }

  async #writeFiles(
    files: readonly StreamFile[],
    options: ReadOptions,
  ): Promise<readonly FileOutcome[]> {
    const { definition, target, commit } = this.#options;
    const dead = await Spool.open(join(this.#options.folder, 'spool'));
    try {
      const outcomes: FileOutcome[] = [];
      let extents: readonly Extent[] = [];
      try {
        const loaded = await this.#loadFiles(files, options);
        extents = loaded.extents;
        outcomes.push({ rows: loaded.report.rows, rejectedCells: loaded.report.rejectedCells });
      } catch (error) {
        const { kind, message } = asAppError(error);
        if (kind !== 'input') throw error;
        const [only, ...others] = files;
        if (others.length > 0) {
          for (const file of files) outcomes.push(...(await this.#writeFiles([file], options)));
          return outcomes;
        }
        if (only) dead.add('{"v":', deadLetter(definition.name, deadFile(only), message));
        outcomes.push({ reason: message });
      }
      await dead.close();
      await commit({
        extents,
        columns: target,
        deadLetters: await this.#deadLetters(dead),
        rows: extents.reduce((sum, e) => sum + e.rowCount, 0),
        positions: new Map(files.map((f) => [f.part, f.next])),
      });
      return outcomes;
    } finally {
      await dead.discard();
    }
  }

  async #deadLetters(dead: Spool): Promise<readonly Extent[]> {
    return await this.#store(dead, deadLetterMapping, DEAD_LETTER_COLUMNS, (_, reason) => {
      throw new Error(`A dead letter could not be written: ${reason}`);
    });
  }

  #loadFiles(files: readonly StreamFile[], options: ReadOptions): Promise<LoadResult> {
    const { folder, database, definition, target, signal } = this.#options;
    return load(
      {
        source: { paths: files.map((f) => f.path), names: files.map((f) => f.name) },
        options,
        columns: definition.columns,
        target: [...target],
        onBadCell: 'keep',
        maxErrors: Number.MAX_SAFE_INTEGER,
        folder: join(folder, 'rows'),
        errorFolder: join(folder, 'errors'),
      },
      { database, temporaryFolder: join(folder, 'load'), signal },
    );
  }

  async #store(
    spool: Spool,
    columns: readonly MappedColumn[],
    target: readonly Column[],
    bury: Bury,
  ): Promise<Extent[]> {
    const { folder, database, definition, signal } = this.#options;
    const to = { name: definition.name, columns, target, folder, database, signal };
    return await writeRows(spool, to, bury);
  }
}

/** A file that can't be read, as a record without a value. */
function deadFile({ name, next }: StreamFile): StreamRecord {
  const timestamp = Date.now();
  return { part: name, position: next, next, value: null, key: null, timestamp, headers: {} };
}

const COUNT = /^\d+$/;

/** Positions are numbers where the source counts; other ones have no order, and never repeat. */
function before(position: string, expected: string): boolean {
  if (!COUNT.test(expected) || !COUNT.test(position)) return false;
  if (position.length !== expected.length) return position.length < expected.length;
  return position < expected;
}
