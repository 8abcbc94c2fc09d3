import type { Expr, Plan } from './plan.ts';

/** The expressions that a node itself holds; those of its inputs are theirs. */
export function expressionsOf(plan: Plan): readonly Expr[] {
  switch (plan.op) {
    case 'filter':
      return [plan.predicate];
    case 'project':
      return plan.exprs;
    case 'aggregate':
      return [...plan.keys, ...plan.aggregates];
    case 'sort':
      return plan.keys.map((k) => k.expr);
    case 'limit':
      return [plan.count];
    case 'rows':
      return plan.rows.flat();
    case 'join':
      return plan.on.flatMap((k) => [k.left, k.right]);
    case 'custom':
      return plan.expressions ?? [];
    default:
      return [];
  }
}
