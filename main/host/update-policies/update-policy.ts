import { z } from 'zod';
import { AppError } from '../../../common/errors/app-error.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { tableOwner } from '../catalog/definitions-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';

/** One update policy object (page "Update policy overview", section "The update policy object"). */
export interface UpdatePolicy {
  readonly IsEnabled: boolean;
  readonly Source: string;
  readonly SourceIsWildCard: boolean;
  readonly Query: string;
  readonly IsTransactional: boolean;
  readonly PropagateIngestionProperties: boolean;
  /** Kept and shown; there is one person on a desk. */
  readonly ManagedIdentity: string | null;
}

const given = z.record(z.string(), z.unknown()).transform((raw, context): UpdatePolicy => {
  const byName = new Map(Object.entries(raw).map(([key, value]) => [key.toLowerCase(), value]));
  const flag = (name: string, otherwise: boolean): boolean => {
    const value = byName.get(name.toLowerCase());
    if (value === undefined || value === null) return otherwise;
    if (typeof value === 'boolean') return value;
    if (/^(true|false)$/i.test(String(value))) return /^true$/i.test(String(value));
    context.addIssue(`${name} is true or false.`);
    return otherwise;
  };
  const text = (name: string): string => {
    const value = byName.get(name.toLowerCase());
    if (typeof value === 'string' && value.trim() !== '') return value;
    context.addIssue(`${name} is missing.`);
    return '';
  };
  const identity = byName.get('managedidentity');
  return {
    IsEnabled: flag('IsEnabled', true),
    Source: text('Source'),
    SourceIsWildCard: flag('SourceIsWildCard', false),
    Query: text('Query'),
    IsTransactional: flag('IsTransactional', false),
    PropagateIngestionProperties: flag('PropagateIngestionProperties', false),
    ManagedIdentity: typeof identity === 'string' ? identity : null,
  };
});

/** The policy objects of a command's JSON: a list of them, or one alone. */
export function parseUpdatePolicies(json: string): readonly UpdatePolicy[] {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch (cause) {
    throw new AppError('input', 'bad_policy', 'The update policy is not JSON.', { cause });
  }
  const parsed = z.array(given).safeParse(raw === null ? [] : Array.isArray(raw) ? raw : [raw]);
  if (parsed.success) return parsed.data;
  throw new AppError(
    'input',
    'bad_policy',
    `The update policy can't be read: ${parsed.error.issues.map((issue) => issue.message).join(' ')}`,
    { hints: ['[{"IsEnabled": true, "Source": "T", "Query": "F()", "IsTransactional": true}]'] },
  );
}

const KIND = 'policy';
export const UPDATE_POLICY = 'UpdatePolicy';

export function updatePoliciesOf(
  { definitions }: Catalog,
  table: TableRow,
): readonly UpdatePolicy[] | undefined {
  const found = definitions.find(KIND, tableOwner(table), UPDATE_POLICY);
  return found && z.array(given).parse(found.definition);
}

export function setUpdatePolicies(
  { definitions }: Catalog,
  table: TableRow,
  policies: readonly UpdatePolicy[] | undefined,
): void {
  const owner = tableOwner(table);
  if (policies === undefined) definitions.remove(KIND, owner, UPDATE_POLICY);
  else definitions.put(KIND, { owner, name: UPDATE_POLICY, definition: policies });
}

export interface Target {
  readonly table: TableRow;
  readonly policy: UpdatePolicy;
}

/** Which tables get rows when a table of a database does, and by what policy. */
export function targetsOf(catalog: Catalog, database: string, source: string): readonly Target[] {
  return catalog.definitions.named(KIND, UPDATE_POLICY).flatMap(({ owner, definition }) => {
    const table = catalog.tables.byId(Number(owner.replace(/^table:/, '')));
    if (table?.database !== database || catalog.tables.find(database, table.name)?.id !== table.id)
      return [];
    return z
      .array(given)
      .parse(definition)
      .filter((policy) => policy.IsEnabled && comesFrom(policy, source))
      .map((policy) => ({ table, policy }));
  });
}

function comesFrom({ Source, SourceIsWildCard }: UpdatePolicy, table: string): boolean {
  if (!SourceIsWildCard) return Source === table;
  const pattern = Source.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*');
  return new RegExp(`^${pattern}$`).test(table);
}

/** The tables that lead from a table's new rows back to it, if policies do; empty if none does. */
export function cycleFrom(
  catalog: Catalog,
  target: TableRow,
  policies: readonly UpdatePolicy[],
): readonly string[] {
  const feeds = (name: string): readonly string[] => {
    const own = policies.some((policy) => policy.IsEnabled && comesFrom(policy, name));
    const others = targetsOf(catalog, target.database, name)
      .map(({ table }) => table.name)
      .filter((table) => table !== target.name);
    return own ? [...others, target.name] : others;
  };
  const visit = (name: string, path: readonly string[]): readonly string[] => {
    for (const next of feeds(name)) {
      if (next === target.name) return [...path, next];
      if (path.includes(next)) continue;
      const found = visit(next, [...path, next]);
      if (found.length > 0) return found;
    }
    return [];
  };
  return visit(target.name, [target.name]);
}
