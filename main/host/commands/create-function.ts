import type { FunctionInfo } from '../../../common/contract/schema.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { type Command, type CommandAnswer, changeSchema, writableDatabaseOf } from './command.ts';
import { functionAnswer } from './show-functions.ts';

type Call = Parameters<Command>[0];

async function put(call: Call, definition: FunctionInfo): Promise<CommandAnswer> {
  const database = writableDatabaseOf(call);
  await changeSchema(
    call,
    { event: 'CREATE-FUNCTION', database: database.name, entity: definition.name },
    () => call.host.catalog.functions.put(database, definition),
  );
  return functionAnswer([definition]);
}

function existing(call: Call): FunctionInfo | undefined {
  return call.host.catalog.functions.find(
    writableDatabaseOf(call),
    call.arguments.text('FunctionName'),
  );
}

function given({ arguments: args }: Call): FunctionInfo {
  return {
    name: args.text('FunctionName'),
    parameters: args.text('FunctionParameters'),
    body: args.text('FunctionBody'),
    folder: args.property('folder') ?? '',
    docstring: args.property('docstring') ?? '',
    isView: args.flag('view'),
  };
}

/** `.create function [ifnotexists]` */
export const createFunction: Command = (call) => {
  const held = existing(call);
  if (!held) return put(call, given(call));
  if (call.arguments.has('ifnotexists')) return functionAnswer([held]);
  throw new AppError(
    'input',
    'function_exists',
    `A function named '${held.name}' exists already.`,
    { hints: ['`.create-or-alter function` takes its place.'] },
  );
};

/** `.create-or-alter function` */
export const createOrAlterFunction: Command = (call) => put(call, given(call));

/** `.alter function` */
export const alterFunction: Command = (call) => {
  call.host.catalog.functions.get(writableDatabaseOf(call), call.arguments.text('FunctionName'));
  return put(call, given(call));
};

/** `.drop function F [ifexists]` */
export const dropFunction: Command = async (call) => {
  const { catalog } = call.host;
  const database = writableDatabaseOf(call);
  const name = call.arguments.text('FunctionName');
  if (!call.arguments.has('ifexists')) catalog.functions.get(database, name);
  await changeSchema(call, { event: 'DROP-FUNCTION', database: database.name, entity: name }, () =>
    catalog.functions.drop(database, name),
  );
  return {
    columns: [['Name', 'string']],
    rows: catalog.functions.list(database).map((f) => [f.name]),
  };
};
