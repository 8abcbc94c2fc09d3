import { AppError, type Span } from '../../../common/errors/app-error.ts';
import type { Column, KqlType } from '../../../common/types/kql-type.ts';
import type { AggregateContext, SqlArg } from '../functions/define.ts';
import { registry } from '../functions/registry.ts';
import {
  type Expr,
  type LowerContext,
  mapExpr,
  type Plan,
  type Relation,
  type SortKey,
  type StepRun,
} from '../plan/plan.ts';
import { constantSql } from './constant.ts';
import { joinSql } from './join.ts';
import * as q from './sql.ts';
import { type Sql, sql, trusted } from './sql.ts';
import { windowSql } from './window.ts';

/** A TypeScript function that the statement calls; the engine registers it before it runs. */
export interface JsFunctionUse {
  readonly sqlName: string;
  readonly name: string;
  readonly argTypes: readonly KqlType[];
  readonly returns: KqlType;
}

/** A piece of the plan with one executor, whose rows go to a table of the engine. */
export type Stage =
  | {
      readonly kind: 'sql';
      readonly table: string;
      readonly columns: readonly Column[];
      readonly sql: string;
    }
  | {
      readonly kind: 'step';
      readonly name: string;
      readonly table: string;
      readonly columns: readonly Column[];
      readonly inputs: readonly { readonly table: string; readonly columns: readonly Column[] }[];
      readonly run: StepRun;
    };

export interface Lowered {
  readonly stages: readonly Stage[];
  readonly sql: string;
  readonly columns: readonly Column[];
  /** A single statement whose rows come as they are found: no sort, no grouping, no step. */
  readonly streams: boolean;
  readonly functions: readonly JsFunctionUse[];
}

export interface LowerOptions {
  readonly now: bigint;
  /** Text that selects a table's columns, all of them, in order, from its snapshot. */
  readonly scan: (plan: Plan & { readonly op: 'scan' }) => string;
  /** A prefix that no other query uses, for tables between stages. */
  readonly prefix: string;
}

const ROW_ORDINAL = q.id('·ordinal');

/** Turns one plan into a DuckDB statement, and into stages before it where TypeScript has to work. */
export class Lowering implements LowerContext {
  readonly #options: LowerOptions;
  #steps: { readonly name: Sql; readonly body: Sql; readonly materialized: boolean }[] = [];
  readonly #stages: Stage[] = [];
  readonly #functions = new Map<string, JsFunctionUse>();
  readonly #shared = new Map<Plan, Relation>();
  #number = 0;
  #streams = true;

  constructor(options: LowerOptions) {
    this.#options = options;
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
      functions: [...this.#functions.values()],
    };
  }

