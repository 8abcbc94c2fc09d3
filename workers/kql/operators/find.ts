import { convert } from '../bind/expression.ts';
import { call, column, constant, type Expr, filter, type Plan } from '../plan/plan.ts';
import { source } from './define.ts';
import { tablesIn } from './search.ts';

/** Rows of several tables that fit a condition, with where they were found (page "find operator"). */
export const find = source('FindOperator', ['find'], (node, input, context) => {
  const legs = input ? [{ name: '', plan: input }] : tablesIn(node.maybe('InClause'), context);
  const output = node.columns;
  const sourceName =
    context.parameter(node, 'withsource')?.name ??
    context.parameter(node, 'with_source')?.name ??
    'source_';
  const condition = node.child('Condition');
  const inputs = legs.map((leg, i): Plan => {
    const named = new Set(
      [...condition.walk()].filter((n) => n.type === 'NameReference').map((n) => n.name),
    );
    const lacks = [...named].some(
      (n) =>
        !leg.plan.columns.some((c) => c.name === n) &&
        legs.some((l) => l.plan.columns.some((c) => c.name === n)),
    );
    const predicate: Expr = lacks
      ? constant(false, 'bool')
      : convert(context.expr(condition, leg.plan), 'bool');
    const kept = filter(leg.plan, predicate);
    const packed = leg.plan.columns.filter((c) => !output.some((o) => o.name === c.name));
    return {
      op: 'project',
      input: kept,
      columns: output,
      exprs: output.map((o): Expr => {
        if (o.name === sourceName) return constant(leg.name || `find_arg${i}`, 'string');
        const own = leg.plan.columns.find((c) => c.name === o.name);
        if (own) return convert(column(own.name, own.type), o.type);
        if (o.name === 'pack_')
          return call(
            'bag_pack',
            packed.flatMap((c) => [constant(c.name, 'string'), column(c.name, c.type)]),
            'dynamic',
            node.span,
          );
        return constant(o.type === 'string' ? '' : null, o.type);
      }),
    };
  });
  if (inputs.length === 0)
    return node.fail('semantic', 'find_empty', 'There is no table to search.');
  return { op: 'union', inputs, columns: output };
});
