import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { type RunInfo, runInfo } from '../../../common/contract/pipelines.ts';
import { AppError } from '../../../common/errors/app-error.ts';
import type { DatabaseRow } from './databases-store.ts';
import { checkName } from './names.ts';

export type PipelineKind = 'pipeline' | 'alert';

/** What has to be kept of work that comes back, beside its definition. Times are ISO text, '' for none. */
export const pipelineState = z.object({
  /** Names the pipeline outside of the catalog; another one of its name later has another. */
  key: z.string().default(''),
  paused: z.boolean().default(false),
  createdAt: z.string().default(''),
  lastStart: z.string().default(''),
  lastSuccess: z.string().default(''),
  /** A run that failed is tried again then, as the attempt after this one. */
  retryAt: z.string().default(''),
  attempt: z.number().default(0),
  /** Rows that have arrived at the destination. */
  rows: z.number().default(0),
  /** Ticks of the newest rows that were read, '' for none. */
  readTo: z.string().default(''),
  startCursor: z.string().default(''),
  /** Number of the last batch that was confirmed. */
  lastBatch: z.number().default(0),
  /** Its extents are marked, and it is not confirmed: done again after a crash with the same rows. */
  openBatch: z.boolean().default(false),
  /** Folders, and last a part of the names of files that a batch has begun to write there. */
  unconfirmed: z.array(z.string()).default([]),
  /** What else the kind of work keeps. */
  own: z.unknown().optional(),
});
export type PipelineState = z.infer<typeof pipelineState>;

export interface PipelineRow {
  readonly id: number;
  readonly kind: PipelineKind;
  readonly database: string;
  readonly name: string;
  /** JSON, checked by whoever knows the kind. */
  readonly definition: unknown;
  readonly state: PipelineState;
}

export interface StoredRun extends RunInfo {
  readonly failure: '' | 'Permanent' | 'Transient';
  readonly operation: string;
}

export interface PipelineArtifact {
  /** ISO text. */
  readonly at: string;
  readonly path: string;
  readonly records: number;
}

interface Stored {
  id: number;
  kind: PipelineKind;
  database: string;
  name: string;
  definition: string;
  state: string;
}

const SELECT = `SELECT p.id, p.kind, d.name AS database, p.name, p.definition, p.state
  FROM pipelines p JOIN databases d ON d.id = p.database_id`;
const RUNS_KEPT = 1_000;
const storedRun = runInfo.extend({
  failure: z.enum(['', 'Permanent', 'Transient']),
  operation: z.string(),
});

