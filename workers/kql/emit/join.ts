import type { LowerContext, Plan, Relation } from '../plan/plan.ts';
import * as q from './sql.ts';
import { type Sql, sql } from './sql.ts';

const KIND: Readonly<Record<string, Sql>> = {
  inner: sql`INNER JOIN`,
  leftouter: sql`LEFT JOIN`,
  rightouter: sql`RIGHT JOIN`,
  fullouter: sql`FULL JOIN`,
  leftsemi: sql`SEMI JOIN`,
  leftanti: sql`ANTI JOIN`,
};

/** A relation under an alias, so that both sides' columns can be told apart. */
function aliased(
  relation: Relation,
  alias: Sql,
): { readonly from: Sql; readonly relation: Relation } {
  return {
    from: sql`${relation.from} AS ${alias}`,
    relation: { ...relation, names: relation.names.map((n) => sql`${alias}.${n}`) },
  };
}

/**
 * All kinds of join (page "join operator"). `innerunique` keeps one left row per key; strings compare by
 * code point.
 */
export function joinSql(plan: Plan & { readonly op: 'join' }, context: LowerContext): Relation {
  const swapped = plan.kind === 'rightsemi' || plan.kind === 'rightanti';
  const l = sql`l`;
  const r = sql`r`;
  let leftRelation = context.lower(plan.left);
  const rightRelation = context.lower(plan.right);
  if (plan.kind === 'innerunique') leftRelation = unique(leftRelation, plan, context);
  const left = aliased(leftRelation, l);
  const right = aliased(rightRelation, r);
  const conditions = plan.on.map((k) => {
    // A null key matches a null key, as the engine does it; text is never null, so plain equality serves.
    const same = k.left.type === 'string' ? sql`=` : sql`IS NOT DISTINCT FROM`;
    return sql`${context.expression(k.left, left.relation)} ${same} ${context.expression(k.right, right.relation)}`;
  });
  const on = conditions.length > 0 ? q.join(conditions, ' AND ') : q.bool(true);
  const kind = plan.kind === 'innerunique' ? 'inner' : plan.kind;
  const outer = kind === 'leftouter' || kind === 'rightouter' || kind === 'fullouter';
  const names = context.names(plan.columns);
  const selected = plan.output.map((o, i) => {
    const side = o.side === 'left' ? left.relation : right.relation;
    const at = side.columns.findIndex((c) => c.name === o.name);
    const piece = side.names[at] ?? q.NULL;
    // The side that is missing in an outer join has no strings to give, and KQL's are never null.
    const value =
      outer && side.columns[at]?.type === 'string' ? sql`coalesce(${piece}, '')` : piece;
    return sql`${value} AS ${names[i] ?? sql`x`}`;
  });
  const [first, second] = swapped ? [right, left] : [left, right];
  const word =
    KIND[swapped ? (kind === 'rightsemi' ? 'leftsemi' : 'leftanti') : kind] ?? sql`INNER JOIN`;
  return context.relation(
    sql`SELECT ${q.list(selected)} FROM ${first.from} ${word} ${second.from} ON ${on}`,
    plan.columns,
    false,
  );
}

/** One row per key, the first that comes. */
function unique(
  relation: Relation,
  plan: Plan & { readonly op: 'join' },
  context: LowerContext,
): Relation {
  const keys = plan.on.map((k) => context.expression(k.left, relation));
  if (keys.length === 0) return relation;
  const body = sql`SELECT DISTINCT ON (${q.join(keys)}) * FROM ${relation.from}`;
  return { ...context.relation(body, relation.columns, false), names: relation.names };
}
