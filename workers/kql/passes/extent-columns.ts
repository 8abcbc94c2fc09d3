import type { Column } from '../../../common/types/kql-type.ts';
import { expressionsOf } from '../plan/expressions.ts';
import {
  column,
  constant,
  type Expr,
  inputsOf,
  mapExpr,
  type Plan,
  select,
  walkExpr,
} from '../plan/plan.ts';

interface ExtentColumn {
  readonly column: Column;
  /** What the function gives for rows that come from no extent. */
  readonly without: Expr;
}

const INGESTED: ExtentColumn = {
  column: { name: '·ingested', type: 'datetime' },
  without: constant(null, 'datetime'),
};
const EXTENT: ExtentColumn = {
  column: { name: '·extent', type: 'guid' },
  without: constant('00000000-0000-0000-0000-000000000000', 'guid'),
};
const TAGS: ExtentColumn = {
  column: { name: '·tags', type: 'dynamic' },
  without: constant(null, 'dynamic'),
};

/** Functions of the extent that a row comes from. */
const FUNCTIONS: Readonly<Record<string, ExtentColumn>> = {
  ingestion_time: INGESTED,
  extent_id: EXTENT,
  extentid: EXTENT,
  extent_tags: TAGS,
};

/** Columns that a scan gives on request, beside those of its table. */
export const EXTENT_COLUMNS = {
  ingested: INGESTED.column.name,
  extent: EXTENT.column.name,
  tags: TAGS.column.name,
} as const;

/**
 * Makes the extent's properties columns of the scans wherever an expression asks for them: where, extend, project,
 * sort and union keep the tie between a row and its extent, other operators don't (pages "ingestion_time()",
 * "extent_id()", "extent_tags()").
 */
export function withExtentColumns(plans: readonly Plan[]): readonly Plan[] {
  if (!asksForExtents(plans)) return plans;
  const pass = new ExtentColumns();
  return plans.map((plan) => pass.plan(plan));
}

class ExtentColumns {
  readonly #done = new Map<Plan, Plan>();
  readonly #provided = new Map<string, Map<Plan, Plan | undefined>>();

  plan(plan: Plan): Plan {
    const known = this.#done.get(plan);
    if (known) return known;
    const made = this.#plan(plan);
    this.#done.set(plan, made);
    return made;
  }

  #plan(plan: Plan): Plan {
    switch (plan.op) {
      case 'scan':
        return plan;
      case 'rows':
        return { ...plan, rows: plan.rows.map((row) => row.map((e) => this.#expr(e, new Map()))) };
      case 'filter': {
        const { input, exprs } = this.#over(plan.input, [plan.predicate]);
        const kept: Plan = {
          ...plan,
          input,
          predicate: exprs[0] ?? plan.predicate,
          columns: input.columns,
        };
        return this.#narrow(kept, plan.columns);
      }
      case 'project': {
        const { input, exprs } = this.#over(plan.input, plan.exprs);
        return { ...plan, input, exprs };
      }
      case 'aggregate': {
        const { input, exprs } = this.#over(plan.input, [...plan.keys, ...plan.aggregates]);
        return {
          ...plan,
          input,
          keys: exprs.slice(0, plan.keys.length),
          aggregates: exprs.slice(plan.keys.length),
        };
      }
      case 'sort': {
        const { input, exprs } = this.#over(
          plan.input,
          plan.keys.map((k) => k.expr),
        );
        const sorted: Plan = {
          ...plan,
          input,
          keys: plan.keys.map((k, i) => ({ ...k, expr: exprs[i] ?? k.expr })),
          columns: input.columns,
        };
        return this.#narrow(sorted, plan.columns);
      }
      case 'join':
        return { ...plan, left: this.plan(plan.left), right: this.plan(plan.right) };
      case 'union':
      case 'custom':
      case 'step':
        return { ...plan, inputs: plan.inputs.map((i) => this.plan(i)) };
      default:
        return { ...plan, input: this.plan(plan.input) };
    }
  }

  #narrow(plan: Plan, columns: readonly Column[]): Plan {
    return plan.columns.length === columns.length
      ? plan
      : select(
          plan,
          columns.map((c) => ({ from: c.name })),
        );
  }

