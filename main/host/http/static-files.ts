import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { CONTENT_SECURITY_POLICY, MEDIA_TYPES } from '../../../common/contract/page.ts';

/** Sends a file of the built page. Names of bundled files carry a hash, so that they may be kept. */
export async function sendStatic(
  root: URL,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const folder = fileURLToPath(root);
  const file = resolveInside(folder, path === '/' ? '/index.html' : path);
  const size = file === undefined ? undefined : await sizeOf(file);
  response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=()');
  if (file === undefined || size === undefined) {
    const missing = path === '/' ? 'The page is not built: run `npm run build`.' : 'Not found.';
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(missing);
    return;
  }
  const hashed = path.startsWith('/assets/');
  response.writeHead(200, {
    'Content-Type': MEDIA_TYPES[extname(file)] ?? 'application/octet-stream',
    'Content-Length': size,
    'Cache-Control': hashed ? 'private, max-age=31536000, immutable' : 'no-cache',
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(file), response);
}

function resolveInside(folder: string, path: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const file = normalize(join(folder, decoded));
  const inside = file.startsWith(folder.endsWith(sep) ? folder : folder + sep);
  return inside && !decoded.includes('\0') ? file : undefined;
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    const info = await stat(file);
    return info.isFile() ? info.size : undefined;
  } catch {
    return undefined;
  }
}
