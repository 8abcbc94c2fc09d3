import type {
  DatabaseInfo,
  FunctionInfo,
  SchemaInfo,
  TableInfo,
} from '../../../common/contract/schema.ts';
import type { Column } from '../../../common/types/kql-type.ts';

export type TreeNode =
  | { readonly kind: 'database'; readonly database: DatabaseInfo }
  | { readonly kind: 'group'; readonly group: Group; readonly count: number }
  | { readonly kind: 'folder'; readonly name: string }
  | { readonly kind: 'table'; readonly table: TableInfo }
  | { readonly kind: 'function'; readonly fn: FunctionInfo }
  | { readonly kind: 'column'; readonly column: Column; readonly table: TableInfo }
  | { readonly kind: 'stream' | 'sync'; readonly name: string };

export type Group =
  | 'Tables'
  | 'Streams'
  | 'Synced storage'
  | 'Materialized views'
  | 'External tables'
  | 'Functions';

/** What fills tables of a database by itself; its state is the row's own to follow. */
export interface NamedStream {
  readonly name: string;
  readonly database: string;
}

export interface TreeRow {
  /** Stable: the path of names from the root. */
  readonly id: string;
  readonly parentId: string;
  /** From 1. */
  readonly level: number;
  readonly label: string;
  readonly node: TreeNode;
  readonly databaseName: string;
  readonly expandable: boolean;
  readonly expanded: boolean;
  /** Place among its siblings, from 1, and how many they are; for screen readers. */
  readonly position: number;
  readonly siblings: number;
}

interface Item {
  readonly id: string;
  readonly label: string;
  readonly node: TreeNode;
  readonly databaseName: string;
  readonly children: readonly Item[];
}

const SEPARATOR = '\u0000';
const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name.localeCompare(b.name, 'en', { sensitivity: 'base' });

const OPEN_GROUPS: readonly Group[] = ['Tables', 'Streams', 'Synced storage'];

/** Databases and the groups of what holds and fills tables are open unless they were closed. */
export function isOpenByDefault(id: string): boolean {
  const depth = id.split(SEPARATOR).length;
  return depth === 1 || (depth === 2 && OPEN_GROUPS.some((g) => id.endsWith(SEPARATOR + g)));
}

function columnsOf(databaseName: string, parentId: string, table: TableInfo): readonly Item[] {
  return table.columns.map((column) => ({
    id: parentId + SEPARATOR + column.name,
    label: column.name,
    node: { kind: 'column', column, table },
    databaseName,
    children: [],
  }));
}

/** Entities of one group, those with a folder below it; `a/b` and `a\b` are folders in folders. */
function withFolders<E extends { readonly name: string; readonly folder: string }>(
  databaseName: string,
  parentId: string,
  entities: readonly E[],
  itemOf: (entity: E, parentId: string) => Item,
): readonly Item[] {
  const folders = new Map<string, E[]>();
  const direct: E[] = [];
  for (const entity of entities) {
    const [first, ...rest] = entity.folder.split(/[/\\]/).filter(Boolean);
    if (first === undefined) direct.push(entity);
    else {
      const inner = { ...entity, folder: rest.join('/') };
      folders.set(first, [...(folders.get(first) ?? []), inner]);
    }
  }
  const folderItems = [...folders]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, inner]): Item => {
      const id = `${parentId}${SEPARATOR}/${name}`;
      return {
        id,
        label: name,
        node: { kind: 'folder', name },
        databaseName,
        children: withFolders(databaseName, id, inner, itemOf),
      };
    });
  return [...folderItems, ...direct.toSorted(byName).map((entity) => itemOf(entity, parentId))];
}

