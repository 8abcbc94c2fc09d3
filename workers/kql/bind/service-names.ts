import type { Plan } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';

/** Aggregates of two columns: Kusto.Language names their column after the first, the service after both. */
const NAMED_AFTER_BOTH = /^covariancep?(if)?$/;

/** The default name that the service gives to an unnamed aggregate of two columns: `covariance_x_y`. */
function nameOf(element: SyntaxNode): string | undefined {
  if (element.type !== 'FunctionCallExpression') return undefined;
  const name = element.child('Name').name;
  if (!NAMED_AFTER_BOTH.test(name)) return undefined;
  const [x, y] = element.child('ArgumentList').list('Expressions');
  if (x?.type !== 'NameReference' || y?.type !== 'NameReference') return undefined;
  return `${name}_${x.name}_${y.name}`;
}

/**
 * The columns of a text that ends in `summarize` under the service's own default names. Inside of a text the names
 * are Kusto.Language's: what stands behind the summarize is bound to them.
 */
export function serviceNames(node: SyntaxNode, plan: Plan): Plan {
  const operator = node.type === 'PipeExpression' ? node.child('Operator') : node;
  if (operator.type !== 'SummarizeOperator' || plan.op !== 'aggregate') return plan;
  const names = operator.list('Aggregates').map(nameOf);
  if (names.every((n) => n === undefined)) return plan;
  const taken = new Set(plan.columns.map((c) => c.name));
  const columns = plan.columns.map((c, i) => {
    const name = names[i - plan.keys.length];
    return name === undefined || taken.has(name) ? c : { ...c, name };
  });
  return { ...plan, columns };
}
