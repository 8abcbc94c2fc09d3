import { AppError } from '../../../common/errors/app-error.ts';
import type { Column } from '../../../common/types/kql-type.ts';
import * as q from '../emit/sql.ts';
import { sql } from '../emit/sql.ts';
import { expressionsOf } from '../plan/expressions.ts';
import {
  call,
  column,
  constant,
  type Expr,
  filter,
  inputsOf,
  mapExpr,
  type Plan,
  select,
  sort,
  walkExpr,
} from '../plan/plan.ts';
import { runEach, runEachOfMany } from './run-each.ts';

/** The rows of a partitioned subquery, and where their partition stands. */
export interface Partitioning {
  /** What the subquery was planned over; it stands for the rows of one partition. */
  readonly base: Plan;
  /** The rows of all partitions: `base` with the key as one more column. */
  readonly keyed: Plan;
  readonly key: Column;
  /** The keys, each once. Given where the subquery may read tables of its own, and has an answer for no rows. */
  readonly keys?: Plan;
  /** Further tables that are partitioned by the same key, each with its rows and the key as one more column. */
  readonly others?: ReadonlyMap<Plan, Plan>;
}

/**
 * Makes a pipeline that was planned over one table work on each of its partitions by itself: a key column goes
 * through every node, and grouping, order, limits and windows go by it first. For mv-apply and partition.
 */
export function perPartition(plan: Plan, partitioning: Partitioning): Plan {
  return new Partitioner(partitioning).each(plan);
}

class Partitioner {
  readonly #of: Partitioning;
  readonly #key: Column;
  readonly #keyExpr: Expr;
  /** A plan that is used twice stays one plan. */
  readonly #done = new Map<Plan, Plan>();
  readonly #depends = new Map<Plan, boolean>();
  #number = 0;

  constructor(of: Partitioning) {
    this.#of = of;
    this.#key = of.key;
    this.#keyExpr = column(of.key.name, of.key.type);
  }

  each(plan: Plan): Plan {
    const known = this.#done.get(plan);
    if (known) return known;
    const made = this.#each(plan);
    this.#done.set(plan, made);
    return made;
  }

