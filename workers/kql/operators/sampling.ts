import type { Column } from '../../../common/types/kql-type.ts';
import * as q from '../emit/sql.ts';
import { sql } from '../emit/sql.ts';
import { column, limit, type Plan } from '../plan/plan.ts';
import { operator } from './define.ts';

/** Random rows, each equally likely (page "sample operator"). */
export const sample = operator('SampleOperator', ['sample'], (node, input, context) => {
  const count = context.expressions.bindConstant(node.child('Expression'), context.scope);
  return samplePlan(input, BigInt(Number(count.value ?? 0)));
});

function samplePlan(input: Plan, count: bigint, partition?: Column): Plan {
  return {
    op: 'custom',
    name: 'sample',
    inputs: [input],
    columns: input.columns,
    ordered: false,
    perPartition: ([rows], key) => samplePlan(rows ?? input, count, key),
    build: ([rows], lowering) => {
      if (!rows) return sql`SELECT 1`;
      const out = lowering.names(input.columns);
      const list = q.join(rows.names.map((n, i) => sql`${n} AS ${out[i] ?? sql`x`}`));
      if (!partition)
        return sql`SELECT ${list} FROM ${rows.from} USING SAMPLE reservoir(${q.count(count)} ROWS)`;
      const key = lowering.expression(column(partition.name, partition.type), rows);
      return sql`SELECT ${list} FROM ${rows.from} QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY random()) <= ${q.count(count)}`;
    },
  };
}

/** Some distinct values of an expression (page "sample-distinct operator"). */
export const sampleDistinct = operator(
  'SampleDistinctOperator',
  ['sample-distinct'],
  (node, input, context) => {
    const count = context.expressions.bindAs(node.child('Expression'), 'long', context.scope, {
      columns: [],
    });
    const value = context.expr(node.child('OfExpression'), input);
    const name = node.columns[0]?.name ?? 'Column1';
    const narrowed: Plan = {
      op: 'project',
      input,
      exprs: [value],
      columns: [{ name, type: value.type }],
    };
    return limit({ op: 'distinct', input: narrowed, columns: narrowed.columns }, count);
  },
);
