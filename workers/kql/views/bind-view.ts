import type { DatabaseInfo, TableInfo, ViewInfo } from '../../../common/contract/schema.ts';
import { AppError, asAppError } from '../../../common/errors/app-error.ts';
import { nameReference } from '../../../common/text/kql-literal.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import { QueryBinder } from '../bind/query.ts';
import { expressionsOf } from '../plan/expressions.ts';
import { type Expr, inputsOf, type Plan, walkExpr } from '../plan/plan.ts';
import { plugins } from '../plugins/index.ts';
import type { GlobalsCache } from '../syntax/globals.ts';
import { parse } from '../syntax/parse.ts';
import { tolerated } from '../syntax/tolerated.ts';
import { checkViewSyntax, notSummarized } from './check-view.ts';
import {
  finishPlan,
  mergePlan,
  newKeysPlan,
  partialPlan,
  shapeOf,
  storedColumns,
  type ViewShape,
} from './view-plan.ts';

/** A view as its command describes it. */
export interface ViewText {
  readonly database: string;
  readonly name: string;
  readonly source: string;
  readonly query: string;
  readonly dimensionTables: readonly string[];
}

/** The part of a view that is wanted: all of it, or what was materialized. */
export type ViewPart = 'all' | 'materialized';

type Scan = Plan & { readonly op: 'scan' };

/** Opens materialized views for the binder of one query. */
export class ViewBinder {
  readonly #globals: GlobalsCache;
  readonly #now: bigint;
  readonly #open: string[] = [];

  constructor(globals: GlobalsCache, now: bigint) {
    this.#globals = globals;
    this.#now = now;
  }

