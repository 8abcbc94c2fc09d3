import type { PruningRange } from '../../../common/contract/store.ts';
import { expressionsOf } from '../plan/expressions.ts';
import { type Expr, inputsOf, type Plan, walkExpr } from '../plan/plan.ts';

/** Types whose order the catalog keeps per extent, as decimal digits. */
const PRUNABLE: ReadonlySet<string> = new Set(['datetime', 'long', 'int', 'timespan']);

function conjuncts(expr: Expr): Expr[] {
  if (expr.k === 'call' && expr.name === 'op_And') return expr.args.flatMap(conjuncts);
  return [expr];
}

const FLIPPED: Readonly<Record<string, string>> = {
  op_LessThan: 'op_GreaterThan',
  op_LessThanOrEqual: 'op_GreaterThanOrEqual',
  op_GreaterThan: 'op_LessThan',
  op_GreaterThanOrEqual: 'op_LessThanOrEqual',
  op_Equal: 'op_Equal',
};

function digits(expr: Expr): string | undefined {
  if (expr.k !== 'constant' || !PRUNABLE.has(expr.type)) return undefined;
  if (typeof expr.value === 'bigint' || typeof expr.value === 'number')
    return expr.value.toString();
  return undefined;
}

/** The texts that a condition leaves a column, if it is `==` or `in` over constants. */
function textsOf(expr: Expr): PruningRange | undefined {
  if (expr.k !== 'call' || (expr.name !== 'op_Equal' && expr.name !== 'op_In')) return undefined;
  const [a, ...others] = expr.args;
  const [name, values] =
    a?.k === 'constant' && others[0]?.k === 'column' ? [others[0], [a]] : [a, others];
  if (name?.k !== 'column' || name.type !== 'string' || values.length === 0) return undefined;
  const texts = values.map((v) =>
    v.k === 'constant' && v.type === 'string' ? v.value : undefined,
  );
  return texts.every((t) => typeof t === 'string')
    ? { column: name.name, values: texts.map(String) }
    : undefined;
}

/** A bound that a condition puts on one column, if it is that plain. */
function rangeOf(expr: Expr): PruningRange | undefined {
  if (expr.k !== 'call') return undefined;
  const [a, b, c] = expr.args;
  if (!a || !b) return undefined;
  if (expr.name === 'op_Between' && a.k === 'column' && c) {
    const min = digits(b);
    const end = digits(c);
    // `between (moment .. timespan)`: the second one is counted from the first (page "between operator").
    const counted = b.type === 'datetime' && c.type === 'timespan';
    const max =
      counted && min !== undefined && end !== undefined
        ? (BigInt(min) + BigInt(end)).toString()
        : end;
    return min !== undefined && max !== undefined && PRUNABLE.has(a.type)
      ? { column: a.name, min, max }
      : undefined;
  }
  const [side, value, name] =
    a.k === 'column'
      ? [a, b, expr.name]
      : b.k === 'column'
        ? [b, a, FLIPPED[expr.name]]
        : [a, b, undefined];
  if (side.k !== 'column' || !PRUNABLE.has(side.type) || value.type !== side.type) return undefined;
  const bound = digits(value);
  if (bound === undefined) return undefined;
  switch (name) {
    case 'op_Equal':
      return { column: side.name, min: bound, max: bound };
    // All of these types count in whole steps.
    case 'op_LessThan':
      return { column: side.name, max: (BigInt(bound) - 1n).toString() };
    case 'op_GreaterThan':
      return { column: side.name, min: (BigInt(bound) + 1n).toString() };
    case 'op_LessThanOrEqual':
      return { column: side.name, max: bound };
    case 'op_GreaterThanOrEqual':
      return { column: side.name, min: bound };
    default:
      return undefined;
  }
}

/** Every scan of a plan with the ranges that all ways to it keep: none where one way reads the whole table. */
export type ScanRanges = ReadonlyMap<Plan & { readonly op: 'scan' }, readonly PruningRange[]>;

/**
 * Finds which ranges the filters right above each scan keep, so that the catalog leaves out extents. The filters
 * stay: a range only prunes.
 */
export function scanRanges(plans: readonly Plan[]): ScanRanges {
  const found = new Map<Plan & { readonly op: 'scan' }, readonly PruningRange[]>();
  const seen = new Set<Plan>();
  const visit = (plan: Plan, ranges: readonly PruningRange[]): void => {
    if (plan.op === 'scan') {
      const before = found.get(plan);
      // Texts tell the paths of external files apart; the catalog keeps none of an extent.
      const own = plan.external ? ranges : ranges.filter((r) => r.values === undefined);
      found.set(plan, before === undefined ? own : []);
      return;
    }
    // A scan reached again through a shared node is seen once: its filters are the same ones.
    if (plan.op !== 'filter' && seen.has(plan)) return;
    seen.add(plan);
    for (const expr of expressionsOf(plan))
      walkExpr(expr, (e) => {
        if (e.k === 'subquery' || e.k === 'inSubquery') visit(e.plan, []);
      });
    if (plan.op === 'filter') {
      const own = conjuncts(plan.predicate)
        .map((e) => rangeOf(e) ?? textsOf(e))
        .filter((r): r is PruningRange => r !== undefined);
      visit(plan.input, [...ranges, ...own]);
      return;
    }
    for (const input of inputsOf(plan)) visit(input, []);
  };
  for (const plan of plans) visit(plan, []);
  return found;
}
