import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { column } from '../../../common/contract/values.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { DatabaseRow } from './databases-store.ts';
import type { TableRow } from './tables-store.ts';

export const viewDefinition = z.object({
  /** Name of the source when the view was made; the source is found by its id. */
  source: z.string(),
  sourceKind: z.enum(['table', 'materializedView']),
  /** The KQL text between the braces. */
  query: z.string(),
  /** What queries of the view see. */
  columns: z.array(column),
  /** Names of the columns that the view groups by. */
  keys: z.array(z.string()),
  /** `take_any(*)` alone: each key is kept once, and other views may be made of this one. */
  dedup: z.boolean(),
  autoUpdateSchema: z.boolean(),
  dimensionTables: z.array(z.string()),
  /** Ticks. Absent: none was given. */
  lookback: z.string().optional(),
  lookbackColumn: z.string().optional(),
  effectiveDateTime: z.string().optional(),
});
export type ViewDefinition = z.infer<typeof viewDefinition>;

export const viewState = z.object({
  /** Ticks of the latest ingestion that was taken in. */
  materializedTo: z.string().optional(),
  /** ISO text. */
  lastRun: z.string().optional(),
  lastSuccess: z.string().optional(),
  lastResult: z.enum(['Completed', 'Failed']).optional(),
  /** Why the view can't be kept current; absent while it is well. */
  unhealthy: z.string().optional(),
});
export type ViewState = z.infer<typeof viewState>;

export interface ViewRow {
  /** Id of the table that holds the materialized part. */
  readonly id: number;
  readonly database: string;
  readonly name: string;
  readonly sourceId: number | undefined;
  readonly definition: ViewDefinition;
  readonly enabled: boolean;
  readonly state: ViewState;
}

export interface ViewFailure {
  readonly at: string;
  readonly operation: string;
  readonly kind: 'Permanent' | 'Transient';
  readonly details: string;
}

interface Stored {
  table_id: number;
  database: string;
  name: string;
  source_id: number | null;
  definition: string;
  enabled: number;
  state: string;
}

const SELECT = `SELECT v.*, t.name, d.name AS database FROM materialized_views v
  JOIN tables t ON t.id = v.table_id JOIN databases d ON d.id = t.database_id`;
const FAILURES_KEPT = 100;

