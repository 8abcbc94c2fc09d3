import type { JsonPath } from '../../../common/text/json-places.ts';

/** Names whose texts are secrets wherever they stand. */
const NAMES = new Set(['password', 'secret', 'token', 'connectionstring', 'accountkey', 'sas']);
/** Text that is one by its look. */
const LOOKS = /-----BEGIN [A-Z ]*PRIVATE KEY-----|SharedAccessKey=|AccountKey=|[?&]sig=/;

/** Where in a value secrets stand, so that they are not kept, shown or written with the rest. */
export function secretPaths(value: unknown, path: JsonPath = []): JsonPath[] {
  if (typeof value === 'string') {
    const [name, above] = [path.at(-1), path.at(-2)];
    const named =
      typeof name === 'string' &&
      (NAMES.has(name.toLowerCase()) ||
        name.toLowerCase() === 'authorization' ||
        (name === 'key' && above === 'tls'));
    return (named && value !== '') || LOOKS.test(value) ? [path] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    secretPaths(inner, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

/** A copy without the values of these paths. */
export function withoutPaths(value: unknown, paths: readonly JsonPath[]): unknown {
  if (paths.some((path) => path.length === 0)) return undefined;
  if (typeof value !== 'object' || value === null || paths.length === 0) return value;
  const entries = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    const below = paths.filter((path) => String(path[0]) === name).map((path) => path.slice(1));
    const kept = withoutPaths(inner, below);
    return kept === undefined ? [] : [[name, kept]];
  });
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

/** A copy with another value at a path; objects on the way are made if they are missing. */
export function withPath(value: unknown, [name, ...rest]: JsonPath, inner: unknown): unknown {
  if (name === undefined) return inner;
  if (Array.isArray(value))
    return value.map((item, i): unknown =>
      i === Number(name) ? withPath(item, rest, inner) : item,
    );
  const object = typeof value === 'object' && value !== null ? value : {};
  const held = (object as Record<string, unknown>)[String(name)];
  return { ...object, [name]: withPath(held, rest, inner) };
}
