import { AppError } from '../../../common/errors/app-error.ts';
import { kqlTypeOf } from '../../../common/types/kql-type.ts';
import { type Command, changeSchema, tableOf, writableDatabaseOf } from './command.ts';
import { tableSchemaAnswer } from './table-rows.ts';

type Call = Parameters<Command>[0];

async function change(call: Call, event: string, work: () => void): Promise<void> {
  const database = writableDatabaseOf(call);
  const entity = `${tableOf(call).name}.${call.arguments.list('ColumnName').join(', ')}`;
  await changeSchema(call, { event, database: database.name, entity }, work);
}

function columnAnswer(call: Call, column: string): ReturnType<Command> {
  const table = tableOf(call);
  const type = table.columns.find((c) => c.name === column)?.type ?? '';
  return {
    columns: [
      ['EntityName', 'string'],
      ['DataType', 'string'],
      ['Policy', 'string'],
    ],
    rows: [[`${table.name}.${column}`, type, '']],
  };
}

/** `.rename column T.a to b` */
export const renameColumn: Command = async (call) => {
  const to = call.arguments.text('NewColumnName');
  await change(call, 'RENAME-COLUMN', () =>
    call.host.catalog.tables.renameColumn(tableOf(call), call.arguments.text('ColumnName'), to),
  );
  return columnAnswer(call, to);
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
