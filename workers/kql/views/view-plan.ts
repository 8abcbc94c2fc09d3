import type { Column } from '../../../common/types/kql-type.ts';
import { join, type Sql, sql } from '../emit/sql.ts';
import { call, column, constant, type Expr, filter, type Plan, select } from '../plan/plan.ts';
import { type Kept, keptAs, type State } from './states.ts';

/** A view's query, taken apart into what is grouped and what is kept of each group. */
export interface ViewShape {
  /** The rows that are grouped. */
  readonly input: Plan;
  readonly keys: readonly Expr[];
  readonly keyColumns: readonly Column[];
  /** All columns of the view, keys first. */
  readonly columns: readonly Column[];
  /** What is kept of the columns behind the keys. */
  readonly kept: readonly Kept[];
  readonly states: readonly State[];
  /** `take_any(*)`: the first row of each key stays as it is, and the view's rows are its states. */
  readonly dedup: boolean;
}

/** Without keys there is one group even where there is no row: this tells the two apart. */
const ROWS: State = {
  column: { name: '·rows', type: 'long' },
  partial: { k: 'aggregate', name: 'count', args: [], type: 'long', span: undefined },
  merge: {
    k: 'aggregate',
    name: 'sum',
    args: [column('·rows', 'long')],
    type: 'long',
    span: undefined,
  },
};

export function shapeOf(plan: Plan & { readonly op: 'aggregate' }, dedup: boolean): ViewShape {
  const keyColumns = plan.columns.slice(0, plan.keys.length);
  const kept = plan.aggregates.map(keptAs);
  const byName = new Map<string, State>();
  for (const { states } of kept) for (const s of states) byName.set(s.column.name, s);
  if (plan.keys.length === 0) byName.set(ROWS.column.name, ROWS);
  return {
    input: plan.input,
    keys: plan.keys,
    keyColumns,
    columns: plan.columns,
    kept,
    states: [...byName.values()],
    dedup: dedup && plan.keys.length > 0,
  };
}

/** The columns of the materialized part. */
export function storedColumns(shape: ViewShape): readonly Column[] {
  return shape.dedup ? shape.columns : [...shape.keyColumns, ...shape.states.map((s) => s.column)];
}

/** The states of the shape's input: what a run adds to the materialized part. */
export function partialPlan(shape: ViewShape): Plan {
  const grouped: Plan = {
    op: 'aggregate',
    input: shape.input,
    keys: shape.keys,
    aggregates: shape.dedup
      ? shape.kept.flatMap((k) => k.states.map((s) => s.partial))
      : shape.states.map((s) => s.partial),
    columns: storedColumns(shape),
  };
  return shape.keys.length > 0 ? grouped : filter(grouped, someRows());
}

function someRows(): Expr {
  return call('op_GreaterThan', [column(ROWS.column.name, 'long'), constant(0n, 'long')], 'bool');
}

const keyExprs = (shape: ViewShape): readonly Expr[] =>
  shape.keyColumns.map((c) => column(c.name, c.type));

/** Several states of a group as one. */
export function mergePlan(shape: ViewShape, states: Plan): Plan {
  const merged: Plan = {
    op: 'aggregate',
    input: states,
    keys: keyExprs(shape),
    aggregates: shape.states.map((s) => s.merge),
    columns: storedColumns(shape),
  };
  return shape.keys.length > 0 ? merged : filter(merged, someRows());
}

/** The view's rows from states of its groups, any number of them per group. */
export function finishPlan(shape: ViewShape, states: Plan): Plan {
  if (shape.dedup) return states;
  return {
    op: 'aggregate',
    input: states,
    keys: keyExprs(shape),
    aggregates: shape.kept.map((k) => k.finish(k.states.map((s) => s.merge))),
    columns: shape.columns,
  };
}

/** Rows of `fresh` whose keys don't occur in `held`; nulls are equal to each other here. */
export function newKeysPlan(shape: ViewShape, fresh: Plan, held: Plan): Plan {
  const keys = shape.keyColumns;
  return {
    op: 'custom',
    name: 'new keys',
    inputs: [
      fresh,
      select(
        held,
        keys.map((c) => ({ from: c.name })),
      ),
    ],
    columns: fresh.columns,
    ordered: false,
    build: ([left, right]) => {
      if (!left || !right) return sql`SELECT NULL`;
      const nameIn = (relation: typeof left, name: string): Sql =>
        relation.names[relation.columns.findIndex((c) => c.name === name)] ?? sql`NULL`;
      const same = keys.map(
        (c) => sql`f.${nameIn(left, c.name)} IS NOT DISTINCT FROM h.${nameIn(right, c.name)}`,
      );
      const list = left.names.map((n) => sql`f.${n}`);
      return sql`SELECT ${join(list)} FROM ${left.from} AS f ANTI JOIN ${right.from} AS h ON (${join(same, ' AND ')})`;
    },
  };
}
