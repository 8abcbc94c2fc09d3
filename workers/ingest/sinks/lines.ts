import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Lines of a file in chunks of at most so many and so many characters; a longer line is a chunk of its own. */
export async function* lineChunks(
  path: string,
  most: { readonly lines: number; readonly characters: number },
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const input = createReadStream(path, { encoding: 'utf8', signal });
  // Records have no line break but the one behind them; \u2028 is a character like any other here.
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  let chunk: string[] = [];
  let size = 0;
  for await (const line of lines) {
    if (line === '') continue;
    if (chunk.length > 0 && (chunk.length >= most.lines || size + line.length > most.characters)) {
      yield chunk;
      chunk = [];
      size = 0;
    }
    chunk.push(line);
    size += line.length;
  }
  if (chunk.length > 0) yield chunk;
}