  /** The expressions over an input that gives what they ask for. */
  #over(given: Plan, exprs: readonly Expr[]): { input: Plan; exprs: Expr[] } {
    let input = this.plan(given);
    const found = new Map<ExtentColumn, Expr>();
    for (const wanted of wantedBy(exprs)) {
      const provided = this.#provide(input, wanted);
      if (provided) input = provided;
      found.set(wanted, provided ? column(wanted.column.name, wanted.column.type) : wanted.without);
    }
    return { input, exprs: exprs.map((e) => this.#expr(e, found)) };
  }

  #expr(expr: Expr, found: ReadonlyMap<ExtentColumn, Expr>): Expr {
    return mapExpr(expr, (e) => {
      if (e.k === 'subquery' || e.k === 'inSubquery') return { ...e, plan: this.plan(e.plan) };
      const wanted = e.k === 'call' ? FUNCTIONS[e.name] : undefined;
      return wanted ? (found.get(wanted) ?? wanted.without) : e;
    });
  }

  /** The plan with one more column, the last; undefined where its rows are no extent's rows. */
  #provide(plan: Plan, wanted: ExtentColumn): Plan | undefined {
    const { name } = wanted.column;
    if (plan.columns.some((c) => c.name === name)) return plan;
    const kept = this.#provided.get(name) ?? new Map<Plan, Plan | undefined>();
    this.#provided.set(name, kept);
    if (kept.has(plan)) return kept.get(plan);
    const made = this.#provideNew(plan, wanted);
    kept.set(plan, made);
    return made;
  }

  #provideNew(plan: Plan, wanted: ExtentColumn): Plan | undefined {
    const columns = [...plan.columns, wanted.column];
    switch (plan.op) {
      case 'scan':
        return plan.external ? undefined : { ...plan, columns };
      case 'filter':
      case 'sort':
      case 'limit':
      case 'serialize':
      case 'materialize': {
        const input = this.#provide(plan.input, wanted);
        return input && { ...plan, input, columns: input.columns };
      }
      case 'project': {
        const input = this.#provide(plan.input, wanted);
        return (
          input && {
            ...plan,
            input,
            exprs: [...plan.exprs, column(wanted.column.name, wanted.column.type)],
            columns,
          }
        );
      }
      case 'union': {
        const legs = plan.inputs.map((leg) => this.#provide(leg, wanted));
        if (legs.every((l) => l === undefined)) return undefined;
        return {
          ...plan,
          columns,
          inputs: plan.inputs.map((leg, i): Plan => {
            const provided = legs[i];
            return {
              op: 'project',
              input: provided ?? leg,
              columns,
              exprs: [
                ...leg.columns.map((c) => column(c.name, c.type)),
                provided ? column(wanted.column.name, wanted.column.type) : wanted.without,
              ],
            };
          }),
        };
      }
      default:
        return undefined;
    }
  }
}

function wantedBy(exprs: readonly Expr[]): Set<ExtentColumn> {
  const wanted = new Set<ExtentColumn>();
  for (const expr of exprs)
    walkExpr(expr, (e) => {
      const found = e.k === 'call' ? FUNCTIONS[e.name] : undefined;
      if (found) wanted.add(found);
    });
  return wanted;
}

/** Whether any expression of the plans asks for a property of an extent. */
function asksForExtents(plans: readonly Plan[]): boolean {
  const seen = new Set<Plan>();
  const asks = (expr: Expr): boolean => {
    let found = false;
    walkExpr(expr, (e) => {
      if (e.k === 'call' && e.name in FUNCTIONS) found = true;
      if ((e.k === 'subquery' || e.k === 'inSubquery') && visit(e.plan)) found = true;
    });
    return found;
  };
  const visit = (plan: Plan): boolean => {
    if (seen.has(plan)) return false;
    seen.add(plan);
    return expressionsOf(plan).some(asks) || inputsOf(plan).some(visit);
  };
  return plans.some(visit);
}
