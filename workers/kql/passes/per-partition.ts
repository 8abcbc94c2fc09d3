import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import * as q from '../emit/sql.ts';
import { sql } from '../emit/sql.ts';
import { column, type Expr, mapExpr, type Plan } from '../plan/plan.ts';

/**
 * Makes a pipeline that was planned over one table work on each of its partitions by itself: a key column goes
 * through every node, and grouping, order, limits and windows go by it first. For mv-apply and partition.
 */
export function perPartition(plan: Plan, base: Plan, key: Column): Plan {
  if (plan === base) return base;
  const own = (input: Plan): Plan => perPartition(input, base, key);
  const keyExpr = column(key.name, key.type);
  const withKey = (columns: readonly Column[]): Column[] =>
    columns.some((c) => c.name === key.name) ? [...columns] : [...columns, key];
  switch (plan.op) {
    case 'filter':
      return {
        ...plan,
        input: own(plan.input),
        predicate: inPartition(plan.predicate, key),
        columns: withKey(plan.columns),
      };
    case 'project': {
      const has = plan.columns.some((c) => c.name === key.name);
      return {
        ...plan,
        input: own(plan.input),
        exprs: [...plan.exprs.map((e) => inPartition(e, key)), ...(has ? [] : [keyExpr])],
        columns: withKey(plan.columns),
      };
    }
    case 'aggregate':
      return {
        op: 'project',
        input: {
          ...plan,
          input: own(plan.input),
          keys: [keyExpr, ...plan.keys],
          columns: [key, ...plan.columns.filter((c) => c.name !== key.name)],
        },
        exprs: withKey(plan.columns).map((c) => column(c.name, c.type)),
        columns: withKey(plan.columns),
      };
    case 'sort':
      return {
        ...plan,
        input: own(plan.input),
        keys: [{ expr: keyExpr, descending: false, nullsFirst: true }, ...plan.keys],
        columns: withKey(plan.columns),
      };
    case 'limit': {
      const input = own(plan.input);
      return {
        op: 'custom',
        name: 'limit per partition',
        inputs: [input],
        columns: input.columns,
        ordered: true,
        expressions: [plan.count],
        build: ([rows], lowering) => {
          if (!rows) return sql`SELECT 1`;
          const { relation, ordinal } = lowering.numbered(rows);
          const at = rows.columns.findIndex((c) => c.name === key.name);
          const keyName = rows.names[at] ?? q.NULL;
          const out = lowering.names(input.columns);
          const list = rows.names.map((n, i) => sql`${n} AS ${out[i] ?? sql`x`}`);
          const count = lowering.expression(plan.count, rows);
          return sql`SELECT ${q.join(list)} FROM (SELECT *, row_number() OVER (PARTITION BY ${keyName} ORDER BY ${ordinal}) AS "·rn" FROM ${relation.from}) WHERE "·rn" <= ${count} ORDER BY ${ordinal}`;
        },
      };
    }
    case 'distinct':
    case 'serialize':
    case 'materialize':
      return { ...plan, input: own(plan.input), columns: withKey(plan.columns) };
    case 'union':
      return { ...plan, inputs: plan.inputs.map(own), columns: withKey(plan.columns) };
    case 'join': {
      if (!reaches(plan.left, base)) throw unsupported('a join whose left side is another table');
      const left = own(plan.left);
      const bothSides = reaches(plan.right, base);
      return {
        ...plan,
        left,
        right: bothSides ? own(plan.right) : plan.right,
        on: bothSides
          ? [
              ...plan.on,
              {
                left: column(key.name, key.type, 'left'),
                right: column(key.name, key.type, 'right'),
              },
            ]
          : plan.on,
        output: [...plan.output, { side: 'left', name: key.name }],
        columns: withKey(plan.columns),
      };
    }
    case 'custom':
    case 'step':
      if (plan.perPartition) return plan.perPartition(plan.inputs.map(own), key);
      throw unsupported(plan.name);
    case 'scan':
    case 'rows':
      throw unsupported('another table');
  }
}

const unsupported = (what: string): AppError =>
  new AppError(
    'unsupported',
    'not_implemented',
    `not implemented in Calypso: ${what} inside a subquery per row or partition`,
  );

function reaches(plan: Plan, base: Plan): boolean {
  if (plan === base) return true;
  switch (plan.op) {
    case 'scan':
    case 'rows':
      return false;
    case 'join':
      return reaches(plan.left, base) || reaches(plan.right, base);
    case 'union':
    case 'custom':
    case 'step':
      return plan.inputs.some((i) => reaches(i, base));
    default:
      return reaches(plan.input, base);
  }
}

/** Windows look no further than their partition. */
function inPartition(expr: Expr, key: Column): Expr {
  return mapExpr(expr, (e) => (e.k === 'window' ? { ...e, partition: key } : e));
}
