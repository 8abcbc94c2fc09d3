import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../../common/errors/app-error.ts';
import { isCommand } from '../commands/run-command.ts';
import type { Host } from '../host.ts';
import { uniqueQueryId } from '../running-queries.ts';
import { DEFAULT_DATABASE } from '../samples.ts';
import { AnswerWriter } from './answer-writer.ts';
import { type ErrorContext, oneApiError } from './error-shape.ts';
import { writeV1 } from './query-v1.ts';
import { type AnswerOptions, writeV2 } from './query-v2.ts';
import { type KustoRequest, readKustoRequest } from './request.ts';
import { serverTimeout } from './server-timeout.ts';

const PATHS: Readonly<Record<string, 'v1' | 'v2'>> = {
  '/v1/rest/query': 'v1',
  '/v1/rest/mgmt': 'v1',
  '/v2/rest/query': 'v2',
};
const METADATA_PATH = '/v1/rest/auth/metadata';
/** What clients ask for when nobody named a database. */
const CLIENTS_DEFAULT = 'NetDefaultDB';

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
  if (path === METADATA_PATH) {
    sendJson(response, 200, AUTH_METADATA);
    return;
  }
  const header = request.headers['x-ms-client-request-id'];
  const activityId = randomUUID();
  const clientRequestId = typeof header === 'string' ? header : `unspecified;${activityId}`;
  response.setHeader('x-ms-client-request-id', clientRequestId);
  response.setHeader('x-ms-activity-id', activityId);
  let context: ErrorContext = { clientRequestId, activityId, database: '', text: '' };
  const version = PATHS[path];
  if (!allowed) {
    response.setHeader('WWW-Authenticate', 'Bearer');
    const error = new AppError('input', 'Unauthorized', 'The bearer token is wrong or missing.');
    sendJson(response, 401, oneApiError(error, context).body);
    return;
  }
  if (!version || request.method !== 'POST') {
    const error = new AppError('input', 'bad_request', `There is no ${request.method} ${path}.`);
    sendJson(response, version ? 405 : 404, oneApiError(error, context).body);
    return;
  }
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    const asked = await readKustoRequest(request);
    const database =
      asked.database === undefined || asked.database === CLIENTS_DEFAULT
        ? DEFAULT_DATABASE
        : asked.database;
    context = { ...context, database, text: asked.text };
    await run(host, version, asked, context, gone.signal, request, response);
  } catch (error) {
    if (response.headersSent) throw error;
    const { status, body } = oneApiError(error, context);
    sendJson(response, status, body);
  }
}

async function run(
  host: Host,
  version: 'v1' | 'v2',
  asked: KustoRequest,
  context: ErrorContext,
  gone: AbortSignal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { handlers } = host;
  const timeout = serverTimeout(asked.options.servertimeout);
  const signal = AbortSignal.any([gone, timeout.signal]);
  try {
    const outcome = await handlers['query.run'](
      {
        queryId: uniqueQueryId(asked.clientRequestId ?? '', context.activityId),
        text: asked.text,
        database: context.database,
        options: { ...asked.options },
        parameters: { ...asked.parameters },
        record: false,
      },
      { signal, emit: () => {} },
    );
    try {
      const options: AnswerOptions = {
        handlers,
        context,
        progressive: String(asked.options.results_progressive_enabled) === 'true',
        signal,
      };
      const out = new AnswerWriter(request, response);
      if (version === 'v2') await writeV2(out, outcome, options);
      else await writeV1(out, outcome, options, isCommand(asked.text));
    } finally {
      const resultIds = outcome.results.map((result) => result.resultId);
      await handlers['query.release'](
        { resultIds },
        { signal: new AbortController().signal, emit: () => {} },
      );
    }
  } catch (error) {
    throw timeout.signal.aborted ? timeout.error() : error;
  } finally {
    timeout.clear();
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

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
