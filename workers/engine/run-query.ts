import type { DuckDBConnection } from '@duckdb/node-api';
import type { ExternalScan } from '../../common/contract/external.ts';
import type { QueryEvent, QueryOutcome, QueryStats } from '../../common/contract/query.ts';
import type { PruningRange, TableSnapshot } from '../../common/contract/store.ts';
import { AppError } from '../../common/errors/app-error.ts';
import { ticksOfUnixMillis } from '../../common/types/ticks.ts';
import { type Compiled, compile } from '../kql/compile.ts';
import { type Lowered, Lowering } from '../kql/emit/lower.ts';
import type { Value } from '../kql/functions/define.ts';
import { type DerivedPlans, deriveColumns } from '../kql/passes/derive-columns.ts';
import { scanRanges } from '../kql/passes/push-ranges.ts';
import type { Outside } from '../kql/plan/outside.ts';
import type { Plan, PlannedResult, Row } from '../kql/plan/plan.ts';
import { DataNeeded, SchemaNeeded } from '../kql/plugins/define.ts';
import type { GlobalsCache } from '../kql/syntax/globals.ts';
import { namingFile } from './damaged-file.ts';
import { refuseDisabled } from './disabled.ts';
import type { Engine } from './duckdb.ts';
import { withExtentColumns } from './extent-columns.ts';
import { type Insertion, inOriginalText } from './inserted-schemas.ts';
import type { JsFunctions } from './js-functions.ts';
import { materialize, named } from './materialize.ts';
import { NOTHING_OUTSIDE } from './outside/nothing.ts';
import { NO_LIMITS, type RecordLimits, recordLimits, refuseTooMany } from './record-limits.ts';
import { type DatetimeScope, datetimeScope, nowOf, scopedScan } from './request-time.ts';
import type { Results, StoredResult } from './results.ts';
import type { SideCopies } from './side-copies.ts';
import { runStep } from './steps.ts';
import { readerRefused, type TakeOptions, takeSnapshots } from './take-snapshots.ts';
import { translateError } from './translate-error.ts';
import { fromEngine } from './values.ts';

const PROGRESS_MS = 250;
/** Plugins whose columns depend on data, one after the other, in one text. */
const MAX_SCHEMA_ROUNDS = 20;

export interface RunRequest {
  readonly queryId: string;
  readonly text: string;
  readonly database: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

interface RunContext {
  /** Ticks of `now()`. */
  readonly now: bigint;
  readonly limits: RecordLimits;
  readonly signal: AbortSignal;
  readonly emit: (event: QueryEvent) => void;
}

type Scan = Plan & { readonly op: 'scan' };

interface CompiledRequest extends Compiled {
  /** Ticks of `now()`. */
  readonly now: bigint;
  readonly scope?: DatetimeScope | undefined;
}

const NEVER = new AbortController().signal;

/** The tables of one query as they are at its start. */
export interface Snapshots {
  take(
    queryId: string,
    tables: readonly {
      readonly database: string;
      readonly table: string;
      readonly ranges: readonly PruningRange[];
      /** Only extents that this materialized view has not taken in. */
      readonly delta?: string;
    }[],
  ): Promise<readonly TableSnapshot[]>;
  /** Files that a query names itself, as a table; they stay until the query's snapshot is released. */
  open?(
    queryId: string,
    scan: ExternalScan,
    ranges: readonly PruningRange[],
    convert: boolean,
    signal: AbortSignal,
  ): Promise<TableSnapshot>;
  release(queryId: string): Promise<void>;
}

/** Compiles and runs texts; results stay in the engine. */
export class QueryRunner {
  readonly #engine: Engine;
  readonly #results: Results;
  readonly #functions: JsFunctions;
  readonly #globals: GlobalsCache;
  readonly #snapshots: Snapshots;
  readonly #ownTable: ((scan: Scan) => string | undefined) | undefined;
  readonly #plans: ((now: bigint) => Compiled) | undefined;
  readonly #outside: Outside;
  readonly #sides: SideCopies | undefined;
  #number = 0;

