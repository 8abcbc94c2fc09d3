import { convert } from '../bind/expression.ts';
import type { Expr } from '../plan/plan.ts';
import { limit, sort } from '../plan/plan.ts';
import { operator } from './define.ts';
import { aggregatePlan } from './summarize.ts';

/** The values with the most rows, or the greatest sum; counted exactly, where a service estimates (page "top-hitters operator"). */
export const topHitters = operator(
  'TopHittersOperator',
  ['top-hitters'],
  (node, input, context) => {
    const rows = context.expressions.bindAs(node.child('Expression'), 'long', context.scope, {
      columns: [],
    });
    const ofNode = node.child('OfExpression');
    const of = context.expr(
      ofNode.type === 'SimpleNamedExpression' ? ofNode.child('Expression') : ofNode,
      input,
    );
    const byNode = node.maybe('ByClause')?.child('Expression');
    const weight: Expr = byNode
      ? {
          k: 'aggregate',
          name: 'sum',
          args: [context.expr(byNode, input)],
          type: 'long',
          span: node.span,
        }
      : { k: 'aggregate', name: 'count', args: [], type: 'long', span: node.span };
    const [valueColumn, weightColumn] = node.columns;
    const name = valueColumn?.name ?? 'value';
    const weightName = weightColumn?.name ?? 'approximate_count_';
    const type = weightColumn?.type ?? 'long';
    const inner: Expr =
      byNode && weight.k === 'aggregate' && weight.args[0]
        ? { ...weight, type: weight.args[0].type }
        : weight;
    const grouped = aggregatePlan(
      input,
      [{ name, expr: of }],
      [{ name: weightName, expr: convert(inner, type) }],
    );
    return limit(
      sort(grouped, [
        { expr: { k: 'column', name: weightName, type }, descending: true, nullsFirst: false },
      ]),
      rows,
    );
  },
);
