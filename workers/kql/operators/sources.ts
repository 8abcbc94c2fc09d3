import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import { convert } from '../bind/expression.ts';
import { count, id, join, sql, call as sqlCall } from '../emit/sql.ts';
import { constant, type Expr, type Plan } from '../plan/plan.ts';
import { source } from './define.ts';
import { givenNames, named, outputsOf } from './outputs.ts';

const NOTHING: Plan = { op: 'rows', rows: [[]], columns: [] };

export const print = source('PrintOperator', ['print'], (node, _input, context) => {
  const outputs = node.list('Expressions').flatMap((e) => {
    const made = outputsOf(e, NOTHING, context);
    // Fewer names than columns are those of the first; unlike `extend`, print leaves out the others.
    return made.slice(0, givenNames(e).length || undefined);
  });
  const exprs = named(outputs, node.columns, node);
  return {
    op: 'rows',
    rows: [exprs],
    columns: node.columns.map((c, i) => ({ name: c.name, type: exprs[i]?.type ?? c.type })),
  };
});

/** `datatable(a: long, b: string) [1, 'x', …]`: constants, row after row (page "datatable operator"). */
export const datatable = source('DataTableExpression', ['datatable'], (node, _input, context) => {
  const columns: readonly Column[] = node.columns;
  const values = node.list('Values');
  if (columns.length === 0 || values.length % columns.length !== 0)
    return node.fail(
      'semantic',
      'datatable_values',
      `${values.length} values don't fill rows of ${columns.length} columns.`,
    );
  const rows: Expr[][] = [];
  for (let i = 0; i < values.length; i += columns.length)
    rows.push(
      columns.map((c, j) => {
        const value = values[i + j];
        return value
          ? convert(context.expressions.bind(value, context.scope, { columns: [] }), c.type)
          : constant(null, c.type);
      }),
    );
  return { op: 'rows', rows, columns };
});

/** More rows than a service would let through; the limit is named when a range asks for more. */
const MAX_RANGE = 200_000_000;

export const range = source('RangeOperator', ['range'], (node, _input, context) => {
  const type = node.columns[0]?.type ?? 'long';
  const name = node.child('Name').name;
  const bound = (member: string): Expr =>
    convert(context.expressions.bind(node.child(member), context.scope, { columns: [] }), type);
  const stepType = type === 'datetime' ? 'timespan' : type;
  const step = convert(
    context.expressions.bind(node.child('Step'), context.scope, { columns: [] }),
    stepType,
  );
  const columns: Column[] = [{ name, type }];
  const bounds: Plan = {
    op: 'rows',
    rows: [[bound('From'), bound('To'), step]],
    columns: [
      { name: 'from', type },
      { name: 'to', type },
      { name: 'step', type: stepType },
    ],
  };
  return rangePlan(bounds, columns, type);
});

/** `bounds`: from, to and step, and whatever else its rows are to carry on. */
function rangePlan(bounds: Plan, columns: readonly Column[], type: KqlType): Plan {
  return {
    op: 'custom',
    name: 'range',
    columns,
    inputs: [bounds],
    ordered: true,
    perPartition: ([rows], key) => rangePlan(rows ?? bounds, [...columns, key], type),
    build: ([input], lowering) => {
      if (!input) return sql`SELECT NULL`;
      const [from, to, by, ...carried] = input.names;
      if (!from || !to || !by) return sql`SELECT NULL`;
      const [out, ...others] = lowering.names(columns);
      // The count of steps is found first: it bounds memory, and adding a real step by step would drift.
      const exact = type !== 'real' && type !== 'decimal';
      const steps = exact
        ? sql`CASE WHEN ${by} = 0 OR ${from} IS NULL OR ${to} IS NULL OR ${by} IS NULL THEN 0 ELSE greatest(-1, (${to} - ${from}) // ${by}) + 1 END`
        : sql`CASE WHEN ${by} = 0 OR ${from} IS NULL OR ${to} IS NULL OR ${by} IS NULL THEN 0 ELSE greatest(-1, floor((${to} - ${from}) / ${by} + 1e-9)::BIGINT) + 1 END`;
      const limited = sql`CASE WHEN (${steps}) > ${count(MAX_RANGE)} THEN error('range would make more than ${count(MAX_RANGE)} rows; use a larger step') ELSE (${steps}) END`;
      const more = carried.map((c, i) => sql`, ${c} AS ${others[i] ?? sql`x`}`);
      return sql`SELECT ${from} + i * ${by} AS ${out ?? id('x')}${join(more, '')} FROM (SELECT *, unnest(${sqlCall('range', sql`(${limited})::BIGINT`)}) AS i FROM ${input.from})`;
    },
  };
}
