import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { AppError } from '../../../common/errors/app-error.ts';
import { TICKS_PER_MILLISECOND, ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import type { TableCommit } from '../catalog/catalog.ts';
import type { CatalogExtent } from '../catalog/extents-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import { scopeKey } from '../extent-scopes.ts';
import { checkedQuery } from './check-query.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type Commands,
  databaseOf,
  journalParts,
  table as listOf,
  queryOf,
  tableOf,
  writableDatabaseOf,
} from './command.ts';
import { type Deletion, deletionOf } from './deletion.ts';
import { readRows } from './read-rows.ts';
import { thisUser } from './this-user.ts';

/** An extent with rows to delete. */
interface Hit {
  readonly extent: CatalogExtent;
  readonly rows: number;
}

/** Runs `work` under an id of its own, while the table consists of one extent. */
function scoped<T>(
  call: CommandCall,
  table: TableRow,
  extent: CatalogExtent,
  work: (queryId: string) => Promise<T>,
): Promise<T> {
  const queryId = `delete/${randomUUID()}`;
  const scope = new Map([[scopeKey(table.database, table.name), new Set([extent.extentId])]]);
  return call.host.scopes.within(queryId, scope, () => work(queryId));
}

async function countOf(call: CommandCall, text: string, queryId = call.queryId): Promise<number> {
  const inner = await readRows({ ...call, run: () => call.run(text, queryId) }, text);
  return Number(inner.rows[0]?.[0] ?? 0);
}

/** The extents that hold rows of the predicate; a table without any is looked at once only. */
export async function hitsOf(
  call: CommandCall,
  table: TableRow,
  { count }: Deletion,
): Promise<readonly Hit[]> {
  if ((await countOf(call, count)) === 0) return [];
  const hits: Hit[] = [];
  for (const extent of call.host.schema.extentsOf(table)) {
    call.signal.throwIfAborted();
    const rows = await scoped(call, table, extent, (id) => countOf(call, count, id));
    if (rows > 0) hits.push({ extent, rows });
  }
  return hits;
}

interface Replaced extends Hit {
  readonly by: TableCommit['extents'];
}

/** Writes what the extents keep, and puts it in their place, all together; `more` belongs to the same commit. */
export async function deleteRows(
  call: CommandCall,
  table: TableRow,
  deletion: Deletion,
  hits: readonly Hit[],
  more: readonly TableCommit[] = [],
): Promise<readonly Replaced[]> {
  const { host, signal } = call;
  const database = writableDatabaseOf(call);
  return host.writer.staged(async (folder) => {
    const replaced: Replaced[] = [];
    for (const { extent, rows } of hits) {
      const written =
        rows === extent.rowCount
          ? { extents: [] }
          : await scoped(call, table, extent, (queryId) =>
              host.queryWorker.call(
                'engine.writeExtents',
                { queryId, text: deletion.kept, database: database.name, folder },
                { signal },
              ),
            );
      const { tags, ingestedAt, createdAt } = extent;
      const by = written.extents.map((e) => ({
        ...e,
        tags: [...tags],
        ingestedAt,
        ...(createdAt === undefined ? {} : { createdAt }),
      }));
      replaced.push({ extent, rows, by });
    }
    // What views and exports have still to take in stays apart from what they have.
    const keys = host.catalog.waitingKeys(table);
    const groups = Map.groupBy(replaced, ({ extent }) => keys.get(extent.extentId) ?? '');
    await host.writer.commit([
      ...[...groups.values()].map((group) => ({
        database,
        table: table.name,
        columns: [],
        extents: group.flatMap(({ by }) => by),
        owned: true,
        replaces: group.map(({ extent }) => extent.extentId),
      })),
      ...more,
    ]);
    return replaced;
  });
}

const COLUMNS = [
  ['OriginalExtentId', 'string'],
  ['ResultExtentId', 'string'],
  ['RecordsDeleted', 'long'],
] as const;

/** `.delete [async] table T records [with (whatif=true)] <| T | where …` (page ".delete table records"). */
async function deleteRecords(call: CommandCall): Promise<CommandAnswer> {
  writableDatabaseOf(call);
  const table = tableOf(call);
  const deletion = deletionOf(await checkedQuery(call), table);
  const hits = await hitsOf(call, table, deletion);
  const replaced: readonly Replaced[] =
    call.arguments.flag('whatif') || hits.length === 0
      ? hits.map((hit) => ({ ...hit, by: [] }))
      : await deleteRows(call, table, deletion, hits);
  return listOf(
    COLUMNS,
    replaced.map(({ extent, rows, by }) => ({
      OriginalExtentId: extent.extentId,
      ResultExtentId: by.map((e) => e.extentId).join(', '),
      RecordsDeleted: rows,
    })),
  );
}

/** Lasts as long as the program: a token of the first step is good for the second only. */
const SECRET = randomBytes(32);

function tokenOf(table: TableRow, predicate: string): string {
  return createHmac('sha256', SECRET)
    .update(JSON.stringify([table.id, predicate.trim()]))
    .digest('hex');
}

