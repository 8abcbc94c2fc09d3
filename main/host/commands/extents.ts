import { randomUUID } from 'node:crypto';
import { AppError } from '../../../common/errors/app-error.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR, ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import { createdTicks } from '../catalog/extents-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import { mergeInto } from '../merges.ts';
import { dropExtents } from '../upkeep.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type Commands,
  changeSchema,
  queryOf,
  records,
  tableOf,
  writableDatabaseOf,
} from './command.ts';
import { byIds, extentsOf, fromQuery, inDatabase, type Placed } from './placed-extents.ts';

const MEGABYTE = 1_048_576;

/** The oldest extents, so that the others take no more than the command's `trim by … N MB|GB` bytes. */
function beyondSize(
  { arguments: args }: CommandCall,
  placed: readonly Placed[],
): readonly Placed[] {
  const size = args.optional('TrimSize');
  if (size === undefined) return placed;
  const limit = Number(size) * MEGABYTE * (args.has('gb') ? 1_024 : 1);
  const newestFirst = placed.toSorted((a, b) =>
    createdTicks(a.extent) > createdTicks(b.extent) ? -1 : 1,
  );
  let total = 0;
  return newestFirst.filter(({ extent }) => {
    total += extent.sizeBytes;
    return total > limit;
  });
}

/** What `.drop extents` is about: ids, a query, or a table with `older` and `trim by`. */
async function chosen(call: CommandCall): Promise<readonly Placed[]> {
  const { arguments: args } = call;
  const ids = args.list('ExtentId');
  if (call.query !== undefined) return fromQuery(call, call.query);
  if (ids.length > 0) return byIds(call, ids);
  const names = args.list('TableName');
  const placed = args.has('all')
    ? inDatabase(call)
    : names.flatMap((name) => extentsOf(call, tableOf(call, name)));
  const older = args.optional('Older');
  const unit = args.has('hours') ? TICKS_PER_HOUR : TICKS_PER_DAY;
  const before = older === undefined ? undefined : now() - BigInt(older) * unit;
  return beyondSize(
    call,
    placed.filter(({ extent }) => before === undefined || createdTicks(extent) < before),
  );
}

const now = (): bigint => ticksOfUnixMillis(Date.now());

/** `.drop extent`, `.drop extents … [whatif]` (page ".drop extents"). */
async function drop(call: CommandCall): Promise<CommandAnswer> {
  writableDatabaseOf(call);
  const placed = await chosen(call);
  if (!call.arguments.has('whatif'))
    for (const [table, own] of Map.groupBy(placed, (p) => p.table))
      await dropExtents(
        call.host,
        table,
        own.map((p) => p.extent),
      );
  return records(
    call,
    placed.map(({ table, extent }) => ({
      ExtentId: extent.extentId,
      TableName: table.name,
      CreatedOn: createdTicks(extent),
    })),
  );
}

/** The columns must be the same: a moved extent keeps its file. */
function checkSameColumns(from: TableRow, to: TableRow): void {
  for (const { name, type } of from.columns)
    if (to.columns.find((column) => column.name === name)?.type !== type)
      throw new AppError(
        'input',
        'schema_differs',
        `The table '${to.name}' has no column ${name}:${type}, which extents of '${from.name}' have.`,
        { hints: [`\`.alter-merge table ${to.name} (${name}: ${type})\` adds it.`] },
      );
}

