import { text as readAll } from 'node:stream/consumers';
import { AppError, asAppError } from '../../common/errors/app-error.ts';
import { isCommand } from '../host/commands/run-command.ts';
import { DEFAULT_DATABASE } from '../host/samples.ts';
import { ALLOW_OPTIONS, allowed } from './allow.ts';
import type { CliCommand } from './command.ts';
import { errorText } from './error-text.ts';
import { interruptible } from './interrupt.ts';
import { openHost } from './open-host.ts';
import { OUTPUT_FORMATS, type OutputFormat, writeResults } from './output.ts';
import { STANDARD_INPUT, uploadStandardInput } from './standard-input.ts';
import { readArguments, UsageError } from './usage.ts';

/** Answers one query. Only commands that change something lock the data folder. */
export const query: CliCommand = async (argv) => {
  const { values, positionals } = readArguments(argv, {
    load: { type: 'string', multiple: true, default: [] },
    data: { type: 'string' },
    db: { type: 'string', default: DEFAULT_DATABASE },
    format: { type: 'string', default: 'table' },
    out: { type: 'string' },
    ...ALLOW_OPTIONS,
  });
  const { format } = values;
  if (!isOutputFormat(format))
    throw new UsageError(`--format is one of ${OUTPUT_FORMATS.join(', ')}.`);
  if (positionals.length > 1) throw new UsageError('Only one query is answered: quote it.');
  const [given] = positionals;
  if (given === undefined && process.stdin.isTTY) throw new UsageError('The query is missing.');
  const loads = values.load.map(parseLoad);
  const piped = loads.filter((load) => load.path === STANDARD_INPUT);
  if (piped.length > 1 || (piped.length > 0 && (given === undefined || given === '-')))
    throw new UsageError('Standard input is one thing: one --load NAME=- or the query.');
  const text = given === undefined || given === '-' ? await readAll(process.stdin) : given;
  const changes = isCommand(text) && !/^(?:\s|\/\/[^\n]*(?:\n|$))*\.show\b/i.test(text);
  if (changes && loads.length > 0)
    throw new UsageError('--load lasts for one query; a command that changes data needs none.');

  const host = openHost(changes ? 'owner' : 'reader', values.data, allowed(values));
  try {
    return await interruptible(async (signal) => {
      for (const { table, path } of loads) {
        const paths =
          path === STANDARD_INPUT
            ? host.files.uploaded([await uploadStandardInput(host)]).paths
            : [path];
        await host.load({ database: values.db, table, paths }, signal);
      }
      try {
        const outcome = await host.handlers['query.run'](
          {
            queryId: `cli-${process.pid}`,
            text,
            database: values.db,
            options: {},
            parameters: {},
            record: changes,
          },
          { signal, emit: () => {} },
        );
        for (const { severity, message, span } of outcome.warnings)
          if (severity === 'warning')
            process.stderr.write(`warning ${span.line}:${span.column}: ${message}\n`);
        await writeResults(host.handlers, outcome.results, format, values.out, signal);
      } catch (error) {
        process.stderr.write(errorText(asAppError(error), text));
        return 1;
      }
      return 0;
    });
  } finally {
    await host.close();
  }
};

function isOutputFormat(text: string): text is OutputFormat {
  return (OUTPUT_FORMATS as readonly string[]).includes(text);
}

/** `NAME=FILE`; the file may be a glob, a folder, or `-` for standard input. */
function parseLoad(text: string): { table: string; path: string } {
  const at = text.indexOf('=');
  if (at <= 0 || at === text.length - 1) throw new UsageError(`--load ${text}: write NAME=FILE.`);
  const table = text.slice(0, at);
  if (/\p{Cc}/u.test(table))
    throw new AppError('input', 'bad_name', `${table} can't be the name of a table.`);
  return { table, path: text.slice(at + 1) };
}
