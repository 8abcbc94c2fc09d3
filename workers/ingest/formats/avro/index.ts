import { pipeline, Readable } from 'node:stream';
import { zstdDecompress } from 'node:zlib';
import avro from 'avsc';
import { AppError } from '../../../../common/errors/app-error.ts';
import { decompressSnappy } from '../../codecs/snappy.ts';
import { readBytes } from '../../files/byte-stream.ts';
import type { InputFile } from '../../files/input-file.ts';
import { columnNames } from '../../infer/column-names.ts';
import { formatJsonPath } from '../../json-path.ts';
import { stageRows, type TextRow } from '../../staging/stage-rows.ts';
import type { Format, FormatContext, LayoutField } from '../format.ts';
import { avroType } from './avro-type.ts';
import { AvroSchema, type RecordField } from './schema.ts';

const SAMPLE_ROWS = 200;
const BATCH_ROWS = 1_000;

/** Avro object container files, codecs null, deflate, snappy and zstandard. */
export const avroFormat: Format = {
  names: ['avro'],
  layout: async (file) => {
    const rows: TextRow[] = [];
    const decoder = openDecoder(file);
    for await (const batch of rowsOf(decoder, undefined)) {
      rows.push(...batch);
      if (rows.length >= SAMPLE_ROWS) break;
    }
    const recordFields = decoder.fields();
    const { names, notes } = columnNames(recordFields.map((f) => f.name));
    const fields = recordFields.map(
      (f, i): LayoutField => ({
        name: names[i] ?? f.name,
        type: f.type,
        path: formatJsonPath([f.name]),
      }),
    );
    return {
      file,
      format: 'avro',
      header: true,
      encoding: 'utf-8',
      fields,
      positional: false,
      rows: rows.slice(0, SAMPLE_ROWS),
      wholeFile: rows.length < SAMPLE_ROWS,
      estimatedRows:
        rows.length < SAMPLE_ROWS ? rows.length : Math.ceil(file.bytes / (fields.length * 6)),
      bytesPerRow: Math.max(64, fields.length * 8),
      notes,
      likeness: JSON.stringify(['avro', fields]),
      open: (files, _, context) =>
        stageRows(
          files,
          fields,
          (f) => rowsOf(openDecoder(f, context.signal), context, f),
          context,
        ),
    };
  },
};

interface OpenDecoder {
  readonly stream: AsyncIterable<Record<string, unknown>> & { destroy(): void };
  /** Known once the first record, or the end, was read. */
  fields(): readonly RecordField[];
  readonly file: InputFile;
}

function openDecoder(file: InputFile, signal?: AbortSignal): OpenDecoder {
  let schema: AvroSchema | undefined;
  const decoder = new avro.streams.BlockDecoder({
    codecs: CODECS,
    parseHook: (json) => {
      schema = new AvroSchema(json);
      return avroType(json);
    },
  });
  const source = Readable.from(readBytes(file, { signal }));
  pipeline(source, decoder, () => {});
  source.on('error', (error) => decoder.destroy(error));
  return {
    stream: decoder as unknown as OpenDecoder['stream'],
    file,
    fields: () => {
      if (schema === undefined) throw notAvro(file, 'it has no schema');
      return schema.fields;
    },
  };
}

async function* rowsOf(
  decoder: OpenDecoder,
  context: FormatContext | undefined,
  file?: InputFile,
): AsyncGenerator<TextRow[]> {
  let batch: TextRow[] = [];
  try {
    for await (const record of decoder.stream) {
      batch.push(decoder.fields().map((f) => f.text(record[f.name])));
      if (batch.length < BATCH_ROWS) continue;
      if (context?.signal?.aborted) throw AppError.cancelled();
      yield batch;
      batch = [];
    }
    decoder.fields();
    yield batch;
    if (file) context?.onStaged?.(file.bytes);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw notAvro(decoder.file, (error as Error).message);
  } finally {
    decoder.stream.destroy();
  }
}

function notAvro(file: InputFile, why: string): AppError {
  return new AppError('input', 'not_avro', `${file.name} cannot be read as Avro: ${why}.`);
}

type Done = (error: Error | null, data?: Buffer) => void;

/** Snappy blocks end with four bytes of checksum. */
const CODECS = {
  ...avro.streams.BlockDecoder.defaultCodecs(),
  snappy: (data: Buffer, done: Done) => {
    try {
      done(null, Buffer.from(decompressSnappy(data.subarray(0, data.length - 4))));
    } catch (error) {
      done(error as Error);
    }
  },
  zstandard: (data: Buffer, done: Done) => zstdDecompress(data, done),
} as ReturnType<typeof avro.streams.BlockDecoder.defaultCodecs>;
