import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import { convert } from '../bind/expression.ts';
import * as q from '../emit/sql.ts';
import { type Sql, sql } from '../emit/sql.ts';
import {
  column,
  constant,
  type Expr,
  type LowerContext,
  type Plan,
  type Relation,
} from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { type OperatorContext, operator } from './define.ts';
import { outputsOf } from './outputs.ts';

interface Series {
  readonly axis: Expr;
  readonly axisType: KqlType;
  readonly from: Expr | undefined;
  readonly to: Expr | undefined;
  /** `in range(…)`, the older form, takes its end in. */
  readonly inclusive: boolean;
  readonly step: Expr;
  readonly keys: readonly Expr[];
  readonly aggregates: readonly { readonly expr: Expr; readonly fallback: Expr }[];
  readonly nonEmpty: boolean;
}

function seriesOf(node: SyntaxNode, input: Plan, context: OperatorContext): Series {
  const scalar = (n: SyntaxNode, type: KqlType): Expr =>
    convert(context.expressions.bind(n, context.scope, { columns: [] }), type);
  const onExpression = node.child('OnClause').child('Expression');
  const axis = context.expr(
    onExpression.type === 'SimpleNamedExpression' ? onExpression.child('Expression') : onExpression,
    input,
  );
  const stepType: KqlType = axis.type === 'datetime' ? 'timespan' : axis.type;
  const range = node.maybe('RangeClause');
  const old =
    range?.type === 'MakeSeriesInRangeClause'
      ? range.child('Arguments').list('Expressions')
      : undefined;
  const from = old?.[0] ?? range?.maybe('MakeSeriesFromClause')?.child('Expression');
  const to = old?.[1] ?? range?.maybe('MakeSeriesToClause')?.child('Expression');
  const step = old?.[2] ?? range?.maybe('MakeSeriesStepClause')?.child('Expression');
  if (!step) return node.fail('semantic', 'make_series_step', 'make-series needs a step.');
  const by = node.maybe('ByClause')?.list('Expressions') ?? [];
  return {
    axis,
    axisType: axis.type,
    from: from ? scalar(from, axis.type) : undefined,
    to: to ? scalar(to, axis.type) : undefined,
    inclusive: old !== undefined,
    step: scalar(step, stepType),
    keys: by.flatMap((e) => outputsOf(e, input, context).map((o) => o.expr)),
    aggregates: node.list('Aggregates').flatMap((element) => {
      const made = element.type === 'MakeSeriesExpression' ? element.child('Expression') : element;
      const fallback = element.maybe('DefaultExpression')?.maybe('Expression');
      return outputsOf(made, input, context).map((o) => ({
        expr: o.expr,
        fallback: convert(
          fallback
            ? context.expressions.bind(fallback, context.scope, { columns: [] })
            : constant(0n, 'long'),
          fallback || o.expr.type !== 'dynamic' ? o.expr.type : 'dynamic',
        ),
      }));
    }),
    nonEmpty: context.parameter(node, 'kind')?.text.toLowerCase() === 'nonempty',
  };
}

/** Values of one column in order as a JSON array. */
function jsonArray(value: Sql, type: KqlType, order: Sql, context: LowerContext): Sql {
  return sql`'[' || string_agg(coalesce(${context.convert(value, type, 'dynamic')}, 'null'), ',' ORDER BY ${order}) || ']'`;
}

/**
 * Rows are binned and aggregated; then every series gets all bins of its range, and those without rows take the
 * default (page "make-series operator"). Without `from` or `to`, a series begins or ends with its own data.
 */
