import type { FunctionInfo } from '../../../common/contract/schema.ts';
import { type Command, type CommandAnswer, databaseOf } from './command.ts';
import { functionJson } from './schema-json.ts';

export function functionAnswer(functions: readonly FunctionInfo[]): CommandAnswer {
  return {
    columns: [
      ['Name', 'string'],
      ['Parameters', 'string'],
      ['Body', 'string'],
      ['Folder', 'string'],
      ['DocString', 'string'],
    ],
    rows: functions.map((f) => [f.name, f.parameters, f.body, f.folder, f.docstring]),
  };
}

/** `.show functions` */
export const showFunctions: Command = (call) =>
  functionAnswer(call.host.catalog.functions.list(databaseOf(call)));

/** `.show function F` */
export const showFunction: Command = (call) =>
  functionAnswer([
    call.host.catalog.functions.get(databaseOf(call), call.arguments.text('FunctionName')),
  ]);

/** `.show function F schema as json`: its parameters, and the columns that it gives. */
export const showFunctionSchemaAsJson: Command = async ({ host, arguments: args, ...call }) => {
  const database = databaseOf({ host, arguments: args, ...call });
  const name = args.optional('functionName') ?? args.text('FunctionName');
  const definition = host.catalog.functions.get(database, name);
  const { columns } = await host.queryWorker
    .call('functions.check', { database: database.name, function: definition, command: '' })
    .catch(() => ({ columns: [] }));
  return {
    columns: [
      ['FunctionName', 'string'],
      ['Schema', 'string'],
      ['DatabaseName', 'string'],
      ['Folder', 'string'],
      ['DocString', 'string'],
    ],
    rows: [
      [
        name,
        JSON.stringify(functionJson(definition, columns)),
        database.name,
        definition.folder,
        definition.docstring,
      ],
    ],
  };
};
