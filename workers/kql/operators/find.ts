import type { Column } from '../../../common/types/kql-type.ts';
import { convert } from '../bind/expression.ts';
import { call, column, constant, type Expr, filter, type Plan } from '../plan/plan.ts';
import { source } from './define.ts';
import { searchCondition, tablesIn } from './search.ts';
import { nullOf } from './union.ts';

/** A table with the columns that it lacks, as nulls. */
function withNulls(input: Plan, missing: readonly Column[]): Plan {
  return missing.length === 0
    ? input
    : {
        op: 'project',
        input,
        columns: [...input.columns, ...missing],
        exprs: [
          ...input.columns.map((c) => column(c.name, c.type)),
          ...missing.map((c) => nullOf(c.type)),
        ],
      };
}

/** Rows of several tables that fit a condition, with where they were found (page "find operator"). */
export const find = source('FindOperator', ['find'], (node, input, context) => {
  const legs = input ? [{ name: '', plan: input }] : tablesIn(node.maybe('InClause'), context);
  const output = node.columns;
  const sourceName =
    context.parameter(node, 'withsource')?.name ??
    context.parameter(node, 'with_source')?.name ??
    'source_';
  const condition = node.child('Condition');
  const named = new Set(
    [...condition.walk()].filter((n) => n.type === 'NameReference').map((n) => n.name),
  );
  const wanted = legs
    .flatMap((leg) => leg.plan.columns)
    .filter((c, i, all) => named.has(c.name) && all.findIndex((o) => o.name === c.name) === i);
  const inputs = legs.flatMap((leg, i): Plan[] => {
    const missing = wanted.filter((c) => !leg.plan.columns.some((o) => o.name === c.name));
    // A table without any of the columns that the condition names is not searched.
    if (wanted.length > 0 && missing.length === wanted.length) return [];
    const searched = withNulls(leg.plan, missing);
    const kept = filter(searched, searchCondition(condition, searched, context, false));
    const packed = leg.plan.columns.filter((c) => !output.some((o) => o.name === c.name));
    const exprs = output.map((o): Expr => {
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
      return nullOf(o.type);
    });
    return [{ op: 'project', input: kept, columns: output, exprs }];
  });
  if (legs.length === 0) return node.fail('semantic', 'find_empty', 'There is no table to search.');
  return { op: 'union', inputs, columns: output };
});