function build(
  series: Series,
  columns: readonly Column[],
  rows: Relation,
  context: LowerContext,
): Sql {
  const nothing: Relation = { ...rows, columns: [], names: [] };
  const constants = {
    step: context.expression(series.step, nothing),
    from: series.from ? context.expression(series.from, nothing) : undefined,
    to: series.to ? context.expression(series.to, nothing) : undefined,
  };
  const given = { st: constants.step, lo: constants.from ?? q.NULL, hi: constants.to ?? q.NULL };
  // Constants stand where they are used, so that they prune what is read; the rest is computed once.
  const fixed = [series.step, series.from, series.to].every(
    (e) => e === undefined || e.k === 'constant',
  );
  const bounds = fixed
    ? undefined
    : context.relation(
        sql`SELECT ${given.st} AS st, ${given.lo} AS lo, ${given.hi} AS hi`,
        [],
        false,
        true,
      ).from;
  const at = (name: keyof typeof given): Sql =>
    bounds ? sql`(SELECT ${q.id(name)} FROM ${bounds})` : given[name];
  const exact = series.axisType !== 'real' && series.axisType !== 'decimal';
  const axis = context.expression(series.axis, rows);
  const origin = constants.from ? at('lo') : q.count(0);
  // Rows before the start are left out, so that the distance from it is cut off as it should.
  const index = !exact
    ? sql`floor((${axis} - ${origin}) / ${at('st')})::BIGINT`
    : constants.from
      ? sql`(${axis} - ${origin}) // ${at('st')}`
      : sql`((${axis} - ${origin}) - (((${axis} - ${origin}) % ${at('st')}) + ${at('st')}) % ${at('st')}) // ${at('st')}`;
  const kept = [
    sql`${axis} IS NOT NULL`,
    ...(constants.from ? [sql`${axis} >= ${at('lo')}`] : []),
    ...(constants.to ? [sql`${axis} ${series.inclusive ? sql`<=` : sql`<`} ${at('hi')}`] : []),
  ];
  const keyNames = series.keys.map((_, i) => q.id(`k${i}`));
  const valueNames = series.aggregates.map((_, i) => q.id(`v${i}`));
  const within: Relation = {
    ...context.relation(
      sql`SELECT * FROM ${rows.from} WHERE ${q.join(kept, ' AND ')}`,
      rows.columns,
      rows.ordered,
    ),
    names: rows.names,
  };
  const { from: aggregated } = context.aggregate(within, {
    keys: [
      ...series.keys.map((k) => (input: Relation) => context.expression(k, input)),
      () => index,
    ],
    aggregates: series.aggregates.map((a) => a.expr),
    columns: [
      ...series.keys.map((k, i) => ({ name: `k${i}`, type: k.type })),
      { name: 'i', type: 'long' },
      ...series.aggregates.map((a, i) => ({ name: `v${i}`, type: a.expr.type })),
    ],
  });
  const grouped = context.relation(sql`SELECT * FROM ${aggregated}`, [], false, true).from;
  // Bins of the whole range: the end is left out unless it falls behind the start of a last, partial bin.
  const last = exact
    ? series.inclusive
      ? sql`(${at('hi')} - ${origin}) // ${at('st')}`
      : sql`(${at('hi')} - ${origin} - 1) // ${at('st')}`
    : series.inclusive
      ? sql`floor((${at('hi')} - ${origin}) / ${at('st')} + 1e-9)::BIGINT`
      : sql`(ceil((${at('hi')} - ${origin}) / ${at('st')} - 1e-9)::BIGINT - 1)`;
  const lowest = constants.from ? q.count(0) : sql`min(i)`;
  const highest = constants.to ? last : sql`max(i)`;
  const keyList = keyNames.length > 0 ? sql`${q.join(keyNames)}, ` : sql``;
  const by = keyNames.length > 0 ? sql` GROUP BY ${q.join(keyNames)}` : sql``;
  // HAVING makes it one row of the whole, also where both bounds are given and nothing is aggregated.
  const some =
    series.nonEmpty && keyNames.length === 0
      ? sql` HAVING count(*) >= 0`
      : sql` HAVING count(*) > 0`;
  const spans = context.relation(
    sql`SELECT ${keyList}${lowest} AS a, ${highest} AS b FROM ${grouped}${by}${some}`,
    [],
    false,
    true,
  ).from;
  const bins = context.relation(
    sql`SELECT ${keyList}unnest(range(a, b + 1)) AS i FROM ${spans}`,
    [],
    false,
  ).from;
  const matches = q.join(
    [...keyNames.map((k) => sql`g.${k} IS NOT DISTINCT FROM b.${k}`), sql`g.i = b.i`],
    ' AND ',
  );
  const out = context.names(columns);
  const arrays = series.aggregates.map((a, i) => {
    const value = sql`CASE WHEN g.i IS NULL THEN ${context.expression(a.fallback, nothing)} ELSE g.${valueNames[i] ?? sql`v`} END`;
    return jsonArray(value, a.expr.type, sql`b.i`, context);
  });
  const axisValue = exact
    ? sql`(${origin} + b.i * ${at('st')})::BIGINT`
    : sql`(${origin} + b.i * ${at('st')})`;
  const axisTyped = series.axisType === 'int' ? sql`(${axisValue})::INTEGER` : axisValue;
  const list = [
    ...keyNames.map((k) => sql`b.${k}`),
    ...arrays,
    jsonArray(axisTyped, series.axisType, sql`b.i`, context),
  ];
  const ends =
    keyNames.length > 0 ? sql` GROUP BY ${q.join(keyNames.map((k) => sql`b.${k}`))}` : some;
  return sql`SELECT ${q.join(list.map((e, i) => sql`${e} AS ${out[i] ?? sql`x`}`))} FROM ${bins} AS b LEFT JOIN ${grouped} AS g ON ${matches}${ends}`;
}

export const makeSeries = operator('MakeSeriesOperator', ['make-series'], (node, input, context) =>
  // The binder puts the axis after the aggregates.
  seriesPlan(seriesOf(node, input, context), node.columns, input),
);

function seriesPlan(series: Series, columns: readonly Column[], input: Plan): Plan {
  return {
    op: 'custom',
    name: 'make-series',
    inputs: [input],
    columns,
    ordered: false,
    expressions: [
      series.step,
      ...(series.from ? [series.from] : []),
      ...(series.to ? [series.to] : []),
    ],
    perPartition: ([rows], key) =>
      seriesPlan(
        { ...series, keys: [column(key.name, key.type), ...series.keys] },
        [key, ...columns],
        rows ?? input,
      ),
    build: ([rows], lowering) => (rows ? build(series, columns, rows, lowering) : sql`SELECT 1`),
  };
}
