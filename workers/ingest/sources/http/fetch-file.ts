import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { shownUri } from '../../../../common/contract/external.ts';
import { AppError } from '../../../../common/errors/app-error.ts';
import type { FoundFile } from '../expand.ts';

/** Bytes of one address; what is bigger should be taken in once and not fetched with each query. */
export const MAX_FETCH_BYTES = 2 * 1024 ** 3;
/** Until the first byte, and between two pieces. */
const SILENCE_MS = 30_000;

/** Fetches one address into a file of `folder`. Nothing but the address as it was written is sent. */
export async function fetchFile(
  address: string,
  folder: string,
  options: { readonly signal?: AbortSignal | undefined; readonly maxBytes?: number } = {},
): Promise<FoundFile> {
  const name = shownUri(address);
  const limit = options.maxBytes ?? MAX_FETCH_BYTES;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const signal = AbortSignal.any([silence.signal, ...(options.signal ? [options.signal] : [])]);
  try {
    const response = await fetch(urlOf(address), { signal, redirect: 'follow' });
    if (!response.ok || response.body === null)
      throw new AppError(
        'source',
        'http_status',
        `${name} answers ${response.status} ${response.statusText}.`,
      );
    if (Number(response.headers.get('content-length') ?? 0) > limit) throw tooBig(name, limit);
    await mkdir(folder, { recursive: true });
    const path = join(folder, fileName(response.url || address));
    let bytes = 0;
    const counted = async function* (
      pieces: AsyncIterable<Uint8Array>,
    ): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces) {
        timer.refresh();
        bytes += piece.length;
        if (bytes > limit) throw tooBig(name, limit);
        yield piece;
      }
    };
    await pipeline(bodyOf(response), counted, createWriteStream(path, { flags: 'wx' }), {
      signal,
    });
    return { name, path, bytes };
  } catch (error) {
    if (options.signal?.aborted) throw AppError.cancelled();
    if (error instanceof AppError) throw error;
    if (silence.signal.aborted)
      throw new AppError(
        'source',
        'http_silent',
        `${name} has been silent for ${SILENCE_MS / 1000} seconds.`,
      );
    const { cause, message } = error as Error & { cause?: { message?: string; code?: string } };
    // The cause of fetch's own error says what went wrong; neither holds more of the address than its host.
    throw new AppError(
      'source',
      'http_unreachable',
      `${name} can't be fetched: ${cause?.message || cause?.code || message}.`,
    );
  } finally {
    clearTimeout(timer);
  }
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  for await (const piece of response.body ?? []) yield piece as Uint8Array;
}

function urlOf(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && url.username === '' && url.password === '') return url;
  throw new AppError(
    'input',
    'bad_address',
    url
      ? `${shownUri(address)}: a name and password can't stand in the address.`
      : `${shownUri(address)} is no web address.`,
  );
}

function tooBig(name: string, limit: number): AppError {
  return new AppError(
    'resource',
    'fetch_too_big',
    `${name} is bigger than ${limit / 1024 ** 2} MiB, the most that is fetched for a query.`,
    {
      hints: ['Download it and query the file, or take it into a table.'],
    },
  );
}

/** The last part of the path: its ending tells the format. */
function fileName(address: string): string {
  const path = new URL(address).pathname;
  const last = decodeURIComponent(path.split('/').findLast((part) => part !== '') ?? 'file');
  return last.replace(/[^\p{L}\p{N}._-]/gu, '_').slice(-100) || 'file';
}
