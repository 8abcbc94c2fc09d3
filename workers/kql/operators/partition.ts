import { Scope } from '../bind/scope.ts';
import { type Partitioning, perPartition } from '../passes/per-partition.ts';
import { column, type Expr, type Plan, select } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { type OperatorContext, operator } from './define.ts';

const KEY = '·partition';

/**
 * Runs a subquery on the rows of each value of a column and puts the answers together; native, shuffle and legacy
 * differ in how a cluster does it, not in the answer (page "partition operator").
 */
export const partition = operator('PartitionOperator', ['partition'], (node, input, context) => {
  const by = context.expr(node.child('ByExpression'), input);
  const operand = node.child('Operand');
  return operand.type === 'PartitionQuery'
    ? withOwnSource(node, operand, by, input, context)
    : overPartitions(operand, by, input, context);
});

/** The key column of every partition, each once. */
function keysOf(keyed: Plan): Plan {
  const narrowed = select(keyed, [{ from: KEY }]);
  return { op: 'distinct', input: narrowed, columns: narrowed.columns };
}

/** `( … )`: the subquery's first operator works on the partition. */
function overPartitions(
  operand: SyntaxNode,
  by: Expr,
  input: Plan,
  context: OperatorContext,
): Plan {
  const keyed: Plan = {
    op: 'project',
    input,
    exprs: [...input.columns.map((c) => column(c.name, c.type)), by],
    columns: [...input.columns, { name: KEY, type: by.type }],
  };
  const base = select(
    keyed,
    input.columns.map((c) => ({ from: c.name })),
  );
  const subquery = operand.maybe('Subquery') ?? operand.maybe('Expression') ?? operand;
  const planned = context.pipeline(subquery, base);
  return answers(planned, { base, keyed, key: { name: KEY, type: by.type }, keys: keysOf(keyed) });
}

/** `{ … }`: the subquery has tables of its own and knows the key as `toscalar(column)`. */
function withOwnSource(
  node: SyntaxNode,
  operand: SyntaxNode,
  by: Expr,
  input: Plan,
  context: OperatorContext,
): Plan {
  const key = { name: KEY, type: by.type };
  const keys = keysOf({ op: 'project', input, exprs: [by], columns: [key] });
  const scope = new Scope(context.scope);
  scope.set(node.child('ByExpression').name, { kind: 'scalar', expr: column(KEY, by.type) });
  const query = operand.maybe('Query') ?? operand.maybe('Expression') ?? operand.children()[1];
  const planned = context.tabular(query ?? operand, scope);
  // No rows stand before the subquery: nothing in it is the partition itself.
  const base = select(keys, []);
  return answers(planned, { base, keyed: keys, key, keys });
}

function answers(planned: Plan, partitioning: Partitioning): Plan {
  return select(
    perPartition(planned, partitioning),
    planned.columns.map((c) => ({ from: c.name })),
  );
}
