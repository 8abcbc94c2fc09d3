import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { z } from 'zod';
import type { StreamSchema } from '../../../../common/contract/stream.ts';
import { AppError } from '../../../../common/errors/app-error.ts';

type Address = NonNullable<StreamSchema['registry']>;

export interface RegisteredSchema {
  readonly type: 'AVRO' | 'PROTOBUF' | 'JSON';
  readonly text: string;
  /** Schemas that it names, each after those that it names itself. */
  readonly references: readonly { readonly name: string; readonly text: string }[];
}

const TIMEOUT_MS = 15_000;
const NOT_FOUND = 404;
const ACCEPT =
  'application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json, application/json';

const reference = z.object({ name: z.string(), subject: z.string(), version: z.number() });
const answer = z.object({
  schema: z.string(),
  schemaType: z.enum(['AVRO', 'PROTOBUF', 'JSON']).default('AVRO'),
  references: z
    .array(reference)
    .nullish()
    .transform((list) => list ?? []),
});
type Answer = z.infer<typeof answer>;

/** A registry by Confluent's API (page "Schema Registry API Reference"), which others speak too. */
export class SchemaRegistry {
  readonly #address: Address;

  constructor(address: Address) {
    this.#address = address;
  }

  /**
   * The schema of an id; undefined if the registry has none. Throws an AppError of kind `source` while it can't
   * be asked.
   */
  async schema(id: number, signal: AbortSignal): Promise<RegisteredSchema | undefined> {
    const found = await this.#get(`schemas/ids/${id}`, signal);
    if (!found) return undefined;
    const references = new Map<string, string>();
    await this.#referenced(found, references, new Set(), signal);
    return {
      type: found.schemaType,
      text: found.schema,
      references: [...references].map(([name, text]) => ({ name, text })),
    };
  }

  async #referenced(
    { references }: Answer,
    into: Map<string, string>,
    seen: Set<string>,
    signal: AbortSignal,
  ): Promise<void> {
    for (const { name, subject, version } of references) {
      if (seen.has(name)) continue;
      seen.add(name);
      const path = `subjects/${encodeURIComponent(subject)}/versions/${version}`;
      const found = await this.#get(path, signal);
      if (!found)
        throw new Error(`the schema names ${name}, and the registry has no ${subject} ${version}`);
      await this.#referenced(found, into, seen, signal);
      into.set(name, found.schema);
    }
  }

  async #get(path: string, signal: AbortSignal): Promise<Answer | undefined> {
    const { url, username, password, ca } = this.#address;
    const target = new URL(path, url.endsWith('/') ? url : `${url}/`);
    const login = username === undefined ? undefined : `${username}:${password ?? ''}`;
    let status: number;
    let body: string;
    try {
      ({ status, body } = await get(target, { login, ca }, signal));
    } catch (error) {
      signal.throwIfAborted();
      throw new AppError(
        'source',
        'registry_unreachable',
        `The schema registry ${url} can't be reached: ${(error as Error).message}.`,
        {
          hints: [
            'Records wait until it answers. Check its address, and its certificate if it has one.',
          ],
          cause: error,
        },
      );
    }
    if (status === 401 || status === 403)
      throw new AppError(
        'source',
        'registry_login',
        `The schema registry ${url} refused the login (${status}).`,
        { hints: ['Check its user name and password.'] },
      );
    if (status === NOT_FOUND) return missing(body, url);
    const parsed = status === 200 ? answer.safeParse(json(body)) : undefined;
    if (parsed?.success) return parsed.data;
    throw new AppError(
      'source',
      'registry_answer',
      `The schema registry ${url} answered ${status} to ${path}.`,
      { hints: ['Check that the address is where its API begins.'] },
    );
  }
}

/** A registry says by a code of its own what it does not have; a plain 404 comes from another kind of server. */
function missing(body: string, url: string): undefined {
  const code = z.object({ error_code: z.number() }).safeParse(json(body));
  if (code.success) return undefined;
  throw new AppError(
    'source',
    'registry_answer',
    `${url} is no schema registry: it does not know the paths of its API.`,
    { hints: ['Check that the address is where its API begins; some have it below a path.'] },
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `fetch` can't be given authorities of one's own. */
function get(
  url: URL,
  { login, ca }: { readonly login: string | undefined; readonly ca: string | undefined },
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const options = {
      headers: { accept: ACCEPT },
      timeout: TIMEOUT_MS,
      signal,
      ...(login === undefined ? {} : { auth: login }),
      ...(ca === undefined ? {} : { ca }),
    };
    const request = send(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 15 seconds')));
    request.on('error', reject);
    request.end();
  });
}