function groupsOf(
  database: DatabaseInfo,
  { streams, syncs }: Pick<TreeState, 'streams' | 'syncs'>,
): readonly Item[] {
  const { name } = database;
  const tableItem = (table: TableInfo, parentId: string): Item => {
    const id = parentId + SEPARATOR + table.name;
    return {
      id,
      label: table.name,
      node: { kind: 'table', table },
      databaseName: name,
      children: columnsOf(name, id, table),
    };
  };
  const functionItem = (fn: FunctionInfo, parentId: string): Item => ({
    id: parentId + SEPARATOR + fn.name,
    label: fn.name + fn.parameters,
    node: { kind: 'function', fn },
    databaseName: name,
    children: [],
  });
  const group = (title: Group, count: number, children: (id: string) => readonly Item[]): Item => {
    const id = name + SEPARATOR + title;
    return {
      id,
      label: title,
      node: { kind: 'group', group: title, count },
      databaseName: name,
      children: children(id),
    };
  };
  const ofKind = (kind: TableInfo['kind']) => database.tables.filter((t) => t.kind === kind);
  const tables = (title: Group, kind: TableInfo['kind']): Item =>
    group(title, ofKind(kind).length, (id) => withFolders(name, id, ofKind(kind), tableItem));
  const followed = (title: Group, kind: 'stream' | 'sync', all: readonly NamedStream[]): Item => {
    const own = all.filter((one) => one.database === name);
    return group(title, own.length, (id) =>
      own.toSorted(byName).map((one) => ({
        id: id + SEPARATOR + one.name,
        label: one.name,
        node: { kind, name: one.name },
        databaseName: name,
        children: [],
      })),
    );
  };
  return [
    tables('Tables', 'table'),
    followed('Streams', 'stream', streams),
    followed('Synced storage', 'sync', syncs),
    tables('Materialized views', 'materializedView'),
    tables('External tables', 'externalTable'),
    group('Functions', database.functions.length, (id) =>
      withFolders(name, id, database.functions, functionItem),
    ),
  ].filter(
    (item) =>
      item.children.length > 0 || (item.node.kind === 'group' && item.node.group === 'Tables'),
  );
}

/** Keeps what matches, with all that stands above it and, below a match, everything. */
function filtered(items: readonly Item[], text: string): readonly Item[] {
  return items.flatMap((item) => {
    const own = item.node.kind !== 'group' && item.label.toLowerCase().includes(text);
    if (own) return [item];
    const children = filtered(item.children, text);
    return children.length > 0 ? [{ ...item, children }] : [];
  });
}

export interface TreeState {
  /** Nodes whose state differs from the default. */
  readonly toggled: ReadonlySet<string>;
  readonly filter: string;
  readonly streams: readonly NamedStream[];
  readonly syncs: readonly NamedStream[];
}

/** The rows of the tree as they stand on the screen, from top to bottom. */
export function treeRows(schema: SchemaInfo, state: TreeState): readonly TreeRow[] {
  const text = state.filter.trim().toLowerCase();
  const roots = schema.databases.map(
    (database): Item => ({
      id: database.name,
      label: database.prettyName === '' ? database.name : database.prettyName,
      node: { kind: 'database', database },
      databaseName: database.name,
      children: groupsOf(database, state),
    }),
  );
  const rows: TreeRow[] = [];
  const walk = (items: readonly Item[], parentId: string, level: number): void => {
    for (const [index, item] of items.entries()) {
      const expandable = item.children.length > 0;
      // A filter opens the way down to what matches by a name of its own, and no further.
      const open = isOpenByDefault(item.id) !== state.toggled.has(item.id);
      const onTheWay =
        text !== '' &&
        !(item.node.kind !== 'group' && item.label.toLowerCase().includes(text)) &&
        expandable;
      const expanded = expandable && (onTheWay || open);
      rows.push({
        id: item.id,
        parentId,
        level,
        label: item.label,
        node: item.node,
        databaseName: item.databaseName,
        expandable,
        expanded,
        position: index + 1,
        siblings: items.length,
      });
      if (expanded) walk(item.children, item.id, level + 1);
    }
  };
  walk(text === '' ? roots : filtered(roots, text), '', 1);
  return rows;
}
