import type { TableInfo } from '../../../common/contract/schema.ts';
import type { Services } from '../../client/services.ts';
import type { MenuEntry } from '../../ui/MenuAt.tsx';
import {
  showStreamDetails,
  showSyncDetails,
  streamMenu,
  streamStore,
  syncMenu,
  syncStore,
} from '../streams/index.ts';
import {
  columnValuesQuery,
  countQuery,
  firstRowsQuery,
  profileQuery,
  schemaQuery,
  tableReference,
} from './entity-queries.ts';
import { quoteName } from './quote-name.ts';
import type { TreeRow } from './tree-model.ts';

/** What a double click does where it inserts nothing; undefined: it opens or closes the row. */
export function openAction(services: Services, { node }: TreeRow): (() => void) | undefined {
  if (node.kind === 'stream') return () => showStreamDetails(services, node.name);
  return node.kind === 'sync' ? () => showSyncDetails(services, node.name) : undefined;
}

/** What a double click puts into the query. */
export function insertText(row: TreeRow): string | undefined {
  const { node } = row;
  switch (node.kind) {
    case 'database':
      return `database(${JSON.stringify(row.databaseName)})`;
    case 'table':
      return tableReference(node.table);
    case 'column':
      return quoteName(node.column.name);
    case 'function':
      return node.fn.isView ? quoteName(node.fn.name) : `${quoteName(node.fn.name)}()`;
    default:
      return undefined;
  }
}

/** Makes a database the one that the active tab asks. */
function chooseDatabase({ commands }: Services, database: string): void {
  commands.execute('explorer.useDatabase', database);
}

/** Adds a query to the active tab and runs it. */
function ask(services: Services, database: string, text: string): void {
  chooseDatabase(services, database);
  services.editor.appendBlock(text);
  services.commands.execute('query.run');
}

async function renameTable(services: Services, database: string, table: TableInfo): Promise<void> {
  const taken = services.schema.database(database)?.tables.map((t) => t.name) ?? [];
  const to = await services.dialogs.prompt({
    title: `Rename ${table.name}`,
    label: 'New name',
    value: table.name,
    action: 'Rename',
    check: (value) => {
      if (value.trim() === '') return 'A table needs a name.';
      return value !== table.name && taken.includes(value) ? `${value} exists already.` : undefined;
    },
  });
  if (to === undefined || to === table.name) return;
  await services.host.call('tables.rename', { database, table: table.name, to });
}

async function dropTable(services: Services, database: string, table: TableInfo): Promise<void> {
  const rows = table.rowCount.toLocaleString('en-US');
  const yes = await services.dialogs.confirm({
    title: `Drop ${table.name}?`,
    body: `Its ${rows} rows are deleted from ${database}. This can't be undone.`,
    action: 'Drop table',
    danger: true,
  });
  if (yes) await services.host.call('tables.drop', { database, table: table.name });
}

async function script(services: Services, database: string, entity: string): Promise<void> {
  const { text } = await services.host.call('tables.script', { database, entity });
  services.commands.execute('explorer.newQuery', { database, text, title: entity });
}

/** The context menu of a row. */
export function menuOf(services: Services, row: TreeRow): readonly (readonly MenuEntry[])[] {
  const { databaseName: database, node } = row;
  const entry = (label: string, run: () => void | Promise<void>, keys?: string): MenuEntry => ({
    label,
    ...(keys === undefined ? {} : { keys }),
    run: () => {
      Promise.resolve()
        .then(run)
        .catch((error: unknown) =>
          services.dialogs.notify({
            intent: 'error',
            title: `${label.replace(/…$/, '')}: it did not work.`,
            body: error instanceof Error ? error.message : String(error),
          }),
        );
    },
  });
  const text = insertText(row);
  const insert =
    text === undefined ? [] : [entry('Insert name', () => services.editor.insert(text), 'Enter')];
  const copy = entry('Copy name', () => navigator.clipboard.writeText(text ?? row.label));
  const newQuery = entry('New query here', () =>
    services.commands.execute('explorer.newQuery', { database }),
  );
  const readOnly = services.schema.database(database)?.readOnly ?? true;
  const getData: MenuEntry = {
    ...entry('Get data…', () => services.commands.execute('ingest.open', { database })),
    disabled: readOnly,
  };
  const watch = (table: string): MenuEntry =>
    entry('Watch live', () => services.commands.execute('live.open', { database, table }));
  switch (node.kind) {
    case 'database':
      return [
        [entry('Use in this tab', () => chooseDatabase(services, database)), newQuery],
        [getData],
        [copy, entry('Refresh', () => services.schema.refresh(), 'Ctrl+R')],
      ];
    case 'table': {
      const { table } = node;
      const change: readonly MenuEntry[] =
        table.kind === 'table'
          ? [
              {
                ...entry('Get data…', () =>
                  services.commands.execute('ingest.open', { database, table: table.name }),
                ),
                disabled: readOnly,
              },
              {
                ...entry('Rename…', () => renameTable(services, database, table), 'F2'),
                disabled: readOnly,
              },
              {
                ...entry('Drop…', () => dropTable(services, database, table), 'Delete'),
                disabled: readOnly,
              },
            ]
          : [];
      return [
        [
          entry('Show first 100 rows', () => ask(services, database, firstRowsQuery(table))),
          entry('Count rows', () => ask(services, database, countQuery(table))),
          entry('Data profile', () => ask(services, database, profileQuery(table))),
          entry('Show schema', () => ask(services, database, schemaQuery(table))),
          ...(table.kind === 'table' && !readOnly ? [watch(table.name)] : []),
        ],
        [...insert, copy, newQuery],
        [entry('Make a command script', () => script(services, database, table.name))],
        change,
      ];
    }
    case 'function':
      return [
        [
          entry('Call it', () => ask(services, database, `${quoteName(node.fn.name)}()`)),
          entry('Show its text', () => script(services, database, node.fn.name)),
        ],
        [...insert, copy, newQuery],
      ];
    case 'column':
      return [
        [
          entry('Most frequent values', () =>
            ask(services, database, columnValuesQuery(node.table, node.column.name)),
          ),
        ],
        [...insert, copy],
      ];
    case 'stream': {
      const info = streamStore(services).getState().items.get(node.name);
      return info ? streamMenu(services, info) : [];
    }
    case 'sync': {
      const info = syncStore(services).getState().items.get(node.name);
      return info ? syncMenu(services, info) : [];
    }
    case 'group':
      return node.group === 'Streams' || node.group === 'Synced storage'
        ? [[getData], [newQuery]]
        : [[newQuery]];
    default:
      return [[newQuery]];
  }
}