  constructor(parts: {
    readonly engine: Engine;
    readonly results: Results;
    readonly functions: JsFunctions;
    readonly globals: GlobalsCache;
    readonly snapshots: Snapshots;
    /** Text that selects a table which lives in the engine instead of in extents, by its KQL name. */
    readonly ownTable?: (scan: Scan) => string | undefined;
    /** Plans to run in place of a text. */
    readonly plans?: (now: bigint) => Compiled;
    /** What plugins may ask for beyond the engine; absent: nothing. */
    readonly outside?: Outside;
    /** Copies with values out of dynamic columns; absent: bags are read each time. */
    readonly sides?: SideCopies;
  }) {
    this.#engine = parts.engine;
    this.#results = parts.results;
    this.#functions = parts.functions;
    this.#globals = parts.globals;
    this.#snapshots = parts.snapshots;
    this.#ownTable = parts.ownTable;
    this.#outside = parts.outside ?? NOTHING_OUTSIDE;
    this.#plans = parts.plans;
    this.#sides = parts.sides;
  }

  compile(
    request: Pick<RunRequest, 'text' | 'database' | 'parameters'>,
    now = ticksOfUnixMillis(Date.now()),
    values: readonly Value[] = [],
  ): CompiledRequest {
    const compiled =
      this.#plans?.(now) ??
      compile(request.text, this.#globals, {
        database: request.database,
        now,
        parameters: request.parameters,
        values,
      });
    return { ...compiled, now };
  }

  /** Binds the scans to extents and turns each plan into statements. The caller releases the snapshot. */
  async lower(
    queryId: string,
    compiled: CompiledRequest,
    how: TakeOptions = { convert: false, signal: NEVER },
  ): Promise<{
    readonly lowered: Lowered[];
    readonly snapshots: Map<Scan, TableSnapshot>;
    /** To be called when the statements have run. */
    readonly done: () => void;
  }> {
    const scans = new Map(
      [...compiled.ranges].filter(([scan]) => this.#ownTable?.(scan) === undefined),
    );
    const snapshots = await takeSnapshots(this.#snapshots, queryId, scans, how);
    const over = this.#overCopies(compiled, snapshots);
    if (over) return { ...over, snapshots };
    const lowered = compiled.results.map((result) =>
      this.lowerPlan(result.plan, compiled, snapshots),
    );
    return { lowered, snapshots, done: () => this.#wantCopies(compiled, snapshots) };
  }

  /** The statements over copies of the tables with values out of their dynamic columns, where there are such. */
  #overCopies(
    compiled: CompiledRequest,
    snapshots: ReadonlyMap<Scan, TableSnapshot>,
  ): { readonly lowered: Lowered[]; readonly done: () => void } | undefined {
    const derived = this.#derived(compiled);
    const over = derived && this.#sides?.open(derived, snapshots);
    if (!derived || !over) return undefined;
    const ranges = scanRanges(derived.plans);
    // Scans without such columns stand for the same tables as before, under new nodes.
    const originals = [...snapshots];
    const all = new Map(over.snapshots);
    for (const scan of ranges.keys()) {
      if (all.has(scan)) continue;
      const same = originals.filter(
        ([o]) => o.database === scan.database && o.table === scan.table && !o.external,
      );
      // Which of several it was can't be told, and they may be pruned differently.
      if (same.length !== 1 || !same[0]) {
        over.done();
        return undefined;
      }
      all.set(scan, same[0][1]);
    }
    const lowered = derived.plans.map((plan) => this.lowerPlan(plan, { ...compiled, ranges }, all));
    return { lowered, done: over.done };
  }

  #wantCopies(compiled: CompiledRequest, snapshots: ReadonlyMap<Scan, TableSnapshot>): void {
    const derived = this.#derived(compiled);
    if (derived)
      this.#sides?.want(derived, snapshots, (plan, taken) =>
        this.lowerPlan(plan, { ...compiled, ranges: new Map() }, taken),
      );
  }

  #derived(compiled: CompiledRequest): DerivedPlans | undefined {
    if (!this.#sides || compiled.scope) return undefined;
    return deriveColumns(compiled.results.map((r) => r.plan));
  }

  lowerPlan(
    plan: Plan,
    compiled: CompiledRequest,
    snapshots: ReadonlyMap<Scan, TableSnapshot>,
  ): Lowered {
    return new Lowering({
      now: compiled.now,
      prefix: `stage_${++this.#number}`,
      scan: (scan) => {
        const own = this.#ownTable?.(scan);
        if (own !== undefined) return own;
        const snapshot = snapshots.get(scan);
        if (!snapshot)
          throw new AppError('internal', 'no_snapshot', `No snapshot of ${scan.table} was taken.`);
        return scopedScan(
          withExtentColumns(snapshot, scan.columns),
          {
            columns: scan.columns.map((c) => c.name),
            ranges: compiled.ranges.get(scan) ?? [],
          },
          compiled.scope,
        );
      },
    }).finish(plan);
  }

