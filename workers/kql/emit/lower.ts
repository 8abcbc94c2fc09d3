import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import { mostRows } from '../plan/most-rows.ts';
import type { Expr, Grouping, LowerContext, Plan, Relation, SortKey } from '../plan/plan.ts';
import { aggregateSql } from './aggregate.ts';
import { constantSql } from './constant.ts';
import { ExpressionLowering } from './expression.ts';
import { joinSql } from './join.ts';
import * as q from './sql.ts';
import { type Sql, sql, trusted } from './sql.ts';
import type { Lowered, LowerOptions, Stage } from './stage.ts';
import { windowSql } from './window.ts';

export type { JsFunctionUse, Lowered, LowerOptions, Stage } from './stage.ts';

const ROW_ORDINAL = q.id('·ordinal');

/** Turns one plan into a DuckDB statement, and into stages before it where TypeScript has to work. */
export class Lowering implements LowerContext {
  readonly #options: LowerOptions;
  #steps: { readonly name: Sql; readonly body: Sql; readonly materialized: boolean }[] = [];
  readonly #stages: Stage[] = [];
  readonly #expressions: ExpressionLowering;
  readonly #shared = new Map<Plan, Relation>();
  #number = 0;
  #streams = true;

  constructor(options: LowerOptions) {
    this.#options = options;
    this.#expressions = new ExpressionLowering(options.now, (plan) => this.lower(plan));
  }

  get now(): bigint {
    return this.#options.now;
  }

  /** The whole plan as a statement. */
  finish(plan: Plan): Lowered {
    const relation = this.lower(plan);
    return {
      stages: this.#stages,
      sql: this.#statement(relation),
      columns: plan.columns,
      streams: this.#streams && this.#stages.length === 0,
      mostRows: mostRows(plan),
      functions: this.#expressions.functions,
    };
  }

