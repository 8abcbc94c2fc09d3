import type { Plan } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import type { NamedPlan, OperatorContext } from './define.ts';
import { pluginCall, pluginOf } from './evaluate.ts';
import { aggregatePlan } from './summarize.ts';

/** The name that `as` at the end of a leg gives. */
function nameByAs(leg: SyntaxNode): string | undefined {
  const last = leg.type === 'PipeExpression' ? leg.child('Operator') : leg;
  return last.type === 'AsOperator' ? last.child('Name').name : undefined;
}

/** Whether an operator of `manyResults` really answers with several tables: of the plugins, few do. */
export function answersMany(node: SyntaxNode): boolean {
  return node.type !== 'EvaluateOperator' || pluginOf(node)?.tables !== undefined;
}

/** Operators at the end of a text that answer with several tables (fork, facet). */
export const manyResults: Readonly<
  Record<string, (node: SyntaxNode, input: Plan, context: OperatorContext) => NamedPlan[]>
> = {
  EvaluateOperator: (node, input, context) => [
    ...(pluginOf(node)?.tables?.(pluginCall(node, input, context)) ?? []),
  ],
  ForkOperator: (node, input, context) => {
    const shared: Plan = { op: 'materialize', columns: input.columns, input };
    return node.list('Expressions').map((leg) => ({
      name: leg.maybe('NameEquals')?.child('Name').name ?? nameByAs(leg.child('Expression')),
      plan: context.pipeline(leg.child('Expression'), shared),
    }));
  },
  /** One table of counts per column, or what `with` makes of it (page "facet operator"). */
  FacetOperator: (node, input, context) => {
    const shared: Plan = { op: 'materialize', columns: input.columns, input };
    const clause = node.maybe('WithClause');
    const facets = node.list('Expressions').map((e): NamedPlan => {
      const expr = context.expr(e, shared);
      const name = expr.k === 'column' ? expr.name : e.name;
      return {
        name: undefined,
        plan: aggregatePlan(
          shared,
          [{ name, expr }],
          [
            {
              name: `count_${name}`,
              expr: { k: 'aggregate', name: 'count', args: [], type: 'long', span: node.span },
            },
          ],
        ),
      };
    });
    if (!clause) return facets;
    const inner = clause.maybe('Expression') ?? clause.child('Operator');
    return [...facets, { name: undefined, plan: context.pipeline(inner, shared) }];
  },
};