  async run(
    request: RunRequest,
    signal: AbortSignal,
    emit: (event: QueryEvent) => void,
  ): Promise<QueryOutcome> {
    const started = performance.now();
    const compiled = await this.#compileOverData(request, signal);
    const timing = { started, compileMs: performance.now() - started };
    try {
      return await this.#runCompiled(request, compiled, timing, { convert: false, signal }, emit);
    } catch (error) {
      if (!readerRefused(error, compiled.ranges)) throw error;
      return await this.#runCompiled(request, compiled, timing, { convert: true, signal }, emit);
    }
  }

  async #runCompiled(
    request: RunRequest,
    compiled: CompiledRequest,
    { started, compileMs }: { readonly started: number; readonly compileMs: number },
    how: TakeOptions,
    emit: (event: QueryEvent) => void,
  ): Promise<QueryOutcome> {
    const { signal } = how;
    const limits = recordLimits(request.options, compiled.options);
    refuseDisabled(
      compiled.results.map((r) => r.plan),
      request.options,
      compiled.options,
    );
    const results: StoredResult[] = [];
    let done = (): void => undefined;
    let taken: ReadonlyMap<Scan, TableSnapshot> = new Map();
    try {
      const prepared = await this.lower(request.queryId, compiled, how);
      const { lowered, snapshots } = prepared;
      done = prepared.done;
      taken = snapshots;
      const of = compiled.results.length;
      for (const [i, result] of compiled.results.entries()) {
        const statement = lowered[i];
        if (statement)
          results.push(
            await this.#runOne(request.queryId, result, statement, {
              now: compiled.now,
              limits,
              signal,
              emit: (event) => emit(event.kind === 'result' ? { ...event, of } : event),
            }),
          );
      }
      return {
        queryId: request.queryId,
        results: results.map((r) => this.#results.info(r)),
        stats: await this.#stats(started, compileMs, [...snapshots.values()]),
        warnings: [...compiled.warnings],
      };
    } catch (error) {
      await this.#results.release(results.map((r) => r.resultId));
      if (signal.aborted) throw AppError.cancelled('The query');
      if (readerRefused(error, compiled.ranges)) throw error;
      throw await namingFile(error, { engine: this.#engine, signal }, compiled.ranges, taken);
    } finally {
      done();
      if (compiled.ranges.size > 0) await this.#snapshots.release(request.queryId);
    }
  }

  /** Compiles; where a plugin's columns depend on data, asks the data and states them in the text. */
  async #compileOverData(request: RunRequest, signal: AbortSignal): Promise<CompiledRequest> {
    const now = nowOf(request.options) ?? ticksOfUnixMillis(Date.now());
    let text = request.text;
    const inserted: Insertion[] = [];
    const values: Value[] = [];
    for (let round = 0; ; round++) {
      try {
        const compiled = this.compile({ ...request, text }, now, values);
        const scope = datetimeScope(request.options, compiled.options);
        const set = nowOf(compiled.options);
        if (set === undefined) return { ...compiled, scope };
        return { ...this.compile({ ...request, text }, set, values), scope };
      } catch (error) {
        if (!(error instanceof DataNeeded) || round >= MAX_SCHEMA_ROUNDS)
          throw inOriginalText(error, request.text, inserted);
        refuseDisabled([error.plan], request.options, {});
        const rows = await this.#rowsOf(
          `${request.queryId}/schema${round}`,
          error.plan,
          now,
          signal,
        );
        if (!(error instanceof SchemaNeeded)) {
          values.push(rows[0]?.[0] ?? null);
          continue;
        }
        const columns = error
          .columns(rows)
          .map((c) => `['${c.name.replaceAll("'", "\\'")}']:${c.type}`);
        const schema = ` : (${columns.join(', ')})`;
        text = `${text.slice(0, error.offset)}${schema}${text.slice(error.offset)}`;
        inserted.push({ at: error.offset, length: schema.length });
      }
    }
  }

  /** All rows of a small plan, as values. */
  async #rowsOf(queryId: string, plan: Plan, now: bigint, signal: AbortSignal): Promise<Row[]> {
    const compiled = {
      results: [{ name: '', plan, visualization: undefined }],
      options: {},
      warnings: [],
      ranges: scanRanges([plan]),
      now,
    };
    const results: StoredResult[] = [];
    let end = (): void => undefined;
    try {
      const { lowered, done } = await this.lower(queryId, compiled, { convert: false, signal });
      end = done;
      const [statement] = lowered;
      const [planned] = compiled.results;
      if (!statement || !planned) return [];
      const result = await this.#runOne(queryId, planned, statement, {
        now,
        limits: NO_LIMITS,
        signal,
        emit: () => undefined,
      });
      results.push(result);
      const values = await this.#results.values(result.resultId);
      return Array.from({ length: result.rowCount }, (_, r) =>
        result.columns.map((c, i) => fromEngine(values[i]?.[r] ?? null, c.type)),
      );
    } finally {
      end();
      await this.#results.release(results.map((r) => r.resultId));
      if (compiled.ranges.size > 0) await this.#snapshots.release(queryId);
    }
  }

  async #runOne(
    queryId: string,
    planned: PlannedResult,
    lowered: Lowered,
    context: RunContext,
  ): Promise<StoredResult> {
    const { now, limits, signal, emit } = context;
    return this.#engine.use(signal, async (connection) => {
      const progress = setInterval(() => {
        // An interrupt that arrives between two statements is lost: say it again.
        if (signal.aborted) connection.interrupt();
        const percent = connection.progress.percentage;
        emit({ kind: 'progress', percent, stage: 'running' });
      }, PROGRESS_MS);
      let sql = lowered.sql;
      const stageTables: string[] = [];
      try {
        this.#functions.register(connection, lowered.functions);
        for (const stage of lowered.stages) {
          signal.throwIfAborted();
          stageTables.push(stage.table);
          if (stage.kind === 'sql') {
            sql = stage.sql;
            await connection.run(
              `CREATE TABLE ${stage.table} AS ${named(stage.sql, stage.columns.length)}`,
            );
          } else await this.#step(stage, connection, now, signal);
        }
        sql = lowered.sql;
        signal.throwIfAborted();
        const result = this.#results.add({
          resultId: `${queryId}/${this.#results.newTable('r')}`,
          name: planned.name,
          columns: lowered.columns,
          visualization: planned.visualization,
          table: '',
          rowCount: 0,
          complete: false,
        });
        try {
          await materialize(lowered, result, {
            engine: this.#engine,
            results: this.#results,
            connection,
            signal,
            take: limits.take,
            onPreview: () => emit({ kind: 'result', result: this.#results.info(result) }),
          });
          refuseTooMany(result.rowCount, limits);
        } catch (error) {
          await this.#results.release([result.resultId]);
          throw error;
        }
        emit({ kind: 'result', result: this.#results.info(result) });
        return result;
      } catch (error) {
        throw translateError(error, sql);
      } finally {
        clearInterval(progress);
        for (const table of stageTables)
          await this.#engine.main.run(`DROP TABLE IF EXISTS ${table}`).catch(() => undefined);
      }
    });
  }

  async #step(
    stage: Parameters<typeof runStep>[2],
    writer: DuckDBConnection,
    now: bigint,
    signal: AbortSignal,
  ): Promise<void> {
    const readers: Promise<void>[] = [];
    let done: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      done = resolve;
    });
    try {
      await runStep(
        () =>
          new Promise((resolve, reject) => {
            readers.push(
              this.#engine
                .use(signal, async (reader) => {
                  resolve(reader);
                  await finished;
                })
                .catch(reject),
            );
          }),
        writer,
        stage,
        { now, signal, outside: this.#outside },
      );
    } finally {
      done();
      await Promise.all(readers);
    }
  }

  async #stats(
    started: number,
    compileMs: number,
    snapshots: readonly TableSnapshot[],
  ): Promise<QueryStats> {
    const extents = snapshots.flatMap((s) => s.extents);
    return {
      elapsedMs: performance.now() - started,
      compileMs,
      bytesScanned: extents.reduce((sum, e) => sum + e.sizeBytes, 0),
      rowsScanned: extents.reduce((sum, e) => sum + e.rowCount, 0),
      extentsScanned: extents.length,
      extentsTotal: snapshots.reduce((sum, s) => sum + s.extentsTotal, 0),
      memoryBytes: await this.#engine.memory(),
    };
  }
}
