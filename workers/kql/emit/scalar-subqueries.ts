import { column, type Expr, mapExpr, type Plan } from '../plan/plan.ts';

/**
 * DuckDB refuses a scalar subquery inside of TRY, and most arithmetic that may overflow is tried. So the value of a
 * `toscalar` is fetched outside of the expression and goes by a name in it.
 */
export interface Fetched {
  readonly name: string;
  readonly subquery: Expr & { readonly k: 'subquery' };
}

/** These say their SQL without TRY: a subquery may stand in them, and a filter by it can still be pushed down. */
const PLAIN: ReadonlySet<string> = new Set([
  'op_And',
  'op_Or',
  'op_Equal',
  'op_NotEqual',
  'op_LessThan',
  'op_LessThanOrEqual',
  'op_GreaterThan',
  'op_GreaterThanOrEqual',
  'not',
]);

const NOTHING: Plan = { op: 'rows', columns: [], rows: [[]] };

/** The expression with names in place of the subqueries that have to be fetched, and what to fetch. */
export function withoutSubqueries(expr: Expr): {
  readonly expr: Expr;
  readonly fetched: readonly Fetched[];
} {
  if (!holdsSubquery(expr)) return { expr, fetched: [] };
  const fetched: Fetched[] = [];
  const fetch = (e: Expr): Expr =>
    mapExpr(e, (part) => {
      if (part.k !== 'subquery') return part;
      const name = `·scalar${fetched.length}`;
      fetched.push({ name, subquery: part });
      return column(name, part.type);
    });
  const within = (e: Expr, isRoot: boolean): Expr => {
    if (!holdsSubquery(e) || e.k === 'subquery') return e;
    // What needs no row is computed once.
    if (!isRoot && needsNoRow(e))
      return {
        k: 'subquery',
        type: e.type,
        plan: {
          op: 'project',
          input: NOTHING,
          exprs: [e],
          columns: [{ name: 'value', type: e.type }],
        },
      };
    if (e.k === 'call') {
      const args = e.args.map((a) => within(a, false));
      const made = { ...e, args };
      return PLAIN.has(e.name) ? made : fetch(made);
    }
    // An aggregate's arguments are looked at by themselves, when it is their turn.
    return e;
  };
  return { expr: within(expr, true), fetched };
}

function holdsSubquery(expr: Expr): boolean {
  if (expr.k === 'subquery') return true;
  return expr.k === 'call' && expr.args.some(holdsSubquery);
}

function needsNoRow(expr: Expr): boolean {
  if (expr.k === 'constant' || expr.k === 'subquery') return true;
  return expr.k === 'call' && expr.args.every(needsNoRow);
}
