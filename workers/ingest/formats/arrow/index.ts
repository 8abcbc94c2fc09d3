import { open } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import {
  CompressionType,
  compressionRegistry,
  type RecordBatch,
  RecordBatchReader,
  type Schema,
} from 'apache-arrow';
import { AppError } from '../../../../common/errors/app-error.ts';
import { decompressLz4Frame } from '../../codecs/lz4.ts';
import { fileError, readBytes } from '../../files/byte-stream.ts';
import type { InputFile } from '../../files/input-file.ts';
import { columnNames } from '../../infer/column-names.ts';
import { formatJsonPath } from '../../json-path.ts';
import { createCopy } from '../../staging/plain-copy.ts';
import { stageRows, type TextRow } from '../../staging/stage-rows.ts';
import type { Format, FormatContext, LayoutField } from '../format.ts';
import { kqlTypeOfArrow, textReader } from './values.ts';

compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: (data) => decompressLz4Frame(data) });
compressionRegistry.set(CompressionType.ZSTD, { decode: (data) => zstdDecompressSync(data) });

const SAMPLE_ROWS = 200;

/** Arrow IPC, file (Feather V2) and stream, batch by batch; buffers may be compressed with LZ4 or Zstandard. */
export const arrowFormat: Format = {
  names: ['arrow'],
  layout: async (original, _, __, context) => {
    const file = await uncompressed(original, context);
    let schema: Schema | undefined;
    let rows: TextRow[] = [];
    let count = 0;
    for await (const batch of batches(file)) {
      schema ??= batch.schema;
      count = batch.numRows;
      rows = [...rowsOf(batch, SAMPLE_ROWS)];
      if (rows.length > 0) break;
    }
    schema ??= await schemaOf(file);
    const { names, notes } = columnNames(schema.fields.map((f) => f.name));
    const fields = schema.fields.map(
      (f, i): LayoutField => ({
        name: names[i] ?? f.name,
        type: kqlTypeOfArrow(f.type),
        path: formatJsonPath([f.name]),
      }),
    );
    return {
      file: original,
      format: 'arrow',
      header: true,
      encoding: 'utf-8',
      fields,
      positional: false,
      rows,
      wholeFile: false,
      estimatedRows: Math.max(count, rows.length),
      bytesPerRow: Math.max(64, fields.length * 8),
      notes,
      likeness: JSON.stringify(['arrow', schema.fields.map((f) => [f.name, String(f.type)])]),
      open: async (files, ___, open) => {
        const plain: InputFile[] = [];
        for (const f of files) plain.push(f === original ? file : await uncompressed(f, open));
        return await stageRows(plain, fields, (f) => decode(f, open), open);
      },
    };
  },
};

async function* decode(file: InputFile, context: FormatContext): AsyncGenerator<Iterable<TextRow>> {
  for await (const batch of batches(file)) {
    if (context.signal?.aborted) throw AppError.cancelled();
    yield rowsOf(batch);
  }
  context.onStaged?.(file.bytes);
}

function* rowsOf(batch: RecordBatch, limit = batch.numRows): Generator<TextRow> {
  const readers = batch.schema.fields.map((field, i) => {
    const vector = batch.getChildAt(i);
    return vector === null ? () => null : textReader(field.type, vector);
  });
  const count = Math.min(limit, batch.numRows);
  for (let row = 0; row < count; row++) yield readers.map((read) => read(row));
}

async function* batches(file: InputFile): AsyncGenerator<RecordBatch> {
  const handle = await open(file.path, 'r').catch((error) => {
    throw fileError(error, file.name);
  });
  try {
    const reader = await RecordBatchReader.from(handle);
    await reader.open();
    for await (const batch of reader) yield batch;
  } catch (error) {
    throw notArrow(file, error);
  } finally {
    await handle.close().catch(() => undefined);
  }
}

async function schemaOf(file: InputFile): Promise<Schema> {
  const handle = await open(file.path, 'r');
  try {
    const reader = await (await RecordBatchReader.from(handle)).open();
    // The types promise a schema, but an empty file has none.
    const schema = reader.schema as Schema | undefined;
    if (schema === undefined) throw new Error('it has no schema');
    return schema;
  } catch (error) {
    throw notArrow(file, error);
  } finally {
    await handle.close().catch(() => undefined);
  }
}

function notArrow(file: InputFile, error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError(
    'input',
    'not_arrow',
    `${file.name} cannot be read as Arrow: ${(error as Error).message}.`,
    {
      cause: error,
    },
  );
}

async function uncompressed(file: InputFile, context: FormatContext): Promise<InputFile> {
  if (file.compression === 'none') return file;
  const copy = await createCopy(file, context, readBytes(file, { signal: context.signal }));
  return { ...file, path: copy.path, bytes: copy.bytes, compression: 'none' };
}
