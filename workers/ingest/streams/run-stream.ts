import type { StreamDefinition, StreamEvent } from '../../../common/contract/stream.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import type { Database } from '../../store/database.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { Batches, type Written } from './batches.ts';
import { DEAD_LETTER_COLUMNS } from './dead-letters.ts';
import type { Hurry } from './hurry.ts';
import { sourceKind } from './sources.ts';
import type { SourceStatus } from './stream-source.ts';

export interface RunRequest {
  readonly definition: StreamDefinition;
  readonly secret?: string | undefined;
  readonly target: readonly Column[];
  readonly positions: Readonly<Record<string, string>>;
  readonly folder: string;
}

export interface RunContext {
  readonly database: Database;
  readonly signal: AbortSignal;
  readonly hurry: Hurry;
  readonly emit: (event: StreamEvent) => void;
  /** Resolves when the host has committed the batch. */
  readonly committed: (batch: number) => Promise<void>;
}

/** Runs a stream until it is cancelled: source → batches → commits → acknowledgement. */
export async function runStream(request: RunRequest, context: RunContext): Promise<void> {
  const { definition } = request;
  const kind = sourceKind(definition.source);
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  let number = 0;
  let acknowledge: (positions: ReadonlyMap<string, string>) => Promise<void> = async () => {};
  const acknowledgements = new Acknowledgements((positions) => acknowledge(positions));
  const commit = async (written: Written): Promise<void> => {
    const batch = ++number;
    const done = context.committed(batch);
    context.emit({
      kind: 'batch',
      batch,
      extents: [...written.extents],
      columns: [...written.columns],
      deadLetters: [...written.deadLetters],
      deadLetterColumns: [...DEAD_LETTER_COLUMNS],
      rows: written.rows,
      positions: Object.fromEntries(written.positions),
    });
    await done;
    acknowledgements.stored(written.positions);
  };
  const positions = new Map(Object.entries(request.positions));
  const batches = new Batches({
    definition,
    target: request.target,
    folder: request.folder,
    database: context.database,
    properties: (part) => kind.properties(part),
    positions,
    signal,
    hurry: context.hurry.of(definition.database, definition.table),
    onFailure: () => stop.abort(),
    commit,
  });
  const status = ({ state, lag, lost, message }: SourceStatus): void => {
    context.emit({
      kind: 'status',
      state,
      lag,
      lost,
      message: message || acknowledgements.failure,
    });
  };
  try {
    const running = await kind.run(definition.source, {
      name: definition.name,
      secret: request.secret,
      positions,
      start: definition.start,
      format: definition.format,
      target: request.target,
      signal,
      deliver: (records) => batches.add(records),
      deliverFiles: (files, options) => batches.addFiles(files, options),
      flush: () => batches.flush(),
      begin: (part, position) => batches.begin(part, position),
      status,
    });
    acknowledge = (committed) => running.acknowledge(committed);
    await running.done;
    context.signal.throwIfAborted();
    await batches.flush();
  } finally {
    stop.abort();
    await batches.close();
  }
}
