import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { draftPath } from '../../../common/text/draft-path.ts';
import type { HostContext } from '../context.ts';
import { type ExportTarget, engineFormat } from './target.ts';

/** A file that an export has written. */
export interface ExportedFile {
  readonly path: string;
  readonly records: number;
  readonly bytes: number;
}

/** A result, or a view of it, and the columns that are written; by default all. */
export interface ExportedRows {
  readonly resultId: string;
  readonly viewId?: string;
  readonly rowCount: number;
  readonly only?: readonly string[];
}

/** So many rows are written to learn how many of them fill a file. */
const SAMPLE_ROWS = 50_000;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Writes a result to files named `<prefix>_<number>_<run>`, each about as large as the target allows; no file for
 * no rows. A file appears whole under its name or not at all; after an error those that are whole stay.
 */
export async function writeExport(
  host: HostContext,
  result: ExportedRows,
  target: ExportTarget,
  run: string,
  signal: AbortSignal,
): Promise<readonly ExportedFile[]> {
  for (const folder of target.folders) await mkdir(folder, { recursive: true });
  const files: ExportedFile[] = [];
  let rowsPerFile = SAMPLE_ROWS;
  for (let start = 0; start < result.rowCount; ) {
    const end = Math.min(result.rowCount, start + rowsPerFile);
    const file = await writeFile(host, result, { start, end }, target, {
      number: files.length + 1,
      run,
      signal,
    });
    const bytesPerRow = Math.max(1, file.plainBytes) / (end - start);
    rowsPerFile = Math.max(1, Math.floor(target.sizeLimit / bytesPerRow));
    files.push({ path: file.path, records: file.records, bytes: file.bytes });
    start = end;
  }
  return files;
}

interface FileOptions {
  readonly number: number;
  readonly run: string;
  readonly signal: AbortSignal;
}

async function writeFile(
  host: HostContext,
  { resultId, viewId, only }: ExportedRows,
  range: { readonly start: number; readonly end: number },
  target: ExportTarget,
  { number, run, signal }: FileOptions,
): Promise<ExportedFile & { readonly plainBytes: number }> {
  const folder = target.folders[(number - 1) % target.folders.length] ?? '';
  const path = join(folder, `${target.namePrefix}_${number}_${run}${target.extension}`);
  const plain = target.gzip || target.byteOrderMark ? draftPath(`${path}.plain`) : path;
  try {
    const written = await host.queryWorker.call(
      'query.export',
      {
        resultId,
        ...(viewId === undefined ? {} : { viewId }),
        ...(only === undefined ? {} : { columns: [...only] }),
        format: engineFormat(target.format),
        ranges: [range],
        path: plain,
        name: target.namePrefix,
        headers: target.headers === 'all' || (target.headers === 'firstFile' && number === 1),
        compression: target.parquetCompression,
      },
      { signal },
    );
    if (plain !== path) await finish(plain, path, target, signal);
    return {
      path,
      records: written.rows,
      bytes: (await stat(path)).size,
      plainBytes: written.bytes,
    };
  } finally {
    if (plain !== path) await rm(plain, { force: true });
  }
}

/** The file with the mark and the compression that were asked for. */
async function finish(
  from: string,
  to: string,
  { byteOrderMark, gzip, format }: ExportTarget,
  signal: AbortSignal,
): Promise<void> {
  const part = draftPath(to);
  const head = byteOrderMark && format !== 'parquet' ? BYTE_ORDER_MARK : '';
  async function* bytes(): AsyncGenerator<Buffer> {
    if (head !== '') yield Buffer.from(head);
    yield* createReadStream(from) as AsyncIterable<Buffer>;
  }
  try {
    const source = Readable.from(bytes());
    const sink = createWriteStream(part);
    if (gzip) await pipeline(source, createGzip(), sink, { signal });
    else await pipeline(source, sink, { signal });
    await rename(part, to);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
