import { AppError } from '../../../common/errors/app-error.ts';
import { TICKS_PER_MILLISECOND, ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import { answerOfJson } from './answer-json.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type CommandRecord,
  type Commands,
  databaseOf,
  records,
} from './command.ts';
import { guidOf } from './guid.ts';
import { thisUser } from './this-user.ts';

const timeOf = (iso: string): bigint => ticksOfUnixMillis(Date.parse(iso));

function showOperations(call: CommandCall): CommandAnswer {
  const ids = new Set(call.arguments.list('OperationId'));
  const { name, fqn } = thisUser();
  return records(
    call,
    call.host.catalog.operations
      .list()
      .filter((operation) => ids.size === 0 || ids.has(operation.id))
      .map((operation) => ({
        OperationId: operation.id,
        Operation: operation.kind,
        NodeId: String(process.pid),
        StartedOn: timeOf(operation.startedAt),
        LastUpdatedOn: timeOf(operation.updatedAt),
        Duration: BigInt(Math.round(operation.elapsedMs)) * TICKS_PER_MILLISECOND,
        State: operation.state,
        Status: operation.status,
        RootActivityId: guidOf('request', operation.requestId),
        ShouldRetry: false,
        Database: operation.database,
        Principal: fqn,
        User: name,
      })),
  );
}

/** `.show operation <id> details`: the answer that the command gave. */
function showDetails({ host, arguments: args }: CommandCall): CommandAnswer {
  const id = args.text('OperationId');
  const operation = host.catalog.operations.find(id);
  if (!operation)
    throw new AppError('semantic', 'unknown_operation', `There is no operation ${id}.`, {
      hints: ['`.show operations` lists those of the last two weeks.'],
    });
  const json = host.catalog.operations.details(id);
  if (json !== undefined) return answerOfJson(json);
  throw new AppError(
    'input',
    'no_details',
    `The operation ${id} has no details: it is ${operation.state}, and only those that ran with \`async\` to their end keep theirs.`,
  );
}

function cancel({ host, arguments: args }: CommandCall): CommandAnswer {
  const id = args.text('obj');
  const found = host.operations.cancel(id);
  return {
    columns: [
      ['OperationId', 'guid'],
      ['Canceled', 'bool'],
      ['ReasonPhrase', 'string'],
    ],
    rows: [[id, found, found ? '' : 'No running operation has this id.']],
  };
}

function showIngestionFailures(call: CommandCall): CommandAnswer {
  const id = call.arguments.optional('OperationId');
  const { name, fqn } = thisUser();
  return records(
    call,
    call.host.catalog.failures
      .list()
      .filter((failure) => id === undefined || failure.operation === id)
      .map((failure) => ({
        OperationId: failure.operation === '' ? null : failure.operation,
        Database: failure.database,
        Table: failure.table,
        FailedOn: timeOf(failure.at),
        IngestionSourcePath: failure.source,
        Details: failure.details,
        FailureKind: failure.kind,
        OperationKind: 'DataIngestPull',
        OriginatesFromUpdatePolicy: false,
        ErrorCode: failure.code,
        Principal: fqn,
        ShouldRetry: failure.kind === 'Transient',
        User: name,
      })),
  );
}

const MAX_LISTED = 10_000;

function journal(call: CommandCall, database?: string): CommandAnswer {
  const { name, fqn } = thisUser();
  const version = (number: number): string => `v1.${number}`;
  return records(
    call,
    call.host.catalog.journal
      .list(MAX_LISTED)
      .filter((entry) => database === undefined || entry.database === database)
      .map(
        (entry): CommandRecord => ({
          Event: entry.event,
          EventTimestamp: timeOf(entry.at),
          Database: entry.database,
          EntityName: entry.entity,
          UpdatedEntityName: entry.updatedEntity,
          EntityVersion: version(entry.version),
          OriginalEntityVersion: version(entry.version),
          ChangeCommand: entry.command,
          Principal: fqn,
          ClientRequestId: entry.requestId,
          User: name,
        }),
      ),
  );
}

/** Pages ".show operations", ".cancel operation", ".show ingestion failures", ".show journal". */
export const operationCommands: Commands = {
  ShowOperations: showOperations,
  ShowOperationDetails: showDetails,
  CancelOperation: cancel,
  ShowIngestionFailures: showIngestionFailures,
  // Streamed rows are committed like others: what fails is among the failures of ingestion.
  ShowStreamingIngestionFailures: (call) => records(call, []),
  ShowJournal: (call) => journal(call),
  ShowClusterJournal: (call) => journal(call),
  ShowDatabaseJournal: (call) => journal(call, databaseOf(call).name),
};
