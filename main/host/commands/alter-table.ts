import {
  type Command,
  type CommandAnswer,
  changeSchema,
  tableOf,
  writableDatabaseOf,
} from './command.ts';
import { mergeColumns } from './create-table.ts';
import { tableSchemaAnswer } from './table-rows.ts';

type Call = Parameters<Command>[0];

async function alter(call: Call, change: () => void): Promise<CommandAnswer> {
  const database = writableDatabaseOf(call);
  const { name } = tableOf(call);
  await changeSchema(call, { event: 'ALTER-TABLE', database: database.name, entity: name }, change);
  return tableSchemaAnswer([tableOf(call, name)]);
}

/** `.alter-merge table`: adds columns. */
export const alterMergeTable: Command = (call) =>
  alter(call, () => {
    for (const wanted of call.arguments.tables())
      mergeColumns(call, tableOf(call, wanted.name), wanted);
  });

/** `.alter table`: the table has these columns afterwards, in this order; data of others is lost. */
export const alterTable: Command = (call) =>
  alter(call, () => {
    const { tables } = call.host.catalog;
    for (const wanted of call.arguments.tables()) {
      const table = tableOf(call, wanted.name);
      mergeColumns(call, table, wanted);
      const names = wanted.columns.map((column) => column.name);
      for (const column of table.columns)
        if (!names.includes(column.name)) tables.dropColumn(table, column.name);
      tables.orderColumns(tableOf(call, wanted.name), names);
    }
  });

/** `.alter table T docstring "…"` */
export const alterTableDocstring: Command = (call) =>
  alter(call, () =>
    call.host.catalog.tables.setProperties(tableOf(call), {
      docstring: call.arguments.text('Documentation'),
    }),
  );

/** `.alter table T folder "…"` */
export const alterTableFolder: Command = (call) =>
  alter(call, () =>
    call.host.catalog.tables.setProperties(tableOf(call), {
      folder: call.arguments.text('Folder'),
    }),
  );

/** `.alter table T column-docstrings (a: "…")`, `.alter-merge …`; without merge the others are emptied. */
export const alterColumnDocstrings: Command = (call) =>
  alter(call, () => {
    const { tables } = call.host.catalog;
    const table = tableOf(call);
    const given = new Map(call.arguments.docstrings().map((d) => [d.column, d.docstring]));
    if (call.arguments.has('alter'))
      for (const column of table.columns)
        if (!given.has(column.name)) tables.describeColumn(table, column.name, '');
    for (const [column, docstring] of given) tables.describeColumn(table, column, docstring);
  });
