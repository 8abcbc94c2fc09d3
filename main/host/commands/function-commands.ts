import type { Commands } from './command.ts';
import {
  alterFunction,
  alterFunctionDocstring,
  alterFunctionFolder,
  createFunction,
  createOrAlterFunction,
  dropFunctions,
} from './create-function.ts';
import { showFunction, showFunctionSchemaAsJson, showFunctions } from './show-functions.ts';

export const functionCommands: Commands = {
  AlterFunction: alterFunction,
  AlterFunctionDocString: alterFunctionDocstring,
  AlterFunctionFolder: alterFunctionFolder,
  CreateFunction: createFunction,
  CreateOrAlterFunction: createOrAlterFunction,
  DropFunction: dropFunctions,
  DropFunctions: dropFunctions,
  ShowFunction: showFunction,
  ShowFunctionSchemaAsJson: showFunctionSchemaAsJson,
  ShowFunctions: showFunctions,
};
