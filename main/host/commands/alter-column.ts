import { randomUUID } from 'node:crypto';
import { AppError } from '../../../common/errors/app-error.ts';
import { kqlTypeOf } from '../../../common/types/kql-type.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandCell,
  changeSchema,
  tableOf,
  writableDatabaseOf,
} from './command.ts';
import { tableSchemaAnswer } from './table-rows.ts';

type Call = Parameters<Command>[0];

async function change(call: Call, event: string, work: () => void): Promise<void> {
  const database = writableDatabaseOf(call);
  const entity = `${tableOf(call).name}.${call.arguments.list('ColumnName').join(', ')}`;
  await changeSchema(call, { event, database: database.name, entity }, work);
}

const COLUMN_COLUMNS: CommandAnswer['columns'] = [
  ['EntityName', 'string'],
  ['DataType', 'string'],
  ['Policy', 'string'],
];

function columnRow(table: TableRow, column: string): CommandCell[] {
  const type = table.columns.find((c) => c.name === column)?.type ?? '';
  return [`${table.name}.${column}`, type, ''];
}

function columnAnswer(call: Call, column: string): CommandAnswer {
  return { columns: COLUMN_COLUMNS, rows: [columnRow(tableOf(call), column)] };
}

/** `.rename column T.a to b` */
export const renameColumn: Command = async (call) => {
  const to = call.arguments.text('NewColumnName');
  await change(call, 'RENAME-COLUMN', () =>
    call.host.catalog.tables.renameColumn(tableOf(call), call.arguments.text('ColumnName'), to),
  );
  return columnAnswer(call, to);
};

/** `.rename columns new = T.old, …`: all together, so that two columns may swap names. */
export const renameColumns: Command = async (call) => {
  const database = writableDatabaseOf(call);
  const from = call.arguments.list('ColumnName');
  const to = call.arguments.list('NewColumnName');
  const owners = call.arguments.list('TableName');
  const pairs = from.map((name, i) => {
    const owner = owners[i] ?? owners[0];
    const next = to[i];
    if (owner === undefined || next === undefined)
      throw new AppError(
        'syntax',
        'missing_part',
        `The column '${name}' is named without its table.`,
        {
          hints: ['For instance: .rename columns new_name = T.old_name'],
        },
      );
    return { table: tableOf(call, owner).name, name, next };
  });
  const entity = pairs.map(({ table, name, next }) => `${table}.${name} to ${next}`).join(', ');
  await changeSchema(call, { event: 'RENAME-COLUMN', database: database.name, entity }, () => {
    const { tables } = call.host.catalog;
    // By way of names that nobody has.
    const between = pairs.map(() => randomUUID());
    pairs.forEach(
      ({ table, name }, i) =>
        void tables.renameColumn(tableOf(call, table), name, between[i] ?? ''),
    );
    pairs.forEach(
      ({ table, next }, i) =>
        void tables.renameColumn(tableOf(call, table), between[i] ?? '', next),
    );
  });
  return {
    columns: COLUMN_COLUMNS,
    rows: pairs.map(({ table, next }) => columnRow(tableOf(call, table), next)),
  };
};

/** `.alter column T.a type=string`: what the column holds is converted when it is read. */
export const alterColumnType: Command = async (call) => {
  const name = call.arguments.text('ColumnName');
  const type = kqlTypeOf(call.arguments.text('ColumnType'));
  if (!type) throw new AppError('syntax', 'bad_type', 'The command names no type.');
  await change(call, 'ALTER-COLUMN', () =>
    call.host.catalog.tables.retypeColumn(tableOf(call), name, type),
  );
  return columnAnswer(call, name);
};

/** `.drop column T.a`, `.drop table T columns (a, b)` */
export const dropColumns: Command = async (call) => {
  await change(call, 'DROP-COLUMN', () => {
    for (const name of call.arguments.list('ColumnName'))
      call.host.catalog.tables.dropColumn(tableOf(call), name);
  });
  return tableSchemaAnswer([tableOf(call)]);
};
