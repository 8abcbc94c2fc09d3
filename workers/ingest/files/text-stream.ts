import { AppError } from '../../../common/errors/app-error.ts';
import { readBytes } from './byte-stream.ts';
import { type CountingDecoder, countingDecoder } from './encoding.ts';
import type { Encoding, InputFile } from './input-file.ts';

export interface TextStream {
  readonly pieces: AsyncIterable<string>;
  /** Characters that replaced wrong bytes; complete once the pieces are read. */
  replaced(): number;
}

/** The decompressed text of a file, in pieces. `onBytes` hears how many bytes each piece had. */
export function readText(
  file: InputFile,
  encoding: Encoding,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onBytes?: ((bytes: number) => void) | undefined;
  } = {},
): TextStream {
  const decoder = countingDecoder(encoding);
  return {
    pieces: decode(file, decoder, options),
    replaced: () => decoder.replaced,
  };
}

async function* decode(
  file: InputFile,
  decoder: CountingDecoder,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onBytes?: ((bytes: number) => void) | undefined;
  },
): AsyncGenerator<string> {
  for await (const bytes of readBytes(file, { signal: options.signal })) {
    if (options.signal?.aborted) throw AppError.cancelled();
    yield decoder.decode(bytes);
    options.onBytes?.(bytes.length);
  }
  yield decoder.end();
}