  /** The rows of a view. An error says why it can't be read, and names it. */
  read(database: string, table: TableInfo, part: ViewPart): Plan {
    return this.#reading(database, table, (shape, view) => {
      const stored = storedScan(database, table.name, view);
      if (part === 'materialized') return finishPlan(shape, stored);
      if (view.broken !== undefined)
        throw new AppError('semantic', 'view_broken', view.broken, {
          hints: [`materialized_view("${table.name}") reads what was materialized.`],
        });
      const fresh = partialPlan(shape);
      return shape.dedup
        ? union([stored, newKeysPlan(shape, fresh, stored)])
        : finishPlan(shape, union([stored, fresh]));
    });
  }

  /** The rows of a `take_any(*)` view that another view, made of it, has not taken in. */
  delta(database: string, table: TableInfo, reader: string): Plan {
    return this.#reading(database, table, (shape, view) => {
      const stored = storedScan(database, table.name, view);
      return union([{ ...stored, delta: reader }, newKeysPlan(shape, partialPlan(shape), stored)]);
    });
  }

  call(database: string, name: string): Plan {
    if (this.#open.includes(name))
      throw new AppError('semantic', 'recursion', `The view '${name}' reads itself.`);
    this.#open.push(name);
    try {
      const parsed = parse(`${nameReference(name)}()`, database, this.#globals);
      const binder = new QueryBinder({
        database,
        schema: this.#globals.schema,
        now: this.#now,
        parameters: {},
        views: this,
      });
      const [result] = binder.bind(parsed.root).results;
      if (result) return result.plan;
      throw new AppError('semantic', 'unknown_function', `'${name}' gives no table.`);
    } finally {
      this.#open.pop();
    }
  }

  /** What one run makes: states of the source's new rows, or fewer states of the same groups. */
  step(database: string, name: string, step: 'delta' | 'merge'): Plan {
    const table = this.#find(database, name);
    return this.#reading(
      database,
      table,
      (shape, view) => {
        const stored = storedScan(database, name, view);
        if (step === 'merge') return mergePlan(shape, stored);
        return shape.dedup ? newKeysPlan(shape, partialPlan(shape), stored) : partialPlan(shape);
      },
      true,
    );
  }

  /** Checks a view's text and says what it is; errors have their place in the query. */
  describe(text: ViewText): {
    readonly columns: readonly Column[];
    readonly keys: readonly string[];
    readonly stored: readonly Column[];
    readonly dedup: boolean;
  } {
    const shape = this.#shape(text, false);
    return {
      columns: shape.columns,
      keys: shape.keyColumns.map((c) => c.name),
      stored: storedColumns(shape),
      dedup: shape.dedup,
    };
  }

  #find(database: string, name: string): TableInfo {
    const found = databaseOf(this.#globals, database)?.tables.find((t) => t.name === name);
    if (found?.view) return found;
    throw new AppError(
      'semantic',
      'unknown_view',
      `There is no materialized view named '${name}'.`,
    );
  }

  #reading(
    database: string,
    table: TableInfo,
    make: (shape: ViewShape, view: ViewInfo) => Plan,
    committedOnly = false,
  ): Plan {
    const { view, name } = table;
    if (!view) throw new AppError('internal', 'no_view', `${name} is no materialized view.`);
    if (this.#open.includes(name))
      throw new AppError('semantic', 'recursion', `The materialized view '${name}' reads itself.`);
    this.#open.push(name);
    try {
      const shape = this.#shape({ database, name, ...view }, committedOnly);
      const plan = make(shape, view);
      if (committedOnly) return plan;
      return inColumns(plan, table, view);
    } catch (error) {
      throw broken(name, error);
    } finally {
      this.#open.pop();
    }
  }

  #shape(text: ViewText, committedOnly: boolean): ViewShape {
    const { database, name, source, query } = text;
    const parsed = parse(query, database, this.#globals);
    const problem = parsed.diagnostics.find(
      (d) => d.severity === 'error' && !tolerated(d, parsed.root, (plugin) => plugins.has(plugin)),
    );
    if (problem)
      throw new AppError('semantic', problem.code, problem.message, { span: problem.span });
    const known = databaseOf(this.#globals, database)?.tables.find((t) => t.name === source);
    const { dedup } = checkViewSyntax(parsed.root, text);
    const binder = new QueryBinder({
      database,
      schema: this.#globals.schema,
      now: this.#now,
      parameters: {},
      views: this,
      fact: {
        table: source,
        plan: (): Plan =>
          known?.view && !committedOnly
            ? this.delta(database, known, name)
            : {
                op: 'scan',
                database,
                table: source,
                columns: (known?.columns ?? []).map((c) => ({ name: c.name, type: c.type })),
                delta: name,
              },
      },
    });
    const [result] = binder.bind(parsed.root).results;
    if (result?.plan.op !== 'aggregate') throw notSummarized(undefined);
    checkTables(result.plan, text);
    return shapeOf(result.plan, dedup);
  }
}

function databaseOf({ schema }: GlobalsCache, name: string): DatabaseInfo | undefined {
  return schema.databases.find((d) => d.name === name);
}

function storedScan(database: string, table: string, view: ViewInfo): Scan {
  return { op: 'scan', database, table, columns: view.stored };
}

function union(inputs: readonly Plan[]): Plan {
  const columns = inputs[0]?.columns ?? [];
  return {
    op: 'union',
    columns,
    inputs: inputs.map((input) => ({
      op: 'project',
      input,
      columns,
      exprs: columns.map((c): Expr => ({ k: 'column', name: c.name, type: c.type })),
    })),
  };
}

/** The columns that the view was made with; what the source has got since shows once the view says so. */
function inColumns(plan: Plan, { name, columns }: TableInfo, view: ViewInfo): Plan {
  const missing = columns.find(
    (c) => !plan.columns.some((p) => p.name === c.name && p.type === c.type),
  );
  const more = plan.columns.find((p) => !columns.some((c) => c.name === p.name));
  if (missing || (more && !view.autoUpdateSchema))
    throw new AppError(
      'semantic',
      'view_columns',
      `'${name}' was made with other columns than its query gives now (${missing?.name ?? more?.name}).`,
    );
  if (!more) return plan;
  return {
    op: 'project',
    input: plan,
    columns: columns.map((c) => ({ name: c.name, type: c.type })),
    exprs: columns.map((c): Expr => ({ k: 'column', name: c.name, type: c.type })),
  };
}

function broken(name: string, error: unknown): AppError {
  const { message, code } = asAppError(error);
  if (code === 'view_unreadable') return asAppError(error);
  return new AppError(
    'semantic',
    'view_unreadable',
    `The materialized view '${name}' can't be read: ${message}`,
    {
      hints: [
        `.show materialized-view ${name} says how it is; .alter materialized-view gives it a query that fits its source.`,
      ],
      cause: error,
    },
  );
}

/** One reference to the source: a second one would see only some of the rows that the first one does. */
function checkTables(plan: Plan, { source, name, dimensionTables }: ViewText): void {
  let facts = 0;
  const seen = new Set<Plan>();
  const visit = (node: Plan): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.op === 'scan') {
      if (node.delta === name) facts++;
    }
    for (const expr of expressionsOf(node))
      walkExpr(expr, (e) => {
        if (e.k === 'subquery' || e.k === 'inSubquery') visit(e.plan);
      });
    for (const input of inputsOf(node)) visit(input);
  };
  visit(plan);
  if (facts !== 1)
    throw new AppError(
      'semantic',
      'view_source',
      `The view's query reads its source '${source}' ${facts === 0 ? 'nowhere' : 'more than once'}; it has to be there once.`,
      { hints: [`Other tables are named in dimensionTables (${dimensionTables.join(', ')}).`] },
    );
}
