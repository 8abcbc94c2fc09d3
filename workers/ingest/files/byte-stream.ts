import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Compression, InputFile } from './input-file.ts';

/** Compression by the first bytes, whatever the file is called. */
export function compressionOf(head: Uint8Array): Compression | 'zip' {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  if (head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5)) return 'zip';
  return 'none';
}

/** Decompressed bytes of a file, in pieces. Ends early, without an error, when `limit` bytes were given. */
export async function* readBytes(
  file: Pick<InputFile, 'path' | 'name' | 'compression'>,
  options: { readonly limit?: number; readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Uint8Array> {
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const source = createReadStream(file.path, { highWaterMark: 1 << 20 });
  const unpack = decompressor(file.compression);
  const stream = unpack === undefined ? source : pipeline(source, unpack, () => {});
  let given = 0;
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      if (options.signal?.aborted) throw AppError.cancelled();
      const rest = limit - given;
      yield piece.length > rest ? piece.subarray(0, rest) : piece;
      given += piece.length;
      if (given >= limit) return;
    }
  } catch (error) {
    throw fileError(error, file.name);
  } finally {
    source.destroy();
    unpack?.destroy();
  }
}

/** The first `limit` decompressed bytes. */
export async function readHead(
  file: Pick<InputFile, 'path' | 'name' | 'compression'>,
  limit: number,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of readBytes(file, { limit })) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Bytes of a plain file from `position` on. */
export async function readAt(
  file: Pick<InputFile, 'path' | 'name'>,
  position: number,
  length: number,
): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file.path, 'r');
    const buffer = new Uint8Array(length);
    const { bytesRead } = await handle.read(buffer, 0, length, position);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw fileError(error, file.name);
  } finally {
    await handle?.close();
  }
}

function decompressor(compression: Compression): Transform | undefined {
  switch (compression) {
    case 'gzip':
      return createGunzip();
    case 'zstd':
      return createZstdDecompress();
    case 'none':
      return undefined;
  }
}

/** Errors of the file system and of decompression, with the file's name in them. */
export function fileError(error: unknown, name: string): AppError {
  if (error instanceof AppError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT')
    return new AppError('source', 'file_missing', `${name} is not there (any more).`, {
      cause: error,
    });
  if (code === 'EACCES' || code === 'EPERM')
    return new AppError('source', 'file_denied', `${name} cannot be read: no permission.`, {
      cause: error,
    });
  if (code === 'ENOSPC')
    return new AppError('resource', 'disk_full', 'The disk is full. Nothing was stored.', {
      cause: error,
    });
  if (code === 'Z_BUF_ERROR' || /unexpected end/i.test(message))
    return new AppError(
      'input',
      'truncated',
      `${name} ends in the middle of its compressed data.`,
      {
        hints: ['Copy or download the file again.'],
        cause: error,
      },
    );
  if (code.startsWith('Z_') || code.startsWith('ZSTD_'))
    return new AppError('input', 'corrupt', `${name} is damaged: ${message}.`, { cause: error });
  return new AppError('source', 'unreadable', `${name} cannot be read: ${message}`, {
    cause: error,
  });
}
