import type { Plan } from './plan.ts';

/** How many rows a plan gives at most, where its shape alone says so; `Infinity` where data decides. */
export function mostRows(plan: Plan): number {
  switch (plan.op) {
    case 'rows':
      return plan.rows.length;
    case 'limit': {
      const { value } = plan.count.k === 'constant' ? plan.count : { value: null };
      const count = typeof value === 'bigint' ? Number(value) : Number.POSITIVE_INFINITY;
      return Math.min(count, mostRows(plan.input));
    }
    case 'aggregate':
      return plan.keys.length === 0 ? 1 : mostRows(plan.input);
    case 'filter':
    case 'project':
    case 'sort':
    case 'distinct':
    case 'serialize':
    case 'materialize':
      return mostRows(plan.input);
    case 'union':
      return plan.inputs.reduce((sum, input) => sum + mostRows(input), 0);
    case 'join':
    case 'scan':
    case 'custom':
    case 'step':
      return Number.POSITIVE_INFINITY;
  }
}
