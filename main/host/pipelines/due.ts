import type { RunInfo, Trigger } from '../../../common/contract/pipelines.ts';
import type { PipelineState } from '../catalog/pipelines-store.ts';
import { nextTime, parseCron } from './cron.ts';

export interface Due {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly cause: RunInfo['trigger'];
}

const momentOf = (iso: string): number | undefined => (iso === '' ? undefined : Date.parse(iso));

/**
 * When the next run is due; undefined for never. What was due while the program was closed is due at once, one
 * time. `arrivedAt` is when rows came that no run has seen.
 */
export function dueOf(
  trigger: Trigger,
  state: Pick<PipelineState, 'paused' | 'lastStart' | 'createdAt' | 'retryAt'>,
  arrivedAt: number | undefined,
): Due | undefined {
  if (state.paused) return undefined;
  const cause = trigger.on;
  const retry = momentOf(state.retryAt);
  if (retry !== undefined) return { at: retry, cause };
  const last = momentOf(state.lastStart);
  switch (trigger.on) {
    case 'interval':
      return { at: last === undefined ? 0 : last + trigger.seconds * 1_000, cause };
    case 'cron': {
      const after = last ?? momentOf(state.createdAt) ?? Date.now();
      const at = nextTime(parseCron(trigger.cron), after, trigger.zone);
      return at === undefined ? undefined : { at, cause };
    }
    case 'arrival':
      return arrivedAt === undefined
        ? undefined
        : { at: arrivedAt + trigger.afterSeconds * 1_000, cause };
    case 'demand':
      return undefined;
  }
}
