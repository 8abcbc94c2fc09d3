import { AppError } from '../../../common/errors/app-error.ts';
import { calledWith } from '../bind/entities.ts';
import { Scope } from '../bind/scope.ts';
import type { Plan } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { type OperatorContext, source } from './define.ts';
import { unionOf } from './union.ts';

interface Entity {
  readonly database: string;
  /** Where the entity is a table. */
  readonly table: Plan | undefined;
}

/** The entities of a group that is written out, named by `let`, stored, or made of other groups. */
function entitiesOf(group: SyntaxNode, scope: Scope, context: OperatorContext): (() => Entity)[] {
  if (group.type === 'EntityGroup')
    return group.list('Entities').flatMap((e) => entitiesOf(e, scope, context));
  const named = group.type === 'NameReference';
  const binding = named ? scope.find(group.name) : undefined;
  if (binding?.kind === 'entityGroup')
    return binding.members.flatMap((m) => entitiesOf(m, binding.scope, context));
  const stored = named ? group.name : calledWith(group, 'entity_group');
  const databases = stored === undefined ? undefined : context.entityGroup(stored);
  if (databases) return databases.map((database) => () => ({ database, table: undefined }));
  return [
    () => ({
      database: context.databaseOf(group, scope),
      table: group.resultType?.kind === 'table' ? context.tabular(group, scope) : undefined,
    }),
  ];
}

/** One run of the subquery, for one entity. */
function expand(node: SyntaxNode, entity: Entity, context: OperatorContext): Plan {
  const inner = new Scope(context.scope);
  inner.set(node.child('ScopeReferenceName').child('EntityGroupReferenceName').name, {
    kind: 'entity',
    database: entity.database,
    plan: entity.table,
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
  for (const entity of entitiesOf(node.child('EntityGroup'), context.scope, context)) {
    try {
      legs.push(expand(node, entity(), context));
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
