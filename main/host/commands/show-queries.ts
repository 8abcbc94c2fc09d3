import { TICKS_PER_MILLISECOND, ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import { clientIdOf } from '../running-queries.ts';
import type { Command, CommandAnswer } from './command.ts';

const MAX_LISTED = 1_000;

interface Entry {
  readonly id: string;
  readonly text: string;
  readonly database: string;
  readonly startedAt: number;
  readonly elapsedMs: number;
  readonly state: string;
  readonly failure: string;
}

function answer(entries: readonly Entry[]): CommandAnswer {
  return {
    columns: [
      ['ClientActivityId', 'string'],
      ['Text', 'string'],
      ['Database', 'string'],
      ['StartedOn', 'datetime'],
      ['LastUpdatedOn', 'datetime'],
      ['Duration', 'timespan'],
      ['State', 'string'],
      ['FailureReason', 'string'],
    ],
    rows: entries.map((entry) => [
      entry.id,
      entry.text,
      entry.database,
      ticksOfUnixMillis(entry.startedAt),
      ticksOfUnixMillis(entry.startedAt + entry.elapsedMs),
      BigInt(Math.round(entry.elapsedMs)) * TICKS_PER_MILLISECOND,
      entry.state,
      entry.failure,
    ]),
  };
}

const STATES = { completed: 'Completed', failed: 'Failed', cancelled: 'Cancelled' } as const;

/** `.show queries`: the history, newest first. Queries of Kusto clients are not recorded. */
export const showQueries: Command = ({ host }) =>
  answer(
    host.catalog.history.list('', MAX_LISTED).map((entry) => ({
      id: entry.id,
      text: entry.text,
      database: entry.database,
      startedAt: Date.parse(entry.startedAt),
      elapsedMs: entry.elapsedMs,
      state: STATES[entry.state],
      failure: entry.error ?? '',
    })),
  );

/** `.show running queries` */
export const showRunningQueries: Command = ({ host }) =>
  answer(
    host.running.list().map((query) => ({
      id: clientIdOf(query.queryId),
      text: query.text,
      database: query.database,
      startedAt: query.startedAt.getTime(),
      elapsedMs: Date.now() - query.startedAt.getTime(),
      state: 'InProgress',
      failure: '',
    })),
  );

/** `.cancel query "id"` */
export const cancelQuery: Command = ({ host, arguments: args }) => {
  const id = args.text('ClientRequestId');
  const found = host.running.cancel(id);
  return {
    columns: [
      ['ClientRequestId', 'string'],
      ['ReasonPhrase', 'string'],
      ['RunningQueryCanceled', 'bool'],
    ],
    rows: [[id, found ? '' : 'No running query has this id.', found]],
  };
};
