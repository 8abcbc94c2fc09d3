import type { Column } from '../../../common/types/kql-type.ts';
import type { Expr, Plan } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { operator } from './define.ts';
import { named, type Output, outputsOf } from './outputs.ts';

function group(
  node: SyntaxNode,
  keys: readonly Output[],
  aggregates: readonly Output[],
  columns: readonly Column[],
  input: Plan,
): Plan {
  const exprs = named([...keys, ...aggregates], columns, node);
  const typed = columns.map((c, i) => ({ name: c.name, type: exprs[i]?.type ?? c.type }));
  return {
    op: 'aggregate',
    input,
    keys: exprs.slice(0, keys.length),
    aggregates: exprs.slice(keys.length),
    columns: typed,
  };
}

export const summarize = operator('SummarizeOperator', ['summarize'], (node, input, context) => {
  const by = node.maybe('ByClause');
  const keys = (by?.list('Expressions') ?? []).flatMap((e) => outputsOf(e, input, context));
  const rest = withoutKeys(input, keys);
  const aggregates = node.list('Aggregates').flatMap((e) => outputsOf(e, input, context, rest));
  if (keys.length + aggregates.length === 0)
    node.fail(
      'semantic',
      'summarize_nothing',
      'summarize needs an aggregate or a column to group by.',
    );
  const columns = node.columns;
  if (aggregates.length === 0) {
    const exprs = named(keys, columns, node);
    const narrowed: Plan = {
      op: 'project',
      input,
      exprs,
      columns: columns.map((c, i) => ({ name: c.name, type: exprs[i]?.type ?? c.type })),
    };
    return { op: 'distinct', columns: narrowed.columns, input: narrowed };
  }
  return group(node, keys, aggregates, columns, input);
});

/** `arg_max(x, *)` and `take_any(*)` leave out the columns that the rows are grouped by. */
function withoutKeys(input: Plan, keys: readonly Output[]): readonly Column[] {
  const names = new Set(keys.map((k) => (k.expr.k === 'column' ? k.expr.name : '')));
  return input.columns.filter((c) => !names.has(c.name));
}

/** Groups by expressions and computes aggregates, for operators that are made of a summarize. */
export function aggregatePlan(
  input: Plan,
  keys: readonly { readonly name: string; readonly expr: Expr }[],
  aggregates: readonly { readonly name: string; readonly expr: Expr }[],
): Plan {
  return {
    op: 'aggregate',
    input,
    keys: keys.map((k) => k.expr),
    aggregates: aggregates.map((a) => a.expr),
    columns: [...keys, ...aggregates].map((c) => ({ name: c.name, type: c.expr.type })),
  };
}
