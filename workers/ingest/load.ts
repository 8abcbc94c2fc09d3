import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  BadCells,
  IngestEvent,
  IngestReport,
  MappedColumn,
  ReadOptions,
} from '../../common/contract/ingest.ts';
import type { Extent, TableSnapshot } from '../../common/contract/store.ts';
import { AppError } from '../../common/errors/app-error.ts';
import type { Database, RunOptions } from '../store/database.ts';
import { type ExtentColumn, writeExtents } from '../store/extent-writer.ts';
import { ident } from '../store/quote.ts';
import {
  type BadCell,
  countBadCells,
  ERROR_COLUMNS,
  firstBadCells,
  widerType,
  writeBadCells,
} from './bad-cells.ts';
import { deltaFolder, loadDelta } from './delta/load-delta.ts';
import type { InputFile } from './files/input-file.ts';
import type { FormatContext, Layout } from './formats/format.ts';
import { type LoadPlan, planLoad } from './load-plan.ts';
import { groupAlike, lookAt } from './look.ts';
import { columnSql, needsRowNumbers, type PlannedColumn } from './mapping.ts';
import { withPathColumns } from './path-columns.ts';
import { Progress } from './progress.ts';
import type { Relation } from './relation.ts';
import { type LocalSource, openFiles } from './sources/open-files.ts';

type Columns = TableSnapshot['columns'];

export interface LoadRequest {
  readonly source: LocalSource;
  readonly options: ReadOptions;
  /** What is known of the files already: they are not looked at then. */
  readonly layoutOf?: (file: InputFile) => Layout;
  readonly columns?: readonly MappedColumn[] | undefined;
  /** Columns of one value each beside those of the files. */
  readonly constants?: readonly MappedColumn[] | undefined;
  readonly target?: Columns | undefined;
  readonly onBadCell: BadCells;
  readonly maxErrors: number;
  readonly folder: string;
  readonly errorFolder: string;
}

export interface LoadResult {
  readonly columns: Columns;
  readonly extents: Extent[];
  readonly errorColumns: Columns;
  readonly errorExtents: Extent[];
  readonly report: IngestReport;
}

export interface LoadContext {
  readonly database: Database;
  /** Where temporary copies go; a folder of this load inside of it is deleted at the end. */
  readonly temporaryFolder: string;
  readonly signal?: AbortSignal | undefined;
  readonly emit?: (event: IngestEvent) => void;
}

/** More columns than this are converted without DuckDB's search for common subexpressions. */
export const WIDE = 300;

/** Bad cells named in a report. */
const NAMED_CELLS = 20;

/**
 * Loads files as extents. The fast way first: one statement per load that fails on the first cell that doesn't
 * fit. Only then are bad cells counted, and the request's choice (widen, keep, stop) applied to the whole load.
 */
