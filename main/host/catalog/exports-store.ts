import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { AppError } from '../../../common/errors/app-error.ts';
import type { DatabaseRow } from './databases-store.ts';
import { checkName } from './names.ts';

export const exportDefinition = z.object({
  externalTable: z.string(),
  query: z.string(),
  /** Ids of the tables whose rows are written once; rows of other tables are read whole at each run. */
  tables: z.array(z.number()),
  /** Ticks. */
  interval: z.string(),
  forcedLatency: z.string(),
  properties: z.record(z.string(), z.string()),
});
export type ExportDefinition = z.infer<typeof exportDefinition>;

export const exportState = z.object({
  enabled: z.boolean().default(true),
  /** ISO text. */
  lastRun: z.string().optional(),
  lastSuccess: z.string().optional(),
  lastResult: z.enum(['Completed', 'Failed']).optional(),
  /** Ticks of the newest rows that were written. */
  exportedTo: z.string().optional(),
  startCursor: z.string().default(''),
  /** Names of files that a run has begun to write and not confirmed; they go at the next start. */
  unconfirmed: z.array(z.string()).default([]),
});
export type ExportState = z.infer<typeof exportState>;

export interface ExportRow {
  readonly id: number;
  readonly database: string;
  readonly name: string;
  readonly definition: ExportDefinition;
  readonly state: ExportState;
}

export interface ExportArtifact {
  /** ISO text. */
  readonly at: string;
  readonly path: string;
  readonly records: number;
}

export interface ExportFailure {
  readonly at: string;
  readonly operation: string;
  readonly lastSuccess: string;
  readonly kind: string;
  readonly details: string;
}

interface Stored {
  id: number;
  database: string;
  name: string;
  definition: string;
  state: string;
}

const SELECT = `SELECT e.id, d.name AS database, e.name, e.definition, e.state
  FROM continuous_exports e JOIN databases d ON d.id = e.database_id`;
const FAILURES_KEPT = 100;

