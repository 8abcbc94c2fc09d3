import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { AppError } from '../../../common/errors/app-error.ts';

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

/** Body of a query or command (page "Query/management HTTP request"). */
export interface KustoRequest {
  readonly database: string | undefined;
  readonly text: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly clientRequestId: string | undefined;
}

const MAX_BODY_BYTES = 256 * 1024 * 1024;

export async function readKustoRequest(request: IncomingMessage): Promise<KustoRequest> {
  const json = parseJson(await readText(request));
  const parsed = body.safeParse(json);
  if (!parsed.success) throw badRequest('The body needs a text `csl`, and may have `db`.');
  const { db, csl } = parsed.data;
  const given = parsed.data.properties;
  const props = properties.safeParse(typeof given === 'string' ? parseJson(given) : (given ?? {}));
  if (!props.success) throw badRequest('`properties` has another form than expected.');
  const header = request.headers['x-ms-client-request-id'];
  return {
    database: db || undefined,
    text: csl,
    options: Object.fromEntries(
      Object.entries(props.data.Options ?? {}).flatMap(([name, value]) => {
        const known = scalar.safeParse(value);
        return known.success ? [[name, known.data]] : [];
      }),
    ),
    parameters: Object.fromEntries(
      Object.entries(props.data.Parameters ?? {}).map(([name, value]) => [name, String(value)]),
    ),
    clientRequestId:
      (typeof header === 'string' ? header : undefined) ?? props.data.ClientRequestId ?? undefined,
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const gzip = request.headers['content-encoding'] === 'gzip';
  const source = gzip ? request.pipe(createGunzip()) : request;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
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
