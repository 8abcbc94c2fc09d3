import type { Column } from '../../../common/types/kql-type.ts';
import { registry } from '../functions/registry.ts';
import {
  type Expr,
  type Grouping,
  type LowerContext,
  mapExpr,
  type Relation,
} from '../plan/plan.ts';
import * as q from './sql.ts';
import { type Sql, sql } from './sql.ts';

/** Groups rows; the first columns are the keys, the others the aggregates. */
export function aggregateSql(
  lowered: Relation,
  { keys: keysOf, aggregates, columns, asFound = false }: Grouping,
  context: LowerContext,
): Relation {
  const sensitive = lowered.ordered && aggregates.some((a) => hasOrderedAggregate(a));
  const inPlace = asFound && keysOf.length > 0;
  const numbered = sensitive || inPlace ? context.numbered(lowered) : undefined;
  const input = numbered?.relation ?? lowered;
  const order = sensitive && numbered ? sql`ORDER BY ${numbered.ordinal}` : undefined;
  const names = context.names(columns);
  const keys = keysOf.map((key) => key(input));
  const asTheyCame = inPlace && numbered ? sql` ORDER BY min(${numbered.ordinal})` : sql``;
  const by = keys.length > 0 ? sql` GROUP BY ${q.join(keys.map((_, i) => q.count(i + 1)))}` : sql``;
  const grouped = (
    pieces: readonly Sql[],
    made: readonly Column[],
    out: readonly Sql[],
  ): Relation => {
    const list = [...keys, ...pieces].map((e, i) => sql`${e} AS ${out[i] ?? sql`x`}`);
    return context.relation(
      sql`SELECT ${q.join(list)} FROM ${input.from}${by}${asTheyCame}`,
      made,
      false,
    );
  };
  if (aggregates.every((a) => a.k === 'aggregate'))
    return grouped(
      aggregates.map((a) => context.expression(a, input, order)),
      columns,
      names,
    );
  // What is computed from aggregates comes after them: some of DuckDB's expressions refuse them inside.
  const found: Expr[] = [];
  const plain = aggregates.map((a) =>
    mapExpr(a, (e) => {
      if (e.k !== 'aggregate') return e;
      found.push(e);
      return { k: 'column', name: `·a${found.length}`, type: e.type };
    }),
  );
  const keyColumns = columns.slice(0, keys.length);
  const made: Column[] = [
    ...keyColumns,
    ...found.map((e, i) => ({ name: `·a${i + 1}`, type: e.type })),
  ];
  const inner = grouped(
    found.map((e) => context.expression(e, input, order)),
    made,
    context.names(made),
  );
  const list = [
    ...keyColumns.map((_, i) => inner.names[i] ?? q.NULL),
    ...plain.map((e) => context.expression(e, inner)),
  ].map((e, i) => sql`${e} AS ${names[i] ?? sql`x`}`);
  return context.relation(sql`SELECT ${q.join(list)} FROM ${inner.from}`, columns, false);
}

function hasOrderedAggregate(expr: Expr): boolean {
  if (expr.k === 'aggregate' && registry.aggregate(expr.name)?.ordered) return true;
  if (expr.k === 'call' || expr.k === 'aggregate') return expr.args.some(hasOrderedAggregate);
  return false;
}