  /** The rows of all partitions, for a plan that stands for the rows of one. */
  #keyedOf(plan: Plan): Plan | undefined {
    return plan === this.#of.base ? this.#of.keyed : this.#of.others?.get(plan);
  }

  #withKey(columns: readonly Column[]): Column[] {
    return columns.some((c) => c.name === this.#key.name) ? [...columns] : [...columns, this.#key];
  }

  #each(plan: Plan): Plan {
    const own = this.#keyedOf(plan);
    if (own) return own;
    if (!keepsOrder(plan) && !this.#dependsOn(plan)) return this.#forAll(plan);
    switch (plan.op) {
      case 'filter': {
        const { input, exprs } = this.#lift(this.each(plan.input), [plan.predicate]);
        const kept = filter(input, exprs[0] ?? plan.predicate);
        return this.#narrow(kept, this.#withKey(plan.columns));
      }
      case 'project': {
        const { input, exprs } = this.#lift(this.each(plan.input), plan.exprs);
        return {
          ...plan,
          input,
          exprs: [...exprs, this.#keyExpr],
          columns: [...plan.columns, this.#key],
        };
      }
      case 'aggregate':
        return this.#aggregate(plan);
      case 'sort': {
        const { input, exprs } = this.#lift(
          this.each(plan.input),
          plan.keys.map((k) => k.expr),
        );
        const sorted: Plan = {
          ...plan,
          input,
          keys: [
            { expr: this.#keyExpr, descending: false, nullsFirst: true },
            ...plan.keys.map((k, i) => ({ ...k, expr: exprs[i] ?? k.expr })),
          ],
          columns: input.columns,
        };
        return this.#narrow(sorted, this.#withKey(plan.columns));
      }
      case 'limit':
        return this.#limit(this.each(plan.input), plan.count);
      case 'distinct':
      case 'serialize':
      case 'materialize':
        return { ...plan, input: this.each(plan.input), columns: this.#withKey(plan.columns) };
      case 'union':
        return {
          ...plan,
          inputs: plan.inputs.map((input) =>
            this.#narrow(this.each(input), this.#withKey(input.columns)),
          ),
          columns: this.#withKey(plan.columns),
        };
      case 'join':
        return this.#join(plan);
      case 'rows':
        return this.#rows(plan);
      case 'custom':
      case 'step':
        if (plan.perPartition)
          return plan.perPartition(
            plan.inputs.map((i) => this.each(i)),
            this.#key,
          );
        if (plan.op === 'step')
          return plan.inputs.length === 1 ? this.#step(plan) : this.#stepOfMany(plan);
        throw unsupported(plan.name);
      case 'scan':
        return this.#forAll(plan);
    }
  }

  /** A table that knows nothing of the partitions is the same for each of them. */
  #forAll(plan: Plan): Plan {
    if (!this.#of.keys) throw unsupported('another table');
    return cross(plan, this.#of.keys);
  }

  #narrow(plan: Plan, columns: readonly Column[]): Plan {
    const same =
      plan.columns.length === columns.length &&
      plan.columns.every((c, i) => c.name === columns[i]?.name);
    return same
      ? plan
      : select(
          plan,
          columns.map((c) => ({ from: c.name })),
        );
  }

  #rows(plan: Plan & { readonly op: 'rows' }): Plan {
    const keys = this.#of.keys;
    if (!keys) throw unsupported('another table');
    const columns = [...plan.columns, this.#key];
    const legs = plan.rows.map((row): Plan => {
      const { input, exprs } = this.#lift(keys, row);
      return { op: 'project', input, exprs: [...exprs, this.#keyExpr], columns };
    });
    const [only] = legs;
    return only && legs.length === 1 ? only : { op: 'union', inputs: legs, columns };
  }

  #aggregate(plan: Plan & { readonly op: 'aggregate' }): Plan {
    const lifted = this.#lift(this.each(plan.input), [...plan.keys, ...plan.aggregates]);
    const keys = lifted.exprs.slice(0, plan.keys.length);
    const aggregates = lifted.exprs.slice(plan.keys.length);
    const columns = [this.#key, ...plan.columns];
    const grouped: Plan = {
      ...plan,
      input: lifted.input,
      keys: [this.#keyExpr, ...keys],
      aggregates,
      columns,
    };
    const answers =
      this.#of.keys && plan.keys.length === 0 && this.#mayBeEmpty(plan.input)
        ? this.#withEmpty(grouped, this.#of.keys, {
            ...plan,
            input: filter(lifted.input, constant(false, 'bool')),
            aggregates,
          })
        : grouped;
    return select(
      answers,
      this.#withKey(plan.columns).map((c) => ({ from: c.name })),
    );
  }

  /** A partition whose rows are all gone still has one answer: that of no rows. */
  #withEmpty(grouped: Plan, keys: Plan, empty: Plan): Plan {
    const on = [
      {
        left: column(this.#key.name, this.#key.type, 'left'),
        right: column(this.#key.name, this.#key.type, 'right'),
      },
    ];
    const missing: Plan = {
      op: 'join',
      kind: 'leftanti',
      left: keys,
      right: grouped,
      on,
      output: [{ side: 'left', name: this.#key.name }],
      columns: [this.#key],
    };
    return {
      op: 'union',
      inputs: [
        grouped,
        select(
          cross(empty, missing),
          grouped.columns.map((c) => ({ from: c.name })),
        ),
      ],
      columns: grouped.columns,
    };
  }

  #mayBeEmpty(plan: Plan): boolean {
    if (this.#keyedOf(plan)) return false;
    switch (plan.op) {
      case 'project':
      case 'sort':
      case 'serialize':
      case 'materialize':
      case 'distinct':
        return this.#mayBeEmpty(plan.input);
      case 'aggregate':
        return plan.keys.length > 0 && this.#mayBeEmpty(plan.input);
      default:
        return true;
    }
  }

  /** A step in TypeScript that knows no partitions runs once for each of them. */
  #step(plan: Plan & { readonly op: 'step' }): Plan {
    const [only] = plan.inputs;
    if (!only) throw unsupported(plan.name);
    const sorted = sort(this.each(only), [
      { expr: this.#keyExpr, descending: false, nullsFirst: true },
    ]);
    return {
      ...plan,
      inputs: [this.#narrow(sorted, [...only.columns, this.#key])],
      columns: [...plan.columns, this.#key],
      run: ([rows], context) => runEach(rows, plan.run, context),
    };
  }

  #stepOfMany(plan: Plan & { readonly op: 'step' }): Plan {
    return {
      ...plan,
      inputs: plan.inputs.map((i) => this.#narrow(this.each(i), [...i.columns, this.#key])),
      columns: [...plan.columns, this.#key],
      run: (inputs, context) => runEachOfMany(inputs, plan.run, context),
    };
  }

  #limit(input: Plan, rowCount: Expr): Plan {
    return {
      op: 'custom',
      name: 'limit per partition',
      inputs: [input],
      columns: input.columns,
      ordered: true,
      expressions: [rowCount],
      build: ([rows], lowering) => {
        if (!rows) return sql`SELECT 1`;
        const { relation, ordinal } = lowering.numbered(rows);
        const at = rows.columns.findIndex((c) => c.name === this.#key.name);
        const keyName = rows.names[at] ?? q.NULL;
        const out = lowering.names(input.columns);
        const list = rows.names.map((n, i) => sql`${n} AS ${out[i] ?? sql`x`}`);
        const count = lowering.expression(rowCount, rows);
        return sql`SELECT ${q.join(list)} FROM (SELECT *, row_number() OVER (PARTITION BY ${keyName} ORDER BY ${ordinal}) AS "·rn" FROM ${relation.from}) WHERE "·rn" <= ${count} ORDER BY ${ordinal}`;
      },
    };
  }

  #join(plan: Plan & { readonly op: 'join' }): Plan {
    const name = this.#key.name;
    // Rows of the right side that find no partner must still know their partition.
    const rightStands = /^(right|full)/.test(plan.kind);
    const both = rightStands || this.#dependsOn(plan.right) || !this.#dependsOn(plan.left);
    const left = this.each(plan.left);
    const right = both ? this.each(plan.right) : plan.right;
    const keyOn = {
      left: column(name, this.#key.type, 'left'),
      right: column(name, this.#key.type, 'right'),
    };
    const on = both ? [...plan.on, keyOn] : plan.on;
    if (plan.kind === 'fullouter') {
      const leftKey = `·left${name}`;
      const rightKey = `·right${name}`;
      const joined: Plan = {
        ...plan,
        left,
        right,
        on,
        output: [...plan.output, { side: 'left', name }, { side: 'right', name }],
        columns: [
          ...plan.columns,
          { name: leftKey, type: this.#key.type },
          { name: rightKey, type: this.#key.type },
        ],
      };
      const type = this.#key.type;
      return {
        op: 'project',
        input: joined,
        columns: [...plan.columns, this.#key],
        exprs: [
          ...plan.columns.map((c) => column(c.name, c.type)),
          call('coalesce', [column(leftKey, type), column(rightKey, type)], type),
        ],
      };
    }
    const side = plan.kind.startsWith('right') ? 'right' : 'left';
    return {
      ...plan,
      left,
      right,
      on,
      output: [...plan.output, { side, name }],
      columns: [...plan.columns, this.#key],
    };
  }

  /**
   * Subqueries inside of expressions that look at the partition become columns of the input; windows look no further
   * than their partition.
   */
  #lift(input: Plan, exprs: readonly Expr[]): { input: Plan; exprs: Expr[] } {
    let current = input;
    const lifted = exprs.map((expr) =>
      mapExpr(expr, (e) => {
        if (e.k === 'window') return { ...e, partition: this.#key };
        if (e.k === 'subquery' && this.#dependsOn(e.plan)) {
          const first = this.#limit(this.each(e.plan), constant(1n, 'long'));
          const from = e.plan.columns[0] ?? this.#key;
          const name = `·s${++this.#number}`;
          current = this.#attach(current, first, from, name, []);
          const found = column(name, from.type);
          return from.type === e.type ? found : call(`to${e.type}`, [found], e.type);
        }
        if (e.k === 'inSubquery' && this.#dependsOn(e.plan)) {
          const item = e.plan.columns[0] ?? this.#key;
          const { type } = e.value;
          const as = (x: Expr): Expr => {
            const same = x.type === type ? x : call(`to${type}`, [x], type);
            return e.foldCase ? call('tolower', [same], 'string') : same;
          };
          const items: Plan = {
            op: 'project',
            input: this.each(e.plan),
            exprs: [as(column(item.name, item.type)), this.#keyExpr],
            columns: [{ name: '·item', type }, this.#key],
          };
          const name = `·s${++this.#number}`;
          const distinct: Plan = { op: 'distinct', input: items, columns: items.columns };
          const marked: Plan = {
            op: 'project',
            input: distinct,
            exprs: [column('·item', type), this.#keyExpr, constant(true, 'bool')],
            columns: [...items.columns, { name: '·found', type: 'bool' }],
          };
          current = this.#attach(current, marked, { name: '·found', type: 'bool' }, name, [
            { left: as(e.value), right: column('·item', type) },
          ]);
          const test = call(e.negated ? 'isnull' : 'isnotnull', [column(name, 'bool')], 'bool');
          return test;
        }
        return e;
      }),
    );
    return { input: current, exprs: lifted };
  }

  /** A column of another plan, row by row, by the partition and further conditions. */
  #attach(
    input: Plan,
    other: Plan,
    from: Column,
    name: string,
    on: readonly { readonly left: Expr; readonly right: Expr }[],
  ): Plan {
    return {
      op: 'join',
      kind: 'leftouter',
      left: input,
      right: other,
      on: [
        {
          left: column(this.#key.name, this.#key.type, 'left'),
          right: column(this.#key.name, this.#key.type, 'right'),
        },
        ...on,
      ],
      output: [
        ...input.columns.map((c) => ({ side: 'left' as const, name: c.name })),
        { side: 'right', name: from.name },
      ],
      columns: [...input.columns, { name, type: from.type }],
    };
  }

  /** Whether a plan's rows differ from partition to partition. */
  #dependsOn(plan: Plan): boolean {
    if (this.#keyedOf(plan)) return true;
    const known = this.#depends.get(plan);
    if (known !== undefined) return known;
    const found =
      inputsOf(plan).some((i) => this.#dependsOn(i)) ||
      expressionsOf(plan).some((e) => this.#mentions(e));
    this.#depends.set(plan, found);
    return found;
  }

  #mentions(expr: Expr): boolean {
    let found = false;
    walkExpr(expr, (e) => {
      if (e.k === 'column' && e.name === this.#key.name) found = true;
      if ((e.k === 'subquery' || e.k === 'inSubquery') && this.#dependsOn(e.plan)) found = true;
    });
    return found;
  }
}

/** Operators whose rows come in an order that the next one may use: the key has to go through them. */
function keepsOrder(plan: Plan): boolean {
  return ['filter', 'project', 'sort', 'limit', 'serialize'].includes(plan.op);
}

/** Each row of one plan beside each of the other. */
function cross(left: Plan, right: Plan): Plan {
  return {
    op: 'join',
    kind: 'inner',
    left,
    right,
    on: [],
    output: [
      ...left.columns.map((c) => ({ side: 'left' as const, name: c.name })),
      ...right.columns.map((c) => ({ side: 'right' as const, name: c.name })),
    ],
    columns: [...left.columns, ...right.columns],
  };
}

const unsupported = (what: string): AppError =>
  new AppError(
    'unsupported',
    'not_implemented',
    `not implemented in Calypso: ${what} inside a subquery per row or partition`,
  );
