import { stringLiteral } from '../../../../common/text/kql-literal.ts';

/** A number as it is written: 64-bit integers stay exact. */
export interface JsonNumber {
  readonly source: string;
}
export type JsonValue =
  | null
  | boolean
  | string
  | JsonNumber
  | readonly JsonValue[]
  | ReadonlyMap<string, JsonValue>;

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'bool' | 'null';

export interface JsonNode {
  /** Key or index of each step from the root. */
  readonly path: readonly (string | number)[];
  readonly id: string;
  readonly depth: number;
  readonly label: string;
  readonly kind: JsonKind;
  readonly value: JsonValue;
  readonly childCount: number;
  readonly expanded: boolean;
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Parses the text of a dynamic value; undefined when it is not JSON. Order of keys is kept. */
export function parseJson(text: string): JsonValue | undefined {
  const keep: Reviver = (_key, value, context) => {
    if (typeof value === 'number') return { source: context.source ?? String(value) };
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      return new Map(Object.entries(value));
    return value;
  };
  try {
    return JSON.parse(text, keep as (key: string, value: unknown) => unknown) as JsonValue;
  } catch {
    return undefined;
  }
}

export function kindOf(value: JsonValue): JsonKind {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return 'array';
  return value instanceof Map ? 'object' : 'number';
}

function childrenOf(value: JsonValue): readonly (readonly [string | number, JsonValue])[] {
  if (Array.isArray(value)) return value.map((child: JsonValue, i) => [i, child] as const);
  return value instanceof Map ? [...(value as ReadonlyMap<string, JsonValue>)] : [];
}

export const idOf = (path: readonly (string | number)[]): string => JSON.stringify(path);

/** The nodes that are to be seen, from top to bottom. */
export function visibleNodes(root: JsonValue, expanded: ReadonlySet<string>): readonly JsonNode[] {
  const nodes: JsonNode[] = [];
  const visit = (value: JsonValue, path: readonly (string | number)[]): void => {
    const id = idOf(path);
    const children = childrenOf(value);
    const open = children.length > 0 && expanded.has(id);
    const last = path.at(-1);
    nodes.push({
      path,
      id,
      depth: path.length,
      label: last === undefined ? '$' : typeof last === 'number' ? `[${last}]` : last,
      kind: kindOf(value),
      value,
      childCount: children.length,
      expanded: open,
    });
    if (open) for (const [key, child] of children) visit(child, [...path, key]);
  };
  visit(root, []);
  return nodes;
}

/** Ids of a node and all nodes under it that have children, at most `limit` of them. */
export function subtreeIds(
  value: JsonValue,
  path: readonly (string | number)[],
  limit = 10_000,
): readonly string[] {
  const ids: string[] = [];
  const visit = (at: JsonValue, where: readonly (string | number)[]): void => {
    const children = childrenOf(at);
    if (children.length === 0 || ids.length >= limit) return;
    ids.push(idOf(where));
    for (const [key, child] of children) visit(child, [...where, key]);
  };
  visit(value, path);
  return ids;
}

export function valueAt(
  root: JsonValue,
  path: readonly (string | number)[],
): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const step of path) {
    if (value === undefined) return undefined;
    value = childrenOf(value).find(([key]) => key === step)?.[1];
  }
  return value;
}

/** The value as KQL writes the way to it: `column.a["b c"][0]`. */
export function kqlPath(column: string, path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(step)
      ? `${text}.${step}`
      : `${text}[${stringLiteral(step)}]`;
  }, column);
}

/** One line for a leaf, or what a closed branch holds. */
export function previewOf(value: JsonValue): string {
  switch (kindOf(value)) {
    case 'object': {
      const keys = childrenOf(value).map(([key]) => String(key));
      const shown = keys.slice(0, 6).join(', ');
      return `{ ${shown}${keys.length > 6 ? ', …' : ''} }`;
    }
    case 'array':
      return `[ ${childrenOf(value).length} ]`;
    case 'string':
      return JSON.stringify(value);
    default:
      return leafText(value);
  }
}

/** The bare text of a leaf. */
export function leafText(value: JsonValue): string {
  if (value === null) return 'null';
  if (typeof value === 'object' && 'source' in value) return value.source;
  return typeof value === 'object' ? jsonText(value) : String(value);
}

/** JSON again, two spaces deep. */
export function jsonText(value: JsonValue, indent = ''): string {
  const kind = kindOf(value);
  if (kind === 'string') return JSON.stringify(value);
  if (kind !== 'object' && kind !== 'array') return leafText(value);
  const children = childrenOf(value);
  const [open, close] = kind === 'object' ? ['{', '}'] : ['[', ']'];
  if (children.length === 0) return `${open}${close}`;
  const inner = `${indent}  `;
  const lines = children.map(([key, child]) => {
    const name = kind === 'object' ? `${JSON.stringify(key)}: ` : '';
    return `${inner}${name}${jsonText(child, inner)}`;
  });
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** A condition that keeps the rows with the same value at this place. */
export function pathCondition(
  column: string,
  path: readonly (string | number)[],
  value: JsonValue,
): string {
  const where = kqlPath(column, path);
  switch (kindOf(value)) {
    case 'null':
      return `isnull(${where})`;
    case 'bool':
      return `tobool(${where}) == ${String(value)}`;
    case 'number': {
      const text = leafText(value);
      return /^-?\d+$/.test(text) ? `tolong(${where}) == ${text}` : `todouble(${where}) == ${text}`;
    }
    case 'string':
      return `tostring(${where}) == ${stringLiteral(String(value))}`;
    default:
      return `isnotnull(${where})`;
  }
}
