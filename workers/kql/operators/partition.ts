import { perPartition } from '../passes/per-partition.ts';
import { column, type Plan, select } from '../plan/plan.ts';
import { operator } from './define.ts';

const KEY = '·partition';

/**
 * Runs a subquery on the rows of each value of a column and puts the answers together; native, shuffle and legacy
 * differ in how a cluster does it, not in the answer (page "partition operator").
 */
export const partition = operator('PartitionOperator', ['partition'], (node, input, context) => {
  const by = context.expr(node.child('ByExpression'), input);
  const keyed: Plan = {
    op: 'project',
    input,
    exprs: [...input.columns.map((c) => column(c.name, c.type)), by],
    columns: [...input.columns, { name: KEY, type: by.type }],
  };
  const operand = node.child('Operand');
  const subquery = operand.maybe('Subquery') ?? operand.maybe('Expression') ?? operand;
  const planned = context.pipeline(subquery, keyed);
  const each = perPartition(planned, keyed, { name: KEY, type: by.type });
  return select(
    each,
    node.columns.map((c) => ({ from: c.name })),
  );
});
