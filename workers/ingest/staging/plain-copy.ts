import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '../files/byte-stream.ts';
import type { Encoding, InputFile } from '../files/input-file.ts';
import { readText } from '../files/text-stream.ts';
import type { FormatContext } from '../formats/format.ts';

export interface PlainCopy {
  readonly file: InputFile;
  readonly path: string;
  readonly bytes: number;
  readonly note?: string;
}

/** Writes text to a temporary UTF-8 file of this load. */
export async function createCopy(
  file: InputFile,
  context: FormatContext,
  pieces: AsyncIterable<string | Uint8Array>,
): Promise<PlainCopy> {
  const path = join(context.workFolder, `plain-${randomUUID()}`);
  let bytes = 0;
  try {
    const handle = await open(path, 'wx');
    try {
      for await (const piece of pieces) {
        const data = typeof piece === 'string' ? Buffer.from(piece) : piece;
        await handle.writeFile(data);
        bytes += data.length;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, file.name);
  }
  return { file, path, bytes };
}

/**
 * The file as uncompressed UTF-8 without a byte order mark. Decompressing here, not in the engine, finds
 * truncated files: DuckDB's readers take the end of broken gzip data for the end of the file.
 */
export async function plainCopy(
  file: InputFile,
  encoding: Encoding,
  context: FormatContext,
): Promise<PlainCopy> {
  const text = readText(file, encoding, { signal: context.signal, onBytes: context.onStaged });
  const copy = await createCopy(file, context, text.pieces);
  const replaced = text.replaced();
  return replaced === 0
    ? copy
    : {
        ...copy,
        note: `${file.name}: ${replaced} byte sequences were no ${encoding} and became U+FFFD`,
      };
}
