import { AppError } from '../../../common/errors/app-error.ts';
import { Scope } from '../bind/scope.ts';
import type { Plan } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { type OperatorContext, source } from './define.ts';
import { unionOf } from './union.ts';

/** The entities of a group that is written out, named by `let`, or made of other groups. */
function entitiesOf(
  group: SyntaxNode,
  scope: Scope,
): { readonly node: SyntaxNode; readonly scope: Scope }[] {
  if (group.type === 'EntityGroup')
    return group.list('Entities').flatMap((e) => entitiesOf(e, scope));
  const binding = group.type === 'NameReference' ? scope.find(group.name) : undefined;
  if (binding?.kind === 'entityGroup')
    return binding.members.flatMap((m) => entitiesOf(m, binding.scope));
  return [{ node: group, scope }];
}

/** One run of the subquery, for one entity. */
function expand(
  node: SyntaxNode,
  entity: { readonly node: SyntaxNode; readonly scope: Scope },
  context: OperatorContext,
): Plan {
  const inner = new Scope(context.scope);
  const type = entity.node.resultType;
  const isTable = type?.kind === 'table';
  inner.set(node.child('ScopeReferenceName').child('EntityGroupReferenceName').name, {
    kind: 'entity',
    database: context.databaseOf(entity.node, entity.scope),
    plan: isTable ? context.tabular(entity.node, entity.scope) : undefined,
  });
  let plan: Plan | undefined;
  for (const statement of node.list('StatementList')) {
    if (statement.type === 'LetStatement') context.expressions.declare(statement, inner);
    else if (statement.type === 'ExpressionStatement' && !plan)
      plan = context.tabular(statement.child('Expression'), inner);
    else
      statement.fail(
        'semantic',
        'macro_expand',
        'The subquery of macro-expand is one tabular expression with let statements before it.',
      );
  }
  return (
    plan ?? node.fail('semantic', 'macro_expand', 'The subquery of macro-expand gives no table.')
  );
}

/** A subquery once per entity of a group, and the union of the answers (page "macro-expand operator"). */
export const macroExpand = source('MacroExpandOperator', ['macro-expand'], (node, _, context) => {
  const fuzzy = context.parameter(node, 'isfuzzy')?.text.toLowerCase() === 'true';
  const legs: Plan[] = [];
  let failure: unknown;
  for (const entity of entitiesOf(node.child('EntityGroup'), context.scope)) {
    try {
      legs.push(expand(node, entity, context));
    } catch (error) {
      if (!fuzzy || !(error instanceof AppError) || error.kind !== 'semantic') throw error;
      failure = error;
    }
  }
  if (legs.length === 0)
    throw failure ?? node.fail('semantic', 'macro_expand', 'The entity group is empty.');
  return unionOf(
    legs.map((plan) => ({ name: '', plan })),
    {
      inner: context.parameter(node, 'kind')?.text.toLowerCase() === 'inner',
      source: undefined,
    },
  );
});
