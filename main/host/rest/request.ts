import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { AppError } from '../../../common/errors/app-error.ts';
import { bodyOf } from './body.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** Clients send parameter values of any JSON type; KQL literals are text. */
const properties = z.looseObject({
  Options: z.record(z.string(), z.unknown()).nullish(),
  Parameters: z.record(z.string(), scalar).nullish(),
  ClientRequestId: z.string().nullish(),
});

const body = z.looseObject({
  db: z.string().nullish(),
  csl: z.string(),
  properties: z.union([properties, z.string()]).nullish(),
});

export type RequestOptions = Readonly<Record<string, string | number | boolean>>;

/** A query or command (page "Query/management HTTP request"). */
export interface KustoRequest {
  readonly database: string | undefined;
  readonly text: string;
  /** Names in lower case. */
  readonly options: RequestOptions;
  readonly parameters: Readonly<Record<string, string>>;
  readonly clientRequestId: string | undefined;
}

const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** Of a POST from its body, of a GET from its address. */
export async function readKustoRequest(request: IncomingMessage): Promise<KustoRequest> {
  const json =
    request.method === 'GET' || request.method === 'HEAD'
      ? Object.fromEntries(new URL(request.url ?? '/', 'http://localhost').searchParams)
      : parseJson(await readText(request));
  const parsed = body.safeParse(json);
  if (!parsed.success)
    throw badRequest('The request needs a text `csl`, and may have `db` and `properties`.');
  const { db, csl } = parsed.data;
  const given = parsed.data.properties;
  const props = properties.safeParse(
    typeof given === 'string' ? parseJson(given || '{}') : (given ?? {}),
  );
  if (!props.success) throw badRequest('`properties` has another form than expected.');
  const header = request.headers['x-ms-client-request-id'];
  const readonly = request.headers['x-ms-readonly'] !== undefined || request.method === 'GET';
  return {
    database: db || undefined,
    text: csl,
    options: {
      ...Object.fromEntries(
        Object.entries(props.data.Options ?? {}).flatMap(([name, value]) => {
          const known = scalar.safeParse(value);
          return known.success ? [[name.toLowerCase(), known.data]] : [];
        }),
      ),
      ...(readonly ? { request_readonly: true } : {}),
    },
    parameters: Object.fromEntries(
      Object.entries(props.data.Parameters ?? {}).map(([name, value]) => [name, String(value)]),
    ),
    clientRequestId:
      (typeof header === 'string' ? header : undefined) ?? props.data.ClientRequestId ?? undefined,
  };
}

/** An option that is on: `true`, `"true"`, 1 (clients say it in all of these ways). */
export function isOn(value: unknown): boolean {
  return value === true || value === 1 || /^(true|1|bool\(true\))$/i.test(String(value ?? ''));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of bodyOf(request)) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES)
      throw new AppError('resource', 'body_too_big', 'The body is longer than 256 MB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest('The body is not JSON.', error);
  }
}

function badRequest(message: string, cause?: unknown): AppError {
  return new AppError('input', 'bad_request', message, { cause });
}
