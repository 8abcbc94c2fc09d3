import { createReadStream } from 'node:fs';

const LINE_END = 0x0a;

/** The lines of a file as bytes, without their ends. Only a line feed ends one: a text may hold U+2028. */
export async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = [];
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, start)) {
      const line = bytes.subarray(start, end);
      yield chunks.length === 0 ? line : Buffer.concat([...chunks, line]);
      chunks = [];
      start = end + 1;
    }
    if (start < bytes.length) chunks.push(bytes.subarray(start));
  }
  if (chunks.length > 0) yield Buffer.concat(chunks);
}