/** Materialized views, and which extents of their sources they have still to take in. */
export class ViewsStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  list(database: DatabaseRow): readonly ViewRow[] {
    return this.db
      .prepare<[number], Stored>(`${SELECT} WHERE t.database_id = ? ORDER BY t.name`)
      .all(database.id)
      .map(fromStored);
  }

  all(): readonly ViewRow[] {
    return this.db.prepare<[], Stored>(`${SELECT} ORDER BY v.table_id`).all().map(fromStored);
  }

  byId(id: number): ViewRow | undefined {
    const row = this.db.prepare<[number], Stored>(`${SELECT} WHERE v.table_id = ?`).get(id);
    return row && fromStored(row);
  }

  find(database: string, name: string): ViewRow | undefined {
    const row = this.db
      .prepare<[string, string], Stored>(`${SELECT} WHERE d.name = ? AND t.name = ?`)
      .get(database, name);
    return row && fromStored(row);
  }

  get(database: string, name: string): ViewRow {
    const found = this.find(database, name);
    if (found) return found;
    throw new AppError(
      'semantic',
      'unknown_view',
      `There is no materialized view named '${name}' in the database '${database}'.`,
    );
  }

  /** Views that take in the rows of a table or of another view. */
  ofSource(sourceId: number): readonly ViewRow[] {
    return this.db
      .prepare<[number], Stored>(`${SELECT} WHERE v.source_id = ? ORDER BY v.table_id`)
      .all(sourceId)
      .map(fromStored);
  }

  create(table: TableRow, sourceId: number, definition: ViewDefinition): void {
    this.db
      .prepare('INSERT INTO materialized_views (table_id, source_id, definition) VALUES (?, ?, ?)')
      .run(table.id, sourceId, JSON.stringify(definition));
  }

  define(view: ViewRow, sourceId: number | undefined, definition: ViewDefinition): void {
    this.db
      .prepare('UPDATE materialized_views SET source_id = ?, definition = ? WHERE table_id = ?')
      .run(sourceId ?? null, JSON.stringify(definition), view.id);
  }

  setState(id: number, state: ViewState): void {
    this.db
      .prepare('UPDATE materialized_views SET state = ? WHERE table_id = ?')
      .run(JSON.stringify(state), id);
  }

  enable(id: number, enabled: boolean): void {
    this.db
      .prepare('UPDATE materialized_views SET enabled = ? WHERE table_id = ?')
      .run(enabled ? 1 : 0, id);
  }

  /** Ids of the extents that the view has not taken in, in the order of their commits. */
  pending(viewId: number): readonly string[] {
    return this.db
      .prepare<[number], { extent_id: string }>(
        `SELECT e.extent_id FROM pending_extents p JOIN extents e ON e.id = p.extent_row
         WHERE p.view_id = ? ORDER BY e.id`,
      )
      .all(viewId)
      .map((row) => row.extent_id);
  }

  /** Ticks of the oldest ingestion that the view has not taken in. */
  behindSince(viewId: number): string | undefined {
    const row = this.db
      .prepare<[number], { since: string | null }>(
        `SELECT CAST(min(e.ingested_at) AS TEXT) AS since
         FROM pending_extents p JOIN extents e ON e.id = p.extent_row WHERE p.view_id = ?`,
      )
      .get(viewId);
    return row?.since ?? undefined;
  }

  /** Marks extents of the source, all of them or those of the list, as not taken in yet. */
  await(viewId: number, sourceId: number, extentIds: readonly string[] | 'all'): void {
    if (extentIds === 'all') {
      this.db
        .prepare(
          'INSERT OR IGNORE INTO pending_extents SELECT ?, id FROM extents WHERE table_id = ?',
        )
        .run(viewId, sourceId);
      return;
    }
    const insert = this.db.prepare(
      'INSERT OR IGNORE INTO pending_extents SELECT ?, id FROM extents WHERE table_id = ? AND extent_id = ?',
    );
    for (const id of extentIds) insert.run(viewId, sourceId, id);
  }

  /** Marks extents as taken in. False if one of them was not waiting any more. */
  take(viewId: number, extentIds: readonly string[]): boolean {
    const remove = this.db.prepare(
      `DELETE FROM pending_extents WHERE view_id = ?
       AND extent_row = (SELECT id FROM extents WHERE extent_id = ?)`,
    );
    return extentIds.every((id) => remove.run(viewId, id).changes === 1);
  }

  /** For each extent, the views that wait for it: the same text where it is the same views. */
  waitingFor(sourceId: number): ReadonlyMap<string, string> {
    const rows = this.db
      .prepare<[number], { extent_id: string; views: string }>(
        `SELECT extent_id, group_concat(view_id, ',') AS views FROM (
           SELECT e.extent_id, p.view_id FROM pending_extents p JOIN extents e ON e.id = p.extent_row
           WHERE e.table_id = ? ORDER BY e.id, p.view_id) GROUP BY extent_id`,
      )
      .all(sourceId);
    return new Map(rows.map((row) => [row.extent_id, row.views]));
  }

  addFailure(viewId: number, failure: ViewFailure): void {
    this.db
      .prepare(
        'INSERT INTO view_failures (view_id, at, operation, kind, details) VALUES (?, ?, ?, ?, ?)',
      )
      .run(viewId, failure.at, failure.operation, failure.kind, failure.details);
    this.db
      .prepare(
        `DELETE FROM view_failures WHERE view_id = ? AND id NOT IN
         (SELECT id FROM view_failures WHERE view_id = ? ORDER BY id DESC LIMIT ${FAILURES_KEPT})`,
      )
      .run(viewId, viewId);
  }

  /** Newest first. */
  failures(viewId: number): readonly ViewFailure[] {
    return this.db
      .prepare<[number], ViewFailure>(
        'SELECT at, operation, kind, details FROM view_failures WHERE view_id = ? ORDER BY id DESC',
      )
      .all(viewId);
  }

  clearFailures(viewId: number): void {
    this.db.prepare('DELETE FROM view_failures WHERE view_id = ?').run(viewId);
  }
}

function fromStored(row: Stored): ViewRow {
  return {
    id: row.table_id,
    database: row.database,
    name: row.name,
    sourceId: row.source_id ?? undefined,
    definition: viewDefinition.parse(JSON.parse(row.definition)),
    enabled: row.enabled === 1,
    state: viewState.parse(JSON.parse(row.state)),
  };
}
