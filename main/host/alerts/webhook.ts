import type { AlertEvent, AlertWebhook } from '../../../common/contract/alerts.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import { isAllowedHost } from '../../../common/text/allowed-host.ts';

/** Whether the desk lets this address be called, and whether a secret may go there. */
export function checkWebhook(
  { url: address, headers }: AlertWebhook,
  hosts: readonly string[],
  secret: string | undefined,
): URL {
  const url = new URL(address);
  if (!isAllowedHost(url, hosts))
    throw new AppError(
      'unsupported',
      'host_not_allowed',
      `The webhook may not call ${url.host}: the settings of this desk don't allow it.`,
      { hints: [`Allow the host in the settings, or start with --allow-http ${url.host}.`] },
    );
  const authenticates =
    secret !== undefined ||
    url.username !== '' ||
    Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.protocol === 'http:' && authenticates && !loopback)
    throw new AppError('input', 'http_secret', 'What authenticates is sent over https only.');
  return url;
}

/** One try. A redirect isn't followed: it could lead to a host that isn't allowed. */
export async function send(
  webhook: AlertWebhook,
  event: AlertEvent,
  delivery: string,
  {
    hosts,
    secret,
    signal,
  }: {
    readonly hosts: readonly string[];
    readonly secret: string | undefined;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const url = checkWebhook(webhook, hosts, secret);
  const timeout = AbortSignal.timeout(webhook.timeoutSeconds * 1_000);
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Calypso',
      ...webhook.headers,
      ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
      // The same in each try, so that a receiver can tell a repetition.
      'x-delivery-id': delivery,
    },
    body: JSON.stringify(event),
    signal: AbortSignal.any([signal, timeout]),
  }).catch((cause: unknown) => {
    signal.throwIfAborted();
    const reason = timeout.aborted
      ? `no answer within ${webhook.timeoutSeconds} s`
      : reasonOf(cause);
    throw new AppError('source', 'webhook_failed', `${url.host}: ${reason}`, { cause });
  });
  await response.body?.cancel();
  if (!response.ok)
    throw new AppError(
      response.status >= 500 || response.status === 429 || response.status === 408
        ? 'source'
        : 'input',
      'webhook_refused',
      `${url.host} answered with status ${response.status}.`,
    );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