/** True if the command is to be done, false if it only asks for the token. */
function isConfirmed({ arguments: args }: CommandCall, token: string): boolean {
  if (args.flag('noregrets')) return true;
  const given = args.property('verificationtoken');
  if (given === undefined) return false;
  if (given === token) return true;
  throw new AppError('input', 'bad_token', 'The verification token fits no purge of this table.', {
    hints: ['Run the command without the token to get one.'],
  });
}

const STEP_ONE = [
  ['NumRecordsToPurge', 'long'],
  ['EstimatedPurgeExecutionTime', 'timespan'],
  ['VerificationToken', 'string'],
] as const;

/** `.purge table T records in database D [with (…)] <| where …`: in two steps, or in one with noregrets (page "Data purge"). */
async function purgeRecords(call: CommandCall): Promise<CommandAnswer> {
  writableDatabaseOf(call);
  const table = tableOf(call);
  const predicate = queryOf(call).trim();
  const whole = /^(?:where|filter)\b/.test(predicate)
    ? `['${table.name}'] | ${predicate}`
    : predicate;
  const deletion = deletionOf(whole, table);
  const hits = await hitsOf(call, table, deletion);
  const token = tokenOf(table, predicate);
  if (!isConfirmed(call, token))
    return listOf(STEP_ONE, [
      {
        NumRecordsToPurge: hits.reduce((sum, hit) => sum + hit.rows, 0),
        EstimatedPurgeExecutionTime: BigInt(hits.length + 1) * 1_000n * TICKS_PER_MILLISECOND,
        VerificationToken: token,
      },
    ]);
  // The files go with their extents: nothing of the rows is left.
  if (hits.length > 0) await deleteRows(call, table, deletion, hits);
  return purges(call, [call.operationId]);
}

/** `.purge table T in database D allrecords`: the table and all that dropped tables of its name have left. */
async function purgeTable(call: CommandCall): Promise<CommandAnswer> {
  const { host } = call;
  const database = writableDatabaseOf(call);
  const table = tableOf(call);
  const token = tokenOf(table, '');
  if (!isConfirmed(call, token))
    return listOf([['VerificationToken', 'string']], [{ VerificationToken: token }]);
  await host.writer.dropTable(table, journalParts(call));
  for (const hidden of host.catalog.tables.hidden(database.id))
    if (hidden.name === table.name) await host.writer.forgetTable(hidden);
  return listOf(
    [
      ['TableName', 'string'],
      ['DatabaseName', 'string'],
      ['Folder', 'string'],
      ['DocString', 'string'],
    ],
    host.catalog.tables.list(database).map((t) => ({
      TableName: t.name,
      DatabaseName: t.database,
      Folder: t.folder,
      DocString: t.docstring,
    })),
  );
}

const PURGES = [
  ['OperationId', 'guid'],
  ['DatabaseName', 'string'],
  ['TableName', 'string'],
  ['ScheduledTime', 'datetime'],
  ['Duration', 'timespan'],
  ['LastUpdatedOn', 'datetime'],
  ['EngineOperationId', 'guid'],
  ['State', 'string'],
  ['StateDetails', 'string'],
  ['EngineStartTime', 'datetime'],
  ['EngineDuration', 'timespan'],
  ['Retries', 'int'],
  ['ClientRequestId', 'string'],
  ['Principal', 'string'],
] as const;

const TABLE_NAME = /\bpurge\s+(?:async\s+)?table\s+(?:\[\s*)?["']?([^"'\]\s]+)/i;

/** A purge runs at once: one that is in the list as `InProgress` is the one that asks. */
function purges({ host }: CommandCall, ids: readonly string[]): CommandAnswer {
  return listOf(
    PURGES,
    host.catalog.operations
      .list()
      .filter((o) => o.kind.startsWith('Purge') && (ids.length === 0 || ids.includes(o.id)))
      .map((o) => {
        const started = ticksOfUnixMillis(Date.parse(o.startedAt));
        const Duration = BigInt(Math.round(o.elapsedMs)) * TICKS_PER_MILLISECOND;
        return {
          OperationId: o.id,
          DatabaseName: o.database,
          TableName: TABLE_NAME.exec(o.command)?.[1] ?? '',
          ScheduledTime: started,
          Duration,
          LastUpdatedOn: ticksOfUnixMillis(Date.parse(o.updatedAt)),
          EngineOperationId: o.id,
          State: ids.length > 0 && o.state === 'InProgress' ? 'Completed' : o.state,
          StateDetails: o.status,
          EngineStartTime: started,
          EngineDuration: Duration,
          Retries: 0,
          ClientRequestId: o.requestId,
          Principal: thisUser().fqn,
        };
      }),
  );
}

/** Pages ".delete table records" and "Data purge". */
export const deleteCommands: Commands = {
  DeleteTableRecords: deleteRecords,
  PurgeTableRecords: purgeRecords,
  PurgeTable: purgeTable,
  ShowPurges: (call) => {
    databaseOf(call);
    return purges(call, call.arguments.list('OperationId'));
  },
};
