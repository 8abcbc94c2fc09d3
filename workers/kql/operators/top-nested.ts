import type { Column } from '../../../common/types/kql-type.ts';
import { convert } from '../bind/expression.ts';
import * as q from '../emit/sql.ts';
import { type Sql, sql } from '../emit/sql.ts';
import type { Plan } from '../plan/plan.ts';
import { constant, type Expr, type LowerContext, type Relation } from '../plan/plan.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { type OperatorContext, operator } from './define.ts';

interface Level {
  readonly rows: Expr | undefined;
  readonly value: Expr;
  readonly others: Expr | undefined;
  readonly aggregate: Expr;
  readonly ascending: boolean;
}

function levelOf(node: SyntaxNode, input: Plan, context: OperatorContext): Level {
  const unnamed = (n: SyntaxNode): SyntaxNode =>
    n.type === 'SimpleNamedExpression' ? n.child('Expression') : n;
  const rows = node.maybe('Expression');
  const value = context.expr(unnamed(node.child('OfExpression')), input);
  const others = node.maybe('WithOthersClause')?.child('Expression');
  const by = node.child('ByExpression');
  const ordered = by.type === 'OrderedExpression';
  const ascending =
    ordered && by.maybe('Ordering')?.maybe('AscOrDescKeyword')?.text.toLowerCase() === 'asc';
  return {
    rows: rows
      ? context.expressions.bindAs(rows, 'long', context.scope, { columns: [] })
      : undefined,
    value,
    others: others
      ? convert(context.expressions.bind(others, context.scope, { columns: [] }), value.type)
      : undefined,
    aggregate: context.expr(unnamed(ordered ? by.child('Expression') : by), input),
    ascending,
  };
}

/**
 * Level by level: rows are grouped by the values chosen so far and the level's own, the best are kept per parent,
 * and `others` gathers what was left (page "top-nested operator").
 */
function build(
  levels: readonly Level[],
  columns: readonly Column[],
  rows: Relation,
  context: LowerContext,
  partition: Column | undefined,
): Sql {
  const valueColumnOf = (i: number): string => `·value${i}`;
  const aggColumnOf = (i: number): string => `·agg${i}`;
  const bestColumnOf = (i: number): string => `·best${i}`;
  const valueName = (i: number): Sql => q.id(valueColumnOf(i));
  const aggName = (i: number): Sql => q.id(aggColumnOf(i));
  let data: Relation = rows;
  // What a group carries on from the levels above, and the part of it that says which path it is.
  const first = partition ? [partition] : [];
  let carried: Column[] = first;
  let path: Column[] = first;
  const own = (columns: readonly Column[]): (() => Sql)[] => columns.map((c) => () => q.id(c.name));
  levels.forEach((level, i) => {
    const keys = path.map((c) => q.id(c.name));
    const value = context.expression(level.value, data);
    const valueColumn: Column = { name: valueColumnOf(i), type: level.value.type };
    const aggColumn: Column = { name: aggColumnOf(i), type: level.aggregate.type };
    const bestColumn: Column = { name: bestColumnOf(i), type: 'bool' };
    const grouped = kept(
      context.aggregate(data, {
        keys: [...own(carried), (input) => context.expression(level.value, input)],
        aggregates: [level.aggregate],
        columns: [...carried, valueColumn, aggColumn],
      }),
      context,
    );
    const direction = level.ascending ? sql`ASC` : sql`DESC`;
    const within = keys.length > 0 ? sql`PARTITION BY ${q.join(keys)} ` : sql``;
    const ranked = context.relation(
      level.rows
        ? sql`SELECT *, row_number() OVER (${within}ORDER BY ${aggName(i)} ${direction} NULLS LAST) <= ${context.expression(level.rows, { ...data, columns: [], names: [] })} AS ${q.id(bestColumnOf(i))} FROM ${grouped}`
        : sql`SELECT *, true AS ${q.id(bestColumnOf(i))} FROM ${grouped}`,
      [],
      false,
      true,
    ).from;
    const best = q.id(bestColumnOf(i));
    // Each row of the data learns its path: the kept value, or that it belongs to the others.
    const matches = q.join(
      [
        ...keys.map((k) => sql`d.${k} IS NOT DISTINCT FROM g.${k}`),
        sql`d.${valueName(i)} IS NOT DISTINCT FROM g.${valueName(i)}`,
      ],
      ' AND ',
    );
    const withValue = context.relation(
      sql`SELECT *, ${value} AS ${valueName(i)} FROM ${data.from}`,
      [],
      false,
    ).from;
    const others = level.others
      ? context.expression(level.others, { ...data, columns: [], names: [] })
      : undefined;
    const marked = context.relation(
      others
        ? sql`SELECT d.* REPLACE (CASE WHEN g.${best} THEN d.${valueName(i)} ELSE ${others} END AS ${valueName(i)}), g.${best} AS ${best} FROM ${withValue} d JOIN ${ranked} g ON ${matches}`
        : sql`SELECT d.*, g.${best} AS ${best} FROM ${withValue} d JOIN ${ranked} g ON ${matches} WHERE g.${best}`,
      [],
      false,
      true,
    ).from;
    path = [...path, valueColumn, bestColumn];
    const totals = kept(
      context.aggregate(
        { ...data, from: marked },
        { keys: own(path), aggregates: [level.aggregate], columns: [...path, aggColumn] },
      ),
      context,
    );
    const joinOn = q.join(
      path.map((c) => sql`d.${q.id(c.name)} IS NOT DISTINCT FROM t.${q.id(c.name)}`),
      ' AND ',
    );
    const next = context.relation(
      sql`SELECT d.*, t.${aggName(i)} AS ${aggName(i)} FROM ${marked} d JOIN ${totals} t ON ${joinOn}`,
      data.columns,
      false,
      true,
    ).from;
    carried = [...carried, valueColumn, bestColumn, aggColumn];
    data = { ...data, from: next };
  });
  const out = context.names(columns);
  const list = [
    ...first.map((c) => q.id(c.name)),
    ...levels.flatMap((_, i) => [valueName(i), aggName(i)]),
  ];
  return sql`SELECT DISTINCT ${q.join(list.map((e, i) => sql`${e} AS ${out[i] ?? sql`x`}`))} FROM ${data.from}`;
}

export const topNested = operator('TopNestedOperator', ['top-nested'], (node, input, context) => {
  const levels = node.list('Clauses').map((c) => levelOf(c, input, context));
  const columns = node.columns.map((c, i) => {
    const level = levels[Math.floor(i / 2)];
    const expr = i % 2 === 0 ? level?.value : level?.aggregate;
    return { name: c.name, type: expr?.type ?? c.type };
  });
  return nestedPlan(levels, columns, input);
});

function nestedPlan(
  levels: readonly Level[],
  columns: readonly Column[],
  input: Plan,
  partition?: Column,
): Plan {
  return {
    op: 'custom',
    name: 'top-nested',
    inputs: [input],
    columns,
    ordered: false,
    expressions: levels.flatMap((l) => [l.value, l.aggregate, l.rows ?? constant(null, 'long')]),
    perPartition: ([rows], key) => nestedPlan(levels, [key, ...columns], rows ?? input, key),
    build: ([rows], lowering) =>
      rows ? build(levels, columns, rows, lowering, partition) : sql`SELECT 1`,
  };
}

/** Groups that are used more than once. */
function kept(relation: Relation, context: LowerContext): Sql {
  return context.relation(sql`SELECT * FROM ${relation.from}`, [], false, true).from;
}
