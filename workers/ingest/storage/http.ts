import type { HttpPlace } from '../../../common/contract/storage-place.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { OpenPlace, StoredFile } from './place.ts';
import { answerError, changed, missing } from './storage-error.ts';
import { bytesOf, requestWeb } from './web.ts';

/** Files of a web server. It can't be listed, so the place names its files. */
export function openHttp(place: HttpPlace, secret: string | undefined): OpenPlace {
  const shown = (key: string): string =>
    `${place.base}${key.split('/').map(encodeURIComponent).join('/')}`;
  const address = (key: string): string => `${shown(key)}${secret ? `?${secret}` : ''}`;
  const stat = async (key: string, signal?: AbortSignal): Promise<StoredFile | undefined> => {
    const head = await requestWeb(shown(key), address(key), { method: 'HEAD', signal });
    if (head.status === 404 || head.status === 410) return undefined;
    if (head.ok && head.headers.has('content-length')) return fileOf(key, head.headers);
    // Servers that know no HEAD, or tell no length then, answer a question for the first byte.
    const first = await requestWeb(shown(key), address(key), {
      signal,
      headers: { range: 'bytes=0-0' },
    });
    await first.body?.cancel();
    if (!first.ok) throw answerError(shown(key), first.status, first.statusText);
    return fileOf(key, first.headers);
  };
  return {
    shown,
    containers: async () => ({ names: [] }),
    async list({ prefix = '' }, signal) {
      if (place.files.length === 0)
        throw new AppError(
          'unsupported',
          'address_not_listable',
          `${place.base}: the folders of a web server can't be listed.`,
          { hints: ['Name the files.'] },
        );
      const files: StoredFile[] = [];
      for (const key of place.files.filter((f) => f.startsWith(prefix)).toSorted()) {
        const file = await stat(key, signal);
        if (!file) throw missing(shown(key));
        files.push(file);
      }
      return { prefixes: [], files };
    },
    stat,
    async read(key, { start = 0, length, etag }, signal) {
      const whole = start === 0 && length === undefined;
      const end = length === undefined ? '' : start + length - 1;
      const response = await requestWeb(shown(key), address(key), {
        signal,
        headers: {
          // Lengths are those of the file itself.
          'accept-encoding': 'identity',
          ...(whole ? {} : { range: `bytes=${start}-${end}` }),
          // Weak ones can't be asked for (RFC 9110, 13.1.1); they are compared below.
          ...(etag?.startsWith('strong:')
            ? { 'if-match': `"${etag.slice('strong:'.length)}"` }
            : {}),
        },
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw response.status === 404
          ? missing(shown(key))
          : answerError(shown(key), response.status, response.statusText);
      }
      const file = fileOf(key, response.headers);
      if (etag !== undefined && file.etag !== etag) {
        await response.body?.cancel();
        throw changed(shown(key));
      }
      const content = bytesOf(response, shown(key));
      // A server without ranges sends everything.
      const skipped = !whole && response.status === 200 ? start : 0;
      return {
        file,
        content:
          skipped > 0 || (length !== undefined && response.status === 200)
            ? part(content, skipped, length)
            : content,
      };
    },
  };
}

async function* part(
  content: AsyncIterable<Uint8Array>,
  start: number,
  length = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of content) {
    const from = Math.max(0, start - at);
    const to = Math.min(piece.length, start + length - at);
    if (to > from) yield piece.subarray(from, to);
    at += piece.length;
    if (at >= start + length) return;
  }
}

function fileOf(key: string, headers: Headers): StoredFile {
  const range = /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  const bytes = Number(range ?? headers.get('content-length') ?? -1);
  const modified = headers.get('last-modified') ?? '';
  const given = headers.get('etag') ?? '';
  const strong = /^"(.*)"$/.exec(given)?.[1];
  const md5 = headers.get('content-md5');
  return {
    key,
    bytes,
    etag: strong === undefined ? `${given || modified}-${bytes}` : `strong:${strong}`,
    modifiedAt: Date.parse(modified) || 0,
    ...(md5 && range === undefined ? { md5: Buffer.from(md5, 'base64').toString('hex') } : {}),
  };
}
