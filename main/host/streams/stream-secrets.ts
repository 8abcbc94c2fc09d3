import type { StreamDefinition } from '../../../common/contract/stream.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { sourceOf } from './run-state.ts';

/** Fields of a definition that are secrets: they come with it, and are kept apart from it. */
const FIELDS: readonly (readonly string[])[] = [
  ['source', 'cluster', 'tls', 'key'],
  ['source', 'tls', 'key'],
  ['schema', 'registry', 'password'],
];

type Json = { readonly [name: string]: unknown };

/** What a stream shows to servers, under its name in the secret store: one password or token, and its fields. */
export class StreamSecrets {
  readonly #store: SecretStore;

  constructor(store: SecretStore) {
    this.#store = store;
  }

  /** Keeps the secrets of a new stream; the definition that comes back holds none. */
  keep(definition: StreamDefinition, secret: string | undefined): StreamDefinition {
    const source = sourceOf(definition.name);
    const fields: Record<string, string> = {};
    let clean: Json = definition;
    for (const path of FIELDS) {
      const value = at(clean, path);
      if (typeof value !== 'string') continue;
      fields[path.join('.')] = value;
      clean = withField(clean, path, undefined);
    }
    if (secret !== undefined) this.#store.set(source, secret);
    if (Object.keys(fields).length > 0) this.#store.set(fieldsOf(source), JSON.stringify(fields));
    return clean as StreamDefinition;
  }

  secret(name: string): string | undefined {
    return this.#store.get(sourceOf(name));
  }

  /** The definition as it runs, with its secret fields. */
  whole(definition: StreamDefinition): StreamDefinition {
    const stored = this.#store.get(fieldsOf(sourceOf(definition.name)));
    if (stored === undefined) return definition;
    let whole: Json = definition;
    for (const [path, value] of Object.entries(JSON.parse(stored) as Record<string, string>))
      whole = withField(whole, path.split('.'), value);
    return whole as StreamDefinition;
  }

  forget(name: string): void {
    this.#store.remove(sourceOf(name));
    this.#store.remove(fieldsOf(sourceOf(name)));
  }
}

const fieldsOf = (source: string): string => `${source}#fields`;

function at(json: Json, path: readonly string[]): unknown {
  let value: unknown = json;
  for (const name of path) value = (value as Json | undefined)?.[name];
  return value;
}

/** A copy with another value in one place; the place's parents have to be there. */
function withField(json: Json, [name = '', ...rest]: readonly string[], value: unknown): Json {
  if (rest.length > 0) {
    const child = json[name];
    return typeof child === 'object' && child !== null
      ? { ...json, [name]: withField(child as Json, rest, value) }
      : json;
  }
  const { [name]: _, ...others } = json;
  return value === undefined ? others : { ...others, [name]: value };
}
