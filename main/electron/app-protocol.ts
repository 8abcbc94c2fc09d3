import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { type Protocol, protocol } from 'electron';
import { CONTENT_SECURITY_POLICY, MEDIA_TYPES } from '../../common/contract/page.ts';

export const APP_SCHEME = 'app';
export const APP_ORIGIN = `${APP_SCHEME}://calypso`;

/** Must be called before the application is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: APP_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves the files below `root` as `app://calypso/…`. */
export function serveApp(target: Pick<Protocol, 'handle'>, root: string): void {
  target.handle(APP_SCHEME, async (request) => {
    const path = fileOf(root, request.url);
    if (path === undefined || request.method !== 'GET') return refuse(403);
    try {
      const body = await readFile(path);
      return new Response(new Uint8Array(body), { headers: headersOf(path) });
    } catch {
      return refuse(404);
    }
  });
}

/** The file that an address means, or undefined when it means none below `root`. */
export function fileOf(root: string, address: string): string | undefined {
  let url: URL;
  let path: string;
  try {
    url = new URL(address);
    path = decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
  if (url.protocol !== `${APP_SCHEME}:` || url.host !== 'calypso') return undefined;
  if (/[\0\\:]/.test(path) || path.split('/').includes('..')) return undefined;
  const file = normalize(join(root, path === '/' ? 'index.html' : path));
  return file.startsWith(root + sep) ? file : undefined;
}

function headersOf(path: string): Record<string, string> {
  return {
    'Content-Type': MEDIA_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
  };
}

function refuse(status: number): Response {
  return new Response('', { status });
}
