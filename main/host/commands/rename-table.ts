import { randomUUID } from 'node:crypto';
import { AppError } from '../../../common/errors/app-error.ts';
import { type Command, changeSchema, tableOf, writableDatabaseOf } from './command.ts';
import { tableListAnswer } from './table-rows.ts';

/** `.rename table A to B`, `.rename tables B=A, …`: all together, so that two tables may swap names. */
export const renameTables: Command = async (call) => {
  const { tables } = call.host.catalog;
  const database = writableDatabaseOf(call);
  const from = call.arguments.list('TableName');
  const to = call.arguments.list('NewTableName');
  const pairs = from.map((name, i) => {
    const next = to[i];
    if (next === undefined)
      throw new AppError('syntax', 'missing_part', `The command lacks the new name of ${name}.`);
    return { table: tableOf(call, name), next };
  });
  const entity = pairs.map(({ table, next }) => `${table.name} to ${next}`).join(', ');
  await changeSchema(call, { event: 'RENAME-TABLE', database: database.name, entity }, () => {
    // By way of names that nobody has.
    for (const { table } of pairs) tables.rename(table, `${table.name} ${randomUUID()}`);
    for (const { table, next } of pairs) tables.rename(table, next);
  });
  return tableListAnswer(pairs.map(({ next }) => tableOf(call, next)));
};