/** Continuous exports, and which extents of their tables they have still to write. */
export class ExportsStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  list(database?: DatabaseRow): readonly ExportRow[] {
    return this.db
      .prepare<[number | null, number | null], Stored>(
        `${SELECT} WHERE (? IS NULL OR e.database_id = ?) ORDER BY e.name`,
      )
      .all(database?.id ?? null, database?.id ?? null)
      .map(fromStored);
  }

  find(database: DatabaseRow, name: string): ExportRow | undefined {
    return this.list(database).find((entry) => entry.name === name);
  }

  get(database: DatabaseRow, name: string): ExportRow {
    const found = this.find(database, name);
    if (found) return found;
    throw new AppError(
      'semantic',
      'unknown_export',
      `There is no continuous export named '${name}' in the database '${database.name}'.`,
    );
  }

  /** Creates the export, or gives a new definition to one with its name. */
  put(database: DatabaseRow, name: string, definition: ExportDefinition): ExportRow {
    checkName('continuous export', name);
    this.db
      .prepare(
        `INSERT INTO continuous_exports (database_id, name, definition) VALUES (?, ?, ?)
         ON CONFLICT (database_id, name) DO UPDATE SET definition = excluded.definition`,
      )
      .run(database.id, name, JSON.stringify(definition));
    const entry = this.get(database, name);
    // A table that the export has no longer to do with has nothing to write.
    this.db
      .prepare(
        `DELETE FROM export_extents WHERE export_id = ? AND extent_row NOT IN
         (SELECT id FROM extents WHERE table_id IN (SELECT value FROM json_each(?)))`,
      )
      .run(entry.id, JSON.stringify(definition.tables));
    return entry;
  }

  /** Changes parts of the state; what another has changed meanwhile stays. Nothing if the export has gone. */
  patchState(id: number, patch: Partial<ExportState>): void {
    const state = this.list().find((entry) => entry.id === id)?.state;
    if (!state) return;
    this.db
      .prepare('UPDATE continuous_exports SET state = ? WHERE id = ?')
      .run(JSON.stringify({ ...state, ...patch }), id);
  }

  drop(id: number): void {
    this.db.prepare('DELETE FROM continuous_exports WHERE id = ?').run(id);
  }

  /** Ids of the exports that write the rows of a table. */
  ofTable(tableId: number): readonly number[] {
    return this.list()
      .filter(({ definition }) => definition.tables.includes(tableId))
      .map(({ id }) => id);
  }

  await(exportId: number, extentIds: readonly string[]): void {
    const insert = this.db.prepare(
      'INSERT OR IGNORE INTO export_extents SELECT ?, id FROM extents WHERE extent_id = ?',
    );
    for (const id of extentIds) insert.run(exportId, id);
  }

  /** These extents are to be written, and no others. */
  awaitOnly(exportId: number, extentIds: readonly string[]): void {
    this.db.prepare('DELETE FROM export_extents WHERE export_id = ?').run(exportId);
    this.await(exportId, extentIds);
  }

  /** Ids of the extents that an export has still to write, per table. */
  pending(exportId: number): ReadonlyMap<number, readonly string[]> {
    const rows = this.db
      .prepare<[number], { table_id: number; extent_id: string }>(
        `SELECT e.table_id, e.extent_id FROM export_extents p JOIN extents e ON e.id = p.extent_row
         WHERE p.export_id = ? ORDER BY e.id`,
      )
      .all(exportId);
    return new Map(
      [...Map.groupBy(rows, (row) => row.table_id)].map(([table, own]) => [
        table,
        own.map((row) => row.extent_id),
      ]),
    );
  }

  /** Marks extents as written. False if one of them was not waiting any more. */
  take(exportId: number, extentIds: readonly string[]): boolean {
    const remove = this.db.prepare(
      `DELETE FROM export_extents WHERE export_id = ?
       AND extent_row = (SELECT id FROM extents WHERE extent_id = ?)`,
    );
    return extentIds.every((id) => remove.run(exportId, id).changes === 1);
  }

  /** By extent id, the exports that an extent of the table waits for, as ids with commas between them. */
  waitingFor(tableId: number): ReadonlyMap<string, string> {
    const rows = this.db
      .prepare<[number], { extent_id: string; exports: string }>(
        `SELECT extent_id, group_concat(export_id, ',') AS exports FROM (
           SELECT e.extent_id, p.export_id FROM export_extents p JOIN extents e ON e.id = p.extent_row
           WHERE e.table_id = ? ORDER BY e.id, p.export_id) GROUP BY extent_id`,
      )
      .all(tableId);
    return new Map(rows.map((row) => [row.extent_id, row.exports]));
  }

  addArtifacts(exportId: number, artifacts: readonly ExportArtifact[]): void {
    const insert = this.db.prepare(
      'INSERT INTO export_artifacts (export_id, at, path, records) VALUES (?, ?, ?, ?)',
    );
    for (const { at, path, records } of artifacts) insert.run(exportId, at, path, records);
  }

  /** Newest first. */
  artifacts(exportId: number): readonly ExportArtifact[] {
    return this.db
      .prepare<[number], ExportArtifact>(
        'SELECT at, path, records FROM export_artifacts WHERE export_id = ? ORDER BY id DESC',
      )
      .all(exportId);
  }

  addFailure(exportId: number, failure: ExportFailure): void {
    this.db
      .prepare(
        'INSERT INTO export_failures (export_id, at, operation, last_success, kind, details) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(
        exportId,
        failure.at,
        failure.operation,
        failure.lastSuccess,
        failure.kind,
        failure.details,
      );
    this.db
      .prepare(
        `DELETE FROM export_failures WHERE export_id = ? AND id NOT IN
         (SELECT id FROM export_failures WHERE export_id = ? ORDER BY id DESC LIMIT ${FAILURES_KEPT})`,
      )
      .run(exportId, exportId);
  }

  /** Newest first. */
  failures(exportId: number): readonly ExportFailure[] {
    return this.db
      .prepare<[number], ExportFailure>(
        `SELECT at, operation, last_success AS lastSuccess, kind, details
         FROM export_failures WHERE export_id = ? ORDER BY id DESC`,
      )
      .all(exportId);
  }
}

function fromStored(row: Stored): ExportRow {
  return {
    id: row.id,
    database: row.database,
    name: row.name,
    definition: exportDefinition.parse(JSON.parse(row.definition)),
    state: exportState.parse(JSON.parse(row.state)),
  };
}
