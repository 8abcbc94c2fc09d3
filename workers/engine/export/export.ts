import { open, rename, rm, stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ExportFormat } from '../../../common/contract/query.ts';
import type { ParsedParamsOf, ResultOf } from '../../../common/contract/rpc.ts';
import type { QueryWorkerContract } from '../../../common/contract/worker.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { draftPath } from '../../../common/text/draft-path.ts';
import type { Engine } from '../duckdb.ts';
import type { Results } from '../results.ts';
import { translateError } from '../translate-error.ts';
import { writeArrowFile } from './arrow-file.ts';
import { datatable } from './datatable.ts';
import { csv, tsv } from './delimited.ts';
import { json, ndjson } from './json.ts';
import { html, markdown } from './markup.ts';
import { writeParquet } from './parquet.ts';
import { type RowsSource, rowsSource } from './rows-source.ts';
import type { TextFormat } from './text-format.ts';
import { textPieces } from './write-text.ts';
import { writeXlsx } from './xlsx.ts';

interface FileJob {
  readonly connection: DuckDBConnection;
  readonly source: RowsSource;
  readonly path: string;
  readonly name: string;
  readonly headers: boolean;
  readonly compression: string;
  readonly signal: AbortSignal;
  readonly onRows: (rows: number) => void;
}

/** Formats that are text; these can be copied too. */
const TEXT_FORMATS: Partial<Record<ExportFormat, TextFormat>> = {
  csv,
  tsv,
  json,
  ndjson,
  markdown,
  html,
  datatable,
};

const BINARY_FORMATS: Partial<Record<ExportFormat, (job: FileJob) => Promise<number>>> = {
  parquet: ({ connection, source, path, compression }) =>
    writeParquet(connection, source, path, compression),
  arrow: ({ connection, source, path, signal, onRows }) =>
    writeArrowFile(connection, source, path, signal, onRows),
  xlsx: ({ connection, source, path, name, signal, onRows }) =>
    writeXlsx(connection, source, path, name, signal, onRows),
};

/** Text for the clipboard, in UTF-16 units. */
const MAX_COPY = 50 * 1024 ** 2;
const PROGRESS_MS = 200;

type ExportParams = ParsedParamsOf<QueryWorkerContract, 'query.export'>;
type CopyParams = ParsedParamsOf<QueryWorkerContract, 'query.copy'>;

/** Writes results to files and to text. */
export class Exports {
  readonly #engine: Engine;
  readonly #results: Results;

  constructor(engine: Engine, results: Results) {
    this.#engine = engine;
    this.#results = results;
  }

  /** The file appears whole under its name or not at all. */
  async file(
    params: ExportParams,
    signal: AbortSignal,
    emit: (event: { rows: number; total: number }) => void,
  ): Promise<ResultOf<QueryWorkerContract, 'query.export'>> {
    const { path } = params;
    if (path === undefined)
      throw new AppError('internal', 'no_path', 'The host has to say where an export goes.');
    const source = await rowsSource(this.#results, params);
    const part = draftPath(path);
    let last = 0;
    const onRows = (rows: number): void => {
      const now = performance.now();
      if (now - last < PROGRESS_MS) return;
      last = now;
      emit({ rows, total: source.total });
    };
    try {
      const rows = await this.#engine.use(signal, (connection) => {
        const { name, headers = true, compression = 'zstd' } = params;
        const job = { connection, source, path: part, name, headers, compression, signal, onRows };
        const binary = BINARY_FORMATS[params.format];
        return binary ? binary(job) : writeText(job, textFormat(params.format));
      });
      signal.throwIfAborted();
      await rename(part, path);
      emit({ rows, total: source.total });
      return { rows, bytes: (await stat(path)).size, path };
    } catch (error) {
      await rm(part, { force: true });
      throw signal.aborted ? AppError.cancelled('The export') : fileError(error, path);
    }
  }

  async copy(
    params: CopyParams,
    signal: AbortSignal,
  ): Promise<ResultOf<QueryWorkerContract, 'query.copy'>> {
    const source = await rowsSource(this.#results, params);
    const format = textFormat(params.format);
    return this.#engine.use(signal, async (connection) => {
      let text = '';
      let rows = 0;
      const options = { headers: params.headers, file: false };
      try {
        for await (const piece of textPieces(connection, source, format, options, signal)) {
          text += piece.text;
          rows = piece.rows;
          if (text.length > MAX_COPY)
            throw new AppError(
              'resource',
              'copy_too_large',
              `The selection is larger than the 50 MB that can be copied: ${rows} of its ${source.total} rows fit. Select fewer rows, or export to a file.`,
            );
        }
      } catch (error) {
        throw signal.aborted ? AppError.cancelled('The copy') : translateError(error);
      }
      return { text, rows };
    });
  }
}

function textFormat(format: ExportFormat): TextFormat {
  const found = TEXT_FORMATS[format];
  if (!found)
    throw new AppError(
      'input',
      'no_text_format',
      `${format} is no text. Export to a file instead.`,
    );
  return found;
}

async function writeText(job: FileJob, format: TextFormat): Promise<number> {
  const file = await open(job.path, 'w');
  try {
    let written = 0;
    const options = { headers: job.headers, file: true };
    const pieces = textPieces(job.connection, job.source, format, options, job.signal);
    for await (const { text, rows } of pieces) {
      await file.writeFile(text);
      written = rows;
      job.onRows(rows);
    }
    return written;
  } finally {
    await file.close();
  }
}

function fileError(error: unknown, path: string): AppError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('resource', 'disk_full', 'The disk is full. The file was not written.', {
      cause: error,
    });
  if (code === 'EACCES' || code === 'EPERM' || code === 'ENOENT' || code === 'EROFS')
    return new AppError('input', 'cannot_write', `The file can't be written: ${path}`, {
      cause: error,
    });
  return translateError(error);
}
