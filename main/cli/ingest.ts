import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { badCells, formatName, type IngestRequest } from '../../common/contract/ingest.ts';
import { isStorageAddress } from '../../common/text/storage-address.ts';
import { parseMapping } from '../host/commands/mapping.ts';
import { DEFAULT_DATABASE } from '../host/samples.ts';
import type { CliCommand } from './command.ts';
import { interruptible } from './interrupt.ts';
import { openHost } from './open-host.ts';
import { progressLine } from './progress.ts';
import { STANDARD_INPUT, uploadStandardInput } from './standard-input.ts';
import { readArguments, UsageError } from './usage.ts';

/** Takes files, globs, folders, addresses of stores, or standard input into a table and says how much it was. */
export const ingest: CliCommand = async (argv) => {
  const { values, positionals } = readArguments(argv, {
    table: { type: 'string' },
    format: { type: 'string' },
    mapping: { type: 'string' },
    data: { type: 'string' },
    db: { type: 'string', default: DEFAULT_DATABASE },
    'on-bad-cell': { type: 'string', default: 'widen' },
    tag: { type: 'string', multiple: true, default: [] },
  });
  const { table } = values;
  if (table === undefined) throw new UsageError('--table NAME is missing.');
  if (positionals.length === 0) throw new UsageError('No file was named.');
  const piped = positionals.includes(STANDARD_INPUT);
  if (piped && positionals.length > 1)
    throw new UsageError('- is standard input, and stands alone.');
  const format = values.format === undefined ? undefined : oneOf(formatName, values.format);
  const mapping = values.mapping === undefined ? {} : await readMapping(values.mapping);
  const request: Omit<IngestRequest, 'source'> = {
    database: values.db,
    table,
    options: { nestedLevels: 1, ...(format ? { format } : {}) },
    onBadCell: oneOf(badCells, values['on-bad-cell']),
    maxErrors: 1_000_000,
    tags: values.tag,
    ...mapping,
  };
  const host = openHost('owner', values.data, { lazy: true });
  const progress = progressLine();
  try {
    const report = await interruptible(async (signal) => {
      const source: IngestRequest['source'] = piped
        ? { kind: 'uploads', ids: [await uploadStandardInput(host)] }
        : {
            kind: 'paths',
            paths: positionals.map((path) => (isStorageAddress(path) ? path : resolve(path))),
          };
      return host.handlers['ingest.run']({ ...request, source }, { signal, emit: progress.show });
    });
    progress.clear();
    const seconds = (report.elapsedMs / 1_000).toFixed(1);
    process.stdout.write(
      `${report.rows} rows into ${report.table} (${report.extents} extents, ${seconds} s)\n`,
    );
    for (const { column, from, to } of report.widened)
      process.stderr.write(`${column} became ${to} (was ${from})\n`);
    for (const note of report.notes) process.stderr.write(`${note}\n`);
    if (report.rejectedCells > 0) {
      const where = report.errorTable ? `, kept in ${report.errorTable}` : '';
      process.stderr.write(`${report.rejectedCells} cells did not fit${where}:\n`);
      for (const cell of report.rejected.slice(0, 10))
        process.stderr.write(`  ${cell.file}:${cell.row} ${cell.column}: ${cell.reason}\n`);
    }
    return 0;
  } finally {
    progress.clear();
    await host.close();
  }
};

function oneOf<T extends string>(values: z.ZodEnum<{ [K in T]: K }>, text: string): T {
  const parsed = values.safeParse(text);
  if (parsed.success) return parsed.data as T;
  throw new UsageError(`${text} is none of ${values.options.join(', ')}.`);
}

/** JSON of a mapping, the path of a file that holds it, or the name of a stored one. */
async function readMapping(given: string): Promise<Pick<IngestRequest, 'columns' | 'mapping'>> {
  if (given.trimStart().startsWith('[')) return { columns: [...parseMapping(given)] };
  if (!existsSync(given)) return { mapping: given };
  return { columns: [...parseMapping(await readFile(given, 'utf8'))] };
}
