import type { RunInfo } from '../../../common/contract/pipelines.ts';
import { type CommandAnswer, table } from './command.ts';
import { ticksOfIso } from './given-definition.ts';

const TICKS_PER_MS = 10_000n;

/** The runs of a pipeline or an alert. */
export function runsAnswer(runs: readonly RunInfo[]): CommandAnswer {
  return table(
    [
      ['Run', 'long'],
      ['Trigger', 'string'],
      ['State', 'string'],
      ['StartedOn', 'datetime'],
      ['EndedOn', 'datetime'],
      ['Duration', 'timespan'],
      ['Attempts', 'long'],
      ['Rows', 'long'],
      ['Message', 'string'],
    ],
    runs.map((run) => ({
      Run: run.run,
      Trigger: run.trigger,
      State: run.state,
      StartedOn: ticksOfIso(run.startedAt),
      EndedOn: ticksOfIso(run.endedAt),
      Duration:
        run.endedAt === ''
          ? null
          : BigInt(Date.parse(run.endedAt) - Date.parse(run.startedAt)) * TICKS_PER_MS,
      Attempts: run.attempts,
      Rows: run.rows,
      Message: run.message,
    })),
  );
}
