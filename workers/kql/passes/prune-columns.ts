import { type Expr, inputsOf, mapExpr, type Plan, type Side, walkExpr } from '../plan/plan.ts';

/**
 * Leaves out columns that nothing above reads, down to the scans: the statement over a table of a hundred columns
 * then names the three that it needs. A node that several others read keeps what any of them needs, and stays one
 * node. Operators with SQL or steps of their own keep all columns of their inputs.
 */
export function pruneColumns(plans: readonly Plan[]): Plan[] {
  const needs = new Needs();
  for (const plan of plans) needs.all(plan);
  const pruning = new Pruning(needs);
  return plans.map((plan) => pruning.plan(plan));
}

/** Which columns of each node are read, over all ways to it. */
class Needs {
  readonly #of = new Map<Plan, Set<string>>();

  of(plan: Plan): ReadonlySet<string> {
    return this.#of.get(plan) ?? new Set();
  }

  all(plan: Plan): void {
    this.add(
      plan,
      plan.columns.map((c) => c.name),
    );
  }

  add(plan: Plan, names: Iterable<string>): void {
    const known = this.#of.get(plan);
    const held = known ?? new Set<string>();
    this.#of.set(plan, held);
    const before = held.size;
    for (const name of names) held.add(name);
    if (!known || held.size > before) this.#inputs(plan, held);
  }

  #inputs(plan: Plan, needed: ReadonlySet<string>): void {
    switch (plan.op) {
      case 'scan':
        break;
      case 'rows':
        this.#readAll(plan.rows.flat());
        break;
      case 'filter':
        this.add(plan.input, [...needed, ...this.#read(plan.predicate)]);
        break;
      case 'project': {
        const used = plan.exprs.filter((_, i) => needed.has(plan.columns[i]?.name ?? ''));
        this.add(plan.input, this.#readAll(used));
        break;
      }
      case 'aggregate':
        this.add(plan.input, this.#readAll([...plan.keys, ...plan.aggregates]));
        break;
      case 'join':
        this.add(plan.left, this.#joined(plan, needed, 'left'));
        this.add(plan.right, this.#joined(plan, needed, 'right'));
        break;
      case 'sort':
        this.add(plan.input, [...needed, ...this.#readAll(plan.keys.map((k) => k.expr))]);
        break;
      case 'limit':
        this.add(plan.input, [...needed, ...this.#read(plan.count)]);
        break;
      case 'serialize':
      case 'materialize':
        this.add(plan.input, needed);
        break;
      case 'custom':
        this.#readAll(plan.expressions ?? []);
        for (const input of plan.inputs) this.all(input);
        break;
      case 'distinct':
      case 'union':
      case 'step':
        for (const input of inputsOf(plan)) this.all(input);
        break;
    }
  }

  /** What a join reads of one side: its keys, and what of its output is needed. */
  #joined(plan: Plan & { readonly op: 'join' }, needed: ReadonlySet<string>, side: Side): string[] {
    const outputs = plan.output
      .filter((o, i) => o.side === side && needed.has(plan.columns[i]?.name ?? ''))
      .map((o) => o.name);
    return [...outputs, ...this.#readAll(plan.on.map((k) => k[side]))];
  }

  #readAll(exprs: readonly Expr[]): string[] {
    return exprs.flatMap((e) => this.#read(e));
  }

  /** The columns that an expression reads; what its subqueries read is noted at once. */
  #read(expr: Expr): string[] {
    const names: string[] = [];
    walkExpr(expr, (e) => {
      if (e.k === 'column') names.push(e.name);
      else if (e.k === 'window' && e.partition) names.push(e.partition.name);
      else if (e.k === 'subquery' || e.k === 'inSubquery') this.all(e.plan);
    });
    return names;
  }
}

class Pruning {
  readonly #needs: Needs;
  readonly #done = new Map<Plan, Plan>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  plan(plan: Plan): Plan {
    const known = this.#done.get(plan);
    if (known) return known;
    const pruned = this.#prune(plan);
    this.#done.set(plan, pruned);
    return pruned;
  }

  #prune(plan: Plan): Plan {
    const needed = this.#needs.of(plan);
    const kept = <T>(items: readonly T[]): T[] =>
      items.filter((_, i) => needed.has(plan.columns[i]?.name ?? ''));
    switch (plan.op) {
      case 'scan':
        return { ...plan, columns: kept(plan.columns) };
      case 'rows':
        return { ...plan, rows: plan.rows.map((row) => row.map((e) => this.#expr(e))) };
      case 'filter': {
        const input = this.plan(plan.input);
        return { ...plan, input, columns: input.columns, predicate: this.#expr(plan.predicate) };
      }
      case 'project':
        return {
          ...plan,
          input: this.plan(plan.input),
          columns: kept(plan.columns),
          exprs: kept(plan.exprs).map((e) => this.#expr(e)),
        };
      case 'aggregate':
        return {
          ...plan,
          input: this.plan(plan.input),
          keys: plan.keys.map((e) => this.#expr(e)),
          aggregates: plan.aggregates.map((e) => this.#expr(e)),
        };
      case 'join':
        return {
          ...plan,
          left: this.plan(plan.left),
          right: this.plan(plan.right),
          on: plan.on.map((k) => ({ left: this.#expr(k.left), right: this.#expr(k.right) })),
          columns: kept(plan.columns),
          output: kept(plan.output),
        };
      case 'sort': {
        const input = this.plan(plan.input);
        const keys = plan.keys.map((k) => ({ ...k, expr: this.#expr(k.expr) }));
        return { ...plan, input, columns: input.columns, keys };
      }
      case 'limit': {
        const input = this.plan(plan.input);
        return { ...plan, input, columns: input.columns, count: this.#expr(plan.count) };
      }
      case 'serialize':
      case 'materialize': {
        const input = this.plan(plan.input);
        return { ...plan, input, columns: input.columns };
      }
      case 'distinct':
        return { ...plan, input: this.plan(plan.input) };
      case 'union':
      case 'custom':
      case 'step':
        return { ...plan, inputs: plan.inputs.map((input) => this.plan(input)) };
    }
  }

  #expr(expr: Expr): Expr {
    return mapExpr(expr, (e) =>
      e.k === 'subquery' || e.k === 'inSubquery' ? { ...e, plan: this.plan(e.plan) } : e,
    );
  }
}
