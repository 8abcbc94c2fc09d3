import type { Plan } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import type { OperatorContext } from './define.ts';
import { aggregatePlan } from './summarize.ts';

export interface NamedPlan {
  readonly name: string | undefined;
  readonly plan: Plan;
}

/** The name that `as` at the end of a leg gives. */
function nameByAs(leg: SyntaxNode): string | undefined {
  const last = leg.type === 'PipeExpression' ? leg.child('Operator') : leg;
  return last.type === 'AsOperator' ? last.child('Name').name : undefined;
}

/** Operators at the end of a text that answer with several tables (fork, facet). */
export const manyResults: Readonly<
  Record<string, (node: SyntaxNode, input: Plan, context: OperatorContext) => NamedPlan[]>
> = {
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