/** Pipelines and alerts, which extents they have still to read, and their history. */
export class PipelinesStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  list(kind?: PipelineKind, database?: DatabaseRow): readonly PipelineRow[] {
    return this.db
      .prepare<[string | null, string | null, number | null, number | null], Stored>(
        `${SELECT} WHERE (? IS NULL OR p.kind = ?) AND (? IS NULL OR p.database_id = ?) ORDER BY p.name, d.name`,
      )
      .all(kind ?? null, kind ?? null, database?.id ?? null, database?.id ?? null)
      .map(fromStored);
  }

  byId(id: number): PipelineRow | undefined {
    const found = this.db.prepare<[number], Stored>(`${SELECT} WHERE p.id = ?`).get(id);
    return found && fromStored(found);
  }

  find(kind: PipelineKind, database: DatabaseRow, name: string): PipelineRow | undefined {
    const found = this.db
      .prepare<[string, number, string], Stored>(
        `${SELECT} WHERE p.kind = ? AND p.database_id = ? AND p.name = ?`,
      )
      .get(kind, database.id, name);
    return found && fromStored(found);
  }

  get(kind: PipelineKind, database: DatabaseRow, name: string): PipelineRow {
    const found = this.find(kind, database, name);
    if (found) return found;
    const known = this.list(kind, database).map((row) => row.name);
    throw new AppError(
      'semantic',
      `unknown_${kind}`,
      `There is no ${kind} named '${name}' in the database '${database.name}'.`,
      { hints: [`There are: ${known.join(', ') || 'none'}.`] },
    );
  }

  /** Makes one, or gives a new definition to the one with its name. */
  put(kind: PipelineKind, database: DatabaseRow, name: string, definition: unknown): PipelineRow {
    checkName(kind, name);
    this.db
      .prepare(
        `INSERT INTO pipelines (kind, database_id, name, definition) VALUES (?, ?, ?, ?)
         ON CONFLICT (kind, database_id, name) DO UPDATE SET definition = excluded.definition`,
      )
      .run(kind, database.id, name, JSON.stringify(definition));
    return this.get(kind, database, name);
  }

  /** Changes parts of the state; what another has changed meanwhile stays. Nothing if the pipeline has gone. */
  patchState(id: number, patch: Partial<PipelineState>): void {
    const state = this.byId(id)?.state;
    if (!state) return;
    this.db
      .prepare('UPDATE pipelines SET state = ? WHERE id = ?')
      .run(JSON.stringify({ ...state, ...patch }), id);
  }

  drop(id: number): void {
    this.db.prepare('DELETE FROM pipelines WHERE id = ?').run(id);
  }

  /** Ids of the tables whose rows are read once. */
  tables(id: number): readonly number[] {
    return this.db
      .prepare<[number], { table_id: number }>(
        'SELECT table_id FROM pipeline_tables WHERE pipeline_id = ? ORDER BY table_id',
      )
      .all(id)
      .map((row) => row.table_id);
  }

  /** A table that it has no longer to do with has nothing to be read. Returns the tables that are new. */
  setTables(id: number, tableIds: readonly number[]): readonly number[] {
    const json = JSON.stringify(tableIds);
    const held = new Set(this.tables(id));
    this.db
      .prepare(
        `DELETE FROM pipeline_extents WHERE pipeline_id = ? AND extent_row NOT IN
         (SELECT id FROM extents WHERE table_id IN (SELECT value FROM json_each(?)))`,
      )
      .run(id, json);
    this.db
      .prepare(
        `DELETE FROM pipeline_tables WHERE pipeline_id = ?
         AND table_id NOT IN (SELECT value FROM json_each(?))`,
      )
      .run(id, json);
    this.db
      .prepare('INSERT OR IGNORE INTO pipeline_tables SELECT ?, value FROM json_each(?)')
      .run(id, json);
    return tableIds.filter((table) => !held.has(table));
  }

  /** Ids of what reads the rows of a table. */
  ofTable(tableId: number): readonly number[] {
    return this.db
      .prepare<[number], { pipeline_id: number }>(
        'SELECT pipeline_id FROM pipeline_tables WHERE table_id = ? ORDER BY pipeline_id',
      )
      .all(tableId)
      .map((row) => row.pipeline_id);
  }

  await(id: number, extentIds: readonly string[], batch = 0): void {
    const insert = this.db.prepare(
      'INSERT OR IGNORE INTO pipeline_extents SELECT ?, id, ? FROM extents WHERE extent_id = ?',
    );
    for (const extent of extentIds) insert.run(id, batch, extent);
  }

  /** These extents are to be read, and no others. */
  awaitOnly(id: number, extentIds: readonly string[]): void {
    this.db.prepare('DELETE FROM pipeline_extents WHERE pipeline_id = ?').run(id);
    this.await(id, extentIds);
  }

  /** Ids of the extents that have still to be read, of one batch or of all, per table. */
  pending(id: number, batch?: number): ReadonlyMap<number, readonly string[]> {
    const rows = this.db
      .prepare<[number, number | null, number | null], { table_id: number; extent_id: string }>(
        `SELECT e.table_id, e.extent_id FROM pipeline_extents p JOIN extents e ON e.id = p.extent_row
         WHERE p.pipeline_id = ? AND (? IS NULL OR p.batch = ?) ORDER BY e.id`,
      )
      .all(id, batch ?? null, batch ?? null);
    return new Map(
      [...Map.groupBy(rows, (row) => row.table_id)].map(([table, own]) => [
        table,
        own.map((row) => row.extent_id),
      ]),
    );
  }

  countPending(id: number): number {
    return (
      this.db
        .prepare<[number], { n: number }>(
          'SELECT count(*) AS n FROM pipeline_extents WHERE pipeline_id = ?',
        )
        .get(id)?.n ?? 0
    );
  }

  /** Gives waiting extents to a batch. */
  mark(id: number, extentIds: readonly string[], batch: number): void {
    const mark = this.db.prepare(
      `UPDATE pipeline_extents SET batch = ? WHERE pipeline_id = ?
       AND extent_row = (SELECT id FROM extents WHERE extent_id = ?)`,
    );
    for (const extent of extentIds) mark.run(batch, id, extent);
  }

  /** A batch that will not be done: its extents wait again. */
  unmark(id: number): void {
    this.db.prepare('UPDATE pipeline_extents SET batch = 0 WHERE pipeline_id = ?').run(id);
  }

  /** All extents of a batch have been read. */
  take(id: number, batch: number): void {
    this.db
      .prepare('DELETE FROM pipeline_extents WHERE pipeline_id = ? AND batch = ?')
      .run(id, batch);
  }

  /** By extent id, what an extent of the table waits for, as `id:batch` with commas between them. */
  waitingFor(tableId: number): ReadonlyMap<string, string> {
    const rows = this.db
      .prepare<[number], { extent_id: string; readers: string }>(
        `SELECT extent_id, group_concat(pipeline_id || ':' || batch, ',') AS readers FROM (
           SELECT e.extent_id, p.pipeline_id, p.batch FROM pipeline_extents p
           JOIN extents e ON e.id = p.extent_row
           WHERE e.table_id = ? ORDER BY e.id, p.pipeline_id) GROUP BY extent_id`,
      )
      .all(tableId);
    return new Map(rows.map((row) => [row.extent_id, row.readers]));
  }

  addArtifacts(id: number, artifacts: readonly PipelineArtifact[]): void {
    const insert = this.db.prepare(
      'INSERT INTO pipeline_artifacts (pipeline_id, at, path, records) VALUES (?, ?, ?, ?)',
    );
    for (const { at, path, records } of artifacts) insert.run(id, at, path, records);
  }

  /** Newest first. */
  artifacts(id: number): readonly PipelineArtifact[] {
    return this.db
      .prepare<[number], PipelineArtifact>(
        'SELECT at, path, records FROM pipeline_artifacts WHERE pipeline_id = ? ORDER BY id DESC',
      )
      .all(id);
  }

  nextRun(id: number): number {
    const row = this.db
      .prepare<[number], { last: number | null }>(
        'SELECT max(run) AS last FROM pipeline_runs WHERE pipeline_id = ?',
      )
      .get(id);
    return (row?.last ?? 0) + 1;
  }

  putRun(id: number, run: StoredRun): void {
    this.db
      .prepare(
        `INSERT OR REPLACE INTO pipeline_runs
         (pipeline_id, run, cause, state, started_at, ended_at, attempts, row_count, message, failure, operation)
         SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM pipelines WHERE id = ?)`,
      )
      .run(
        id,
        run.run,
        run.trigger,
        run.state,
        run.startedAt,
        run.endedAt,
        run.attempts,
        run.rows,
        run.message,
        run.failure,
        run.operation,
        id,
      );
    this.db
      .prepare('DELETE FROM pipeline_runs WHERE pipeline_id = ? AND run <= ?')
      .run(id, run.run - RUNS_KEPT);
  }

  /** Newest first. */
  runs(id: number, limit: number): readonly StoredRun[] {
    return this.db
      .prepare<[number, number], unknown>(
        `SELECT run, cause AS "trigger", state, started_at AS startedAt, ended_at AS endedAt, attempts,
                row_count AS rows, message, failure, operation
         FROM pipeline_runs WHERE pipeline_id = ? ORDER BY run DESC LIMIT ?`,
      )
      .all(id, limit)
      .map((row) => storedRun.parse(row));
  }
}

function fromStored({ definition, state, ...row }: Stored): PipelineRow {
  return {
    ...row,
    definition: JSON.parse(definition) as unknown,
    state: pipelineState.parse(JSON.parse(state)),
  };
}
