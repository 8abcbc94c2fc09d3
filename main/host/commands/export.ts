import { randomUUID } from 'node:crypto';
import type { Column } from '../../../common/types/kql-type.ts';
import { checkColumns, externalTarget } from '../exports/external-target.ts';
import { type ExportTarget, exportTarget } from '../exports/target.ts';
import { writeExport } from '../exports/write-export.ts';
import {
  type CommandAnswer,
  type CommandCall,
  type Commands,
  databaseOf,
  queryOf,
  table,
} from './command.ts';

const COLUMNS = [
  ['Path', 'string'],
  ['NumRecords', 'long'],
  ['SizeInBytes', 'long'],
] as const;

async function exportTo(
  call: CommandCall,
  target: ExportTarget,
  check: (columns: readonly Column[]) => void,
): Promise<CommandAnswer> {
  const { host, signal } = call;
  const outcome = await call.run(queryOf(call));
  try {
    const [result] = outcome.results;
    if (!result) return table(COLUMNS, []);
    check(result.columns);
    const run = randomUUID().replaceAll('-', '');
    const files = await host.jobs.run('export', `Export to ${target.format}`, signal, (job) =>
      writeExport(host, result, target, run, job.signal),
    );
    return table(
      COLUMNS,
      files.map((file) => ({
        Path: file.path,
        NumRecords: file.records,
        SizeInBytes: file.bytes,
      })),
    );
  } finally {
    await host.queryWorker.call('query.release', {
      resultIds: outcome.results.map((result) => result.resultId),
    });
  }
}

/** `.export [async] [compressed] to csv (folder) with (…) <| query` */
const toStorage = async (call: CommandCall): Promise<CommandAnswer> => {
  const { arguments: args } = call;
  const words = args.list('words');
  const format = words[words.indexOf('to') + 1] ?? '';
  const target = exportTarget(
    format,
    args.list('DataConnectionString'),
    args.has('compressed'),
    (name) => args.property(name),
  );
  return exportTo(call, target, () => {});
};

/** `.export [async] to table External with (…) <| query` */
const toExternalTable = async (call: CommandCall): Promise<CommandAnswer> => {
  const name = call.arguments.text('ExternalTableName');
  const { target, columns } = externalTarget(call.host, databaseOf(call).name, name, (key) =>
    call.arguments.property(key),
  );
  return exportTo(call, target, (given) => checkColumns(name, columns, given));
};

/** Pages "Export data to storage" and "Export data to an external table". */
export const exportCommands: Commands = {
  ExportToStorage: toStorage,
  ExportToExternalTable: toExternalTable,
};