export async function load(request: LoadRequest, context: LoadContext): Promise<LoadResult> {
  await mkdir(context.temporaryFolder, { recursive: true });
  const delta = await deltaFolder(request.source);
  if (delta) return await loadDelta(delta, request, context);
  const workFolder = await mkdtemp(join(context.temporaryFolder, 'load-'));
  const started = performance.now();
  let files: InputFile[] = [];
  try {
    return await context.database.session(async (session) => {
      files = await openFiles(request.source, workFolder, context.signal);
      const format: FormatContext = { session, workFolder, signal: context.signal };
      if (files.every((f) => f.bytes === 0))
        throw new AppError(
          'input',
          'empty_file',
          `${files.map((f) => f.name).join(', ')}: empty, there is nothing to load.`,
        );
      const { layoutOf } = request;
      const looked = layoutOf
        ? { layouts: files.map(layoutOf), notes: [] }
        : await lookAt(files, request.options, format);
      const layouts = layoutOf
        ? looked.layouts
        : withPathColumns(looked.layouts, request.source.paths);
      const plan = planLoad(layouts, request.columns, request.target, request.constants);
      if (plan.columns.length === 0)
        throw new AppError(
          'input',
          'no_data',
          `There is nothing to load: ${looked.notes.join('; ') || 'no columns'}.`,
        );
      const run = new LoadRun(request, context, { ...format }, layouts, plan);
      const outcome =
        plan.columns.length > WIDE
          ? await session.withoutSubexpressionSearch(() => run.run())
          : await run.run();
      return result(request, outcome, {
        notes: [...looked.notes, ...plan.notes, ...outcome.notes],
        bytesRead: files.reduce((sum, f) => sum + f.bytes, 0),
        elapsedMs: performance.now() - started,
      });
    });
  } catch (error) {
    if (context.signal?.aborted) throw AppError.cancelled('The load');
    throw withNames(error, files);
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

interface Outcome {
  readonly columns: readonly PlannedColumn[];
  readonly extents: Extent[];
  readonly errorExtents: Extent[];
  readonly badCount: number;
  readonly bad: readonly BadCell[];
  readonly widened: IngestReport['widened'];
  readonly notes: readonly string[];
}

/** One load under way: its layouts may be repaired and its columns widened before it succeeds. */
class LoadRun {
  readonly #request: LoadRequest;
  readonly #format: FormatContext;
  readonly #plan: LoadPlan;
  readonly #progress: Progress;
  readonly #options: RunOptions;
  #layouts: readonly Layout[];

  constructor(
    request: LoadRequest,
    context: LoadContext,
    format: FormatContext,
    layouts: readonly Layout[],
    plan: LoadPlan,
  ) {
    this.#request = request;
    this.#layouts = layouts;
    this.#plan = plan;
    this.#progress = new Progress(
      {
        bytes: layouts.reduce((sum, l) => sum + l.file.bytes, 0),
        rows: layouts.reduce((sum, l) => sum + l.estimatedRows, 0),
        file: layouts[0]?.file.name ?? '',
      },
      context.emit ?? (() => {}),
    );
    this.#format = { ...format, onStaged: (bytes) => this.#progress.staged(bytes) };
    this.#options = {
      signal: context.signal,
      onShare: (share) => this.#progress.wrote(share),
    };
  }

  async run(): Promise<Outcome> {
    const { columns } = this.#plan;
    for (;;) {
      try {
        const relations = await this.#open(columns, { lenient: false });
        const extents = await this.#write(columns, relations, 'fail');
        return this.#outcome(columns, extents, relations);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (error.code === 'bad_value') return await this.#resolve();
        if (error.code !== 'unreadable_data') throw error;
        this.#repair(error);
      }
    }
  }

  async #open(
    columns: readonly PlannedColumn[],
    how: { readonly lenient: boolean; readonly numbered?: boolean },
  ): Promise<Relation[]> {
    const numbered = how.numbered === true || needsRowNumbers(columns);
    const groups = numbered ? this.#layouts.map((layout) => [layout]) : groupAlike(this.#layouts);
    const relations: Relation[] = [];
    for (const group of groups) {
      const [first] = group;
      if (first === undefined || first.fields.length === 0) continue;
      relations.push(
        await first.open(
          group.map((l) => l.file),
          {
            lenient: how.lenient,
            numbered,
            columns,
            named: columns.some((c) => c.transform === 'SourceLocation'),
            strict: this.#request.onBadCell === 'stop',
          },
          this.#format,
        ),
      );
    }
    return relations;
  }

  async #write(
    columns: readonly PlannedColumn[],
    relations: readonly Relation[],
    onBad: 'fail' | 'null',
  ): Promise<Extent[]> {
    const [only, ...others] = relations;
    if (only === undefined) return [];
    const valuesOf = (relation: Relation): string[] =>
      columns.map((c) => columnSql(c, relation, onBad, columns).value);
    const single = others.length === 0;
    const names = columns.map((_, i) => `c${i}`);
    const selects = relations.map(
      (r) =>
        `SELECT ${valuesOf(r)
          .map((v, i) => `${v} AS ${ident(names[i] ?? '')}`)
          .join(', ')} FROM ${r.from}`,
    );
    const sql = single ? valuesOf(only) : names.map(ident);
    const rows = this.#layouts.reduce((sum, l) => sum + l.estimatedRows, 0);
    const bytesPerRow = this.#layouts.reduce((most, l) => Math.max(most, l.bytesPerRow), 1);
    return await writeExtents(
      this.#format.session,
      {
        columns: columns.map(
          (c, i): ExtentColumn => ({ name: c.name, type: c.type, sql: sql[i] ?? 'NULL' }),
        ),
        from: single ? only.from : `(${selects.join(' UNION ALL ')})`,
        folder: this.#request.folder,
        estimatedRows: rows,
        bytesPerRow,
      },
      this.#options,
    );
  }

  /** Files that the engine's reader refused are read by the patient one; if that is no way out, the error stands. */
  #repair(error: AppError): void {
    const cause = error.cause instanceof Error ? error.cause.message : '';
    const named = this.#layouts.filter((l) => cause.includes(l.file.path));
    const candidates = named.length > 0 ? named : this.#layouts;
    const repairable = candidates.filter((l) => l.repaired !== undefined);
    if (repairable.length === 0) throw error;
    this.#layouts = this.#layouts.map((l) =>
      repairable.includes(l) && l.repaired !== undefined ? l.repaired() : l,
    );
  }

  /** Some cell doesn't fit: find all of them and do what the request says. */
  async #resolve(): Promise<Outcome> {
    const { session } = this.#format;
    const { columns, fixed } = this.#plan;
    const options = { signal: this.#options.signal };
    const relations = await this.#open(columns, { lenient: true, numbered: true });
    const counts = await countBadCells(session, columns, relations, options);
    const total = counts.reduce((sum, n) => sum + n, 0);
    const badColumns = columns.filter((_, i) => (counts[i] ?? 0) > 0);
    const bad = await firstBadCells(session, badColumns, relations, NAMED_CELLS, options);
    if (total === 0) {
      const extents = await this.#write(columns, relations, 'null');
      return this.#outcome(columns, extents, relations);
    }
    const { onBadCell, maxErrors } = this.#request;
    if (onBadCell === 'stop') throw stopped(bad[0], total);
    if (onBadCell === 'widen' && !fixed) return await this.#widen(badColumns, relations, bad);
    if (total > maxErrors)
      throw new AppError(
        'input',
        'too_many_errors',
        `${total} cells do not fit their columns, more than the limit of ${maxErrors}. ${describe(bad[0])}`,
      );
    return await this.#keep(badColumns, relations, total, bad);
  }

  async #widen(
    badColumns: readonly PlannedColumn[],
    relations: readonly Relation[],
    bad: readonly BadCell[],
  ): Promise<Outcome> {
    const { session } = this.#format;
    const widened: IngestReport['widened'] = [];
    const columns: PlannedColumn[] = [];
    for (const column of this.#plan.columns) {
      if (!badColumns.includes(column)) {
        columns.push(column);
        continue;
      }
      const to = await widerType(session, column, relations, { signal: this.#options.signal });
      widened.push({ column: column.name, from: column.type, to });
      const { transform: _, ...rest } = column;
      columns.push({ ...rest, type: to });
    }
    const extents = await this.#write(columns, relations, 'null');
    const reasons = bad.map((cell) => {
      const to = widened.find((w) => w.column === cell.column)?.to ?? 'string';
      return { ...cell, reason: `${cell.reason}: the column became ${to}` };
    });
    return { ...this.#outcome(columns, extents, relations), bad: reasons, widened };
  }

  async #keep(
    badColumns: readonly PlannedColumn[],
    relations: readonly Relation[],
    total: number,
    bad: readonly BadCell[],
  ): Promise<Outcome> {
    const { columns } = this.#plan;
    const extents = await this.#write(columns, relations, 'null');
    try {
      await mkdir(this.#request.errorFolder, { recursive: true });
      const errorExtents = await writeBadCells(
        this.#format.session,
        badColumns,
        relations,
        this.#request.errorFolder,
        total,
        { signal: this.#options.signal },
      );
      const note =
        this.#request.onBadCell === 'widen'
          ? [
              'the table exists, so its columns could not be widened: cells that did not fit are null',
            ]
          : [];
      const outcome = this.#outcome(columns, extents, relations);
      return { ...outcome, errorExtents, badCount: total, bad, notes: [...outcome.notes, ...note] };
    } catch (error) {
      for (const extent of extents) await rm(extent.path, { force: true });
      throw error;
    }
  }

  #outcome(
    columns: readonly PlannedColumn[],
    extents: Extent[],
    relations: readonly Relation[],
  ): Outcome {
    this.#progress.end(extents.reduce((sum, e) => sum + e.rowCount, 0));
    return {
      columns,
      extents,
      errorExtents: [],
      badCount: 0,
      bad: [],
      widened: [],
      notes: relations.flatMap((r) => r.notes),
    };
  }
}

/** The user knows names, not the paths of copies and uploads. */
export function withNames(
  error: unknown,
  files: readonly Pick<InputFile, 'path' | 'name'>[],
): unknown {
  if (!(error instanceof AppError)) return error;
  const message = files.reduce((text, f) => text.replaceAll(f.path, f.name), error.message);
  if (message === error.message) return error;
  const { kind, code, hints, details, cause } = error;
  return new AppError(kind, code, message, { hints, details, cause });
}

function describe(cell: BadCell | undefined): string {
  return cell === undefined
    ? ''
    : `${cell.file}, row ${cell.row}, column ${cell.column}: “${cell.value.slice(0, 100)}” is ${cell.reason}.`;
}

function stopped(cell: BadCell | undefined, total: number): AppError {
  const others = total > 1 ? ` ${total - 1} more cells do not fit either.` : '';
  return new AppError('input', 'bad_cell', `${describe(cell)}${others} Nothing was stored.`, {
    details: cell === undefined ? {} : { ...cell },
    hints: ['Widen the columns, or keep such cells in an errors table.'],
  });
}

function result(
  request: LoadRequest,
  outcome: Outcome,
  facts: Pick<IngestReport, 'notes' | 'bytesRead' | 'elapsedMs'>,
): LoadResult {
  const { extents, columns } = outcome;
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    extents,
    errorColumns: ERROR_COLUMNS.map((c) => ({ ...c })),
    errorExtents: outcome.errorExtents,
    report: {
      database: '',
      table: '',
      rows: extents.reduce((sum, e) => sum + e.rowCount, 0),
      extents: extents.length,
      rejectedCells: outcome.badCount,
      rejected: outcome.bad.map((cell) => ({ ...cell })),
      widened: request.target === undefined ? outcome.widened : [],
      ...facts,
    },
  };
}
