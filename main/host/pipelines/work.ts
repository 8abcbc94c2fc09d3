import type { RunInfo, Trigger } from '../../../common/contract/pipelines.ts';
import type { PipelineKind, PipelineRow } from '../catalog/pipelines-store.ts';
import type { HostContext } from '../context.ts';

/** How often and how soon a run that failed is tried again. */
export interface Retry {
  readonly attempts: number;
  readonly firstSeconds: number;
  readonly longestSeconds: number;
}

export interface Run {
  readonly cause: RunInfo['trigger'];
  readonly signal: AbortSignal;
  /** Rows that have arrived since the run began. */
  progress(rows: number): void;
}

/** One kind of work that comes back. */
export interface Work {
  readonly kind: PipelineKind;
  /** How `.show operations` names a run; absent for runs that it doesn't tell of. */
  readonly operation?: string;
  trigger(entry: PipelineRow): Trigger;
  retry(entry: PipelineRow): Retry;
  /** Names of tables, in the pipeline's database, whose commits start a run that waits for arrivals. */
  tables(host: HostContext, entry: PipelineRow): readonly string[];
  text(entry: PipelineRow): string;
  /** Whether a run would find anything to do; false makes none. */
  isNeeded(host: HostContext, entry: PipelineRow): boolean;
  run(host: HostContext, entry: PipelineRow, run: Run): Promise<void>;
  /** Something of it has changed. */
  changed(host: HostContext, entry: PipelineRow): void;
}
