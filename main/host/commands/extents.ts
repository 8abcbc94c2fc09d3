import { randomUUID } from 'node:crypto';
import { AppError } from '../../../common/errors/app-error.ts';
import { TICKS_PER_DAY, TICKS_PER_HOUR, ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import { type CatalogExtent, createdTicks } from '../catalog/extents-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import { mergeInto } from '../merges.ts';
import { dropExtents } from '../upkeep.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type Commands,
  changeSchema,
  databaseOf,
  records,
  tableOf,
  table as tableOfRecords,
  writableDatabaseOf,
} from './command.ts';
import { columnOf, readRows } from './read-rows.ts';

interface Placed {
  readonly table: TableRow;
  readonly extent: CatalogExtent;
}

const MEGABYTE = 1_048_576;

function extentsOf({ host }: CommandCall, table: TableRow): readonly Placed[] {
  return host.schema.extentsOf(table).map((extent) => ({ table, extent }));
}

function inDatabase(call: CommandCall): readonly Placed[] {
  return call.host.catalog.tables.list(databaseOf(call)).flatMap((t) => extentsOf(call, t));
}

/** The extents with these ids, in any table of the database. */
function byIds(call: CommandCall, ids: readonly unknown[]): readonly Placed[] {
  const all = new Map(inDatabase(call).map((placed) => [placed.extent.extentId, placed]));
  return [...new Set(ids.map(String))].map((id) => {
    const found = all.get(id);
    if (found) return found;
    throw new AppError(
      'semantic',
      'unknown_extent',
      `There is no extent ${id} in the database '${databaseOf(call).name}'.`,
    );
  });
}

async function fromQuery(call: CommandCall, text: string): Promise<readonly Placed[]> {
  return byIds(call, columnOf(await readRows(call, text), 'ExtentId'));
}

function queryOf({ query }: CommandCall): string {
  if (query !== undefined) return query;
  throw new AppError('syntax', 'missing_query', 'The command lacks what stands behind <|.');
}

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

const TAG_COLUMNS = [
  ['OriginalExtentId', 'string'],
  ['ResultExtentId', 'string'],
  ['ResultExtentTags', 'string'],
  ['Details', 'string'],
] as const;

/** The grammar writes these names in its own ways. */
function tagsOf({ arguments: args }: CommandCall): readonly string[] {
  return [...args.list('Tag'), ...args.list('t')];
}

async function setTags(
  call: CommandCall,
  placed: readonly Placed[],
  next: (tags: readonly string[], extentId: string) => readonly string[],
): Promise<CommandAnswer> {
  const database = writableDatabaseOf(call);
  const { extents } = call.host.catalog;
  const changed = placed.map(({ table, extent }) => ({
    table,
    id: extent.extentId,
    tags: [...new Set(next(extent.tags, extent.extentId))],
  }));
  const entity = [...new Set(changed.map(({ table }) => table.name))].join(', ');
  await changeSchema(call, { event: 'ALTER-EXTENT-TAGS', database: database.name, entity }, () => {
    for (const { id, tags } of changed) extents.setTags(id, tags);
  });
  return tableOfRecords(
    TAG_COLUMNS,
    changed.map(({ id, tags }) => ({
      OriginalExtentId: id,
      ResultExtentId: id,
      ResultExtentTags: tags.join('\r\n'),
      Details: '',
    })),
  );
}

/** `.drop … extent tags <| query`: the query says which tags of which extents, in the columns ExtentId and Tags. */
async function dropTagsFromQuery(call: CommandCall): Promise<CommandAnswer> {
  const inner = await readRows(call, queryOf(call));
  const ids = columnOf(inner, 'ExtentId').map(String);
  const tags = columnOf(inner, 'Tags').map((text) => String(text ?? '').split(/\s+/));
  const byExtent = Map.groupBy(
    ids.map((id, i) => ({ id, tags: tags[i] ?? [] })),
    (entry) => entry.id,
  );
  return setTags(call, byIds(call, ids), (held, id) => {
    const away = new Set((byExtent.get(id) ?? []).flatMap((entry) => entry.tags));
    return held.filter((tag) => !away.has(tag));
  });
}

function dropTagsFromTable(call: CommandCall): Promise<CommandAnswer> {
  const name = call.arguments.optional('tableName') ?? call.arguments.text('TableName');
  const away = new Set(tagsOf(call));
  const placed = extentsOf(call, tableOf(call, name)).filter(({ extent }) =>
    extent.tags.some((tag) => away.has(tag)),
  );
  return setTags(call, placed, (held) => held.filter((tag) => !away.has(tag)));
}

/** Pages ".drop extents", ".move extents", ".replace extents", ".alter extent tags", ".drop extent tags". */
export const extentCommands: Commands = {
  DropExtent: drop,
  DropExtents: drop,
  MoveExtentsFrom: moveExtents,
  MoveExtentsQuery: moveExtents,
  ReplaceExtents: replaceExtents,
  MergeExtents: merge,
  MergeExtentsDryrun: merge,
  AlterExtentTagsFromQuery: async (call) =>
    setTags(call, await fromQuery(call, queryOf(call)), () => tagsOf(call)),
  AlterMergeExtentTagsFromQuery: async (call) =>
    setTags(call, await fromQuery(call, queryOf(call)), (held) => [...held, ...tagsOf(call)]),
  DropExtentTagsFromQuery: dropTagsFromQuery,
  DropExtentTagsFromTable: dropTagsFromTable,
};
