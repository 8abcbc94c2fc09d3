import { randomUUID } from 'node:crypto';
import { asAppError } from '../../../common/errors/app-error.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type CommandRecord,
  type Commands,
  queryOf,
  table,
} from './command.ts';

/** The commands of a script: each begins with a dot at the start of a line. */
export function scriptCommands(script: string): readonly string[] {
  return script
    .split(/\n(?=[ \t]*\.[a-z])/i)
    .map((part) => part.trim())
    .filter((part) => part.replace(/\/\/[^\n]*(?:\n|$)/g, '').trim() !== '');
}

const COLUMNS = [
  ['OperationId', 'guid'],
  ['CommandType', 'string'],
  ['CommandText', 'string'],
  ['Result', 'string'],
  ['Reason', 'string'],
] as const;

/** `.execute database script with (ContinueOnErrors, ThrowOnErrors) <| commands` (page ".execute database script"). */
async function execute(call: CommandCall): Promise<CommandAnswer> {
  const { arguments: args, host } = call;
  const rows: CommandRecord[] = [];
  let failed = false;
  for (const text of scriptCommands(queryOf(call))) {
    const row = {
      OperationId: randomUUID(),
      CommandType: /^\.?\s*([\w-]+(?:\s+[\w-]+)?)/.exec(text.replace(/^\./, ''))?.[1] ?? '',
      CommandText: text,
    };
    if (failed && !args.flag('continueonerrors')) {
      rows.push({ ...row, Result: 'Skipped', Reason: '' });
      continue;
    }
    try {
      const outcome = await call.run(text);
      await host.queryWorker.call('query.release', {
        resultIds: outcome.results.map((result) => result.resultId),
      });
      rows.push({ ...row, Result: 'Completed', Reason: '' });
    } catch (error) {
      if (call.signal.aborted || args.flag('throwonerrors')) throw error;
      failed = true;
      rows.push({ ...row, Result: 'Failed', Reason: asAppError(error).message });
    }
  }
  return table(COLUMNS, rows);
}

export const executeCommands: Commands = {
  ExecuteDatabaseScript: execute,
  ExecuteClusterScript: execute,
};
