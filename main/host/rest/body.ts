import type { IncomingMessage } from 'node:http';
import { createGunzip, createInflate } from 'node:zlib';
import { AppError } from '../../../common/errors/app-error.ts';

const UNPACK = { gzip: createGunzip, deflate: createInflate } as const;

/** The bytes of a request, unpacked. Broken packing is the client's error. */
export async function* bodyOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  const encoding = String(request.headers['content-encoding'] ?? 'identity').toLowerCase();
  if (encoding === 'identity' || encoding === '') {
    yield* request;
    return;
  }
  if (encoding !== 'gzip' && encoding !== 'deflate')
    throw new AppError('input', 'bad_encoding', `The body's encoding ${encoding} is unknown.`, {
      hints: ['Known are gzip and deflate.'],
    });
  const unpacked = request.pipe(UNPACK[encoding]());
  // A pipe doesn't tell its end that the beginning broke.
  request.once('error', (error) => unpacked.destroy(error));
  try {
    yield* unpacked;
  } catch (cause) {
    if (request.destroyed && !request.complete) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('input', 'bad_encoding', `The body is no ${encoding}: ${reason}`, { cause });
  }
}
