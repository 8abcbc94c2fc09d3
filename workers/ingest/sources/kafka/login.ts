import type { OauthbearerProviderResponse, SASLOptions } from 'kafkajs';
import { z } from 'zod';
import type { KafkaCluster } from '../../../../common/contract/stream.ts';
import { AppError } from '../../../../common/errors/app-error.ts';

type Sasl = NonNullable<KafkaCluster['sasl']>;

/** A token is fetched again when so much of its life is left. */
const MARGIN_MS = 30_000;
const TOKEN_TIMEOUT_MS = 15_000;

/** How to log in, in the words of kafkajs. */
export function saslOf(sasl: Sasl, secret: string | undefined): SASLOptions {
  const { mechanism, username, tokenUrl } = sasl;
  if (secret === undefined)
    throw new AppError(
      'source',
      'no_secret',
      'This cluster asks for a password, and none is stored.',
      { hints: ['Enter it again: the stream keeps it under its own name.'] },
    );
  if (mechanism !== 'oauthbearer') return { mechanism, username, password: secret };
  return {
    mechanism,
    oauthBearerProvider:
      tokenUrl === undefined ? async () => ({ value: secret }) : tokens(sasl, tokenUrl, secret),
  };
}

const answer = z.object({ access_token: z.string().min(1), expires_in: z.number().optional() });

/** Tokens by client credentials (RFC 6749, 4.4); one serves all connections until it is about to end. */
function tokens(
  { username, scope }: Sasl,
  url: string,
  secret: string,
): () => Promise<OauthbearerProviderResponse> {
  let value = '';
  let until = 0;
  return async () => {
    if (Date.now() < until) return { value };
    const credentials = `${encodeURIComponent(username)}:${encodeURIComponent(secret)}`;
    const token = await ask(url, credentials, scope);
    value = token.access_token;
    until = Date.now() + (token.expires_in ?? 0) * 1_000 - MARGIN_MS;
    return { value };
  };
}

async function ask(
  url: string,
  credentials: string,
  scope: string | undefined,
): Promise<z.infer<typeof answer>> {
  const failed = (why: string, cause?: unknown): AppError =>
    new AppError('source', 'kafka_token', `${url} gave no token: ${why}.`, {
      hints: ['Check the address of the token endpoint, the client id, its secret and the scope.'],
      cause,
    });
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        ...(scope === undefined ? {} : { scope }),
      }),
      signal: AbortSignal.timeout(TOKEN_TIMEOUT_MS),
    });
  } catch (error) {
    const { message, cause } = error as Error;
    throw failed(cause instanceof Error ? cause.message : message, error);
  }
  if (!response.ok) throw failed(`it answered ${response.status}`);
  const parsed = answer.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw failed('its answer holds none');
  return parsed.data;
}
