import {
  type CommandAnswer,
  type CommandCall,
  type Commands,
  changeSchema,
  queryOf,
  tableOf,
  table as tableOfRecords,
  writableDatabaseOf,
} from './command.ts';
import { byIds, extentsOf, fromQuery, type Placed } from './placed-extents.ts';
import { columnOf, readRows } from './read-rows.ts';

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

/** Pages ".alter extent tags" and ".drop extent tags". */
export const extentTagCommands: Commands = {
  AlterExtentTagsFromQuery: async (call) =>
    setTags(call, await fromQuery(call, queryOf(call)), () => tagsOf(call)),
  AlterMergeExtentTagsFromQuery: async (call) =>
    setTags(call, await fromQuery(call, queryOf(call)), (held) => [...held, ...tagsOf(call)]),
  DropExtentTagsFromQuery: dropTagsFromQuery,
  DropExtentTagsFromTable: dropTagsFromTable,
};
