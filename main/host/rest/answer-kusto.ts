import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, asAppError } from '../../../common/errors/app-error.ts';
import type { Host } from '../host.ts';
import { DEFAULT_DATABASE } from '../samples.ts';
import { answerQuery } from './answer-query.ts';
import { type ErrorContext, oneApiError } from './error-shape.ts';
import { answerIngestion, ingestionTarget } from './ingest.ts';
import { readKustoRequest } from './request.ts';

/** One request of the Kusto REST API on its way. */
export interface KustoCall {
  readonly host: Host;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal;
  /** What errors say of the request; filled as it is read. */
  context: ErrorContext;
}

interface Resource {
  readonly verbs: readonly string[];
  /** Answers without a token. */
  readonly open?: boolean;
  readonly answer: (call: KustoCall, path: string) => Promise<void>;
}

const QUERY_VERBS = ['POST', 'GET'];

const RESOURCES: Readonly<Record<string, Resource>> = {
  '/v1/rest/query': { verbs: QUERY_VERBS, answer: (call) => query(call, 'v1') },
  '/v2/rest/query': { verbs: QUERY_VERBS, answer: (call) => query(call, 'v2') },
  '/v1/rest/mgmt': { verbs: ['POST'], answer: (call) => query(call, 'v1') },
  '/v1/rest/auth/metadata': { verbs: ['GET', 'HEAD'], open: true, answer: metadata },
  '/v1/rest/ping': { verbs: ['GET', 'HEAD'], open: true, answer: ping },
};
const INGESTION: Resource = { verbs: ['POST'], answer: answerIngestion };

/** What clients ask for when nobody named a database. */
const CLIENTS_DEFAULT = 'NetDefaultDB';

export function databaseNamed(name: string | undefined): string {
  return name === undefined || name === '' || name === CLIENTS_DEFAULT ? DEFAULT_DATABASE : name;
}

export function isKustoPath(path: string): boolean {
  return /^\/v\d+\/rest\//.test(path);
}

/** Answers one request of the Kusto REST API. */
export async function answerKusto(
  host: Host,
  allowed: boolean,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const header = request.headers['x-ms-client-request-id'];
  const activityId = randomUUID();
  const clientRequestId = typeof header === 'string' ? header : `unspecified;${activityId}`;
  // What isn't Latin-1 can't stand in a header, and nobody can have sent it in one.
  response.setHeader('x-ms-client-request-id', clientRequestId);
  response.setHeader('x-ms-activity-id', activityId);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const call: KustoCall = {
    host,
    request,
    response,
    gone: gone.signal,
    context: { clientRequestId, activityId, database: '', text: '' },
  };
  try {
    await route(call, allowed, path);
  } catch (error) {
    if (response.headersSent) throw error;
    // Whoever was refused may still be sending: read it away, or the connection can't be used again.
    request.resume();
    const { status, body } = oneApiError(error, call.context);
    if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="Calypso"');
    sendJson(call, status, body);
  }
}

async function route(call: KustoCall, allowed: boolean, path: string): Promise<void> {
  const { method = 'GET' } = call.request;
  const resource = RESOURCES[path] ?? (ingestionTarget(path) ? INGESTION : undefined);
  if (!resource)
    throw new AppError('input', 'no_such_path', `There is no ${path} in the Kusto REST API.`);
  if (method === 'OPTIONS') {
    call.response.writeHead(204, { Allow: [...resource.verbs, 'OPTIONS'].join(', ') });
    call.response.end();
    return;
  }
  if (!allowed && !resource.open)
    throw new AppError('input', 'Unauthorized', 'The bearer token is wrong or missing.');
  if (!resource.verbs.includes(method)) {
    call.response.setHeader('Allow', resource.verbs.join(', '));
    throw new AppError('input', 'wrong_method', `${path} can't be asked with ${method}.`);
  }
  await resource.answer(call, path);
}

async function query(call: KustoCall, version: 'v1' | 'v2'): Promise<void> {
  const asked = await readKustoRequest(call.request);
  const { clientRequestId = call.context.clientRequestId } = asked;
  call.response.setHeader('x-ms-client-request-id', headerText(clientRequestId));
  call.context = {
    ...call.context,
    clientRequestId,
    database: databaseNamed(asked.database),
    text: asked.text,
  };
  try {
    await answerQuery(call, version, asked);
  } catch (error) {
    // A client that has gone needs no answer, and its going is no failure of ours.
    if (!call.gone.aborted) throw error;
    if (asAppError(error).kind === 'internal') throw error;
  }
}

/** There is no directory to sign in to: whoever has the token is in. */
const AUTH_METADATA = {
  AzureAD: {
    LoginEndpoint: '',
    LoginMfaRequired: false,
    KustoClientAppId: '',
    KustoClientRedirectUri: '',
    KustoServiceResourceId: '',
    FirstPartyAuthorityUrl: '',
  },
};

async function metadata(call: KustoCall): Promise<void> {
  sendJson(call, 200, AUTH_METADATA);
}

/** Page "Kusto Ping REST API". */
async function ping(call: KustoCall): Promise<void> {
  sendJson(call, 200, { status: 'OK' });
}

export function sendJson({ request, response }: KustoCall, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(request.method === 'HEAD' ? '' : text);
}

const headerText = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');
