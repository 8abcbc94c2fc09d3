import type { Permissions } from '../../../common/contract/permissions.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { isAllowedHost } from '../../../common/text/allowed-host.ts';
import type { Dynamic } from '../../kql/functions/define.ts';
import { parseDynamic } from '../../kql/functions/value/dynamic.ts';
import type { HttpAnswer, HttpRequest } from '../../kql/plan/outside.ts';

type Rules = Permissions['http'];

const MAX_REDIRECTS = 5;

function checked(address: string, rules: Rules, headers: Readonly<Record<string, string>>): URL {
  if (!URL.canParse(address))
    throw new AppError('semantic', 'bad_address', 'http_request: the Uri is no web address.');
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new AppError(
      'semantic',
      'bad_address',
      `http_request: ${url.protocol} is no http or https.`,
    );
  if (!isAllowedHost(url, rules.hosts))
    throw new AppError(
      'unsupported',
      'host_not_allowed',
      `http_request may not call ${url.host}: the settings of this desk don't allow it.`,
      { hints: [`Allow the host in the settings, or start with --allow-http ${url.host}.`] },
    );
  const secret = Object.keys(headers).some((h) => h.toLowerCase() === 'authorization');
  if (url.protocol === 'http:' && (secret || url.username !== ''))
    throw new AppError(
      'semantic',
      'http_secret',
      'http_request: what authenticates is sent over https only.',
    );
  return url;
}

/**
 * One request to an allowed host (page "http_request plugin"). Each redirect is checked like the address itself,
 * and a secret doesn't follow to another host.
 */
export async function httpRequest(
  request: HttpRequest,
  rules: Rules,
  requestId: string,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const limit = AbortSignal.timeout(rules.timeLimitSeconds * 1_000);
  const both = AbortSignal.any([limit, signal]);
  let headers: Record<string, string> = {
    ...(request.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...request.headers,
    'x-ms-client-request-id': requestId,
    'x-ms-readonly': 'true',
  };
  let url = checked(request.url, rules, headers);
  try {
    for (let redirects = 0; ; redirects++) {
      const response = await fetch(url, {
        method: request.method,
        headers,
        ...(request.body === undefined ? {} : { body: request.body }),
        redirect: 'manual',
        signal: both,
      });
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location !== null) {
        await response.body?.cancel();
        if (request.method === 'POST' || redirects >= MAX_REDIRECTS)
          throw new AppError(
            'source',
            'http_redirect',
            `${url.host} sends the request on elsewhere.`,
          );
        const next = new URL(location, url);
        if (next.host !== url.host)
          headers = Object.fromEntries(
            Object.entries(headers).filter(([h]) => !/^(authorization|cookie)$/i.test(h)),
          );
        url = checked(next.href, rules, headers);
        continue;
      }
      return await answerOf(response, url, rules);
    }
  } catch (error) {
    if (signal.aborted) throw AppError.cancelled('The query');
    if (limit.aborted)
      throw new AppError(
        'resource',
        'http_time',
        `${url.host} didn't answer within ${rules.timeLimitSeconds} seconds.`,
      );
    if (error instanceof AppError) throw error;
    const { cause, message } = error as Error & { cause?: { message?: string; code?: string } };
    throw new AppError(
      'source',
      'http_unreachable',
      `${url.host} can't be reached: ${cause?.message || cause?.code || message}.`,
    );
  }
}

async function answerOf(response: Response, url: URL, rules: Rules): Promise<HttpAnswer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > rules.maxResponseBytes)
      throw new AppError(
        'resource',
        'http_too_big',
        `${url.host} answers with more than ${rules.maxResponseBytes} bytes.`,
      );
    pieces.push(piece);
  }
  const text = Buffer.concat(pieces).toString('utf8');
  if (!response.ok)
    throw new AppError(
      'source',
      'http_status',
      `${url.host} answers ${response.status} ${response.statusText}.`,
      {
        details: { body: text.slice(0, 500) },
      },
    );
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/i.test(
    response.headers.get('content-type') ?? '',
  );
  const body: Dynamic = isJson ? parseDynamic(text) : text;
  return { headers: Object.fromEntries(response.headers), body };
}
