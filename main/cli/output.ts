import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import type { HostHandlers } from '../../common/contract/host.ts';
import type { ResultInfo } from '../../common/contract/query.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { tableLines } from './table-text.ts';
import { UsageError } from './usage.ts';

export const OUTPUT_FORMATS = ['table', 'csv', 'json', 'ndjson', 'arrow', 'parquet'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

const BINARY: readonly OutputFormat[] = ['arrow', 'parquet'];

/** Writes all results to a file or to stdout, several of them one after the other with a line between. */
export async function writeResults(
  handlers: HostHandlers,
  results: readonly ResultInfo[],
  format: OutputFormat,
  out: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const binary = BINARY.includes(format);
  if (binary && out === undefined && process.stdout.isTTY)
    throw new UsageError(`${format} is not for a terminal: name a file with --out.`);
  if (binary && results.length > 1)
    throw new AppError(
      'input',
      'several_results',
      `The query has ${results.length} results; a file of ${format} holds one.`,
    );
  const [first] = results;
  if (out !== undefined && format !== 'table' && results.length === 1 && first) {
    await exportTo(handlers, first, format, resolve(out), signal);
    return;
  }
  const target = out === undefined ? process.stdout : createWriteStream(out);
  for (const [index, result] of results.entries()) {
    if (index > 0) await write(target, '\n');
    if (format === 'table')
      for await (const line of tableLines(handlers, result, signal))
        await write(target, `${line}\n`);
    else await copyExport(handlers, result, format, target, signal);
  }
  if (target !== process.stdout) await new Promise<void>((done) => target.end(() => done()));
}

async function exportTo(
  handlers: HostHandlers,
  { resultId, name }: ResultInfo,
  format: Exclude<OutputFormat, 'table'>,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  await handlers['query.export']({ resultId, name, format, path }, { signal, emit: () => {} });
}

async function copyExport(
  handlers: HostHandlers,
  result: ResultInfo,
  format: Exclude<OutputFormat, 'table'>,
  target: Writable,
  signal: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'calypso-out-'));
  try {
    const path = join(folder, `result.${format}`);
    await exportTo(handlers, result, format, path, signal);
    for await (const chunk of createReadStream(path)) await write(target, chunk as Buffer);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(target: Writable, chunk: string | Buffer): Promise<void> {
  if (!target.write(chunk)) await once(target, 'drain');
}
