import { TICKS_PER_MILLISECOND, ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import type { RequestEntry } from '../request-log.ts';
import { clientIdOf } from '../running-queries.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type CommandRecord,
  type Commands,
  databaseOf,
  queryOf,
  records,
} from './command.ts';
import { guidOf } from './guid.ts';
import { isCommand } from './run-command.ts';
import { thisUser } from './this-user.ts';

const MAX_LISTED = 1_000;
const STATES = { completed: 'Completed', failed: 'Failed', cancelled: 'Cancelled' } as const;

/** Requests since the start of the program, then those that the history kept of earlier ones; newest first. */
function requests({ host }: CommandCall): readonly RequestEntry[] {
  const log = host.requests.list();
  const known = new Set(log.map((entry) => entry.id));
  const earlier = host.catalog.history.list('', MAX_LISTED).filter((entry) => !known.has(entry.id));
  return [
    ...log,
    ...earlier.map(
      (entry): RequestEntry => ({
        id: entry.id,
        text: entry.text,
        database: entry.database,
        startedAt: new Date(entry.startedAt),
        elapsedMs: entry.elapsedMs,
        state: entry.state,
        failure: entry.error ?? '',
        command: isCommand(entry.text) ? 'Command' : '',
        rowCount: entry.rowCount,
        stats: undefined,
      }),
    ),
  ];
}

const ticksOf = (ms: number): bigint => BigInt(Math.round(ms)) * TICKS_PER_MILLISECOND;

interface Shown {
  readonly id: string;
  readonly text: string;
  readonly database: string;
  readonly startedAt: Date;
  readonly elapsedMs: number;
  readonly state: string;
  readonly failure: string;
  readonly command: string;
  readonly more?: Pick<RequestEntry, 'rowCount' | 'stats'>;
}

function recordOf({ more, ...entry }: Shown): CommandRecord {
  const { name, fqn } = thisUser();
  const started = entry.startedAt.getTime();
  const stats = more?.stats;
  return {
    ClientActivityId: clientIdOf(entry.id),
    CommandType: entry.command === '' ? 'Query' : entry.command,
    Text: entry.text,
    Database: entry.database,
    StartedOn: ticksOfUnixMillis(started),
    LastUpdatedOn: ticksOfUnixMillis(started + entry.elapsedMs),
    Duration: ticksOf(entry.elapsedMs),
    State: entry.state,
    RootActivityId: guidOf('request', entry.id),
    User: name,
    FailureReason: entry.failure,
    Application: 'Calypso',
    Principal: fqn,
    Pricipal: fqn,
    WorkloadGroup: 'default',
    MemoryPeak: stats?.memoryBytes,
    ScannedExtentsStatistics: stats
      ? JSON.stringify({
          TotalExtentsCount: stats.extentsTotal,
          ScannedExtentsCount: stats.extentsScanned,
          ScannedRowsCount: stats.rowsScanned,
          ScannedBytes: stats.bytesScanned,
        })
      : undefined,
    ResultSetStatistics: more ? JSON.stringify([{ RowCount: more.rowCount }]) : undefined,
  };
}

/** Each kind of list has some of the fields only. */
function answer(call: CommandCall, shown: readonly Shown[]): CommandAnswer {
  const known = new Set(call.schema.map(([name]) => name));
  const fields = (record: CommandRecord): CommandRecord =>
    Object.fromEntries(Object.entries(record).filter(([name]) => known.has(name)));
  return records(
    call,
    shown.map((entry) => fields(recordOf(entry))),
  );
}

/** All that ran, or what ran against the database that the command names. */
function list(call: CommandCall, wanted: (entry: RequestEntry) => boolean): CommandAnswer {
  const database = call.arguments.has('database') ? databaseOf(call).name : undefined;
  return answer(
    call,
    requests(call)
      .filter((entry) => wanted(entry) && (database === undefined || entry.database === database))
      .map((entry) => ({
        ...entry,
        state: STATES[entry.state],
        more: { rowCount: entry.rowCount, stats: entry.stats },
      })),
  );
}

const isQuery = (entry: RequestEntry): boolean => entry.command === '';

function showRunning(call: CommandCall): CommandAnswer {
  return answer(
    call,
    call.host.running
      .list()
      .filter(({ queryId }) => queryId !== call.queryId)
      .map((query) => ({
        id: query.queryId,
        text: query.text,
        database: query.database,
        startedAt: query.startedAt,
        elapsedMs: Date.now() - query.startedAt.getTime(),
        state: 'InProgress',
        failure: '',
        command: '',
      })),
  );
}

/** `.cancel query "id"` */
function cancelQuery({ host, arguments: args }: CommandCall): CommandAnswer {
  const id = args.text('ClientRequestId');
  const found = host.running.cancel(id);
  return {
    columns: [
      ['ClientRequestId', 'string'],
      ['ReasonPhrase', 'string'],
      ['RunningQueryCanceled', 'bool'],
    ],
    rows: [[id, found ? (args.property('reason') ?? '') : 'No running query has this id.', found]],
  };
}

/** Pages ".show queries", ".show running queries", ".show commands", ".show commands-and-queries", ".cancel query". */
export const queryCommands: Commands = {
  ShowQueries: (call) => list(call, isQuery),
  ShowCommands: (call) => list(call, (entry) => !isQuery(entry)),
  ShowCommandsAndQueries: (call) => list(call, () => true),
  ShowRunningQueries: showRunning,
  CancelQuery: cancelQuery,
  ShowQueryPlan: showQueryPlan,
};

/** `.show queryplan <| query`: the plan, and the SQL that it becomes. */
async function showQueryPlan(call: CommandCall): Promise<CommandAnswer> {
  const { host, database, signal } = call;
  const query = queryOf(call);
  const { plan, sql } = await host.queryWorker.call(
    'query.explain',
    { text: query, database },
    { signal },
  );
  return records(call, [
    { ResultType: 'QueryText', Format: 'text', Content: query },
    { ResultType: 'QueryPlan', Format: 'text', Content: plan },
    { ResultType: 'Sql', Format: 'text', Content: sql },
  ]);
}
