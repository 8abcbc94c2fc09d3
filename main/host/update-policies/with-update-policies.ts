import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Extent } from '../../../common/contract/store.ts';
import { AppError, asAppError } from '../../../common/errors/app-error.ts';
import { nameReference } from '../../../common/text/kql-literal.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { bringsNewRows, type TableCommit } from '../catalog/catalog.ts';
import type { IngestionFailure } from '../catalog/failures-store.ts';
import type { TableRow } from '../catalog/tables-store.ts';
import type { HostContext } from '../context.ts';
import { keepsNothing } from './keeps-nothing.ts';
import { type Target, targetsOf } from './update-policy.ts';

interface Work {
  readonly host: HostContext;
  readonly folder: string;
  readonly failures: IngestionFailure[];
}

/**
 * Commits what is ingested together with what update policies make of it. A transactional policy that fails
 * takes the whole commit with it; another one leaves its target without rows and a line among the ingestion
 * failures (page "Update policy overview", section "Transactional settings").
 */
export async function withUpdatePolicies(
  host: HostContext,
  commits: readonly TableCommit[],
  commit: (commits: readonly TableCommit[]) => Promise<void>,
): Promise<void> {
  const triggering = commits.filter((c) => targetsOfCommit(host, c).length > 0);
  if (triggering.length === 0) return commit(commits);
  await host.writer.staged(async (folder) => {
    const work: Work = { host, folder, failures: [] };
    const derived: TableCommit[] = [];
    for (const source of triggering) derived.push(...(await follow(work, source, [source.table])));
    const all = [...commits, ...derived].map((c) =>
      triggering.includes(c) || derived.includes(c) ? withoutPassingRows(host, c) : c,
    );
    await commit(emptiedOnce(all));
    for (const failure of work.failures) host.catalog.failures.add(failure);
  });
}

function targetsOfCommit(host: HostContext, commit: TableCommit): readonly Target[] {
  const { kind = 'table', database, table, extents, replaces } = commit;
  const relevant = kind === 'table' && bringsNewRows(commit);
  if (!relevant || (extents.length === 0 && replaces !== 'all')) return [];
  return targetsOf(host.catalog, database.name, table);
}

/** What one commit leads to, and what that leads to; a circle ends where it would close. */
async function follow(
  work: Work,
  source: TableCommit,
  path: readonly string[],
): Promise<TableCommit[]> {
  const all: TableCommit[] = [];
  for (const target of targetsOfCommit(work.host, source)) {
    const { name } = target.table;
    if (path.includes(name)) continue;
    try {
      const made = await apply(work, source, target);
      const further = await follow(work, made, [...path, name]);
      all.push(made, ...further);
    } catch (error) {
      const failure = asAppError(error);
      if (target.policy.IsTransactional || failure.kind === 'cancelled')
        throw failed(target, source, failure);
      work.failures.push(failureOf(target, source, failure));
    }
  }
  return all;
}

function failed({ table }: Target, source: TableCommit, cause: AppError): AppError {
  if (cause.code === 'update_policy_failed' || cause.kind === 'cancelled') return cause;
  return new AppError(
    cause.kind,
    'update_policy_failed',
    `The update policy of '${table.name}' failed, so that nothing was stored in '${source.table}' either: ${cause.message}`,
    { hints: cause.hints, cause },
  );
}

function failureOf({ table }: Target, source: TableCommit, error: AppError): IngestionFailure {
  return {
    at: new Date().toISOString(),
    operation: randomUUID(),
    database: source.database.name,
    table: table.name,
    source: source.table,
    kind: error.kind === 'resource' ? 'Transient' : 'Permanent',
    code: `UpdatePolicy_${error.code}`,
    details: error.message,
  };
}

/** Runs a policy's query over the new rows alone. */
async function apply(work: Work, source: TableCommit, target: Target): Promise<TableCommit> {
  const { host } = work;
  const { table, policy } = target;
  const folder = join(work.folder, randomUUID());
  await mkdir(folder);
  const database = source.database.name;
  const written = await host.queryWorker.call('engine.writeExtents', {
    queryId: `policy:${randomUUID()}`,
    text: policy.Query.replaceAll('$source_table', nameReference(source.table)),
    database,
    folder,
    given: [
      {
        database,
        table: source.table,
        columns: columnsAfter(host, source),
        extents: [...source.extents],
        extentsTotal: source.extents.length,
      },
    ],
  });
  const columns = matching(table, written.columns);
  const tags = policy.PropagateIngestionProperties
    ? [...new Set(source.extents.flatMap((extent) => extent.tags))]
    : [];
  return {
    database: source.database,
    table: table.name,
    columns: [],
    extents: written.extents.map((extent) => ({
      ...renamed(extent, written.columns, columns),
      tags,
    })),
    owned: true,
    ...(source.replaces === 'all' ? { replaces: 'all' as const } : {}),
  };
}

/** The columns of the source once the commit is done. */
function columnsAfter(
  { catalog }: HostContext,
  { database, table, columns }: TableCommit,
): Column[] {
  const held = catalog.tables.find(database.name, table)?.columns ?? [];
  const given = new Map(columns.map((column) => [column.name, column.type]));
  return [
    ...held.map(({ name, type }) => ({ name, type: given.get(name) ?? type })),
    ...columns.filter((column) => !held.some(({ name }) => name === column.name)),
  ];
}

/** The query's columns and the target's agree in number, order and type. */
export function matching(target: TableRow, columns: readonly Column[]): readonly Column[] {
  const fits =
    columns.length === target.columns.length &&
    columns.every((column, i) => column.type === target.columns[i]?.type);
  if (fits) return target.columns;
  const text = (list: readonly Column[]): string =>
    list.map(({ name, type }) => `${name}:${type}`).join(', ');
  throw new AppError(
    'semantic',
    'policy_schema',
    `The query gives (${text(columns)}); the table '${target.name}' has (${text(target.columns)}). Number, order and types have to agree.`,
  );
}

function renamed(extent: Extent, from: readonly Column[], to: readonly Column[]): Extent {
  const names = new Map(from.map((column, i) => [column.name, to[i]?.name ?? column.name]));
  const rename = (name: string): string => names.get(name) ?? name;
  return {
    ...extent,
    columns: extent.columns.map((c) => ({ ...c, column: rename(c.column) })),
    ranges: extent.ranges.map((r) => ({ ...r, column: rename(r.column) })),
  };
}

/** A table whose rows live for no time only hands them on (section "Remove data from source table"). */
function withoutPassingRows(host: HostContext, commit: TableCommit): TableCommit {
  const table = host.catalog.tables.find(commit.database.name, commit.table);
  if (!table || !keepsNothing(host.catalog, table)) return commit;
  const targets = targetsOfCommit(host, commit);
  const handedOn = targets.length > 0 && targets.every(({ policy }) => policy.IsTransactional);
  return handedOn ? { ...commit, extents: [] } : commit;
}

/** Two commits may fill one table in place of what it had: only the first empties it. */
function emptiedOnce(commits: readonly TableCommit[]): readonly TableCommit[] {
  const emptied = new Set<string>();
  return commits.map((commit) => {
    if (commit.replaces !== 'all') return commit;
    const key = JSON.stringify([commit.database.name, commit.table]);
    if (!emptied.has(key)) {
      emptied.add(key);
      return commit;
    }
    const { replaces: _, ...rest } = commit;
    return rest;
  });
}
