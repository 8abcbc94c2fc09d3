import type { Plan } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import type { OperatorContext } from './define.ts';

export interface NamedPlan {
  readonly name: string | undefined;
  readonly plan: Plan;
}

/** Operators at the end of a text that answer with several tables (fork, facet). */
export const manyResults: Readonly<
  Record<string, (node: SyntaxNode, input: Plan, context: OperatorContext) => NamedPlan[]>
> = {
  ForkOperator: (node, input, context) => {
    const shared: Plan = { op: 'materialize', columns: input.columns, input };
    return node.list('Expressions').map((leg) => ({
      name: leg.maybe('NameEquals')?.child('Name').name,
      plan: context.pipeline(leg.child('Expression'), shared),
    }));
  },
};
