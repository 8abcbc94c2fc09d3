import * as q from '../emit/sql.ts';
import { sql } from '../emit/sql.ts';
import { limit, type Plan } from '../plan/plan.ts';
import { operator } from './define.ts';

/** Random rows, each equally likely (page "sample operator"). */
export const sample = operator('SampleOperator', ['sample'], (node, input, context) => {
  const count = context.expressions.bindConstant(node.child('Expression'), context.scope);
  return {
    op: 'custom',
    name: 'sample',
    inputs: [input],
    columns: input.columns,
    ordered: false,
    build: ([rows], lowering) => {
      if (!rows) return sql`SELECT 1`;
      const out = lowering.names(input.columns);
      const list = rows.names.map((n, i) => sql`${n} AS ${out[i] ?? sql`x`}`);
      return sql`SELECT ${q.join(list)} FROM ${rows.from} USING SAMPLE reservoir(${q.count(BigInt(Number(count.value ?? 0)))} ROWS)`;
    },
  };
});

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
