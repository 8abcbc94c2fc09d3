import type { FunctionInfo } from '../../../common/contract/schema.ts';
import { type Command, type CommandAnswer, databaseOf } from './command.ts';

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
