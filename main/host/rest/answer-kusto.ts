import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Host } from '../host.ts';

/** Paths of the Kusto REST API and of its discovery. */
export function isKustoPath(path: string): boolean {
  return /^\/v[12]\/rest\//.test(path);
}

export async function answerKusto(
  _host: Host,
  _allowed: boolean,
  _request: IncomingMessage,
  response: ServerResponse,
  _path: string,
): Promise<void> {
  response.writeHead(501);
  response.end();
}