  #statement(relation: Relation): string {
    const select = sql`SELECT ${q.list(relation.names)} FROM ${relation.from}`;
    if (this.#steps.length === 0) return select.text;
    const steps = this.#steps.map(
      (s) =>
        sql`${s.name} AS ${s.materialized ? sql`MATERIALIZED` : sql`NOT MATERIALIZED`} (${s.body})`,
    );
    return sql`WITH ${q.join(steps, ',\n')}\n${select}`.text;
  }

  names(columns: readonly Column[]): readonly Sql[] {
    const taken = new Set<string>();
    return columns.map((c, i) => {
      let name = c.name;
      // SQL names don't tell case apart, KQL's do.
      if (name === '' || taken.has(name.toLowerCase())) name = `${c.name}·${i}`;
      taken.add(name.toLowerCase());
      return q.id(name);
    });
  }

  relation(
    body: Sql,
    columns: readonly Column[],
    ordered: boolean,
    materialized = false,
  ): Relation {
    const name = q.id(`r${++this.#number}`);
    this.#steps.push({ name, body, materialized });
    return { from: name, columns, names: this.names(columns), ordered };
  }

  lower(plan: Plan): Relation {
    const known = this.#shared.get(plan);
    if (known) return known;
    const relation = this.#lower(plan);
    this.#shared.set(plan, relation);
    return relation;
  }

  #lower(plan: Plan): Relation {
    switch (plan.op) {
      case 'scan':
        return this.#named(trusted(this.#options.scan(plan)), plan.columns, false);
      case 'rows':
        return this.#rows(plan);
      case 'filter': {
        const input = this.lower(plan.input);
        if (hasWindow(plan.predicate)) return this.#filterByWindow(plan, input);
        const body = sql`SELECT * FROM ${input.from} WHERE ${this.expression(plan.predicate, input)}`;
        return { ...this.relation(body, plan.columns, input.ordered), names: input.names };
      }
      case 'project':
        return this.#project(plan.exprs, plan.columns, this.lower(plan.input));
      case 'aggregate': {
        const input = this.lower(plan.input);
        return this.aggregate(input, {
          keys: plan.keys.map((k) => (rows) => this.expression(k, rows)),
          aggregates: plan.aggregates,
          columns: plan.columns,
          asFound: isSmall(plan.input),
        });
      }
      case 'join':
        this.#streams = false;
        return joinSql(plan, this);
      case 'union': {
        const legs = plan.inputs.map((input) => {
          const relation = this.lower(input);
          return sql`SELECT ${q.list(relation.names)} FROM ${relation.from}`;
        });
        return this.#named(q.join(legs, ' UNION ALL '), plan.columns, false);
      }
      case 'sort': {
        this.#streams = false;
        const input = this.lower(plan.input);
        const { from, last } = this.#ties(plan.input, input);
        const body = sql`SELECT ${q.join(input.names)} FROM ${from} ${this.#orderBy(plan.keys, input)}${last}`;
        return { ...this.relation(body, plan.columns, true), names: input.names };
      }
      case 'limit': {
        const input = this.lower(plan.input);
        const body = sql`SELECT * FROM ${input.from} LIMIT ${this.#limitOf(plan.count, input)}`;
        return { ...this.relation(body, plan.columns, input.ordered), names: input.names };
      }
      case 'distinct': {
        this.#streams = false;
        const input = this.lower(plan.input);
        const list = q.join(input.names);
        const { relation, ordinal } = isSmall(plan.input)
          ? this.numbered(input)
          : { relation: input, ordinal: undefined };
        const body = ordinal
          ? sql`SELECT ${list} FROM ${relation.from} GROUP BY ${list} ORDER BY min(${ordinal})`
          : sql`SELECT DISTINCT ${list} FROM ${input.from}`;
        return { ...this.relation(body, plan.columns, false), names: input.names };
      }
      case 'serialize':
        return { ...this.lower(plan.input), ordered: true };
      case 'materialize': {
        this.#streams = false;
        const input = this.lower(plan.input);
        const body = sql`SELECT ${q.list(input.names)} FROM ${input.from}`;
        return this.#renamed(this.relation(body, plan.columns, input.ordered, true), input);
      }
      case 'custom': {
        this.#streams = false;
        const inputs = plan.inputs.map((i) => this.lower(i));
        const ordered = plan.ordered === 'input' ? (inputs[0]?.ordered ?? false) : plan.ordered;
        return this.relation(plan.build(inputs, this), plan.columns, ordered);
      }
      case 'step':
        return this.#step(plan);
    }
  }

  #renamed(relation: Relation, input: Relation): Relation {
    return { ...relation, names: input.names };
  }

  /** A body whose first SELECT doesn't carry our names: they are given by position. */
  #named(body: Sql, columns: readonly Column[], ordered: boolean): Relation {
    const names = this.names(columns);
    const inner = q.id(`r${++this.#number}`);
    // Without columns there is nothing to rename.
    const name = names.length > 0 ? sql`${inner}(${q.join(names)})` : inner;
    this.#steps.push({ name, body, materialized: false });
    return { from: inner, columns, names, ordered };
  }

  #rows(plan: Plan & { readonly op: 'rows' }): Relation {
    const empty: Relation = { from: sql`(SELECT 1)`, columns: [], names: [], ordered: false };
    const names = this.names(plan.columns);
    if (plan.columns.length === 0)
      return this.relation(sql`SELECT 1 AS ${q.id('·')}`, plan.columns, false);
    if (plan.rows.length === 0) {
      const nulls = plan.columns.map(
        (c, i) => sql`${constantSql(null, c.type)} AS ${names[i] ?? sql`x`}`,
      );
      return this.relation(sql`SELECT ${q.join(nulls)} WHERE false`, plan.columns, false);
    }
    if (plan.rows.length === 1) {
      const only = plan.rows[0] ?? [];
      const values = only.map((e, i) => sql`${this.expression(e, empty)} AS ${names[i] ?? sql`x`}`);
      return this.relation(sql`SELECT ${q.join(values)}`, plan.columns, false);
    }
    const rows = plan.rows.map(
      (row) => sql`(${q.join(row.map((e) => this.expression(e, empty)))})`,
    );
    return this.#named(sql`VALUES ${q.join(rows)}`, plan.columns, false);
  }

  #project(exprs: readonly Expr[], columns: readonly Column[], input: Relation): Relation {
    const names = this.names(columns);
    if (exprs.some(hasWindow)) {
      const windowed = windowSql(exprs, input, this);
      const list = windowed.exprs.map((e, i) => sql`${e} AS ${names[i] ?? sql`x`}`);
      return this.relation(
        sql`SELECT ${q.list(list)} FROM ${windowed.input.from} ORDER BY ${windowed.ordinal}`,
        columns,
        true,
      );
    }
    const list = exprs.map((e, i) => sql`${this.expression(e, input)} AS ${names[i] ?? sql`x`}`);
    return this.relation(sql`SELECT ${q.list(list)} FROM ${input.from}`, columns, input.ordered);
  }

  #filterByWindow(plan: Plan & { readonly op: 'filter' }, input: Relation): Relation {
    const windowed = windowSql([plan.predicate], input, this);
    const predicate = windowed.exprs[0] ?? q.bool(true);
    const body = sql`SELECT ${q.list(input.names)} FROM ${windowed.input.from} WHERE ${predicate} ORDER BY ${windowed.ordinal}`;
    return this.#renamed(this.relation(body, plan.columns, true), input);
  }

  aggregate(input: Relation, grouping: Grouping): Relation {
    this.#streams = false;
    return aggregateSql(input, grouping, this);
  }

  numbered(input: Relation): { relation: Relation; ordinal: Sql } {
    const body = sql`SELECT *, row_number() OVER () AS ${ROW_ORDINAL} FROM ${input.from}`;
    const relation = this.relation(body, input.columns, true);
    return { relation: { ...relation, names: input.names }, ordinal: ROW_ORDINAL };
  }

  /** Rows that are equal for a sort stay as they came, where that costs nothing. */
  #ties(plan: Plan, input: Relation): { from: Sql; last: Sql } {
    if (!isSmall(plan)) return { from: input.from, last: sql`` };
    const { relation, ordinal } = this.numbered(input);
    return { from: relation.from, last: sql`, ${ordinal}` };
  }

  #orderBy(keys: readonly SortKey[], input: Relation): Sql {
    const terms = keys.map(
      (k) =>
        sql`${this.#sortable(k.expr, input)} ${k.descending ? sql`DESC` : sql`ASC`} NULLS ${k.nullsFirst ? sql`FIRST` : sql`LAST`}`,
    );
    return sql`ORDER BY ${q.join(terms)}`;
  }

  #sortable(expr: Expr, input: Relation): Sql {
    return this.expression(expr, input);
  }

  #limitOf(expr: Expr, input: Relation): Sql {
    if (expr.k === 'constant') return q.count(BigInt((expr.value as bigint | null) ?? 0n));
    return sql`(SELECT ${this.expression(expr, { ...input, names: [], columns: [] })})`;
  }

  /** Ends the statement so far into tables and lets TypeScript work on them. */
  #step(plan: Plan & { readonly op: 'step' }): Relation {
    const inputs = plan.inputs.map((input) => this.#table(input));
    const table = this.#newTable();
    this.#stages.push({
      kind: 'step',
      name: plan.name,
      table,
      columns: plan.columns,
      inputs,
      run: plan.run,
    });
    return this.#tableRelation(table, plan.columns, true);
  }

  /** A table between stages names its columns by position. */
  #tableRelation(table: string, columns: readonly Column[], ordered: boolean): Relation {
    const names = columns.map((_, i) => q.id(`c${i}`));
    return { from: q.id(table), columns, names, ordered };
  }

  #table(plan: Plan): { table: string; columns: readonly Column[] } {
    const outer = this.#steps;
    // The stage's statement carries every step it may lean on; DuckDB ignores those it doesn't name.
    const relation = this.lower(plan);
    const table = this.#newTable();
    this.#stages.push({
      kind: 'sql',
      table,
      columns: plan.columns,
      sql: this.#statement(relation),
    });
    this.#steps = outer;
    return { table, columns: plan.columns };
  }

  #newTable(): string {
    return `${this.#options.prefix}_${++this.#number}`;
  }

  expression(expr: Expr, input: Relation, order?: Sql): Sql {
    return this.#expressions.expression(expr, input, order);
  }

  convert(piece: Sql, from: KqlType, to: KqlType): Sql {
    return this.#expressions.convert(piece, from, to);
  }

  js(
    name: string,
    args: readonly { readonly sql: Sql; readonly type: KqlType }[],
    returns: KqlType,
  ): Sql {
    return this.#expressions.js(name, args, returns);
  }
}

/**
 * A service answers about a few literal rows as it finds them: groups in the order of their first row, equal rows as
 * they came. Texts over such rows are mostly read by people, who expect that.
 */
const FEW_ROWS = 10_000;

const isSmall = (plan: Plan): boolean => plan.columns.length > 0 && mostRows(plan) <= FEW_ROWS;

export function hasWindow(expr: Expr): boolean {
  if (expr.k === 'window') return true;
  if (expr.k === 'call' || expr.k === 'aggregate') return expr.args.some(hasWindow);
  return expr.k === 'inSubquery' && hasWindow(expr.value);
}