/** Moves extents under new ids; those in `dropped` go in the same transaction. */
async function move(
  call: CommandCall,
  to: TableRow,
  placed: readonly Placed[],
  dropped: readonly Placed[] = [],
): Promise<CommandAnswer> {
  const database = writableDatabaseOf(call);
  const { catalog, snapshots } = call.host;
  for (const { table } of placed) if (table.id !== to.id) checkSameColumns(table, to);
  const property =
    call.arguments.property('setnewingestiontime') ?? call.arguments.optional('Value');
  const ingestedAt = property?.toLowerCase() === 'true' ? now().toString() : undefined;
  const moved = placed
    .filter(({ table }) => table.id !== to.id)
    .map(({ extent }) => ({ from: extent, extentId: randomUUID() }));
  const gone = dropped.filter((d) => !placed.some((p) => p.extent.extentId === d.extent.extentId));
  await changeSchema(
    call,
    { event: 'MOVE-EXTENTS', database: database.name, entity: to.name },
    () => {
      catalog.extents.remove([
        ...moved.map((m) => m.from.extentId),
        ...gone.map((d) => d.extent.extentId),
      ]);
      for (const { from, extentId } of moved) {
        const { owned, ...extent } = from;
        const time = ingestedAt === undefined ? {} : { ingestedAt, createdAt: ingestedAt };
        catalog.extents.insert(to, { extent: { ...extent, extentId, ...time }, owned });
      }
      catalog.awaitRows(
        to,
        moved.map((m) => m.extentId),
      );
    },
  );
  snapshots.dropFiles(gone.filter((d) => d.extent.owned).map((d) => d.extent.path));
  call.host.upkeep.soon();
  return records(call, [
    ...moved.map(({ from, extentId }) => ({
      OriginalExtentId: from.extentId,
      ResultExtentId: extentId,
      Details: '',
    })),
    ...gone.map(({ extent }) => ({
      OriginalExtentId: extent.extentId,
      ResultExtentId: '',
      Details: 'Dropped',
    })),
  ]);
}

/** `.move extents all from table A to table B`, `… from table A to table B (ids)`, `.move extents to table B <| query` */
async function moveExtents(call: CommandCall): Promise<CommandAnswer> {
  const { arguments: args } = call;
  const to = tableOf(call, args.text('DestinationTableName'));
  if (call.query !== undefined) return move(call, to, await fromQuery(call, call.query));
  const from = tableOf(call, args.text('SourceTableName'));
  const ids = args.list('GUID');
  const placed = args.has('all') ? extentsOf(call, from) : byIds(call, ids);
  const stray = placed.find(({ table }) => table.id !== from.id);
  if (stray)
    throw new AppError(
      'input',
      'unknown_extent',
      `The extent ${stray.extent.extentId} belongs to '${stray.table.name}', not to '${from.name}'.`,
    );
  return move(call, to, placed);
}

/** `.replace extents in table T <| { extents to drop }, { extents to move in }`, all together. */
async function replaceExtents(call: CommandCall): Promise<CommandAnswer> {
  const to = tableOf(call, call.arguments.text('DestinationTableName'));
  const [first, second, ...more] = braced(queryOf(call));
  if (first === undefined || second === undefined || more.length > 0)
    throw new AppError('syntax', 'two_queries', 'The command takes two queries, each in braces.', {
      hints: ['For instance: <| { .show table T extents }, { .show table New extents }'],
    });
  const dropped = await fromQuery(call, first);
  const stray = dropped.find(({ table }) => table.id !== to.id);
  if (stray)
    throw new AppError(
      'input',
      'unknown_extent',
      `The extent ${stray.extent.extentId} is to be dropped, but belongs to '${stray.table.name}'.`,
    );
  return move(call, to, await fromQuery(call, second), dropped);
}

/** The texts between outer braces; braces in quotes don't count. */
function braced(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const token of text.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\/\/[^\n]*|[{}]/g)) {
    if (token[0] === '{' && depth++ === 0) start = token.index + 1;
    if (token[0] === '}' && --depth === 0) parts.push(text.slice(start, token.index));
  }
  return parts;
}

/** `.merge T (ids)`, which answers when it is done, and `.merge dryrun`. */
async function merge(call: CommandCall): Promise<CommandAnswer> {
  writableDatabaseOf(call);
  const table = tableOf(call);
  const placed = byIds(call, call.arguments.list('GUID')).filter((p) => p.table.id === table.id);
  const started = performance.now();
  const extents = placed.map((p) => p.extent);
  const dry = call.arguments.has('dryrun');
  const made =
    dry || extents.length < 2 ? [] : await mergeInto(call.host, table, extents, call.signal);
  const Duration = BigInt(Math.round((performance.now() - started) * 10_000));
  return records(
    call,
    extents.map((extent) => ({
      OriginalExtentId: extent.extentId,
      ResultExtentId: made[0] ?? '',
      Duration,
    })),
  );
}

/** Pages ".drop extents", ".move extents", ".replace extents", ".merge extents". */
export const extentCommands: Commands = {
  DropExtent: drop,
  DropExtents: drop,
  MoveExtentsFrom: moveExtents,
  MoveExtentsQuery: moveExtents,
  ReplaceExtents: replaceExtents,
  MergeExtents: merge,
  MergeExtentsDryrun: merge,
};
