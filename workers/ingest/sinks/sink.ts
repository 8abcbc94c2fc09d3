import type { z } from 'zod';
import type { PipelineDestination } from '../../../common/contract/pipelines.ts';
import type { column } from '../../../common/contract/values.ts';

export interface SinkTarget<K extends PipelineDestination['kind']> {
  readonly destination: Extract<PipelineDestination, { kind: K }>;
  readonly secret: string | undefined;
  /** Names the pipeline at the destination. */
  readonly key: string;
}

export interface SinkBatch {
  readonly batch: number;
  /** A file of one JSON object per line. */
  readonly path: string;
  readonly columns: readonly z.infer<typeof column>[];
  readonly signal: AbortSignal;
  readonly onRows: (rows: number) => void;
}

/** A destination outside of this machine's files. A new one is a folder beside this file and a case in `sinks.ts`. */
export interface Sink<K extends PipelineDestination['kind']> {
  /** Whether a batch of this number or a later one is there; false where the destination can't tell. */
  holds(target: SinkTarget<K>, batch: number, signal: AbortSignal): Promise<boolean>;
  /** Sends a batch, unless it is there already. Returns the rows of the batch. */
  write(target: SinkTarget<K>, batch: SinkBatch): Promise<number>;
  /** Forgets what the destination keeps of the pipeline. */
  forget(target: SinkTarget<K>, signal: AbortSignal): Promise<void>;
}