  #statement(relation: Relation): string {
    const select = sql`SELECT ${q.join(relation.names)} FROM ${relation.from}`;
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
      case 'aggregate':
        return this.#aggregate(plan);
      case 'join':
        this.#streams = false;
        return joinSql(plan, this);
      case 'union': {
        const legs = plan.inputs.map((input) => {
          const relation = this.lower(input);
          return sql`SELECT ${q.join(relation.names)} FROM ${relation.from}`;
        });
        return this.#named(q.join(legs, ' UNION ALL '), plan.columns, false);
      }
      case 'sort': {
        this.#streams = false;
        const input = this.lower(plan.input);
        const body = sql`SELECT * FROM ${input.from} ${this.#orderBy(plan.keys, input)}`;
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
        const body = sql`SELECT DISTINCT * FROM ${input.from}`;
        return { ...this.relation(body, plan.columns, false), names: input.names };
      }
      case 'serialize':
        return { ...this.lower(plan.input), ordered: true };
      case 'materialize': {
        this.#streams = false;
        const input = this.lower(plan.input);
        const body = sql`SELECT ${q.join(input.names)} FROM ${input.from}`;
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
    this.#steps.push({ name: sql`${inner}(${q.join(names)})`, body, materialized: false });
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
        sql`SELECT ${q.join(list)} FROM ${windowed.input.from} ORDER BY ${windowed.ordinal}`,
        columns,
        true,
      );
    }
    const list = exprs.map((e, i) => sql`${this.expression(e, input)} AS ${names[i] ?? sql`x`}`);
    const body = list.length > 0 ? q.join(list) : sql`1 AS ${q.id('·')}`;
    return this.relation(sql`SELECT ${body} FROM ${input.from}`, columns, input.ordered);
  }

  #filterByWindow(plan: Plan & { readonly op: 'filter' }, input: Relation): Relation {
    const windowed = windowSql([plan.predicate], input, this);
    const predicate = windowed.exprs[0] ?? q.bool(true);
    const body = sql`SELECT ${q.join(input.names)} FROM ${windowed.input.from} WHERE ${predicate} ORDER BY ${windowed.ordinal}`;
    return this.#renamed(this.relation(body, plan.columns, true), input);
  }

  #aggregate(plan: Plan & { readonly op: 'aggregate' }): Relation {
    this.#streams = false;
    const lowered = this.lower(plan.input);
    const sensitive = lowered.ordered && plan.aggregates.some((a) => hasOrderedAggregate(a));
    const numbered = sensitive ? this.numbered(lowered) : undefined;
    const input = numbered?.relation ?? lowered;
    const order = numbered ? sql`ORDER BY ${numbered.ordinal}` : undefined;
    const names = this.names(plan.columns);
    const keys = plan.keys.map((k) => this.expression(k, input));
    const by =
      keys.length > 0 ? sql` GROUP BY ${q.join(keys.map((_, i) => q.count(i + 1)))}` : sql``;
    const grouped = (
      aggregates: readonly Sql[],
      columns: readonly Column[],
      out: readonly Sql[],
    ): Relation => {
      const list = [...keys, ...aggregates].map((e, i) => sql`${e} AS ${out[i] ?? sql`x`}`);
      return this.relation(sql`SELECT ${q.join(list)} FROM ${input.from}${by}`, columns, false);
    };
    if (plan.aggregates.every((a) => a.k === 'aggregate'))
      return grouped(
        plan.aggregates.map((a) => this.expression(a, input, order)),
        plan.columns,
        names,
      );
    // What is computed from aggregates comes after them: some of DuckDB's expressions refuse them inside.
    const found: Expr[] = [];
    const plain = plan.aggregates.map((a) =>
      mapExpr(a, (e) => {
        if (e.k !== 'aggregate') return e;
        found.push(e);
        return { k: 'column', name: `·a${found.length}`, type: e.type };
      }),
    );
    const keyColumns = plan.columns.slice(0, keys.length);
    const columns: Column[] = [
      ...keyColumns,
      ...found.map((e, i) => ({ name: `·a${i + 1}`, type: e.type })),
    ];
    const inner = grouped(
      found.map((e) => this.expression(e, input, order)),
      columns,
      this.names(columns),
    );
    const list = [
      ...keyColumns.map((_, i) => inner.names[i] ?? q.NULL),
      ...plain.map((e) => this.expression(e, inner)),
    ].map((e, i) => sql`${e} AS ${names[i] ?? sql`x`}`);
    return this.relation(sql`SELECT ${q.join(list)} FROM ${inner.from}`, plan.columns, false);
  }

  numbered(input: Relation): { relation: Relation; ordinal: Sql } {
    const body = sql`SELECT *, row_number() OVER () AS ${ROW_ORDINAL} FROM ${input.from}`;
    const relation = this.relation(body, input.columns, true);
    return { relation: { ...relation, names: input.names }, ordinal: ROW_ORDINAL };
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
    switch (expr.k) {
      case 'column': {
        const at = input.columns.findIndex((c) => c.name === expr.name);
        const name = input.names[at];
        if (!name)
          throw new AppError(
            'internal',
            'lost_column',
            `The column '${expr.name}' was lost while planning.`,
          );
        return name;
      }
      case 'constant':
        return constantSql(expr.value, expr.type);
      case 'call':
        return this.#call(expr, input, order);
      case 'aggregate':
        return this.#aggregateCall(expr, input, order);
      case 'subquery': {
        const relation = this.lower(expr.plan);
        const name = relation.names[0] ?? q.NULL;
        const type = relation.columns[0]?.type ?? expr.type;
        const value = sql`(SELECT ${this.convert(name, type, expr.type)} FROM ${relation.from} LIMIT 1)`;
        return expr.type === 'string' ? sql`coalesce(${value}, '')` : value;
      }
      case 'inSubquery': {
        const relation = this.lower(expr.plan);
        const from = relation.columns[0]?.type ?? expr.value.type;
        const item = this.convert(relation.names[0] ?? q.NULL, from, expr.value.type);
        const value = this.expression(expr.value, input, order);
        const fold = (piece: Sql): Sql => (expr.foldCase ? sql`lower(${piece})` : piece);
        const test = sql`(${fold(value)} IN (SELECT ${fold(item)} FROM ${relation.from} WHERE ${item} IS NOT NULL))`;
        return expr.negated ? sql`(NOT coalesce(${test}, false))` : test;
      }
      case 'window':
        throw new AppError(
          'internal',
          'window_place',
          `${expr.name}() can't be used at this place.`,
          spanOption(expr.span),
        );
    }
  }

  #argument(expr: Expr, input: Relation, order: Sql | undefined): SqlArg {
    return {
      sql: this.expression(expr, input, order),
      type: expr.type,
      constant: expr.k === 'constant' ? expr.value : undefined,
    };
  }

  #call(expr: Expr & { readonly k: 'call' }, input: Relation, order: Sql | undefined): Sql {
    const entry = registry.scalar(expr.name);
    if (!entry) throw notImplemented(expr.name, expr.span);
    const args = expr.args.map((a) => this.#argument(a, input, order));
    const context = this.#callContext(expr);
    const made = entry.sql?.(args, context);
    if (made) return made;
    if (!entry.js)
      throw notImplemented(`${expr.name}(${args.map((a) => a.type).join(', ')})`, expr.span);
    return this.js(expr.name, args, expr.type);
  }

  #aggregateCall(
    expr: Expr & { readonly k: 'aggregate' },
    input: Relation,
    order: Sql | undefined,
  ): Sql {
    const entry = registry.aggregate(expr.name);
    if (!entry) throw notImplemented(expr.name, expr.span);
    const args = expr.args.map((a) => this.#argument(a, input, undefined));
    const context: AggregateContext = { ...this.#callContext(expr), order };
    return entry.sql(args, context);
  }

  #callContext(expr: Expr & { readonly k: 'call' | 'aggregate' }) {
    return {
      type: expr.type,
      now: this.now,
      fail: (message: string): never => {
        throw new AppError('semantic', 'bad_argument', message, spanOption(expr.span));
      },
      convert: (arg: SqlArg, to: KqlType) =>
        arg.constant === null ? constantSql(null, to) : this.convert(arg.sql, arg.type, to),
      js: (
        name: string,
        args: readonly { readonly sql: Sql; readonly type: KqlType }[],
        returns: KqlType,
      ) => this.js(name, args, returns),
    };
  }

  convert(piece: Sql, from: KqlType, to: KqlType): Sql {
    if (from === to) return piece;
    const name = `to${to}`;
    const entry = registry.scalar(name);
    if (!entry) throw notImplemented(name, undefined);
    const arg: SqlArg = { sql: piece, type: from, constant: undefined };
    const context = this.#callContext({ k: 'call', name, args: [], type: to, span: undefined });
    return entry.sql?.([arg], context) ?? this.js(name, [arg], to);
  }

  js(
    name: string,
    args: readonly { readonly sql: Sql; readonly type: KqlType }[],
    returns: KqlType,
  ): Sql {
    const argTypes = args.map((a) => a.type);
    const sqlName = `kql_${name.toLowerCase()}__${[...argTypes, returns].join('_')}`;
    if (!this.#functions.has(sqlName))
      this.#functions.set(sqlName, { sqlName, name, argTypes, returns });
    return q.call(sqlName, ...args.map((a) => a.sql));
  }
}

function spanOption(span: Span | undefined): { span?: Span } {
  return span ? { span } : {};
}

function notImplemented(name: string, span: Span | undefined): AppError {
  return new AppError(
    'unsupported',
    'not_implemented',
    `not implemented in Calypso: ${name}`,
    spanOption(span),
  );
}

export function hasWindow(expr: Expr): boolean {
  if (expr.k === 'window') return true;
  if (expr.k === 'call' || expr.k === 'aggregate') return expr.args.some(hasWindow);
  return expr.k === 'inSubquery' && hasWindow(expr.value);
}

function hasOrderedAggregate(expr: Expr): boolean {
  if (expr.k === 'aggregate' && registry.aggregate(expr.name)?.ordered) return true;
  if (expr.k === 'call' || expr.k === 'aggregate') return expr.args.some(hasOrderedAggregate);
  return false;
}
