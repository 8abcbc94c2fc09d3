import { z } from 'zod';
import { STORED_RESULT_PREFIX } from '../../../common/contract/store.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { stringLiteral } from '../../../common/text/kql-literal.ts';
import { TICKS_PER_DAY, ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import type { DatabaseRow } from '../catalog/databases-store.ts';
import { databaseOwner } from '../catalog/definitions-store.ts';
import { checkName } from '../catalog/names.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import type { UpkeepTask } from '../upkeep.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type CommandRecord,
  type Commands,
  databaseOf,
  table as listOf,
  missingQuery,
  records,
} from './command.ts';
import { guidOf } from './guid.ts';
import { readRows } from './read-rows.ts';
import { cslSchema } from './script-text.ts';
import { thisUser } from './this-user.ts';
import { timespanOf } from './timespan.ts';

const KIND = 'storedQueryResult';
const MAX_COLUMNS = 500;

/** Ticks. */
const definition = z.object({ createdOn: z.string(), expiresOn: z.string() });

interface StoredResult extends z.infer<typeof definition> {
  readonly name: string;
  readonly table: TableRow;
}

function list({ host }: Pick<CommandCall, 'host'>, database: DatabaseRow): readonly StoredResult[] {
  const tables = new Map(
    host.catalog.tables
      .listStoredResults(database)
      .map((table) => [table.name.slice(STORED_RESULT_PREFIX.length), table]),
  );
  return host.catalog.entities.list(KIND, databaseOwner(database)).flatMap((entry) => {
    const table = tables.get(entry.name);
    return table ? [{ name: entry.name, table, ...definition.parse(entry.definition) }] : [];
  });
}

function find(call: CommandCall): StoredResult | undefined {
  const name = call.arguments.text('StoredQueryResultName');
  return list(call, databaseOf(call)).find((result) => result.name === name);
}

function get(call: CommandCall): StoredResult {
  const found = find(call);
  if (found) return found;
  throw new AppError(
    'semantic',
    'unknown_result',
    `There is no stored query result named '${call.arguments.text('StoredQueryResultName')}'.`,
    { hints: ['They last for a day at most. `.show stored_query_results` lists them.'] },
  );
}

function rowOf(
  { host }: CommandCall,
  { name, table, createdOn, expiresOn }: StoredResult,
): CommandRecord {
  const extents = host.schema.extentsOf(table);
  return {
    StoredQueryResultId: guidOf('table', table.id),
    Name: name,
    DatabaseName: table.database,
    PrincipalIdentity: thisUser().fqn,
    SizeInBytes: extents.reduce((sum, e) => sum + e.sizeBytes, 0),
    RowCount: extents.reduce((sum, e) => sum + e.rowCount, 0),
    CreatedOn: BigInt(createdOn),
    ExpiresOn: BigInt(expiresOn),
  };
}

const COLUMNS: CommandAnswer['columns'] = [
  ['StoredQueryResultId', 'guid'],
  ['Name', 'string'],
  ['DatabaseName', 'string'],
  ['PrincipalIdentity', 'string'],
  ['SizeInBytes', 'long'],
  ['RowCount', 'long'],
  ['CreatedOn', 'datetime'],
  ['ExpiresOn', 'datetime'],
];

const answer = (call: CommandCall, results: readonly StoredResult[]): CommandAnswer =>
  listOf(
    COLUMNS,
    results.map((result) => rowOf(call, result)),
  );

/** `.set [async] stored_query_result X with (expiresAfter, previewCount) <| query`; answers with the first rows. */
async function set(call: CommandCall): Promise<CommandAnswer> {
  const { arguments: args, host, query } = call;
  if (query === undefined) throw missingQuery();
  const database = databaseOf(call);
  const name = args.text('StoredQueryResultName');
  checkName('stored query result', name);
  if (call.kind === 'StoredQueryResultSet' && find(call))
    throw new AppError(
      'input',
      'result_exists',
      `A stored query result named '${name}' exists already.`,
      {
        hints: ['`.set-or-replace stored_query_result` takes its place.'],
      },
    );
  const after = timespanOf(args.property('expiresafter') ?? '1d', 'expiresAfter');
  const now = ticksOfUnixMillis(Date.now());
  const lasts = after < TICKS_PER_DAY ? after : TICKS_PER_DAY;
  await host.writer.staged(async (folder) => {
    const written = await host.queryWorker.call(
      'engine.writeExtents',
      { queryId: call.queryId, text: query, database: call.database, folder, command: call.text },
      { signal: call.signal },
    );
    if (written.columns.length > MAX_COLUMNS)
      throw new AppError(
        'input',
        'too_many_columns',
        `A stored query result has at most ${MAX_COLUMNS} columns.`,
      );
    host.catalog.entities.put(KIND, {
      owner: databaseOwner(database),
      name,
      definition: { createdOn: now.toString(), expiresOn: (now + lasts).toString() },
    });
    await host.writer.commit([
      {
        database,
        table: STORED_RESULT_PREFIX + name,
        columns: written.columns,
        exactColumns: true,
        extents: written.extents,
        owned: true,
        replaces: 'all',
      },
    ]);
  });
  if (args.has('async')) return answer(call, [get(call)]);
  const preview = Number(args.property('previewcount') ?? 0);
  const rows = `stored_query_result(${stringLiteral(name)})${preview > 0 ? ` | take ${preview}` : ''}`;
  const inner = await readRows(call, rows);
  return { columns: inner.columns.map((c) => [c.name, c.type] as const), rows: inner.rows };
}

async function dropAll(
  call: Pick<CommandCall, 'host'>,
  database: DatabaseRow,
  results: readonly StoredResult[],
): Promise<void> {
  const { catalog, writer } = call.host;
  for (const { name, table } of results) {
    catalog.entities.remove(KIND, databaseOwner(database), name);
    await writer.dropTable(table);
  }
}

async function drop(call: CommandCall, results: readonly StoredResult[]): Promise<CommandAnswer> {
  const dropped = answer(call, results);
  await dropAll(call, databaseOf(call), results);
  return dropped;
}

/** Takes stored results away whose time is over. */
export const dropExpiredResults: UpkeepTask = async (host, now) => {
  for (const database of host.catalog.databases.list()) {
    const expired = list({ host }, database).filter((result) => BigInt(result.expiresOn) < now);
    await dropAll({ host }, database, expired);
  }
};

/** Page "Stored query results". */
export const storedResultCommands: Commands = {
  StoredQueryResultSet: set,
  StoredQueryResultSetOrReplace: set,
  StoredQueryResultsShow: (call) => answer(call, list(call, databaseOf(call))),
  ShowStoredQueryResult: (call) => answer(call, [get(call)]),
  StoredQueryResultShowSchema: (call) =>
    records(call, [
      { StoredQueryResult: get(call).name, Schema: cslSchema(get(call).table.columns) },
    ]),
  StoredQueryResultDrop: (call) => drop(call, [get(call)]),
  // There is one user: all results are theirs.
  StoredQueryResultsDrop: (call) => drop(call, list(call, databaseOf(call))),
};
