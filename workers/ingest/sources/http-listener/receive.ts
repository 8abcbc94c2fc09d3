import type { IncomingMessage } from 'node:http';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';

/** A request that is answered with this status in place of 200. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    more: {
      readonly details?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = more.details ?? {};
    this.headers = more.headers ?? {};
  }
}

const UNPACK = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
} as const;

/** The body, unpacked; at most `most` bytes of it. */
export async function receive(request: IncomingMessage, most: number): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  const tooLong = (): Refusal =>
    new Refusal(413, 'too_long', `The body has more than ${most} bytes.`, {
      headers: { Connection: 'close' },
    });
  if (encoding === 'identity' && Number(request.headers['content-length'] ?? 0) > most)
    throw tooLong();
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of unpacked(request, encoding)) {
      bytes += piece.length;
      if (bytes > most) throw tooLong();
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(
      400,
      'bad_encoding',
      `The body is no ${encoding}: ${(error as Error).message}`,
    );
  }
  return Buffer.concat(pieces);
}

function unpacked(request: IncomingMessage, encoding: string): AsyncIterable<Buffer> {
  if (encoding === 'identity' || encoding === '') return request;
  const unpack = Object.hasOwn(UNPACK, encoding)
    ? UNPACK[encoding as keyof typeof UNPACK]
    : undefined;
  if (!unpack)
    throw new Refusal(
      415,
      'bad_encoding',
      `Bodies can be packed by ${Object.keys(UNPACK).join(', ')}; not by ${encoding}.`,
    );
  const stream = request.pipe(unpack());
  // A pipe doesn't tell its end that the beginning broke.
  request.once('error', (error) => stream.destroy(error));
  return stream;
}
