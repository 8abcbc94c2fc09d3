import type { FunctionInfo } from '../../../common/contract/schema.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandCall,
  changeSchema,
  writableDatabaseOf,
} from './command.ts';
import { functionAnswer } from './show-functions.ts';

type Held = FunctionInfo | undefined;

async function put(
  call: CommandCall,
  event: 'CREATE-FUNCTION' | 'ALTER-FUNCTION',
  definition: FunctionInfo,
): Promise<CommandAnswer> {
  const database = writableDatabaseOf(call);
  await changeSchema(call, { event, database: database.name, entity: definition.name }, () =>
    call.host.catalog.functions.put(database, definition),
  );
  return functionAnswer([definition]);
}

function existing(call: CommandCall): Held {
  return call.host.catalog.functions.find(
    writableDatabaseOf(call),
    call.arguments.text('FunctionName'),
  );
}

/** What the command says; docstring and folder that it doesn't name stay as they are. */
function given({ arguments: args }: CommandCall, held?: Held): FunctionInfo {
  return {
    name: args.text('FunctionName'),
    parameters: args.text('FunctionParameters'),
    body: args.text('FunctionBody'),
    folder: args.property('folder') ?? held?.folder ?? '',
    docstring: args.property('docstring') ?? held?.docstring ?? '',
    isView: args.property('view') === undefined ? (held?.isView ?? false) : args.flag('view'),
  };
}

/**
 * Binds the body with its parameters, so that a function that can't run is not stored. `skipvalidation` leaves
 * that to the first call (page ".create function").
 */
async function checked(call: CommandCall, definition: FunctionInfo): Promise<FunctionInfo> {
  const { host, arguments: args } = call;
  const database = writableDatabaseOf(call);
  const { name } = definition;
  if (definition.isView && !/^\(\s*\)$/.test(definition.parameters))
    throw new AppError('semantic', 'view_parameters', 'A view has no parameters.', {
      hints: ['Leave view=true out, or the parameters.'],
    });
  if (host.catalog.tables.stored(database.name, name)?.kind === 'materializedView')
    throw new AppError(
      'input',
      'view_exists',
      `A materialized view named '${name}' exists already.`,
    );
  if (!args.flag('skipvalidation'))
    await host.queryWorker.call('functions.check', {
      database: database.name,
      function: definition,
      command: call.text,
    });
  return definition;
}

/** `.create function [ifnotexists]` */
export const createFunction: Command = async (call) => {
  const held = existing(call);
  if (!held) return put(call, 'CREATE-FUNCTION', await checked(call, given(call)));
  if (call.arguments.has('ifnotexists')) return functionAnswer([held]);
  throw new AppError(
    'input',
    'function_exists',
    `A function named '${held.name}' exists already.`,
    { hints: ['`.create-or-alter function` takes its place.'] },
  );
};

/** `.create-or-alter function` */
export const createOrAlterFunction: Command = async (call) => {
  const held = existing(call);
  const event = held ? 'ALTER-FUNCTION' : 'CREATE-FUNCTION';
  return put(call, event, await checked(call, given(call, held)));
};

function present(call: CommandCall): FunctionInfo {
  return call.host.catalog.functions.get(
    writableDatabaseOf(call),
    call.arguments.text('FunctionName'),
  );
}

/** `.alter function` */
export const alterFunction: Command = async (call) =>
  put(call, 'ALTER-FUNCTION', await checked(call, given(call, present(call))));

/** `.alter function F docstring "…"` */
export const alterFunctionDocstring: Command = (call) =>
  put(call, 'ALTER-FUNCTION', {
    ...present(call),
    docstring: call.arguments.text('Documentation'),
  });

/** `.alter function F folder "…"` */
export const alterFunctionFolder: Command = (call) =>
  put(call, 'ALTER-FUNCTION', { ...present(call), folder: call.arguments.text('Folder') });

/** `.drop function F [ifexists]`, `.drop functions (F, G) [ifexists]`: all of them or none. */
export const dropFunctions: Command = async (call) => {
  const { functions } = call.host.catalog;
  const database = writableDatabaseOf(call);
  const names = call.arguments.list('FunctionName');
  const gone = names.flatMap((name) => functions.find(database, name) ?? []);
  if (!call.arguments.has('ifexists')) for (const name of names) functions.get(database, name);
  await changeSchema(
    call,
    { event: 'DROP-FUNCTION', database: database.name, entity: names.join(', ') },
    () => {
      for (const { name } of gone) functions.drop(database, name);
    },
  );
  const left = functions.list(database);
  return call.kind === 'DropFunctions'
    ? functionAnswer(left)
    : { columns: [['Name', 'string']], rows: left.map((f) => [f.name]) };
};
