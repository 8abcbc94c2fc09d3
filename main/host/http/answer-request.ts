import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { DOWNLOAD_PATH, UPLOAD_PATH } from '../files/file-exchange.ts';
import type { Host } from '../host.ts';
import type { Logger } from '../logger.ts';
import { answerKusto, isKustoPath } from '../rest/answer-kusto.ts';
import { type Access, withoutToken } from './access.ts';
import { sendStatic } from './static-files.ts';

export interface Site {
  readonly host: Host;
  readonly access: Access;
  readonly renderer: URL;
  readonly logger: Logger;
}

/** The page, the files of its transfers, and the Kusto endpoint beside them. */
export async function answerRequest(
  site: Site,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { access, host } = site;
  const url = new URL(request.url ?? '/', 'http://localhost');
  const path = withoutToken(url.pathname);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cache-Control', 'no-store');
  if (!access.isSameMachine(request)) {
    sendText(response, 403, 'This address is for programs on this machine only.');
    return;
  }
  const cookie = access.cookieFor(request);
  if (cookie !== undefined && request.method === 'GET' && path === '/') {
    response.writeHead(302, { 'Set-Cookie': cookie, Location: '/' });
    response.end();
    return;
  }
  if (isKustoPath(path)) {
    await answerKusto(host, access.isAllowed(request), request, response, path);
    return;
  }
  if (!access.isAllowed(request)) {
    sendText(response, 401, 'Open the address that `calypso serve` has printed, with its token.');
    return;
  }
  if (path.startsWith(UPLOAD_PATH)) {
    await receiveUpload(host, request, response, path.slice(UPLOAD_PATH.length));
    return;
  }
  if (path.startsWith(DOWNLOAD_PATH)) {
    await sendDownload(host, response, path.slice(DOWNLOAD_PATH.length));
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendText(response, 405, 'Only GET is possible here.');
    return;
  }
  await sendStatic(site.renderer, path, request, response);
}

async function receiveUpload(
  host: Host,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  if (request.method !== 'PUT') {
    sendText(response, 405, 'Uploads are sent with PUT.');
    return;
  }
  const received = await host.files.receive(id, request);
  sendText(response, received ? 204 : 404, received ? '' : 'There is no such upload.');
}

async function sendDownload(host: Host, response: ServerResponse, id: string): Promise<void> {
  const download = host.files.takeDownload(id);
  if (!download) {
    sendText(response, 404, 'This download was fetched already, or never was.');
    return;
  }
  try {
    const { size } = await stat(download.path);
    const ascii = download.name.replace(/[^\x20-\x7e]|["\\]/g, '_');
    response.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': size,
      'Content-Disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(download.name)}`,
    });
    await pipeline(createReadStream(download.path), response);
  } finally {
    await rm(download.path, { force: true });
  }
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}
